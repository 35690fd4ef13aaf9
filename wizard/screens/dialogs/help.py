"""What the keys of a screen do, made from the screen's own list of keys."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.screens.page import Key, Page, Room, Sheet
from wizard.screens.text import Line, line, strong
from wizard.screens.view import STEPS, Done, Press, View, last_top

_EVERYWHERE = (
    Key("? or F1", "this help"),
    Key("esc or ←", "one step back; no answer is lost"),
    Key("a", "all answers, to look at or change"),
    Key("j k g G", "down, up, first, last; ctrl+n and ctrl+p: down, up"),
    Key("ctrl+l", "paint the screen again"),
    Key("ctrl+z", "suspend; fg comes back"),
    Key("ctrl+c", "leave, and choose what becomes of the answers"),
)


@dataclass(frozen=True, slots=True)
class HelpView(View[None]):
    """The keys of one screen and those of all."""

    of: tuple[Key, ...]
    top: int = 0

    def page(self, room: Room) -> Page:
        """As much of it as there is room for."""
        lines = self._lines(room.width)
        last = last_top(len(lines), room.height)
        top = min(self.top, last)
        keys = (Key("esc", "back"), *((Key("↑↓", "scroll"),) if last else ()))
        return Page(line(strong("Keys")), lines[top : top + room.height], keys)

    def within(self, room: Room) -> HelpView:
        """Not past the end."""
        return replace(self, top=min(self.top, last_top(len(self._lines(room.width)), room.height)))

    def _lines(self, width: int) -> tuple[Line, ...]:
        """Two lists of keys."""
        sheet = Sheet(width)
        sheet.add(strong("On this screen"))
        for key in self.of:
            if key.name != "?":
                sheet.pair(f"  {key.name}", key.more or key.does, gap=16)
        sheet.heading("Everywhere")
        for key in _EVERYWHERE:
            sheet.pair(f"  {key.name}", key.does, gap=16)
        return sheet.done()

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Any way out is fine."""
        if press.key in STEPS:
            return replace(self, top=max(0, self.top + STEPS[press.key]))
        return Done(None) if press.key in ("escape", "left", "enter", "question_mark", "f1", "q") else None
