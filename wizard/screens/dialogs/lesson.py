"""The lesson: everything that a newcomer should know about a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.faces.verdict import lesson_rows
from wizard.screens.page import BACK, KeyHint, Page, Room
from wizard.screens.text import line, strong, wrap
from wizard.screens.view import Done, Press, View
from wizard.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wizard.catalog.model import Pattern

_AROUND, _AROUND_LIST = 6, 10
"""Cells that Markdown's widget leaves free beside a paragraph and beside an item of a list."""


@dataclass(frozen=True, slots=True)
class LessonView(View[None]):
    """One pattern's texts, as a page of Markdown that moves by itself."""

    pattern: Pattern
    lesson: tuple[str, ...]
    """Paragraphs."""
    dialog = True
    scrolls = True

    def page(self, room: Room) -> Page:
        """Tell what it gives and costs, when to use it and when not, and the lesson."""
        rows = [f"- **{label}:** {text}" for label, text in lesson_rows(self.pattern)]
        text = "\n".join(rows) + "\n\n" + "\n\n".join(self.lesson)
        keys = (KeyHint("↑↓", "scroll"), BACK)
        cleaned = "\n".join(visible(each) for each in text.split("\n"))
        high = 1 + _lines(rows, room.width - _AROUND_LIST)
        high += sum(1 + _lines((each,), room.width - _AROUND) for each in self.lesson)
        return Page(line(strong(self.pattern.title)), (), keys, lesson=cleaned, lesson_lines=high)

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Leave."""
        return Done(None) if press.key in ("escape", "left", "enter", "m") else None


def _lines(paragraphs: Iterable[str], width: int) -> int:
    """The lines of these paragraphs, or a few more: the marks of Markdown are not shown."""
    return sum(len(wrap(line(each.replace("\n", " ").replace("**", "")), width)) for each in paragraphs)
