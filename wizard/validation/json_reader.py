"""A reader of JSON that returns plain data and field positions; a file may contain several values in sequence.

kubectl reads a file whose first character is ``{`` as JSON. Some of it is not valid YAML: surrogate pairs, tabs,
several values in one file. The standard library's reader reports no positions, and of two equal keys it silently keeps
the last.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from math import isfinite
from typing import Any

from wizard.errors import Position
from wizard.kube.data import join, show
from wizard.text import shown
from wizard.validation.reading import LONGEST_PATH, FindingError, Read, hint_at
from wizard.yamlio.bounds import Bounds

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_LONE = re.compile("[\ud800-\udfff]")
_WORDS = {"true": True, "false": False, "null": None}
_LONGEST_INTEGER = 300
_SYNTAX = "Look at the commas, brackets and quotes in this line."
_YAML = "kubectl reads a file that begins with `{` as JSON. For YAML, write `---` on a separate line before it."


def is_json(text: str) -> bool:
    """Return true if kubectl would read a file as JSON; a template counts as YAML, whose reader reports it better."""
    begin = _end_of_space(text, 0)
    return text.startswith("{", begin) and not text.startswith(("{{", "{%"), begin)


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


class JsonReader:
    """A reader of one text; ``errors`` has the errors that did not stop it."""

    def __init__(self, text: str, source: str, bounds: Bounds) -> None:
        self._bounds = bounds
        self.errors: list[FindingError] = []
        self._source = source
        self._text = text
        self._place = 0
        self._read = 0
        self._values = 0
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._lines: dict[str, Position] = {}
        self._texts: dict[str, str] = {}

    def reads(self) -> Iterator[Read]:
        """Yield each value; raises ``FindingError`` if the rest cannot be parsed."""
        self._skip()
        while self._place < len(self._text):
            self._lines, self._texts = {}, {}
            start = self._note("")
            yield Read(self._value("", 0), self._lines, self._texts, start)
            self._read += 1
            self._skip()

    def _skip(self) -> str:
        """Skip whitespace and return the next character; empty at the end."""
        self._place = _end_of_space(self._text, self._place)
        return self._text[self._place : self._place + 1]

    def _at(self, place: int) -> Position:
        line = bisect_right(self._starts, place)
        return Position(self._source, line, place - self._starts[line - 1] + 1)

    def _note(self, path: str) -> Position:
        at = self._at(self._place)
        if len(path) <= LONGEST_PATH:
            self._lines[path] = at
        return at

    def _fail(self, what: str, place: int | None = None) -> FindingError:
        at = self._at(self._place if place is None else place)
        otherwise = _SYNTAX if self._read else f"{_SYNTAX} {_YAML}"
        hint = hint_at(self._text, at.line, otherwise)
        return FindingError("yaml-syntax", f"This is not valid JSON: {what}.", hint, at)

    def _value(self, path: str, depth: int) -> Any:
        self._values += 1
        if depth > self._bounds.depth or self._values > self._bounds.values:
            at = self._at(self._place)
            raise self._bounds.beyond(depth, at.line, at.column)
        mark = self._skip()
        if mark == "{":
            return self._object(path, depth)
        if mark == "[":
            return self._array(path, depth)
        if mark == '"':
            return self._string()
        number = _NUMBER.match(self._text, self._place)
        if number is not None:
            return self._number(number, path)
        for word, value in _WORDS.items():
            if self._text.startswith(word, self._place):
                self._place += len(word)
                if isinstance(value, bool):
                    self._texts[path] = word
                return value
        raise self._fail(f"expected a value, not {_shown(mark)}")

    def _string(self) -> str:
        try:
            text, self._place = scanstring(self._text, self._place + 1, True)
        except JSONDecodeError as problem:
            raise self._fail(shown(problem.msg.lower(), 160).rstrip(": at"), problem.pos) from None
        return _LONE.sub("\ufffd", text)

    def _number(self, found: re.Match[str], path: str) -> int | float:
        whole, fraction, exponent = found.groups()
        text = found.group()
        exact = fraction is None and exponent is None and len(whole) <= _LONGEST_INTEGER
        value = int(whole) if exact else float(text)
        if not isfinite(value):
            raise self._fail(f"{shown(text)} is too large for a number")
        self._place = found.end()
        self._texts[path] = text
        return value

    def _array(self, path: str, depth: int) -> list[Any]:
        found: list[Any] = []
        for _ in self._until("]"):
            place = f"{path}[{len(found)}]"
            self._note(place)
            found.append(self._value(place, depth + 1))
        return found

    def _object(self, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in self._until("}"):
            self._entry(found, path, depth)
        return found

    def _until(self, bracket: str) -> Iterator[None]:
        """Yield before each entry of an array or object, and stop after its closing bracket."""
        self._place += 1
        mark = self._skip() if self._skip() == bracket else ","
        while mark == ",":
            self._skip()
            yield
            mark = self._skip()
            self._place += mark == ","
        if mark != bracket:
            raise self._fail(f"expected a comma or `{bracket}`, not {_shown(mark)}")
        self._place += 1

    def _entry(self, found: dict[str, Any], path: str, depth: int) -> None:
        mark = self._skip()
        if mark != '"':
            raise self._fail(f"expected a key in double quotes, not {_shown(mark)}")
        before = self._place
        key = self._string()
        after, self._place = self._place, before
        place = join(path, key)
        if key in found:
            message = f"The key {show(key)} is repeated in one object; kubectl silently keeps the last."
            error = FindingError("yaml-duplicate-key", message, "Keep one of them.", self._at(before), place, "warning")
            self.errors.append(error)
        self._note(place)
        self._place = after
        if self._skip() != ":":
            raise self._fail(f"expected a colon after the key {show(key)}")
        self._place += 1
        found[key] = self._value(place, depth + 1)


def _shown(mark: str) -> str:
    return show(mark) if mark else "the end of the file"
