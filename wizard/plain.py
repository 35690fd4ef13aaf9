"""Conversion of records to plain data for JSON messages, and back, with strict type checks.

A record is a named tuple or a dataclass. It becomes a mapping by field name; a list in the order of the fields is
accepted, too. Where an annotation allows several records, ``{"Name": data}`` names the one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints


def to_plain(value: Any) -> Any:
    """Return a value as plain data; anything that is not a record, tuple or enumeration is returned unchanged."""
    if names := _names(type(value)):
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    return value.name if isinstance(value, Enum) else value


def to_value(data: Any, kind: Any) -> Any:
    """Return plain data as a value of a type, which may be any annotation of a record's field.

    Raises:
        TypeError, ValueError, LookupError: it is not valid data for such a value.
        RecursionError: it is nested too deeply.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return data
    if origin is UnionType:
        return to_value(data, _one_of(data, parts))
    if origin is Literal:
        return parts[parts.index(data)]
    if origin is tuple:
        items = _of_type(data, list)
        each = zip(items, parts, strict=True) if Ellipsis not in parts else ((one, parts[0]) for one in items)
        return tuple(to_value(one, part) for one, part in each)
    if origin is not None and issubclass(origin, Mapping):
        return {_of_type(key, parts[0]): to_value(one, parts[1]) for key, one in _of_type(data, dict).items()}
    if names := _names(kind):
        return _record(data, kind, names)
    if issubclass(kind, Enum):
        return kind[data]
    return float(data) if kind is float and type(data) is int else _of_type(data, kind)


def _names(kind: type) -> tuple[str, ...]:
    """Return the field names of a record type; empty for other types."""
    return getattr(kind, "_fields", ()) or tuple(getattr(kind, "__dataclass_fields__", ()))


def _one_of(data: Any, kinds: tuple[Any, ...]) -> Any:
    """Return the member of a union that the data belongs to."""
    records = [one for one in kinds if get_origin(one) is None and _names(one)]
    if isinstance(data, dict) and records:
        named = {one.__name__: one for one in records}
        return named[next(iter(data))] if len(records) > 1 else records[0]
    wanted = tuple if isinstance(data, list) else type(data)
    return next((one for one in kinds if (get_origin(one) or one) is wanted), kinds[0])


def _record(data: Any, kind: Any, names: tuple[str, ...]) -> Any:
    if isinstance(data, dict) and list(data) == [kind.__name__]:
        data = data[kind.__name__]
    if isinstance(data, list):
        data = dict(zip(names, data, strict=True))
    kinds = _kinds(kind)
    return kind(**{name: to_value(one, kinds[name]) for name, one in _of_type(data, dict).items()})


@cache
def _kinds(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _of_type(data: Any, kind: Any) -> Any:
    if type(data) is not kind:
        raise TypeError(f"{type(data).__name__} where {kind.__name__} was expected")
    return data
