"""A strict reader for YAML files that people write: every scalar is text, every fault has its place.

Source: YAML 1.1 turns ``no`` into a boolean and PyYAML keeps the last of two equal keys in silence;
both would change what a rule means. So we read PyYAML's nodes ourselves and construct nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from wizard.errors import Fault, Position
from wizard.text import did_you_mean, printable, shown

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
MAX_DEPTH = 40
_ENDLESS = 10**9
# Composing recurses in C without a limit; below this bound it cannot overflow the stack.
_SAFE_DEPTH_BOUND = 4_000

Plain = str | None | list["Plain"] | dict[str, "Plain"]

try:
    from yaml._yaml import CParser

    class _Composer(CParser):
        """libyaml's composer without tag resolution: an untagged node has the tag ``""``."""

        def resolve(self, kind: type[Node], value: str, implicit: object) -> str:  # noqa: ARG002
            return ""

        def descend_resolver(self, parent: Node | None, index: object) -> None:
            """Paths play no part in resolution here."""

        def ascend_resolver(self) -> None:
            """Paths play no part in resolution here."""

except ImportError:  # PyYAML without libyaml: slower, the same nodes
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Composer(Reader, Scanner, Parser, Composer):  # type: ignore[no-redef]
        """The pure Python composer without tag resolution."""

        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)

        def resolve(self, kind: type[Node], value: str, implicit: object) -> str:  # noqa: ARG002
            return ""

        def descend_resolver(self, parent: Node | None, index: object) -> None:
            """Paths play no part in resolution here."""

        def ascend_resolver(self) -> None:
            """Paths play no part in resolution here."""


class Source:
    """One YAML file being read; ``faults`` is shared by all files of a catalogue."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file = file
        self.faults = faults

    # --- places ----------------------------------------------------------------------------------

    def at(self, node: Node) -> Position:
        """Where a node starts."""
        mark = node.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)

    def fault(self, code: str, message: str, node: Node | None = None, hint: str = "") -> None:
        """Notes one fault at a node, or for the whole file."""
        self.faults.append(Fault(code, message, self.at(node) if node else Position(self.file), hint))

    # --- reading text into nodes -----------------------------------------------------------------

    def compose(self, data: bytes | str) -> Node | None:
        """The root node of the only document; ``None`` after noting why there is none."""
        text = self._decode(data)
        if text is None:
            return None
        try:
            if nested_too_deep(text):
                self.fault("yaml-too-deep", f"nested more than {MAX_DEPTH} levels deep")
                return None
            root: Node | None = _Composer(text).get_single_node()
        except yaml.YAMLError as error:
            self._syntax(error)
            return None
        except ValueError:  # half a surrogate pair; without libyaml also numbers and escapes out of range
            self.fault("yaml-encoding", "the text is not valid Unicode", hint="save it as UTF-8")
            return None
        if root is None:
            self.fault("yaml-empty", "the file is empty")
        elif _has_anchor(text) and not self._bounded(root):
            return None
        return root

    def _decode(self, data: bytes | str) -> str | None:
        if len(data) > MAX_BYTES:
            self.fault("yaml-too-large", f"the file is larger than {MAX_BYTES // 1000} kB", hint="split it")
            return None
        if isinstance(data, str):
            return data
        try:
            return data.decode().removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
            place = Position(self.file, line, column)
            self.faults.append(Fault("yaml-encoding", "the file is not UTF-8", place, "save it as UTF-8"))
            return None

    def _syntax(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).split("\n")[0]
        place = Position(self.file, mark.line + 1, mark.column + 1) if mark else Position(self.file)
        hint = ""
        if problem == "but found another document":
            problem, hint = "there is a second document", "keep one; `---` begins another"
        elif "cannot start any token" in str(problem):
            hint = "indent with spaces, not tabs, and put text that starts with a sign in quotes"
        elif "mapping values are not allowed" in str(problem):
            hint = "put text that holds ': ' in quotes"
        self.faults.append(Fault("yaml-syntax", f"not valid YAML: {problem}", place, hint))

    def _bounded(self, root: Node) -> bool:
        """Whether the tree stays small when every alias is written out; a cycle never does."""
        sizes: dict[int, int] = {}
        open_nodes: set[int] = set()

        def size(node: Node, depth: int) -> int:
            key = id(node)
            if key in open_nodes or depth > MAX_DEPTH:
                return _ENDLESS
            if key not in sizes:
                open_nodes.add(key)
                sizes[key] = 1 + sum(size(child, depth + 1) for child in _children(node))
                open_nodes.discard(key)
            return sizes[key]

        if size(root, 0) - len(sizes) <= MAX_NODES:  # what is there once is not caused by aliases
            return True
        self.fault("yaml-alias", "aliases that grow without bound", root, "write the values out")
        return False

    # --- reading nodes ---------------------------------------------------------------------------

    def entries(self, node: Node, what: str) -> dict[str, tuple[Node, Node]]:
        """A mapping's entries by key: (key node, value node). Duplicate and odd keys are faults."""
        found: dict[str, tuple[Node, Node]] = {}
        if not isinstance(node, MappingNode) or node.tag:
            self.wrong(node, what, "a mapping")
            return found
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.tag:
                self.fault("yaml-key", f"a key of {what} is not plain text", key)
                continue
            name = key.value
            if name in found:
                first = self.at(found[name][0])
                message = f"'{shown(name)}' is defined twice in {what}"
                self.fault("duplicate-key", message, key, f"first in line {first.line}")
            elif not name.isprintable() or not name:
                self.fault("yaml-key", f"a key of {what} is empty or holds control characters", key)
            else:
                found[name] = (key, value)
        return found

    def fields(self, node: Node, known: Mapping[str, bool], what: str) -> dict[str, Node]:
        """The entries of a mapping with fixed keys; ``known`` says which of them are required."""
        entries = self.entries(node, what)
        found = {name: value for name, (_, value) in entries.items() if name in known}
        for name, (key, _) in entries.items():
            if name not in known:
                hint = did_you_mean(name, known) or f"known keys: {', '.join(known)}"
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

    def plain(self, node: Node, what: str, depth: int = 0) -> Plain:
        """The node as text, lists and mappings of text; an unquoted ``null``, ``~`` or nothing is ``None``."""
        if depth > MAX_DEPTH:
            self.fault("yaml-too-deep", f"{what} is nested too deep", node)
            return None
        if isinstance(node, ScalarNode):
            return None if is_null(node) else self.text(node, what)
        if isinstance(node, SequenceNode):
            return [self.plain(item, what, depth + 1) for item in self.items(node, what)]
        return {name: self.plain(value, what, depth + 1) for name, (_, value) in self.entries(node, what).items()}

    def wrong(self, node: Node, what: str, wanted: str) -> None:
        """Notes that a node has the wrong shape, or a tag."""
        if node.tag:
            self.fault("yaml-tag", f"{what} has the tag '{shown(str(node.tag))}'", node, "remove the tag")
            return
        kind = {MappingNode: "a mapping", SequenceNode: "a list", ScalarNode: "text"}[type(node)]
        if isinstance(node, ScalarNode) and is_null(node):
            kind = "empty"
        self.fault("wrong-type", f"{what} must be {wanted}, and is {kind}", node)


def is_null(node: Node) -> bool:
    """True for an unquoted ``null``, ``~`` or nothing at all."""
    return isinstance(node, ScalarNode) and not node.style and node.value in ("", "null", "~")


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def _has_anchor(text: str) -> bool:
    """Whether something looks like an anchor; prose with an ampersand only costs a check for nothing."""
    at = text.find("&")
    while at >= 0:
        if text[at - 1 : at] in ("", " ", "\n", "\t", "[", "{", ",") and text[at + 1 : at + 2].strip():
            return True
        at = text.find("&", at + 1)
    return False


def nested_too_deep(text: str) -> bool:
    """Whether composing the text could overflow the stack; asks the parser only where it might be so.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    return _depth_bound(text) > _SAFE_DEPTH_BOUND and _too_deep(text)


def _depth_bound(text: str) -> int:
    """No document is nested deeper: a level costs a bracket, or (two levels) a column of indentation."""
    longest = max((len(line) for line in text.split("\n")), default=0)
    return text.count("[") + text.count("{") + 2 * longest


def _too_deep(text: str) -> bool:
    """Whether it is nested too deep, from events, which need no recursion; stops where that is known."""
    depth = 0
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return False
