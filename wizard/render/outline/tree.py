"""A small parser for the YAML subset of templates: mappings, lists and texts, in block or flow style."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

_SIGNS = r"""[\[\]{},]|:(?=\s|$)|(?<=["']):|"(?:[^"\\]|\\.)*"|'[^']*'|[^\[\]{},\s"'](?:(?!:(?:\s|$)|[\[\]{},]).)*"""
"""A bracket, comma or colon, or a text with or without quotes."""
_BLOCKS = ("|", ">", "|-", ">-", "|+", ">+")


@lru_cache(maxsize=1024)
def documents(text: str) -> tuple[Any, ...]:
    """Return the data of each document in a text; other shapes and too deeply nested data are left out.

    The result is cached, since most options change few of the texts; callers must not modify it.
    """
    try:
        return _documents(text)
    except RecursionError:
        return ()


def _documents(text: str) -> tuple[Any, ...]:
    found, lines = [], list[tuple[int, str]]()
    for line in (*text.split("\n"), "---"):
        if line.startswith("---"):
            if lines:
                found.append(_Block(lines).read(lines[0][0]))
            lines = []
        elif (content := line.strip()) and content[0] != "#":
            lines.append((len(line) - len(line.lstrip()), content))
    return tuple(found)


class _Block:
    """The lines of one document, read from the first to the last."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self.lines = lines
        self.at = 0

    def read(self, indent: int) -> Any:
        """Return the mapping or list that starts at the current line."""
        return self._list(indent) if self.lines[self.at][1].startswith("- ") else self._mapping(indent)

    def _list(self, indent: int) -> list[Any]:
        found = []
        while self.at < len(self.lines):
            depth, content = self.lines[self.at]
            if depth < indent or (depth == indent and not content.startswith("- ")):
                break
            if depth > indent:
                self.at += 1
                continue
            inner = content[2:].lstrip()
            if _split(inner) is None:
                found.append(_scalar(inner))
                self._skip(indent)
            else:
                deeper = depth + len(content) - len(inner)
                self.lines[self.at] = (deeper, inner)
                found.append(self._mapping(deeper))
        return found

    def _mapping(self, indent: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self.at < len(self.lines):
            depth, content = self.lines[self.at]
            if depth < indent or (depth == indent and content.startswith("- ")):
                break
            pair = _split(content) if depth == indent else None
            if pair is None:
                self.at += 1
                continue
            key, value = pair
            if value and value not in _BLOCKS:
                found[key] = _scalar(value)
                self._skip(indent)
            elif value:
                found[key] = value
                self._skip(indent)
            else:
                self.at += 1
                found[key] = self._below(indent)
        return found

    def _below(self, indent: int) -> Any:
        """Return the value in the lines below a key; a list may begin in the key's own column."""
        if self.at >= len(self.lines):
            return None
        depth, content = self.lines[self.at]
        if depth > indent or (depth == indent and content.startswith("- ")):
            return self.read(depth)
        return None

    def _skip(self, indent: int) -> None:
        """Go to the next line that is not indented deeper, past a multi-line text."""
        self.at += 1
        while self.at < len(self.lines) and self.lines[self.at][0] > indent:
            self.at += 1


def _split(content: str) -> tuple[str, str] | None:
    """Return the key and the value of a line; ``None`` if it has no key."""
    key, colon, value = content.partition(": ")
    if colon and not key.startswith(('"', "'", "[", "{")):
        return key, _plain(value)
    if content.endswith(":"):
        return content[:-1], ""
    return None


def _plain(value: str) -> str:
    return value.partition(" #")[0].strip()


def _scalar(value: str) -> Any:
    if value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return _FlowStyle(value).read()
    if value == "null":
        return None
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


class _FlowStyle:
    """A list or mapping in flow style, such as ``{name: data, items: [a, "b"]}``, read token by token."""

    def __init__(self, text: str) -> None:
        self.signs = re.findall(_SIGNS, text)
        self.signs.reverse()

    def read(self) -> Any:
        """Return the value that begins with the next token; ``None`` at the end."""
        sign = self.signs.pop() if self.signs else "null"
        if sign == "[":
            return list(self._until("]"))
        if sign == "{":
            return dict(self._pairs())
        return _unquoted(sign.strip())

    def _until(self, end: str) -> Iterator[Any]:
        while self.signs and self.signs[-1] != end:
            if self.signs[-1] in (",", "]", "}", ":"):
                self.signs.pop()
            else:
                yield self.read()
        if self.signs:
            self.signs.pop()

    def _pairs(self) -> Iterator[tuple[str, Any]]:
        for key in self._until("}"):
            value = None
            if self.signs and self.signs[-1] == ":":
                self.signs.pop()
                value = self.read()
            yield str(key), value


def _unquoted(text: str) -> Any:
    if text == "null":
        return None
    if len(text) > 1 and text[0] == text[-1] == '"':
        with suppress(ValueError):
            return json.loads(text)
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text
