"""The one writer of YAML: fixed key order, block style, comments, and the origin of each line."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from wizard.render.compose.tree import Map, Node, Scalar, Seq, join_path
from wizard.render.model import Origin
from wizard.yamlio.quoting import is_bare, quoted

_TOP = {"apiVersion": 0, "kind": 1, "metadata": 2, "immutable": 3, "type": 3, "spec": 5, "data": 6, "stringData": 7}
_METADATA = {"name": 0, "generateName": 1, "namespace": 2, "labels": 3, "annotations": 4}

OriginOf = Callable[[str, tuple[str, ...]], Origin | None]
"""A function from a component and parameters to their origin."""


class Emitted(NamedTuple):
    """The text of one document, with an origin for each line and each field path."""

    text: str
    origins: tuple[Origin | None, ...]
    paths: Mapping[str, Origin]


def emit(
    node: Node,
    *,
    comments: bool = True,
    origin: OriginOf = lambda _owner, _parameters: None,
    reason: Callable[[str], str] = lambda _owner: "",
    owner: str = "app",
    is_object: bool = True,
) -> Emitted:
    """Write one document as YAML.

    Args:
        node: the tree.
        comments: whether comments are written.
        origin: the origin for lines and paths.
        reason: the comment that explains a component's block; empty for none.
        owner: the component whose blocks need no such comment.
        is_object: whether to use the key order of a Kubernetes object.
    """
    writer = _Writer(comments=comments, origin=origin, reason=reason)
    if is_object and isinstance(node, Map):
        node = _ordered(node)
    writer.document(node, owner)
    return Emitted("\n".join(writer.lines) + "\n", tuple(writer.origins), writer.paths)


def _ordered(node: Map) -> Map:
    metadata = node.get("metadata")
    if isinstance(metadata, Map):
        inner = tuple(sorted(metadata.entries, key=lambda entry: _METADATA.get(entry[0], 5)))
        node = node.put("metadata", metadata._replace(entries=inner))
    return node._replace(entries=tuple(sorted(node.entries, key=lambda entry: _TOP.get(entry[0], 4))))


class _Writer:
    def __init__(self, *, comments: bool, origin: OriginOf, reason: Callable[[str], str]) -> None:
        self.comments = comments
        self.origin = origin
        self.reason = reason
        self.lines: list[str] = []
        self.origins: list[Origin | None] = []
        self.paths: dict[str, Origin] = {}
        self.others: tuple[str, ...] = ()
        """Other components that put the current item into its list, too."""

    def document(self, node: Node, owner: str) -> None:
        mine = node.owner or owner
        self._notes(node, "", owner, "")
        self._mark("", mine, node.parameters)
        if isinstance(node, Map) and node.entries:
            self._entries(node, "", "", mine)
        elif isinstance(node, Seq) and node.items:
            self._items(node, "", "", mine)
        else:
            self._line(self._inline(node), self._seen(mine, node.parameters))

    def _entries(self, node: Map, indent: str, path: str, owner: str, lead: str = "") -> None:
        """Write the entries; ``lead`` replaces the indentation of the first one (``- `` of a list item)."""
        before = owner
        for key, value in node.entries:
            if not lead:
                self._notes(value, indent, owner, before)
            before = value.owner or owner
            name = key if is_bare(key) else quoted(key)
            self._value(value, f"{lead or indent}{name}:", indent + "  ", join_path(path, key), owner)
            lead = ""

    def _items(self, node: Seq, indent: str, path: str, owner: str) -> None:
        before = owner
        for index, item in enumerate(node.items):
            here, mine = f"{path}[{index}]", item.owner or owner
            outer = self.others
            if isinstance(item, Map) and item.shared:
                self.others = item.shared
            self._notes(item, indent, owner, before)
            before = mine
            if isinstance(item, Map) and item.entries:
                self._mark(here, mine, item.parameters)
                first = item.entries[0][1]
                self._notes(first, indent, mine, mine)
                if item.trailing and self.comments:
                    self._line(indent + item.trailing, self._seen(mine, ()))
                self._entries(item, indent + "  ", here, mine, lead=f"{indent}- ")
            else:
                self._value(item, f"{indent}-", indent + "  ", here, owner)
            self.others = outer

    def _value(self, node: Node, head: str, indent: str, path: str, owner: str) -> None:
        mine = node.owner or owner
        self._mark(path, mine, node.parameters)
        seen = self._seen(mine, node.parameters)
        tail = f"  {node.trailing}" if node.trailing and self.comments else ""
        if isinstance(node, Map) and node.entries:
            self._line(head + tail, seen)
            self._entries(node, indent, path, mine)
        elif isinstance(node, Seq) and node.items:
            self._line(head + tail, seen)
            self._items(node, indent, path, mine)
        elif isinstance(node, Scalar) and isinstance(node.value, str) and is_block(node.value):
            self._line(f"{head} |{'' if node.value.endswith(chr(10)) else '-'}", seen)
            for line in node.value.removesuffix("\n").split("\n"):
                self._line(indent + line if line else "", seen)
        else:
            self._line(f"{head} {self._inline(node)}{tail}", seen)

    def _inline(self, node: Node) -> str:
        if isinstance(node, Map):
            return "{}"
        return "[]" if isinstance(node, Seq) else scalar_text(node.value)

    def _notes(self, node: Node, indent: str, parent: str, before: str) -> None:
        """Write the comments above an entry, and the reason for the entry if another component put it there."""
        if not self.comments:
            return
        mine = node.owner or parent
        seen = self._seen(mine, ())
        owners = [mine] if mine not in (parent, before) else []
        owners += node.shared if isinstance(node, Map) else ()
        for why in dict.fromkeys(filter(None, map(self.reason, owners))):
            self._line(f"{indent}# {why}", seen)
        for comment in node.above:
            self._line(indent + comment, seen)

    def _seen(self, owner: str, parameters: tuple[str, ...]) -> Origin | None:
        found = self.origin(owner, parameters)
        if found is None or not self.others:
            return found
        more = [one for other in self.others if (one := self.origin(other, ())) is not None]
        questions = dict.fromkeys((*found.questions, *(each for one in more for each in one.questions)))
        return found._replace(questions=tuple(questions), also=tuple(one.component for one in more))

    def _mark(self, path: str, owner: str, parameters: tuple[str, ...]) -> None:
        if (seen := self._seen(owner, parameters)) is not None:
            self.paths[path] = seen

    def _line(self, text: str, seen: Origin | None) -> None:
        self.lines.append(text)
        self.origins.append(seen)


def is_block(text: str) -> bool:
    """Return whether a block literal suits a text and reads back exactly."""
    body = text.removesuffix("\n")
    if "\n" not in text or not body or body.endswith("\n") or body[0] in " \t\n":
        return False
    return all(c in "\n\t" or c.isprintable() for c in body) and not any(
        line.startswith("\t") or (line and not line.strip(" ")) for line in body.split("\n")
    )


def scalar_text(value: object) -> str:
    """Return a leaf as YAML on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float_text(value)
    text = str(value)
    return text if is_bare(text) else quoted(text)


def _float_text(value: float) -> str:
    if value != value:
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    mantissa, e, exponent = repr(value).partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}{e}{'+' if e and exponent[0] not in '+-' else ''}{exponent}"
