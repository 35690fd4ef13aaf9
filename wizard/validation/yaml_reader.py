"""Build plain data and field positions from YAML events, with bounds on depth, size and aliases.

Working on events keeps duplicate keys visible and never recurses inside the C library.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

import yaml

from wizard.errors import Position
from wizard.text import shown
from wizard.validation.data import join, number_text, show
from wizard.validation.trouble import (
    LONGEST_PATH,
    MAX_DEPTH,
    MAX_VALUES,
    Read,
    Trouble,
    hint_at,
    invisible_hint,
    too_deep,
    too_large,
)
from wizard.validation.yaml_values import plain, tagged

try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # PyYAML built without libyaml

    class _Parser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):  # type: ignore[no-redef]
        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)


_MAX_COPIES = 200_000
_STANDARD = "tag:yaml.org,2002:"
_OPEN = object()
_BETWEEN = "Write `---` in a line of its own between two documents."
_SYNTAX = "Look at the indentation, colons and quotes in this line and the one before."


class Reader:
    """Reads one text; ``troubles`` are those that did not stop it."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.troubles: list[Trouble] = []
        self._text = text
        try:
            self._parser = _Parser(text)
        except Exception as problem:
            raise self._unreadable(_reason(problem), 1, 1) from None
        self._lines: dict[str, Position] = {}
        self._texts: dict[str, str] = {}
        self._anchors: dict[str, tuple[Any, int, str]] = {}
        self._nodes = 0
        self._copies = 0

    def documents(self) -> Iterator[Read]:
        """Each document; raises ``Trouble`` where the rest cannot be read."""
        begun = False
        while True:
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                return
            if isinstance(event, yaml.DocumentStartEvent):
                self._lines, self._texts, self._anchors = {}, {}, {}
                first = self._next()
                self._separator(event, first, begun=begun)
                begun = True
                start = self._at(first)
                self._lines[""] = start
                yield Read(self._value(first, "", 0), self._lines, self._texts, start)

    def _separator(self, event: Any, first: Any, *, begun: bool) -> None:
        """Note what YAML allows before a document and kubectl, which splits a file at ``---``, does not."""
        if not begun and (event.version or event.tags):
            message, hint = "kubectl refuses a file that begins with a YAML directive.", "Remove the line with the `%`."
        elif event.explicit and first.start_mark.line == event.start_mark.line and not _is_nothing(first):
            message = "kubectl refuses a document that begins in the line of its `---`."
            hint = "Begin the document in the next line."
        else:
            return
        self.troubles.append(Trouble("yaml-syntax", message, hint, self._at(event)))

    def _next(self) -> Any:
        try:
            return self._parser.get_event()
        except yaml.MarkedYAMLError as problem:
            mark = problem.problem_mark or problem.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            said = ", ".join(part for part in (problem.problem, problem.context) if part)
            raise self._unreadable(said, line, column) from None
        except Exception as problem:  # a parser that fails on hostile text must not take us with it
            raise self._unreadable(_reason(problem), 1, 1) from None

    def _unreadable(self, said: str, line: int, column: int) -> Trouble:
        message = f"This is not valid YAML: {shown(said, 160)}."
        otherwise = _BETWEEN if "<document start>" in said else _SYNTAX
        hint = hint_at(self._text, line, otherwise)
        return Trouble("yaml-syntax", message, hint, Position(self.source, line, column))

    def _at(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self.source, mark.line + 1, mark.column + 1)

    def _note(self, place: str, event: Any) -> Position:
        """Keep where a field is; one with a path of no sensible length is found at its parent."""
        at = self._at(event)
        if len(place) <= LONGEST_PATH:
            self._lines[place] = at
        return at

    def _value(self, event: Any, path: str, depth: int) -> Any:
        """The data one event starts; reads up to its end."""
        self._nodes += 1
        if depth > MAX_DEPTH:
            raise too_deep(self._at(event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        if self._nodes - self._copies > MAX_VALUES:
            raise too_large(self._at(event))
        before = self._nodes
        anchor = event.anchor
        if anchor:
            self._anchors[anchor] = (_OPEN, 0, "")
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event, path)
            self._refuse_infinite(value, event, path)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(path, depth)
        else:
            value = self._mapping(path, depth)
        if anchor:
            self._anchors[anchor] = (value, self._nodes - before + 1, getattr(event, "value", ""))
        return value

    def _scalar(self, event: Any, path: str) -> Any:
        tag = event.tag
        if tag is not None and tag != "!":
            if not tag.startswith(_STANDARD):
                return event.value
            try:
                return tagged(tag.removeprefix(_STANDARD), event.value)
            except ValueError:
                message = f"{show(event.value)} does not fit its tag !!{shown(tag.removeprefix(_STANDARD))}."
                self.troubles.append(Trouble("yaml-syntax", message, "Remove the tag.", self._at(event), path))
                return event.value
        if not event.implicit[0]:
            return event.value
        value = plain(event.value)
        if not isinstance(value, str):
            self._texts[path] = event.value
        return value

    def _refuse_infinite(self, value: Any, event: Any, path: str) -> None:
        if isinstance(value, float) and not isfinite(value):
            message = f"{shown(event.value)} is not a value that JSON, and so Kubernetes, can hold."
            hint = f'Put it in quotes if it is text: "{shown(event.value)}".'
            self.troubles.append(Trouble("yaml-syntax", message, hint, self._at(event), path))

    def _alias(self, event: Any, path: str) -> Any:
        value, size, text = self._anchors.get(event.anchor, (None, 0, ""))
        name = shown(event.anchor)
        if not size:
            inside = value is _OPEN
            message = f"The alias *{name} is inside its own anchor." if inside else f"No anchor &{name} before *{name}."
            rule = "yaml-anchors" if inside else "yaml-syntax"
            raise Trouble(rule, message, "Write the value out, or name an anchor above.", self._at(event))
        self._nodes += size
        self._copies += size + 1
        if self._copies > _MAX_COPIES:
            message = f"The aliases of the file repeat more than {_MAX_COPIES:,} values."
            raise Trouble("yaml-anchors", message, "Write the values out instead of repeating them.", self._at(event))
        if text:
            self._texts[path] = text
        return value

    def _sequence(self, path: str, depth: int) -> list[Any]:
        found: list[Any] = []
        while True:
            event = self._next()
            if isinstance(event, yaml.SequenceEndEvent):
                return found
            place = f"{path}[{len(found)}]"
            self._note(place, event)
            found.append(self._value(event, place, depth + 1))

    def _mapping(self, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        first: dict[str, int] = {}
        merged: list[Any] = []
        while True:
            event = self._next()
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, path)
            if key is None:
                merged.append(self._merged(self._next(), path, depth + 1))
                continue
            place = join(path, key)
            at = self._note(place, event)
            if key in first:
                message = f"The key {show(key)} is written twice in one mapping, first in line {first[key]}."
                hint = "Keep one of them; Kubernetes refuses the document."
                self.troubles.append(Trouble("yaml-duplicate-key", message, hint, at, place))
            first.setdefault(key, at.line)
            found[key] = self._value(self._next(), place, depth + 1)
        return _with_merged(found, merged)

    def _merged(self, event: Any, path: str, depth: int) -> Any:
        """The value of a merge key; where its parts are written says nothing of the fields they end up in."""
        at = self._at(event)
        value = self._value(event, join(path, "<<"), depth)
        if not all(isinstance(each, dict) for each in (value if isinstance(value, list) else [value])):
            message = "The merge key << holds something else than a mapping or a list of mappings."
            self.troubles.append(Trouble("yaml-syntax", message, "Write an alias such as `<<: *name`.", at, path))
        return value

    def _key(self, event: Any, path: str) -> str | None:
        """The key as JSON will name it; ``None`` for a merge key."""
        value = self._value(event, path, MAX_DEPTH) if isinstance(event, yaml.AliasEvent) else None
        if isinstance(event, yaml.ScalarEvent):
            if event.value == "<<" and event.implicit[0]:
                return None
            value = self._value(event, path, 0) if event.anchor else self._scalar(event, path)
        if isinstance(value, str):
            return self._visible(value, event, path)
        if isinstance(value, bool | int | float):
            name = number_text(value)
            raw = shown(getattr(event, "value", name))
            if raw != name:
                message = f"The key {raw} is not in quotes, so Kubernetes reads it as {name}."
                trouble = Trouble("yaml-boolean-key", message, f'Write "{raw}".', self._at(event), path)
                self.troubles.append(trouble)
            return name
        what = "empty" if isinstance(event, yaml.ScalarEvent) else "a mapping or a list"
        hint = hint_at(self._text, event.start_mark.line + 1, "Put the key in quotes.")
        raise Trouble("yaml-bad-key", f"A key is {what}; it must be text.", hint, self._at(event), path)

    def _visible(self, key: str, event: Any, path: str) -> str:
        """The key without an invisible letter in front, such as a byte order mark where two files were joined."""
        hint = invisible_hint(key)
        if not hint:
            return key
        message = f"The key begins with the invisible character U+{ord(key[0]):04X}."
        self.troubles.append(Trouble("yaml-bad-key", message, hint, self._at(event), path))
        return key[1:]


def _reason(problem: Exception) -> str:
    """The reason a library gives in an exception, some of which cannot even be shown."""
    try:
        return str(problem) or type(problem).__name__
    except Exception:
        return type(problem).__name__


def _is_nothing(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and not event.value and event.implicit[0]


def _with_merged(found: dict[str, Any], merged: list[Any]) -> dict[str, Any]:
    """Apply merge keys: what the mapping says itself wins, then the earlier source."""
    for source in merged:
        for mapping in source if isinstance(source, list) else [source]:
            if isinstance(mapping, dict):
                for key, value in mapping.items():
                    found.setdefault(key, value)
    return found
