"""Safe accessors for data of any shape, field paths, and quoting for messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from math import isfinite
from typing import Any

from wizard import text
from wizard.text import shown

Items = Iterator[tuple[str, Mapping[str, Any]]]
"""(path, mapping) of each item of a list."""

_MARKS = frozenset("./[] ")


def as_map(value: Any) -> Mapping[str, Any]:
    """Return the mapping, or an empty one for any other value."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return the list, or an empty one for any other value."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """Return the text, or an empty one for any other value."""
    return value if isinstance(value, str) else ""


def as_int(value: Any) -> int | None:
    """Return the whole number, or ``None`` for any other value; a boolean is not a number here."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def dig(value: Any, *keys: str) -> Any:
    """Return the value under these nested keys, or ``None``."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def mapping(value: Any, *keys: str) -> Mapping[str, Any]:
    """Return the mapping under these nested keys; empty if there is none."""
    return as_map(dig(value, *keys))


def mappings(value: Any, *keys: str) -> list[Mapping[str, Any]]:
    """Return the mappings in the list under these nested keys; empty if there is no list."""
    return [one for one in as_list(dig(value, *keys)) if isinstance(one, dict)]


def text_at(value: Any, *keys: str) -> str:
    """Return the text under these nested keys; empty if there is none."""
    return as_text(dig(value, *keys))


def join(path: str, key: str | int) -> str:
    """Return the field path extended by one key or index, as the API server writes it."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not key or not _MARKS.isdisjoint(key):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def parent(path: str) -> str:
    """Return the path without its last step; empty at the top."""
    if path.endswith("]"):
        return path[: path.rfind("[")]
    return path.rpartition(".")[0]


def items(value: Any, path: str) -> Items:
    """Yield (path, mapping) for each mapping in a list; the structure check reports other items."""
    for index, item in enumerate(as_list(value)):
        if isinstance(item, dict):
            yield f"{path}[{index}]", item


def show(value: Any) -> str:
    """Return a value for a message: text in double quotes, numbers unchanged, lists and mappings by type only."""
    if isinstance(value, str):
        return f'"{shown(value)}"'
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return shown(repr(value))


def number_text(value: float) -> str:
    """Return a number or boolean as Kubernetes writes it in place of text, such as a key."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not isfinite(value):
        return {"inf": ".inf", "-inf": "-.inf"}.get(str(value), ".nan")
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e6 else str(value)


def listed(names: Any, last: str = "or") -> str:
    """Return ``a, b or c`` for a message, with at most eight names."""
    words = [shown(str(name)) for name in islice(names, 9)]
    if len(words) > 8:
        words = [*words[:8], "…"]
    return text.listed(words, last)
