"""The lesson: everything that a newcomer should know about a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.faces.verdict import lesson_rows
from wizard.screens.page import BACK, KeyHint, Page, Room
from wizard.screens.text import line, quiet, strong, wrap
from wizard.screens.view import Done, Press, View
from wizard.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wizard.catalog.model import Pattern

_WIDEST = 82
"""The cells of the widget, at most: ``#lesson`` in the style sheet."""
_AROUND, _AROUND_LIST = 4, 6
"""Cells that the Markdown widget leaves free at the sides of a paragraph and of a list item."""


@dataclass(frozen=True, slots=True)
class LessonView(View[None]):
    """One pattern's texts, as a Markdown page that its widget scrolls."""

    pattern: Pattern
    lesson: tuple[str, ...]
    """Paragraphs."""
    name: str = ""
    """The pattern's name on the other screens, if it is not its title."""
    dialog = True
    scrolls = True

    def page(self, room: Room) -> Page:
        """Show the benefits and costs, when to use the pattern and when to avoid it, and the lesson."""
        rows = [f"- **{label}:** {text}" for label, text in lesson_rows(self.pattern)]
        text = "\n".join(rows) + "\n\n" + "\n\n".join(self.lesson)
        cleaned = "\n".join(visible(each) for each in text.split("\n"))
        width = min(room.whole, _WIDEST)
        high = 1 + _lines((each.removeprefix("- ") for each in rows), width - _AROUND_LIST)
        high += sum(1 + _lines((each,), width - _AROUND) for each in self.lesson)
        keys = (*((KeyHint("↑↓", "scroll"),) if high > room.height else ()), BACK)
        title = self.pattern.title
        named = line(strong(self.name), quiet(f"  {title}")) if self.name not in ("", title) else line(strong(title))
        return Page(named, (), keys, lesson=cleaned, lesson_lines=high)

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Close the lesson."""
        return Done(None) if press.key in ("escape", "left", "enter", "m") else None


def _lines(paragraphs: Iterable[str], width: int) -> int:
    """Return an upper bound for the lines of the paragraphs; the Markdown marks it counts are not shown."""
    return sum(len(wrap(line(each.replace("\n", " ").replace("**", "")), width)) for each in paragraphs)
