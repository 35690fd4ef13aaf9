"""Outlines as plain data, for a reply of the child process: JSON, and nothing is taken that is not an outline."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from wizard.render.outline.model import Outline, Outlines


def encode_outlines(outlines: Outlines) -> list[Any]:
    """The outlines as plain data: each part is its name and its fields."""
    return [[*key, _plain(outline)] for key, outline in outlines.items()]


def decode_outlines(data: Any) -> Outlines:
    """The outlines of such data.

    Raises:
        TypeError, ValueError, LookupError, AttributeError, RecursionError: it is not the data of outlines.
    """
    return {(str(pattern), str(name)): _read(outline, Outline) for pattern, name, outline in data}


def _plain(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    parts = [_plain(one) for one in value]
    return {type(value).__name__: parts} if hasattr(value, "_fields") else parts


def _read(data: Any, kind: Any) -> Any:
    """Data as a value of this type, which an annotation of ``model`` names."""
    if get_origin(kind) is UnionType:
        name = next(iter(data)) if isinstance(data, dict) else type(data).__name__
        by_name = {"list" if get_origin(one) else one.__name__: one for one in get_args(kind)}
        return _read(data, by_name[name])
    if get_origin(kind) is tuple:
        first, *others = get_args(kind)
        if not isinstance(data, list):
            raise TypeError("a list was expected")
        if others == [Ellipsis]:
            return tuple(_read(one, first) for one in data)
        return tuple(_read(one, each) for one, each in zip(data, (first, *others), strict=True))
    if hasattr(kind, "_fields"):
        fields = zip(data[kind.__name__], _fields_of(kind), strict=True)
        return kind(*(_read(one, each) for one, each in fields))
    if type(data) is not kind:
        raise TypeError(f"{type(data).__name__} where {kind.__name__} was expected")
    return data


@cache
def _fields_of(kind: type) -> tuple[Any, ...]:
    return tuple(get_type_hints(kind).values())
