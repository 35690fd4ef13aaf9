"""Rendered fragment text to trees that keep their comments."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import yaml

from wizard.catalog.yaml_source import nested_too_deep
from wizard.errors import WizardError
from wizard.render.compose.tree import Map, Node, Plain, Scalar, Seq

_TAG = "tag:yaml.org,2002:"
_KNOWN = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value"))
_LONGEST_NUMBER = 40
_WORDS: dict[str, Plain] = {"": None, "~": None, "null": None, "true": True, "false": False}


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader; it remembers the tags of words, which come again and again."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """The tag of a node that has none."""
        if kind is yaml.ScalarNode:
            return _tag(value) if implicit[0] else f"{_TAG}str"
        return f"{_TAG}seq" if kind is yaml.SequenceNode else f"{_TAG}map"

    def descend_resolver(self, parent: yaml.Node | None, index: object) -> None:
        """Paths play no part in resolution here."""

    def ascend_resolver(self) -> None:
        """Paths play no part in resolution here."""


@lru_cache(maxsize=4096)
def _tag(word: str) -> str:
    resolvers = Loader.yaml_implicit_resolvers
    found = (tag for tag, pattern in resolvers.get(word[:1], ()) if pattern.match(word))
    return next(found, f"{_TAG}str")


class FragmentError(WizardError):
    """A rendered fragment that is not usable YAML; ``line`` counts from 1 in the rendered text."""

    def __init__(self, message: str, line: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line


def parse(text: str, *, owner: str = "") -> tuple[Node, ...]:
    """The documents of ``text``; a document that holds nothing is left out.

    Raises:
        FragmentError: no YAML, a duplicate key, an alias, a tag, or a word YAML versions read differently.
    """
    try:
        if nested_too_deep(text):
            raise FragmentError("nested too deeply", 1)
        roots = list(yaml.compose_all(text, Loader=Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FragmentError(f"not YAML: {error.problem or error.context}", mark.line + 1 if mark else 1) from None
    except FragmentError:
        raise
    except Exception as error:  # the parser in C passes on whatever Python raises, such as for half a surrogate pair
        raise FragmentError(f"not YAML: {error}", 1) from None
    builder = _Builder(text, owner)
    nodes = [builder.node(root) for root in roots if root is not None]
    return tuple(node for node in nodes if not (isinstance(node, Scalar) and node.value is None))


@dataclass
class _Builder:
    text: str
    owner: str
    seen: set[int] = field(default_factory=set)
    next_comment: int = 0
    inside: set[int] = field(default_factory=set)
    """Lines that belong to a scalar of several lines, so that a ``#`` there is no comment."""

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        if "#" not in self.text:
            return []
        return [(n, line.strip()) for n, line in enumerate(self.lines) if line.lstrip().startswith("#")]

    def node(self, node: yaml.Node) -> Node:
        if id(node) in self.seen:
            line = node.start_mark.line + 1
            raise FragmentError("an anchor with an alias is not allowed here", line, hint="write it out")
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            raise FragmentError(f"the tag {node.tag} is not allowed here", node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node)
        assert isinstance(node, yaml.MappingNode)
        return self._mapping(node)

    def _sequence(self, node: yaml.SequenceNode) -> Seq:
        items = []
        for item in node.value:
            above = self._above(item.start_mark.line)
            built = self.node(item)
            items.append(replace(built, above=above + built.above) if above else built)
        return Seq(tuple(items), self.owner, trailing=self._trailing(node.end_mark) if node.flow_style else "")

    def _mapping(self, node: yaml.MappingNode) -> Map:
        entries: dict[str, Node] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode):
                raise FragmentError("a key must be one scalar", line + 1)
            key = key_node.value
            if key == "<<" and not key_node.style:
                raise FragmentError("a merge key is not allowed here", line + 1, hint="write it out")
            if key in entries:
                raise FragmentError(f'the key "{key}" stands here twice', line + 1)
            above = self._above(line)
            built = self.node(value_node)
            trailing = built.trailing or self._key_trailing(key_node, value_node)
            if above or trailing:
                built = replace(built, above=above + built.above, trailing=trailing)
            entries[key] = built
        trailing = self._trailing(node.end_mark) if node.flow_style else ""
        return Map(tuple(entries.items()), self.owner, trailing=trailing, authored=not node.flow_style)

    def _scalar(self, node: yaml.ScalarNode) -> Scalar:
        start, end = node.start_mark, node.end_mark
        if end.line > start.line:
            self.inside.update(range(start.line + 1, end.line + (1 if end.column else 0)))
        if node.style:  # None or "" (the C parser) for a bare scalar
            if node.tag != f"{_TAG}str":
                raise FragmentError(f"the tag {node.tag} is not allowed here", start.line + 1)
            return Scalar(node.value, self.owner, trailing=self._trailing(end) if end.line == start.line else "")
        value, note = _resolved(node)
        trailing = self._trailing(end) if end.line == start.line and end.index > start.index else ""
        return Scalar(value, self.owner, trailing=trailing or note)

    def _above(self, line: int) -> tuple[str, ...]:
        taken = []
        while self.next_comment < len(self.comments) and self.comments[self.next_comment][0] < line:
            at, text = self.comments[self.next_comment]
            if at not in self.inside:
                taken.append(text)
            self.next_comment += 1
        return tuple(taken)

    def _trailing(self, end: yaml.Mark) -> str:
        if not self.comments and "#" not in self.text:
            return ""
        line = self.lines[end.line] if end.line < len(self.lines) else ""
        rest = line[end.column :]
        bare = rest.lstrip()
        return bare.rstrip() if bare.startswith("#") and rest != bare else ""

    def _key_trailing(self, key: yaml.ScalarNode, value: yaml.Node) -> str:
        """The comment after ``key:`` when its value stands on the lines below."""
        end = key.end_mark
        if value.start_mark.line == end.line or "#" not in self.text:
            return ""
        rest = self.lines[end.line][end.column :].lstrip().removeprefix(":").lstrip()
        return rest.rstrip() if rest.startswith("#") else ""


def _resolved(node: yaml.ScalarNode) -> tuple[Plain, str]:
    """The value of a bare scalar, and a comment to keep how it was written."""
    text, line = node.value, node.start_mark.line + 1
    if len(text) > _LONGEST_NUMBER and not text.strip("-.0123456789"):
        raise FragmentError("no field of Kubernetes takes a number so long", line, hint="put it in quotes")
    number = _number(text)
    if node.tag not in _KNOWN or (node.tag == f"{_TAG}str" and (text in _WORDS or number is not None)):
        raise FragmentError(f"the tag {node.tag} is not allowed here", line)
    if text in _WORDS:
        return _WORDS[text], ""
    if number is not None:
        octal = isinstance(number, int) and text[0] == "0" and text != "0"
        return number, f"# {text}" if octal else ""
    if node.tag != f"{_TAG}str":
        raise FragmentError(f"YAML versions read the bare {text!r} differently", line, hint="put it in quotes")
    return text, ""


def _number(text: str) -> int | float | None:
    """The number every YAML version reads in a bare word, and octals as 1.1 does; ``None`` for anything else."""
    whole, dot, fraction = text.removeprefix("-").partition(".")
    if not (whole + fraction).isdigit() or not text.isascii() or not whole:
        return None
    if dot:
        return float(text) if fraction else None
    if whole == "0" or whole[0] != "0":
        return int(text)
    return int(text, 8) if text[0] == "0" and not set(whole) & {"8", "9"} else None
