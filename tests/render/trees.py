"""Trees for the composer's tests."""

from __future__ import annotations

from typing import Any

from wizard.render.compose.tree import Map, Node, Scalar, Seq, walk
from wizard.render.model import Bundle


def from_plain(data: Any) -> Node:
    """Return a tree of plain data."""
    if isinstance(data, dict):
        return Map(tuple((str(key), from_plain(value)) for key, value in data.items()))
    return Seq(tuple(map(from_plain, data))) if isinstance(data, list | tuple) else Scalar(data)


def leaves(bundle: Bundle) -> dict[tuple[str, str], Any]:
    """Return the values of a bundle by file and field, and the types of mappings and lists."""
    return {
        (file.path, path): getattr(node, "value", type(node))
        for file in bundle.manifests
        for path, node in walk(from_plain(file.document))
    }
