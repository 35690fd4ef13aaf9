"""A text that may be longer than the screen."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field, replace
from typing import ClassVar

from wizard.screens.page import BACK, HELP, KeyHint, ListRow, Page, Room
from wizard.screens.text import Line, line, strong
from wizard.screens.view import Done, Press, View, last_top


@dataclass(frozen=True, slots=True)
class ScrolledView(View[None]):
    """A title and lines that scroll if they do not fit."""

    top: int = field(default=0, kw_only=True)
    dialog = True
    ways_out: ClassVar[tuple[str, ...]] = ()
    """The keys that close this dialog, in addition to those that close every dialog."""
    keys: ClassVar[tuple[KeyHint, ...]] = (BACK, HELP)

    @property
    @abstractmethod
    def heading(self) -> str:
        """The title."""

    @abstractmethod
    def lines(self, width: int) -> tuple[Line, ...]:
        """Return all lines of the text."""

    def page(self, room: Room) -> Page:
        """Show the lines that fit."""
        lines = self.lines(room.width)
        last = last_top(len(lines), room.height)
        top = min(self.top, last)
        status = f"{top + 1}-{min(len(lines), top + room.height)} of {len(lines)} lines" if last else ""
        keys = (*((KeyHint("↑↓", "scroll"),) if last else ()), *self.keys)
        rows = tuple(ListRow((each,)) for each in lines[top : top + room.height])
        return Page(line(strong(self.heading)), rows, keys, status=line(status), leaf=room.height - 1)

    def within(self, room: Room) -> ScrolledView:
        """Limit the scroll position to the end."""
        return replace(self, top=min(self.top, last_top(len(self.lines(room.width)), room.height)))

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Scroll, or close the dialog."""
        if press.steps:
            return replace(self, top=max(0, self.top + press.steps))
        return Done(None) if press.key in ("escape", "left", "enter", *self.ways_out) else None
