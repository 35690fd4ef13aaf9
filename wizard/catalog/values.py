"""Values of parameters: read from what a person gave or from YAML data, and written again; their type does the work."""

from __future__ import annotations

from collections.abc import Mapping

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
    texts = [raw] if isinstance(raw, str) else list(raw) if isinstance(raw, list | tuple) else []
    texts += list(raw.values()) if isinstance(raw, Mapping) else []
    if any(isinstance(text, str) and kind.is_credential(text) for text in texts):
        raise CredentialProblem("it looks like a secret: a key, a token, or an address with a password", hint=AWAY)
