"""YAML text as PyYAML's nodes, with nothing resolved or constructed: each scalar keeps the text that was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yaml.events import MappingEndEvent, SequenceEndEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from wizard.yamlio.bounds import Bounds
from wizard.yamlio.reader import Reader


def read_nodes(text: str, bounds: Bounds) -> list[Node]:
    """Return the root node of each document; a node without an explicit tag has the tag ``""``.

    Raises:
        YamlFault: the text cannot be read within the bounds.
    """
    return [root for _, _, root in _NodeReader(text, bounds).documents()]


def read_node(text: str, bounds: Bounds) -> Node | None:
    """Return the root node of the only document; ``None`` if there is none.

    Raises:
        YamlFault: the text cannot be read within the bounds, or there is a second document.
    """
    return _NodeReader(text, bounds).only()


class _NodeReader(Reader[Node]):
    """A reader that builds nodes as PyYAML's composer does, but without resolving tags."""

    def scalar(self, event: Any, _path: str) -> Node:
        return ScalarNode(event.tag or "", event.value, event.start_mark, event.end_mark, event.style)

    def sequence(self, event: Any, path: str, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(item := self.next(), SequenceEndEvent):
            items.append(self.value(item, path, depth + 1))
        return SequenceNode(event.tag or "", items, event.start_mark, item.end_mark, event.flow_style)  # type: ignore[arg-type]

    def mapping(self, event: Any, path: str, depth: int) -> Node:
        found: list[tuple[Node, Node]] = []
        while not isinstance(key := self.next(), MappingEndEvent):
            found.append((self.value(key, path, depth + 1), self.value(self.next(), path, depth + 1)))
        return MappingNode(event.tag or "", found, event.start_mark, key.end_mark, event.flow_style)  # type: ignore[arg-type]


def entries(node: MappingNode) -> Iterator[tuple[str | None, Node, Node, Node | None]]:
    """Yield each entry: key (``None`` if not plain text), the key's node, value, the node of an equal earlier key."""
    seen: dict[str | None, Node] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) and not key.tag else None
        yield name, key, value, seen.get(name)
        if name is not None:
            seen.setdefault(name, key)


def is_null(node: Node) -> bool:
    """Return whether a node is an unquoted ``null``, ``~`` or empty."""
    return isinstance(node, ScalarNode) and not node.style and node.value in ("", "null", "~")
