"""Trees for the composer's tests."""

from __future__ import annotations

from typing import Any

from wizard.render.compose.tree import Map, Node, Scalar, Seq


def from_plain(data: Any) -> Node:
    """Return a tree of plain data."""
    if isinstance(data, dict):
        return Map(tuple((str(key), from_plain(value)) for key, value in data.items()))
    return Seq(tuple(map(from_plain, data))) if isinstance(data, list | tuple) else Scalar(data)
