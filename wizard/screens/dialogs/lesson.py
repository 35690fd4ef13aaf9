"""The lesson: everything that a newcomer should know about a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.faces.verdict import lesson_rows
from wizard.screens.dialogs.scrolled import ScrolledView
from wizard.screens.page import Sheet
from wizard.screens.text import Line

if TYPE_CHECKING:
    from wizard.catalog.model import Pattern


@dataclass(frozen=True, slots=True)
class LessonView(ScrolledView):
    """One pattern's texts."""

    pattern: Pattern
    lesson: tuple[str, ...]
    """Paragraphs."""
    ways_out = ("m",)

    @property
    def heading(self) -> str:
        """The pattern's name."""
        return self.pattern.title

    def lines(self, width: int) -> tuple[Line, ...]:
        """Tell what it gives and costs, when to use it and when not, and the lesson."""
        sheet = Sheet(width)
        for label, text in lesson_rows(self.pattern):
            sheet.pair(label, text, gap=12)
        for paragraph in self.lesson:
            sheet.blank()
            sheet.add(paragraph)
        return sheet.done()
