"""The lesson: everything that a newcomer should know about a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.faces.verdict import lesson_rows
from wizard.screens.page import BACK, KeyHint, Page, Room
from wizard.screens.text import line, strong
from wizard.screens.view import Done, Press, View
from wizard.text import visible

if TYPE_CHECKING:
    from wizard.catalog.model import Pattern


@dataclass(frozen=True, slots=True)
class LessonView(View[None]):
    """One pattern's texts, as a page of Markdown that moves by itself."""

    pattern: Pattern
    lesson: tuple[str, ...]
    """Paragraphs."""
    dialog = True
    scrolls = True

    def page(self, room: Room) -> Page:  # noqa: ARG002  # its widget lays it out
        """Tell what it gives and costs, when to use it and when not, and the lesson."""
        rows = [f"- **{label}:** {text}" for label, text in lesson_rows(self.pattern)]
        text = "\n".join(rows) + "\n\n" + "\n\n".join(self.lesson)
        keys = (KeyHint("↑↓", "scroll"), BACK)
        cleaned = "\n".join(visible(each) for each in text.split("\n"))
        return Page(line(strong(self.pattern.title)), (), keys, lesson=cleaned)

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Leave."""
        return Done(None) if press.key in ("escape", "left", "enter", "m") else None
