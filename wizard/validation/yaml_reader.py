"""Manifests and kubeconfigs as Kubernetes reads them: plain data, and the position of each field."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

import yaml

from wizard.errors import Position
from wizard.kube.data import join, number_text, show
from wizard.text import shown
from wizard.validation.reading import LONGEST_PATH, FindingError, Read, hint_at, invisible_hint
from wizard.validation.yaml_values import plain, tagged
from wizard.yamlio.bounds import Bounds
from wizard.yamlio.reader import Reader

_STANDARD = "tag:yaml.org,2002:"


class YamlReader(Reader[Any]):
    """A reader of one text; ``errors`` has the errors that did not stop it."""

    def __init__(self, text: str, source: str, bounds: Bounds) -> None:
        super().__init__(text, bounds)
        self.source = source
        self.errors: list[FindingError] = []
        self._text = text
        self._lines: dict[str, Position] = {}
        self._texts: dict[str, str] = {}

    def reads(self) -> Iterator[Read]:
        """Yield each document; raises ``FindingError`` or ``YamlFault`` if the rest cannot be parsed."""
        begun = False
        for start, first, value in self.documents():
            self._separator(start, first, begun=begun)
            begun = True
            self._lines[""] = self._at(first)
            yield Read(value, self._lines, self._texts, self._at(first))
            self._lines, self._texts = {}, {}

    def _separator(self, event: Any, first: Any, *, begun: bool) -> None:
        """Record an error for a document start that YAML allows and kubectl, which splits at ``---``, does not."""
        if not begun and (event.version or event.tags):
            message, hint = "kubectl refuses a file that begins with a YAML directive.", "Remove the line with the `%`."
        elif event.explicit and first.start_mark.line == event.start_mark.line and not _is_nothing(first):
            message = "kubectl refuses a document that begins on the line of its `---`."
            hint = "Begin the document on the next line."
        else:
            return
        self.errors.append(FindingError("yaml-syntax", message, hint, self._at(event)))

    def _at(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self.source, mark.line + 1, mark.column + 1)

    def _note(self, place: str, event: Any) -> Position:
        """Return the position of a field, and store it unless the path is too long (see ``LONGEST_PATH``)."""
        at = self._at(event)
        if len(place) <= LONGEST_PATH:
            self._lines[place] = at
        return at

    def repeat(self, value: Any, first: Any, path: str) -> Any:
        """Store the source text of an alias's value."""
        if text := getattr(first, "value", ""):
            self._texts[path] = text
        return value

    def scalar(self, event: Any, path: str) -> Any:
        """Return the value of a scalar; a value that JSON cannot represent is recorded as an error."""
        value = self._scalar(event, path)
        if isinstance(value, float) and not isfinite(value):
            message = f"{shown(event.value)} is not a value that JSON, and so Kubernetes, can hold."
            hint = f'Put it in quotes if it is text: "{shown(event.value)}".'
            self.errors.append(FindingError("yaml-syntax", message, hint, self._at(event), path))
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
                self.errors.append(FindingError("yaml-syntax", message, "Remove the tag.", self._at(event), path))
                return event.value
        if not event.implicit[0]:
            return event.value
        value = plain(event.value)
        if not isinstance(value, str):
            self._texts[path] = event.value
        return value

    def sequence(self, _event: Any, path: str, depth: int) -> list[Any]:
        """Return the items of a list."""
        found: list[Any] = []
        while not isinstance(item := self.next(), yaml.SequenceEndEvent):
            place = f"{path}[{len(found)}]"
            self._note(place, item)
            found.append(self.value(item, place, depth + 1))
        return found

    def mapping(self, _event: Any, path: str, depth: int) -> dict[str, Any]:
        """Return the entries of a mapping by their keys as JSON names them."""
        found: dict[str, Any] = {}
        first: dict[str, int] = {}
        merged: list[Any] = []
        while not isinstance(named := self.next(), yaml.MappingEndEvent):
            key = self._key(named, path)
            if key is None:
                merged.append(self._merged(self.next(), path, depth + 1))
                continue
            place = join(path, key)
            at = self._note(place, named)
            if key in first:
                message = f"The key {show(key)} is repeated in one mapping, first in line {first[key]}."
                hint = "Keep one of them; Kubernetes refuses the document."
                self.errors.append(FindingError("yaml-duplicate-key", message, hint, at, place))
            first.setdefault(key, at.line)
            found[key] = self.value(self.next(), place, depth + 1)
        return _with_merged(found, merged)

    def _merged(self, event: Any, path: str, depth: int) -> Any:
        """Return the value of a merge key; positions inside it say nothing about the fields it adds."""
        at = self._at(event)
        value = self.value(event, join(path, "<<"), depth)
        if not all(isinstance(each, dict) for each in (value if isinstance(value, list) else [value])):
            message = "The merge key << must contain a mapping or a list of mappings."
            self.errors.append(FindingError("yaml-syntax", message, "Write an alias such as `<<: *name`.", at, path))
        return value

    def _key(self, event: Any, path: str) -> str | None:
        """Return the key as JSON names it; ``None`` for a merge key."""
        value = self.value(event, path, 0) if isinstance(event, yaml.AliasEvent) else None
        if isinstance(event, yaml.ScalarEvent):
            if event.value == "<<" and event.implicit[0]:
                return None
            value = self.value(event, path, 0) if event.anchor else self._scalar(event, path)
        if isinstance(value, str):
            return self._visible(value, event, path)
        if isinstance(value, bool | int | float):
            name = number_text(value)
            raw = shown(getattr(event, "value", name))
            if raw != name:
                message = f"The key {raw} is not in quotes, so Kubernetes reads it as {name}."
                error = FindingError("yaml-boolean-key", message, f'Write "{raw}".', self._at(event), path)
                self.errors.append(error)
            return name
        what = "empty" if isinstance(event, yaml.ScalarEvent) else "a mapping or a list"
        hint = hint_at(self._text, event.start_mark.line + 1, "Put the key in quotes.")
        raise FindingError("yaml-bad-key", f"A key is {what}; it must be text.", hint, self._at(event), path)

    def _visible(self, key: str, event: Any, path: str) -> str:
        """Return the key without a leading invisible character, such as a byte order mark between two joined files."""
        hint = invisible_hint(key)
        if not hint:
            return key
        message = f"The key begins with the invisible character U+{ord(key[0]):04X}."
        self.errors.append(FindingError("yaml-bad-key", message, hint, self._at(event), path))
        return key[1:]


def _is_nothing(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and not event.value and event.implicit[0]


def _with_merged(found: dict[str, Any], merged: list[Any]) -> dict[str, Any]:
    """Apply merge keys: the mapping's own entries take precedence, then earlier sources."""
    for source in merged:
        for mapping in source if isinstance(source, list) else [source]:
            if isinstance(mapping, dict):
                for key, value in mapping.items():
                    found.setdefault(key, value)
    return found
