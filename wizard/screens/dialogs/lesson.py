"""What a newcomer should know about a pattern."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.faces.verdict import lesson_rows
from wizard.screens.page import Key, Page, Room, Sheet
from wizard.screens.text import Line, line, strong
from wizard.screens.view import STEPS, Done, Press, View, last_top

if TYPE_CHECKING:
    from wizard.catalog.model import Pattern


@dataclass(frozen=True, slots=True)
class LessonView(View[None]):
    """One pattern's texts, scrolled by lines."""

    pattern: Pattern
    lesson: tuple[str, ...]
    """Paragraphs."""
    top: int = 0

    def page(self, room: Room) -> Page:
        """As much of it as there is room for."""
        lines = self._lines(room.width)
        last = last_top(len(lines), room.height)
        top = min(self.top, last)
        status = f"{top + 1}-{min(len(lines), top + room.height)} of {len(lines)} lines" if last else ""
        keys = (*((Key("↑↓", "scroll"),) if last else ()), Key("esc", "back"), Key("?", "help"))
        return Page(line(strong(self.pattern.title)), lines[top : top + room.height], keys, status=line(status))

    def within(self, room: Room) -> LessonView:
        """Not past the end."""
        return replace(self, top=min(self.top, last_top(len(self._lines(room.width)), room.height)))

    def _lines(self, width: int) -> tuple[Line, ...]:
        """Gives, costs, when and when not, and the lesson."""
        sheet = Sheet(width)
        for label, text in lesson_rows(self.pattern):
            sheet.pair(label, text, gap=12)
        for paragraph in self.lesson:
            sheet.blank()
            sheet.add(paragraph)
        return sheet.done()

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Scroll, or leave."""
        if press.key == "space":
            return replace(self, top=self.top + STEPS["pagedown"])
        if press.key in STEPS:
            return replace(self, top=max(0, self.top + STEPS[press.key]))
        return Done(None) if press.key in ("escape", "left", "enter", "m") else None
