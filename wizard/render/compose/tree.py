"""The tree of a manifest during composition: nodes with comments and the component that owns them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

Plain = str | int | float | bool | None
_APART = frozenset(".[]/ ")
"""Characters that force a key into brackets in a path."""


class Scalar(NamedTuple):
    """A leaf. ``above`` and ``trailing`` are comments of the entry or item whose value this node is."""

    value: Plain
    owner: str = ""
    """A component id; empty for the owner of the parent."""
    above: tuple[str, ...] = ()
    trailing: str = ""
    parameters: tuple[str, ...] = ()
    """Keys of the ``value`` parameters that it depends on; only filled in when tracing."""


class Seq(NamedTuple):
    """A list."""

    items: tuple["Node", ...]
    owner: str = ""
    above: tuple[str, ...] = ()
    trailing: str = ""
    parameters: tuple[str, ...] = ()


class Map(NamedTuple):
    """A mapping in order. ``authored`` is true for block style in a template, which a user's value never is."""

    entries: "tuple[tuple[str, Node], ...]"
    owner: str = ""
    above: tuple[str, ...] = ()
    trailing: str = ""
    parameters: tuple[str, ...] = ()
    authored: bool = False
    shared: tuple[str, ...] = ()
    """Other components that put the same item into the list."""

    def get(self, key: str) -> "Node | None":
        """Return the value of ``key``, or ``None``."""
        for name, node in self.entries:
            if name == key:
                return node
        return None

    def put(self, key: str, node: "Node", *, before: str = "") -> "Map":
        """Return this mapping with ``key`` replaced in its place, or added (``before`` another key, else last)."""
        names = [name for name, _ in self.entries]
        if key in names:
            return self._replace(entries=tuple((n, node if n == key else old) for n, old in self.entries))
        at = names.index(before) if before in names else len(names)
        return self._replace(entries=(*self.entries[:at], (key, node), *self.entries[at:]))

    def put_items(self, key: str, items: tuple["Node", ...], *, before: str = "") -> "Map":
        """Return this mapping with other items in the list ``key``, which is added if it is missing."""
        old = self.get(key)
        return self.put(key, old._replace(items=items) if isinstance(old, Seq) else Seq(items), before=before)

    def without(self, key: str) -> "Map":
        """Return this mapping without ``key``."""
        return self._replace(entries=tuple(entry for entry in self.entries if entry[0] != key))


Node = Scalar | Seq | Map


def put_once(items: list[Node], item: Node) -> None:
    """Append an item to a list, or merge it with an equal one, which then belongs to both components."""
    data = plain(item)
    at = next((at for at, old in enumerate(items) if plain(old) == data), None)
    if at is None:
        items.append(item)
    elif isinstance(old := items[at], Map) and isinstance(item, Map):
        both = _united(old, item) if repr(plain(old)) == repr(data) else old
        more = [one for one in (item.owner, *item.shared) if one and one not in (old.owner, *old.shared)]
        items[at] = both._replace(shared=(*old.shared, *more)) if isinstance(both, Map) else old


def _united(one: Node, other: Node) -> Node:
    """Merge two nodes with the same data in the same order, keeping the comments and parameters of both."""
    above = (*one.above, *(text for text in other.above if text not in one.above))
    parameters = tuple(dict.fromkeys((*one.parameters, *other.parameters)))
    if isinstance(one, Seq) and isinstance(other, Seq):
        items = tuple(_united(mine, its) for mine, its in zip(one.items, other.items, strict=True))
        return one._replace(items=items, above=above, parameters=parameters)
    if isinstance(one, Map) and isinstance(other, Map):
        pairs = zip(one.entries, other.entries, strict=True)
        entries = tuple((key, _united(mine, its)) for (key, mine), (_, its) in pairs)
        return one._replace(entries=entries, above=above, parameters=parameters)
    return one._replace(above=above, parameters=parameters)


def plain(node: Node) -> Any:
    """Return the node's data as Python's own types."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Seq):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries}


def without_nulls(node: Node) -> Node:
    """Return the node without the entries and items that are null."""
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Seq):
        kept = tuple(without_nulls(item) for item in node.items if not is_null(item))
        return node if kept == node.items else node._replace(items=kept)
    entries = tuple((key, without_nulls(value)) for key, value in node.entries if not is_null(value))
    return node if entries == node.entries else node._replace(entries=entries)


OF = "$of"
"""The key by which a mapping in a template names the component that it is for."""


def given_to_owners(node: Node, owner: str = "") -> Node:
    """Return the node with each mapping that has ``$of: component`` owned by that component, without the key.

    A shared template renders one item per declaration of all components; this way each item leads to its component.
    """
    if isinstance(node, Scalar):
        return node._replace(owner=owner) if owner else node
    if isinstance(node, Seq):
        items = tuple(given_to_owners(item, owner) for item in node.items)
        return node._replace(items=items, owner=owner or node.owner)
    mark = node.get(OF) if node.authored else None
    if isinstance(mark, Scalar):
        owner, node = str(mark.value), node.without(OF)
    entries = tuple((key, given_to_owners(value, owner)) for key, value in node.entries)
    return node._replace(entries=entries, owner=owner or node.owner)


def is_null(node: Node) -> bool:
    """Return whether the node is null."""
    return isinstance(node, Scalar) and node.value is None


def at_path(node: Node | None, path: tuple[str, ...]) -> Node | None:
    """Return the node below ``node`` at keys ``path``, or ``None``."""
    for key in path:
        if not isinstance(node, Map):
            return None
        node = node.get(key)
    return node


def put_at(node: Map, path: tuple[str, ...], value: Node) -> Map:
    """Return the mapping with the node at ``path`` replaced; missing parents are created."""
    key, *rest = path
    if not rest:
        return node.put(key, value)
    old = node.get(key)
    below = put_at(old if isinstance(old, Map) else Map(()), tuple(rest), value)
    return node.put(key, below, before="spec" if key == "metadata" else "")


def items_at(node: Node | None, *path: str) -> tuple[Node, ...]:
    """Return the items of the list at ``path``; empty if there is none."""
    found = at_path(node, path)
    return found.items if isinstance(found, Seq) else ()


def maps_at(node: Node | None, *path: str) -> tuple[Map, ...]:
    """Return the mappings in the list at ``path``; empty if there is none."""
    return tuple(item for item in items_at(node, *path) if isinstance(item, Map))


def text_at(node: Node, *path: str) -> str:
    """Return the text of the scalar at ``path``; empty if there is none."""
    found = at_path(node, path)
    return str(found.value) if isinstance(found, Scalar) and found.value is not None else ""


def walk(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Yield ``node`` and every node below it with its field path."""
    yield path, node
    if isinstance(node, Seq):
        for index, item in enumerate(node.items):
            yield from walk(item, f"{path}[{index}]")
    elif isinstance(node, Map):
        for key, value in node.entries:
            yield from walk(value, join_path(path, key))


def join_path(path: str, key: str) -> str:
    """Return the field path of an entry: ``spec.replicas``, ``metadata.labels[app.kubernetes.io/name]``."""
    if not key or not _APART.isdisjoint(key):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key
