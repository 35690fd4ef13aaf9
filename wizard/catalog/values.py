"""Values of parameters: read from what a person gave or from YAML data, and written again; their type does the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.typed import AWAY, CredentialProblem


def parse_value(parameter: Parameter, raw: object) -> Value:
    """Read the text of a field or ``--set``, or plain YAML data.

    Nothing given (``None``, an empty text, list or mapping) is ``None``. Raises ``ValueProblem``.
    """
    _refuse_credentials(parameter.type, raw)
    if raw is None or raw == "" or (raw in ([], (), {}) and not parameter.type.empty):
        return None
    return parameter.type.parse(parameter, raw)


def format_value(parameter: Parameter, value: Value) -> str:
    """Write a value as a person would type it; ``parse_value`` gives the same value back."""
    return "" if value is None else parameter.type.format(parameter, value)


def _refuse_credentials(kind: ParameterType, raw: object) -> None:
    """Refuse what has the shape of a credential, wherever it is in the value."""
    if any(kind.is_credential(text) for text in _texts(raw)):
        raise CredentialProblem("it looks like a secret: a key, a token, or an address with a password", hint=AWAY)


def _texts(raw: object) -> Iterator[str]:
    """Every text in YAML data, the keys of mappings too."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, Mapping):
        yield from (text for pair in raw.items() for one in pair for text in _texts(one))
    elif isinstance(raw, list | tuple):
        yield from (text for one in raw for text in _texts(one))
