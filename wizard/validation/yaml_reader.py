"""Build plain data and field positions from YAML events, with bounds on depth, size and aliases.

Working on events keeps duplicate keys visible and never recurses inside the C library.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from wizard.errors import Position
from wizard.validation.data import escape, join, show
from wizard.validation.yaml_values import plain, tagged

try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # PyYAML built without libyaml

    class _Parser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):  # type: ignore[no-redef]
        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)


_MAX_DEPTH = 100
_MAX_NODES = 200_000
_STANDARD = "tag:yaml.org,2002:"
_OPEN = object()


class Trouble(Exception):  # noqa: N818 - a finding in the making; the reader catches it itself
    """Something wrong with the YAML; raised where reading cannot go on, else collected."""

    def __init__(self, rule: str, message: str, hint: str, position: Position, path: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.hint = rule, message, hint
        self.position, self.path = position, path


class Reader:
    """Reads one text; ``troubles`` are those that did not stop it."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.troubles: list[Trouble] = []
        self._text = text
        self._parser = _Parser(text)
        self._lines: dict[str, Position] = {}
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0

    def documents(self) -> Iterator[tuple[Any, dict[str, Position], Position]]:
        """(data, positions, start) of each document; raises ``Trouble`` where the rest cannot be read."""
        while True:
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                return
            if isinstance(event, yaml.DocumentStartEvent):
                self._lines, self._anchors = {}, {}
                first = self._next()
                start = self._at(first)
                self._lines[""] = start
                yield self._value(first, "", 0), self._lines, start

    def _next(self) -> Any:
        try:
            return self._parser.get_event()
        except yaml.MarkedYAMLError as problem:
            mark = problem.problem_mark or problem.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            said = ", ".join(part for part in (problem.problem, problem.context) if part)
            position = Position(self.source, line, column)
            raise Trouble("yaml-syntax", f"This is no YAML: {escape(said, 160)}.", self._hint(line), position) from None
        except yaml.YAMLError as problem:
            message = f"This is no YAML: {escape(str(problem), 160)}."
            raise Trouble("yaml-syntax", message, "", Position(self.source)) from None

    def _hint(self, line: int) -> str:
        lines = self._text.split("\n")[max(line - 2, 0) : line]
        if any("{{" in text for text in lines):
            return "It looks like a template: render it first, for example with `helm template`."
        if any("\t" in text for text in lines):
            return "Indent with spaces, not with tabs."
        return "Look at the indentation, colons and quotes in this line and the one before."

    def _at(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self.source, mark.line + 1, mark.column + 1)

    def _value(self, event: Any, path: str, depth: int) -> Any:
        """The data one event starts; reads up to its end."""
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            hint = "Split the file, or write the values out instead of repeating aliases."
            raise Trouble("yaml-anchors", f"The file unfolds to more than {_MAX_NODES} values.", hint, self._at(event))
        if depth > _MAX_DEPTH:
            message = f"The document is nested more than {_MAX_DEPTH} levels deep."
            raise Trouble("yaml-too-deep", message, "Nothing in Kubernetes needs that.", self._at(event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._nodes
        anchor = event.anchor
        if anchor:
            self._anchors[anchor] = (_OPEN, 0)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(path, depth)
        else:
            value = self._mapping(path, depth)
        if anchor:
            self._anchors[anchor] = (value, self._nodes - before + 1)
        return value

    def _alias(self, event: Any) -> Any:
        value, size = self._anchors.get(event.anchor, (None, 0))
        name = escape(event.anchor)
        if not size:
            inside = value is _OPEN
            message = (
                f"The alias *{name} stands inside its own anchor." if inside else f"No anchor &{name} before *{name}."
            )
            rule = "yaml-anchors" if inside else "yaml-syntax"
            raise Trouble(rule, message, "Write the value out, or name an anchor above.", self._at(event))
        self._nodes += size
        return value

    def _sequence(self, path: str, depth: int) -> list[Any]:
        found: list[Any] = []
        while True:
            event = self._next()
            if isinstance(event, yaml.SequenceEndEvent):
                return found
            place = f"{path}[{len(found)}]"
            self._lines[place] = self._at(event)
            found.append(self._value(event, place, depth + 1))

    def _mapping(self, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        first: dict[str, Position] = {}
        merged: list[Any] = []
        while True:
            event = self._next()
            if isinstance(event, yaml.MappingEndEvent):
                break
            at = self._at(event)
            key = self._key(event, path)
            if key is None:
                merged.append(self._value(self._next(), path, depth + 1))
                continue
            place = join(path, key)
            if key in first:
                line = first[key].line
                message = f"The key {show(key)} is written twice in one mapping, first in line {line}."
                hint = "Keep one of them; Kubernetes refuses the document."
                self.troubles.append(Trouble("yaml-duplicate-key", message, hint, at, place))
            first.setdefault(key, at)
            self._lines[place] = at
            found[key] = self._value(self._next(), place, depth + 1)
        return _with_merged(found, merged)

    def _key(self, event: Any, path: str) -> str | None:
        """The key as JSON will name it; ``None`` for a merge key."""
        value = self._value(event, path, _MAX_DEPTH) if isinstance(event, yaml.AliasEvent) else None
        if isinstance(event, yaml.ScalarEvent):
            if event.value == "<<" and event.implicit[0]:
                return None
            value = self._value(event, path, 0)
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            name = "true" if value else "false"
            raw = escape(getattr(event, "value", name))
            if raw not in {"true", "false"}:
                message = f"The key {raw} is not in quotes, so Kubernetes reads it as {name}."
                trouble = Trouble("yaml-boolean-key", message, f'Write "{raw}".', self._at(event), path)
                self.troubles.append(trouble)
            return name
        if isinstance(value, int | float):
            return str(value)
        what = "empty" if isinstance(event, yaml.ScalarEvent) else "a mapping or a list"
        raise Trouble(
            "yaml-bad-key", f"A key is {what}; it must be text.", "Put the key in quotes.", self._at(event), path
        )


def _scalar(event: Any) -> Any:
    tag = event.tag
    if tag is None or tag == "!":
        return plain(event.value) if event.implicit[0] else event.value
    if tag.startswith(_STANDARD):
        return tagged(tag.removeprefix(_STANDARD), event.value)
    return event.value


def _with_merged(found: dict[str, Any], merged: list[Any]) -> dict[str, Any]:
    """Apply merge keys: what the mapping says itself wins, then the earlier source."""
    for source in merged:
        for mapping in source if isinstance(source, list) else [source]:
            if isinstance(mapping, dict):
                for key, value in mapping.items():
                    found.setdefault(key, value)
    return found
