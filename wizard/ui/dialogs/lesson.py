"""What a newcomer should know about a pattern."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.frozen import dataclass
from wizard.ui.page import Key, Page, Room, Sheet
from wizard.ui.text import line, strong
from wizard.ui.view import STEPS, Done, Press, View, move

if TYPE_CHECKING:
    from wizard.catalog.model import Pattern


@dataclass(frozen=True, slots=True)
class LessonView(View[None]):
    """One pattern's texts, scrolled by lines."""

    pattern: Pattern
    top: int = 0

    def page(self, room: Room) -> Page:
        """Gives, costs, when and when not, and the lesson."""
        sheet = Sheet(room.width)
        for label, text in (
            ("Gives", self.pattern.gives),
            ("Costs", self.pattern.costs),
            ("Use it", self.pattern.use_when),
            ("Avoid it", self.pattern.avoid_when),
        ):
            if text:
                sheet.pair(label, text, gap=12)
        for paragraph in self.pattern.lesson.split("\n\n"):
            if paragraph.strip():
                sheet.blank()
                sheet.add(" ".join(paragraph.split()))
        lines = sheet.done()
        last = max(0, len(lines) - room.height)
        top = min(self.top, last)
        status = f"{top + 1}-{min(len(lines), top + room.height)} of {len(lines)} lines" if last else ""
        keys = (*((Key("↑↓", "scroll"),) if last else ()), Key("esc", "back"), Key("?", "help"))
        return Page(line(strong(self.pattern.title)), lines[top : top + room.height], keys, status=line(status))

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Scroll, or leave."""
        if press.key == "space":
            return replace(self, top=self.top + STEPS["pagedown"])
        if press.key in STEPS:
            return replace(self, top=move(self.top, STEPS[press.key], 300))
        return Done(None) if press.key in ("escape", "left", "enter", "m") else None
