"""The one reader of YAML text: libyaml's events within bounds, with a place for each error.

Subclasses turn the events into values: ``nodes.py`` into PyYAML's nodes (catalogue, answers files, fragments), and
``validation/yaml_reader.py`` into plain data as Kubernetes reads it (manifests, kubeconfigs). Events show what a
finished value no longer does, such as two equal keys and the place of an alias, and need no recursion in C.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import yaml

from wizard.yamlio.bounds import Bounds, YamlFault

try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # PyYAML was built without libyaml: slower, but the same events
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]

T = TypeVar("T")
_OPEN = object()


class Reader(ABC, Generic[T]):
    """A reader of one text; a subclass turns each scalar, list and mapping into a ``T``."""

    def __init__(self, text: str, bounds: Bounds) -> None:
        self.bounds = bounds
        self._anchors: dict[str, tuple[Any, int, Any]] = {}
        self._values = 0
        self._copies = 0
        try:
            self._parser = _Parser(text)
        except Exception as problem:
            raise _unreadable(problem) from None

    def documents(self) -> Iterator[tuple[yaml.DocumentStartEvent, Any, T]]:
        """Yield each document: its start event, the first event in it, and its value.

        Raises:
            YamlFault: the rest cannot be read.
        """
        while not isinstance(start := self.next(), yaml.StreamEndEvent):
            if isinstance(start, yaml.DocumentStartEvent):
                self._anchors = {}
                first = self.next()
                yield start, first, self.value(first, "", 0)

    def only(self) -> T | None:
        """Return the value of the only document; ``None`` if there is none.

        Raises:
            YamlFault: the document cannot be read, or there is a second one.
        """
        found = None
        for number, (start, _, value) in enumerate(self.documents()):
            if number:
                raise YamlFault("syntax", "there is a second document", *_place(start.start_mark))
            found = value
        return found

    @abstractmethod
    def scalar(self, event: Any, path: str) -> T:
        """Return the value of a scalar."""

    @abstractmethod
    def sequence(self, event: Any, path: str, depth: int) -> T:
        """Read the items up to the end of a list, and return its value."""

    @abstractmethod
    def mapping(self, event: Any, path: str, depth: int) -> T:
        """Read the entries up to the end of a mapping, and return its value."""

    def next(self) -> Any:
        """Return the next event."""
        try:
            return self._parser.get_event()
        except Exception as problem:  # a parser that fails on hostile text must not crash podwizard
            raise _unreadable(problem) from None

    def value(self, event: Any, path: str, depth: int) -> T:
        """Read up to the end of the value that an event starts, and return it."""
        self._values += 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        if depth > self.bounds.depth or self._values - self._copies > self.bounds.values:
            raise self.bounds.beyond(depth, *_place(event.start_mark))
        anchor, before = event.anchor, self._values
        if anchor:
            self._anchors[anchor] = (_OPEN, 0, event)
        if isinstance(event, yaml.ScalarEvent):
            value = self.scalar(event, path)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(event, path, depth)
        else:
            value = self.mapping(event, path, depth)
        if anchor:
            self._anchors[anchor] = (value, self._values - before + 1, event)
        return value

    def repeat(self, value: T, _first: Any, _path: str) -> T:
        """Return the value of an alias, given the value and the first event of its anchor."""
        return value

    def _alias(self, event: Any, path: str) -> T:
        value, size, first = self._anchors.get(event.anchor, (None, 0, None))
        if value is _OPEN:
            raise YamlFault("alias", "an alias is inside its own anchor", *_place(event.start_mark))
        if not size:
            raise YamlFault("syntax", "found undefined alias", *_place(event.start_mark))
        self._values += size
        self._copies += size + 1
        if self._copies > self.bounds.copies:
            many = f"aliases repeat more than {self.bounds.copies:,} values"
            message = many if self.bounds.copies else "an alias is not allowed here"
            raise YamlFault("alias", message, *_place(event.start_mark))
        return self.repeat(value, first, path)


def _place(mark: Any) -> tuple[int, int]:
    """Return line and column, counted from 1."""
    return mark.line + 1, mark.column + 1


def _unreadable(problem: Exception) -> YamlFault:
    """Return the fault for a parser's exception; only YAML errors keep their message: others may quote a value."""
    if isinstance(problem, yaml.MarkedYAMLError):
        mark = problem.problem_mark or problem.context_mark
        place = _place(mark) if mark else (0, 0)
        return YamlFault("syntax", problem.problem or problem.context or "", *place, problem.context or "")
    if isinstance(problem, UnicodeEncodeError):
        return YamlFault("encoding", "the text is not valid Unicode")
    reason = problem.reason if isinstance(problem, yaml.reader.ReaderError) else type(problem).__name__
    return YamlFault("syntax", str(reason))
