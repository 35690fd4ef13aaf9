"""Values of parameters: read from what a person gave or from YAML data, and written again; their type does the work."""

from __future__ import annotations

from wizard.catalog.model import Parameter, Value


def parse_value(parameter: Parameter, raw: object) -> Value:
    """Read the text of a field or ``--set``, or plain YAML data.

    Nothing given (``None``, an empty text, list or mapping) is ``None``. Raises ``ValueProblem``.
    """
    if raw is None or raw == "" or (raw in ([], (), {}) and not parameter.type.empty):
        return None
    return parameter.type.parse(parameter, raw)


def format_value(parameter: Parameter, value: Value) -> str:
    """Write a value as a person would type it; ``parse_value`` gives the same value back."""
    return "" if value is None else parameter.type.format(parameter, value)
