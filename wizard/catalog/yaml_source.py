"""A strict reader for hand-written YAML files: every scalar is text, and every fault has a position.

YAML 1.1 turns ``no`` into a boolean, and PyYAML silently keeps the last of two equal keys; both would change the
meaning of a rule. So nodes are read as text, and nothing is constructed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

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
"""Hints by a phrase in the fault's message."""

PlainData = str | None | list["PlainData"] | dict[str, "PlainData"]


def paragraphs(text: str) -> str:
    """Join the lines of each paragraph of a text; paragraphs are separated by blank lines."""
    blocks = text.strip().split("\n\n") if "\n" in text else [text]
    return "\n\n".join(" ".join(block.split()) for block in blocks if block.strip())


class Source:
    """One YAML file being read; ``faults`` is shared by all files of a catalogue."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file = file
        self.faults = faults

    # --- positions -------------------------------------------------------------------------------

    def at(self, node: Node) -> Position:
        """Return the position where a node starts."""
        mark = node.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)

    def fault(self, code: str, message: str, node: Node | None = None, hint: str = "") -> None:
        """Report a fault at a node, or of the whole file."""
        self.faults.append(Fault(code, message, self.at(node) if node else Position(self.file), hint))

    # --- reading text into nodes -----------------------------------------------------------------

    def compose(self, data: bytes | str) -> Node | None:
        """Return the root node of the only document, or report the fault and return ``None``."""
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
        """Return a mapping's entries by key: (key node, value node); duplicate and non-text keys are faults."""
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
    ) -> Fields:
        """Return the entries of a mapping with fixed keys; ``known`` maps each key to whether it is required.

        ``hint_of`` returns the hint for an unknown key, or an empty text.
        """
        entries = self.entries(node, what)
        found = Fields(self, node, what, {name: value for name, (_, value) in entries.items() if name in known})
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
        """Return the nodes of a list."""
        if isinstance(node, SequenceNode) and not node.tag:
            return list(node.value)
        self.wrong(node, what, "a list")
        return []

    def text(self, node: Node, what: str) -> str:
        """Return a scalar's literal text."""
        if not isinstance(node, ScalarNode) or node.tag:
            self.wrong(node, what, "text")
            return ""
        value: str = node.value
        if not printable(value):
            self.fault("yaml-control", f"{what} holds control characters", node, "remove them")
            return ""
        return value

    def prose(self, node: Node, what: str) -> str:
        """Return the paragraphs of a text, each joined into one line."""
        return paragraphs(self.text(node, what))

    def texts(self, node: Node, what: str) -> list[tuple[str, Node]]:
        """Return the text of a scalar, or each text of a list, with its node."""
        if isinstance(node, SequenceNode) and not node.tag:
            return [(self.text(item, what), item) for item in node.value]
        return [(self.text(node, what), node)]

    def choice(self, node: Node, what: str, known: Iterable[str], *, code: str = "bad-value") -> str:
        """Return a text that must be one of ``known``; report any other with ``code`` and return an empty text."""
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
        """Return a whole number; report anything else and return 0."""
        before = len(self.faults)
        value = self.text(node, what)
        if value.isascii() and value.removeprefix("-").isdigit() and len(value) < 19:
            return int(value)
        if len(self.faults) == before:
            self.fault("bad-value", f"{what} is not a whole number: '{shown(value)}'", node)
        return 0

    def flag(self, node: Node, what: str) -> bool:
        """Return the value of ``true`` or ``false``; report anything else."""
        return self.choice(node, what, ("true", "false")) == "true"

    def plain(self, node: Node, what: str) -> PlainData:
        """Return the node as text, lists and mappings of text; an unquoted ``null``, ``~`` or nothing is ``None``."""
        if isinstance(node, ScalarNode):
            return None if is_null(node) else self.text(node, what)
        if isinstance(node, SequenceNode):
            return [self.plain(item, what) for item in self.items(node, what)]
        return {name: self.plain(value, what) for name, (_, value) in self.entries(node, what).items()}

    def wrong(self, node: Node, what: str, wanted: str) -> None:
        """Report that a node has a tag or the wrong type."""
        if node.tag:
            self.fault("yaml-tag", f"{what} has the tag '{shown(str(node.tag))}'", node, "remove the tag")
            return
        kind = {MappingNode: "a mapping", SequenceNode: "a list", ScalarNode: "text"}[type(node)]
        if isinstance(node, ScalarNode) and is_null(node):
            kind = "empty"
        self.fault("wrong-type", f"{what} must be {wanted}, and is {kind}", node)


class Fields(dict[str, Node]):
    """The values of a mapping with fixed keys; each method reads one, or returns an empty value if it is missing."""

    def __init__(self, source: Source, node: Node, what: str, found: Mapping[str, Node]) -> None:
        super().__init__(found)
        self.source, self.node, self.what = source, node, what

    def of(self, key: str) -> str:
        """Return the phrase for a key in messages."""
        return f"`{key}` of {self.what}" if self.what else f"`{key}`"

    def text(self, key: str) -> str:
        """Return a text."""
        return self.source.text(self[key], self.of(key)) if key in self else ""

    def prose(self, key: str) -> str:
        """Return paragraphs, each joined into one line."""
        return paragraphs(self.text(key))

    def texts(self, key: str) -> list[tuple[str, Node]]:
        """Return the one text or each text of a list, with its node."""
        return self.source.texts(self[key], self.of(key)) if key in self else []

    def names(self, key: str) -> tuple[str, ...]:
        """Return the one text or the texts of a list."""
        return tuple(text for text, _ in self.texts(key))

    def unknown(self, key: str, known: Callable[[str], bool]) -> Iterator[tuple[str, Node]]:
        """Yield each text that is not known, with its node; an empty one is reported elsewhere."""
        return ((text, node) for text, node in self.texts(key) if text and not known(text))

    def flag(self, key: str) -> bool:
        """Return true or false."""
        return key in self and self.source.flag(self[key], self.of(key))

    def choice(self, key: str, known: Iterable[str]) -> str:
        """Return one of ``known``; empty if it is missing or not one of them."""
        return self.source.choice(self[key], self.of(key), known) if key in self else ""

    def entries(self, key: str) -> dict[str, tuple[Node, Node]]:
        """Return the entries of a mapping by key: (key node, value node)."""
        return self.source.entries(self[key], self.of(key)) if key in self else {}
