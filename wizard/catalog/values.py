"""Parsing and formatting of parameter values, delegated to their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.typed import AWAY, CredentialProblem


def parse_value(parameter: Parameter, raw: object) -> Value:
    """Parse the text of a field or ``--set``, or plain YAML data; ``None`` and anything empty become ``None``.

    Raises:
        ValueProblem: it is not a valid value.
    """
    _refuse_credentials(parameter.type, raw)
    if raw is None or raw == "" or (raw in ([], (), {}) and not parameter.type.empty):
        return None
    return parameter.type.parse(parameter, raw)


def format_value(parameter: Parameter, value: Value) -> str:
    """Return a value as the user would type it; ``parse_value`` turns it back into the same value."""
    return "" if value is None else parameter.type.format(parameter, value)


def _refuse_credentials(kind: ParameterType, raw: object) -> None:
    """Refuse a value if any part of it has the shape of a credential."""
    if any(kind.is_credential(text) for text in _texts(raw)):
        raise CredentialProblem("it looks like a secret: a key, a token, or an address with a password", hint=AWAY)


def _texts(raw: object) -> Iterator[str]:
    """Yield every text in YAML data, including the keys of mappings."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, Mapping):
        yield from (text for pair in raw.items() for one in pair for text in _texts(one))
    elif isinstance(raw, list | tuple):
        yield from (text for one in raw for text in _texts(one))
