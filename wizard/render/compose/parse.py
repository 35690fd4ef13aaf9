"""The parser of rendered fragments, which returns trees that keep their comments."""

from __future__ import annotations

from functools import cached_property, lru_cache

import yaml
from yaml.resolver import Resolver

from wizard.errors import WizardError
from wizard.render.compose.tree import Map, Node, Plain, Scalar, Seq
from wizard.yamlio.bounds import Bounds, YamlFault
from wizard.yamlio.nodes import entries, read_nodes

_BOUNDS = Bounds(size=16_000_000, depth=100, values=1_000_000, copies=0)
_TEXT = "tag:yaml.org,2002:str"
_LONGEST_NUMBER = 40
_LONGEST_KEPT = 20_000
"""Characters; about 1000 are usual."""
_WORDS: dict[str, Plain] = {"": None, "~": None, "null": None, "true": True, "false": False}


class FragmentError(WizardError):
    """The error for a rendered fragment that is not usable YAML; ``line`` counts from 1 in the rendered text."""

    def __init__(self, message: str, line: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line


def parse(text: str, *, owner: str = "") -> tuple[Node, ...]:
    """Return the documents of ``text``, without empty ones.

    Raises:
        FragmentError: not YAML, a duplicate key, an alias, a tag, or a word that YAML versions read differently.
    """
    return _kept(text, owner) if len(text) <= _LONGEST_KEPT else _parsed(text, owner)


def _parsed(text: str, owner: str) -> tuple[Node, ...]:
    try:
        roots = read_nodes(text, _BOUNDS)
    except YamlFault as fault:
        message = f"not YAML: {fault.message}" if fault.code in ("syntax", "encoding") else fault.message
        raise FragmentError(message, fault.line or 1, hint="write it out" if fault.code == "alias" else "") from None
    builder = _Builder(text, owner)
    nodes = [builder.node(root) for root in roots]
    return tuple(node for node in nodes if not (isinstance(node, Scalar) and node.value is None))


_kept = lru_cache(maxsize=1024)(_parsed)
"""A cache: changing a value changes few fragments of a bundle, and bundles of one catalogue share most of them."""


class _Builder:
    def __init__(self, text: str, owner: str) -> None:
        self.text = text
        self.owner = owner
        self.next_comment = 0
        self.inside: set[int] = set()
        """Lines inside multi-line scalars, where a ``#`` does not start a comment."""

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        if "#" not in self.text:
            return []
        return [(n, line.strip()) for n, line in enumerate(self.lines) if line.lstrip().startswith("#")]

    def node(self, node: yaml.Node) -> Node:
        if node.tag:
            raise FragmentError(f"the tag {node.tag} is not allowed here", node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node)
        assert isinstance(node, yaml.MappingNode)
        return self._mapping(node)

    def _sequence(self, node: yaml.SequenceNode) -> Seq:
        items = []
        for item in node.value:
            above = self._above(item.start_mark.line)
            built = self.node(item)
            items.append(built._replace(above=above + built.above) if above else built)
        return Seq(tuple(items), self.owner, trailing=self._trailing(node.end_mark) if node.flow_style else "")

    def _mapping(self, node: yaml.MappingNode) -> Map:
        found: dict[str, Node] = {}
        for key, key_node, value_node, first in entries(node):
            line = key_node.start_mark.line
            if key is None or not isinstance(key_node, yaml.ScalarNode):
                raise FragmentError("a key must be one scalar", line + 1)
            if key == "<<" and not key_node.style:
                raise FragmentError("a merge key is not allowed here", line + 1, hint="write it out")
            if first is not None:
                raise FragmentError(f'the key "{key}" is defined twice', line + 1)
            above = self._above(line)
            built = self.node(value_node)
            trailing = built.trailing or self._key_trailing(key_node, value_node)
            if above or trailing:
                built = built._replace(above=above + built.above, trailing=trailing)
            found[key] = built
        trailing = self._trailing(node.end_mark) if node.flow_style else ""
        return Map(tuple(found.items()), self.owner, trailing=trailing, authored=not node.flow_style)

    def _scalar(self, node: yaml.ScalarNode) -> Scalar:
        start, end = node.start_mark, node.end_mark
        if end.line > start.line:
            self.inside.update(range(start.line + 1, end.line + (1 if end.column else 0)))
        if node.style:  # None or "" (the C parser) for a bare scalar
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
        """Return the comment after ``key:`` if the value begins on a later line."""
        end = key.end_mark
        if value.start_mark.line == end.line or "#" not in self.text:
            return ""
        rest = self.lines[end.line][end.column :].lstrip().removeprefix(":").lstrip()
        return rest.rstrip() if rest.startswith("#") else ""


def _resolved(node: yaml.ScalarNode) -> tuple[Plain, str]:
    """Return the value of a bare scalar, and a comment that preserves an octal number's spelling."""
    text, line = node.value, node.start_mark.line + 1
    if len(text) > _LONGEST_NUMBER and not text.strip("-.0123456789"):
        raise FragmentError("no Kubernetes field accepts such a long number", line, hint="put it in quotes")
    number = _number(text)
    if text in _WORDS:
        return _WORDS[text], ""
    if number is not None:
        octal = isinstance(number, int) and text[0] == "0" and text != "0"
        return number, f"# {text}" if octal else ""
    if _tag(text) != _TEXT:
        raise FragmentError(f"YAML versions read the bare {text!r} differently", line, hint="put it in quotes")
    return text, ""


@lru_cache(maxsize=4096)
def _tag(word: str) -> str:
    """Return the tag that YAML 1.1 resolves for a bare word."""
    resolvers = Resolver.yaml_implicit_resolvers
    return next((tag for tag, pattern in resolvers.get(word[:1], ()) if pattern.match(word)), _TEXT)


def _number(text: str) -> int | float | None:
    """Return the number that every YAML version reads in a bare word, octals as in 1.1; ``None`` for anything else."""
    whole, dot, fraction = text.removeprefix("-").partition(".")
    if not (whole + fraction).isdigit() or not text.isascii() or not whole:
        return None
    if dot:
        return float(text) if fraction else None
    if whole == "0" or whole[0] != "0":
        return int(text)
    return int(text, 8) if text[0] == "0" and not set(whole) & {"8", "9"} else None
