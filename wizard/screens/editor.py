"""A one-line text editor as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from wizard.screens.text import Line, Span, Style, cells
from wizard.screens.view import Press
from wizard.text import visible

LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Editor:
    """Text and a cursor; cursor 0 stands before the first character."""

    text: str = ""
    at: int = 0

    @classmethod
    def of(cls, text: str) -> Editor:
        """An editor with the cursor at the end."""
        return cls(text, len(text))

    def press(self, press: Press) -> Editor | None:
        """Apply a key; ``None`` when it is not for the text."""
        if press.key == "paste":
            return self._insert(" ".join(press.text.split("\n")).strip() if "\n" in press.text else press.text)
        at = self._target(press.key)
        if at is not None:
            return replace(self, at=at)
        cut = self._cut(press.key)
        if cut is not None:
            return cut
        return self._insert(press.text) if press.text and press.text.isprintable() else None

    def _insert(self, text: str) -> Editor:
        room = LONGEST - len(self.text)
        new = visible(text)[: max(0, room)]
        return Editor(self.text[: self.at] + new + self.text[self.at :], self.at + len(new))

    def _target(self, key: str) -> int | None:
        places = {
            "left": self.at - 1,
            "right": self.at + 1,
            "home": 0,
            "ctrl+a": 0,
            "end": len(self.text),
            "ctrl+e": len(self.text),
            "ctrl+left": self._word_before,
            "ctrl+right": self._word_after,
        }
        return max(0, min(len(self.text), places[key])) if key in places else None

    def _cut(self, key: str) -> Editor | None:
        spans = {
            "backspace": (self.at - 1, self.at),
            "ctrl+h": (self.at - 1, self.at),
            "delete": (self.at, self.at + 1),
            "ctrl+d": (self.at, self.at + 1),
            "ctrl+w": (self._word_before, self.at),
            "ctrl+u": (0, self.at),
            "ctrl+k": (self.at, len(self.text)),
        }
        if key not in spans:
            return None
        start, end = max(0, spans[key][0]), spans[key][1]
        return Editor(self.text[:start] + self.text[end:], start)

    @property
    def _word_before(self) -> int:
        return next((m.start() for m in reversed(list(re.finditer(r"\w+", self.text[: self.at])))), 0)

    @property
    def _word_after(self) -> int:
        found = re.search(r"\w+", self.text[self.at :])
        return self.at + found.end() if found else len(self.text)

    def line(self, width: int) -> Line:
        """The text around the cursor in ``width`` cells, with a cursor."""
        start, used = self.at, 1
        while start > 0 and used + cells(self.text[start - 1]) < width:
            start -= 1
            used += cells(self.text[start])
        end = self.at
        while end < len(self.text) and used + cells(self.text[end]) <= width:
            used += cells(self.text[end])
            end += 1
        under = self.text[self.at : self.at + 1] or " "
        after = self.text[self.at + 1 : max(end, self.at + 1)]
        spans = (Span(self.text[start : self.at]), Span(under, Style.CURSOR), Span(after))
        return tuple(span for span in spans if span.text)
