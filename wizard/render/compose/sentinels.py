"""Values that stand for a parameter: of its type, like no other value, and found again in any text."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.model import Parameter, Value
from wizard.catalog.records import field_of

_FIRST = {"port": 41000, "integer": 910000}


def sentinels(parameters: tuple[Parameter, ...], values: Mapping[str, Value]) -> Mapping[str, Value]:
    """By key, for each ``value`` parameter: a value of its type that no other parameter has."""
    return {
        p.key: sentinel(p, number, values.get(p.key))
        for number, p in enumerate(parameters)
        if p.kind == "value" and p.type not in ("choice",)
    }


def sentinel(parameter: Parameter, number: int, value: Value = None) -> Value:
    """The value that stands for one parameter, the ``number``-th."""
    kind = parameter.type
    if kind in _FIRST:
        return _FIRST[kind] + number
    if kind == "boolean":
        return not value
    mark = f"zq{number:04d}zq"
    if kind in ("list", "command"):
        return (mark,)
    if kind == "records":
        items = value if isinstance(value, tuple) else ()
        return tuple(_item(parameter, item, number + 100 * (at + 1)) for at, item in enumerate(items)) or None
    if kind == "map":
        return ((mark.upper(), mark),)
    return _SHAPES.get(kind, "{mark}").format(mark=mark, number=number, port=_FIRST["port"] + number)


def _item(parameter: Parameter, item: Value, number: int) -> Value:
    """An item with sentinels in its ``value`` fields; a field that decides structure stays as it is."""
    pairs = {field.name: field_of(item, field.name) for field in parameter.fields}
    return tuple(
        (field.name, sentinel(field, number + at, pairs[field.name]))
        if field.kind == "value" and pairs[field.name] is not None
        else (field.name, pairs[field.name])
        for at, field in enumerate(parameter.fields)
    )


_SHAPES = {
    "image": "{mark}.example/{mark}:{mark}",
    "quantity": "8{number:04d}Mi",
    "duration": "8{number:04d}s",
    "cron": "7 7 7 7 {mark}",
    "timezone": "Etc/{mark}",
    "path": "/{mark}",
    "url": "https://{mark}.example",
    "host": "{mark}.example",
    "endpoint": "{mark}.example:{port}",
}
