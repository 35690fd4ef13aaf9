"""Outlines as plain data, for replies of the child process."""

from __future__ import annotations

from typing import Any

from wizard.plain import to_value
from wizard.render.outline.model import Outline, Outlines


def encode_outlines(outlines: Outlines) -> list[Any]:
    """Return the outlines as plain data: each part is its name with its fields."""
    return [[*key, _named(outline)] for key, outline in outlines.items()]


def decode_outlines(data: Any) -> Outlines:
    """Return the outlines from plain data.

    Raises:
        TypeError, ValueError, LookupError, RecursionError: the data does not describe outlines.
    """
    return {(str(pattern), str(name)): to_value(outline, Outline) for pattern, name, outline in data}


def _named(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    parts = [_named(one) for one in value]
    return {type(value).__name__: parts} if hasattr(value, "_fields") else parts
