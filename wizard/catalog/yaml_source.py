"""A strict reader for YAML files that people write: every scalar is text, every fault has its place.

Source: YAML 1.1 turns ``no`` into a boolean and PyYAML keeps the last of two equal keys in silence;
both would change what a rule means. So nodes are read as text, and nothing is constructed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from wizard.catalog.folder import BOUNDS
from wizard.errors import Fault, Position
from wizard.text import did_you_mean, printable, shown
from wizard.yamlio.bounds import YamlFault, decode
from wizard.yamlio.nodes import entries, is_null, read_node

_HINTS = {
    "cannot start any token": "indent with spaces, not tabs, and put text that starts with a sign in quotes",
    "mapping values are not allowed": "put text that contains ': ' in quotes",
    "second document": "keep one; `---` begins another",
    "the file is larger": "split it",
    "alias": "write the values out",
}
"""By words of a fault's message."""

PlainData = str | None | list["PlainData"] | dict[str, "PlainData"]


class Source:
    """One YAML file being read; ``faults`` is shared by all files of a catalogue."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file = file
        self.faults = faults

    # --- places ----------------------------------------------------------------------------------

    def at(self, node: Node) -> Position:
        """Return the place where a node starts."""
        mark = node.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)

    def fault(self, code: str, message: str, node: Node | None = None, hint: str = "") -> None:
        """Notes one fault at a node, or for the whole file."""
        self.faults.append(Fault(code, message, self.at(node) if node else Position(self.file), hint))

    # --- reading text into nodes -----------------------------------------------------------------

    def compose(self, data: bytes | str) -> Node | None:
        """The root node of the only document; ``None`` after noting why there is none."""
        try:
            root = read_node(decode(data, BOUNDS), BOUNDS)
        except YamlFault as fault:
            self._unreadable(fault)
            return None
        if root is None:
            self.fault("yaml-empty", "the file is empty")
        return root

    def _unreadable(self, fault: YamlFault) -> None:
        message = f"not valid YAML: {fault.message}" if fault.code == "syntax" else fault.message
        hint = "save it as UTF-8" if fault.code == "encoding" else ""
        hint = hint or next((hint for words, hint in _HINTS.items() if words in message), "")
        place = Position(self.file, fault.line, fault.column)
        self.faults.append(Fault(f"yaml-{fault.code}", message, place, hint))

    # --- reading nodes ---------------------------------------------------------------------------

    def entries(self, node: Node, what: str) -> dict[str, tuple[Node, Node]]:
        """A mapping's entries by key: (key node, value node). Duplicate and odd keys are faults."""
        found: dict[str, tuple[Node, Node]] = {}
        if not isinstance(node, MappingNode) or node.tag:
            self.wrong(node, what, "a mapping")
            return found
        for name, key, value, first in entries(node):
            if name is None:
                self.fault("yaml-key", f"a key of {what} is not plain text", key)
            elif first is not None:
                message = f"'{shown(name)}' is defined twice in {what}"
                self.fault("duplicate-key", message, key, f"first in line {self.at(first).line}")
            elif not name.isprintable() or not name:
                self.fault("yaml-key", f"a key of {what} is empty or holds control characters", key)
            else:
                found[name] = (key, value)
        return found

    def fields(
        self, node: Node, known: Mapping[str, bool], what: str, *, hint_of: Callable[[str], str] = lambda _key: ""
    ) -> dict[str, Node]:
        """The entries of a mapping with fixed keys; ``known`` says which of them are required.

        ``hint_of`` gives the hint about another key, or nothing where it has none.
        """
        entries = self.entries(node, what)
        found = {name: value for name, (_, value) in entries.items() if name in known}
        for name, (key, _) in entries.items():
            if name not in known:
                hint = hint_of(name) or did_you_mean(name, known) or f"known keys: {', '.join(known)}"
                self.fault("unknown-key", f"unknown key '{shown(name)}' in {what}", key, hint)
        if isinstance(node, MappingNode):
            for name, required in known.items():
                if required and name not in found:
                    self.fault("missing-key", f"{what} has no '{name}'", node, f"add '{name}:'")
        return found

    def items(self, node: Node, what: str) -> list[Node]:
        """The nodes of a list."""
        if isinstance(node, SequenceNode) and not node.tag:
            return list(node.value)
        self.wrong(node, what, "a list")
        return []

    def text(self, node: Node, what: str) -> str:
        """A scalar as the text it was written as."""
        if not isinstance(node, ScalarNode) or node.tag:
            self.wrong(node, what, "text")
            return ""
        value: str = node.value
        if not printable(value):
            self.fault("yaml-control", f"{what} holds control characters", node, "remove them")
            return ""
        return value

    def texts(self, node: Node, what: str) -> list[tuple[str, Node]]:
        """One text, or a list of texts, each with its node."""
        if isinstance(node, SequenceNode) and not node.tag:
            return [(self.text(item, what), item) for item in node.value]
        return [(self.text(node, what), node)]

    def choice(self, node: Node, what: str, known: Iterable[str], *, code: str = "bad-value") -> str:
        """A text that must be one of ``known``; empty after noting that it is not, with a fault of this code."""
        before = len(self.faults)
        value = self.text(node, what)
        names = tuple(known)
        if value in names:
            return value
        if len(self.faults) == before:
            hint = did_you_mean(value, names) or f"one of: {', '.join(names)}"
            self.fault(code, f"{what} cannot be '{shown(value)}'", node, hint)
        return ""

    def integer(self, node: Node, what: str) -> int:
        """A whole number; 0 after noting that it is none."""
        before = len(self.faults)
        value = self.text(node, what)
        if value.isascii() and value.removeprefix("-").isdigit() and len(value) < 19:
            return int(value)
        if len(self.faults) == before:
            self.fault("bad-value", f"{what} is not a whole number: '{shown(value)}'", node)
        return 0

    def flag(self, node: Node, what: str) -> bool:
        """``true`` or ``false``, nothing else."""
        return self.choice(node, what, ("true", "false")) == "true"

    def plain(self, node: Node, what: str) -> PlainData:
        """The node as text, lists and mappings of text; an unquoted ``null``, ``~`` or nothing is ``None``."""
        if isinstance(node, ScalarNode):
            return None if is_null(node) else self.text(node, what)
        if isinstance(node, SequenceNode):
            return [self.plain(item, what) for item in self.items(node, what)]
        return {name: self.plain(value, what) for name, (_, value) in self.entries(node, what).items()}

    def wrong(self, node: Node, what: str, wanted: str) -> None:
        """Notes that a node has the wrong shape, or a tag."""
        if node.tag:
            self.fault("yaml-tag", f"{what} has the tag '{shown(str(node.tag))}'", node, "remove the tag")
            return
        kind = {MappingNode: "a mapping", SequenceNode: "a list", ScalarNode: "text"}[type(node)]
        if isinstance(node, ScalarNode) and is_null(node):
            kind = "empty"
        self.fault("wrong-type", f"{what} must be {wanted}, and is {kind}", node)
