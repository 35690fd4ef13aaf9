"""A text that may be longer than the screen."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field, replace
from typing import ClassVar

from wizard.screens.page import ABOVE, BACK, BELOW, HELP, KeyHint, ListRow, Page, Room
from wizard.screens.text import BLANK, Line, Style, accent, line, spread, strong
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

    def title(self, width: int) -> Line:  # noqa: ARG002  # a longer title may need it
        """Return the heading in its style, in at most ``width`` cells if it can be shortened."""
        return line(strong(self.heading))

    def page(self, room: Room) -> Page:
        """Show the lines that fit, with the same signs as in a list where more are hidden above or below."""
        lines = self.lines(_width(room))
        last = last_top(len(lines), room.height)
        top = min(self.top, last)
        shown = [*lines[top : top + room.height]]
        end = top + len(shown)
        if top < last and len(shown) > 1 and _is_heading(shown[-1]):  # the next page begins with it
            shown[-1], end = BLANK, end - 1
        status = f"{top + 1}-{end} of {len(lines)} lines" if last else ""
        keys = (*((KeyHint("↑↓", "scroll"),) if last else ()), *self.keys)
        if top:
            shown[0] = spread(shown[0], line(accent(ABOVE)), room.whole)
        if top < last:
            shown[-1] = spread(shown[-1], line(accent(BELOW)), room.whole)
        title = self.title(room.whole - len(status) - 2)
        return Page(title, tuple(ListRow((each,)) for each in shown), keys, status=line(status), leaf=room.height - 1)

    def within(self, room: Room) -> ScrolledView:
        """Limit the scroll position to the end."""
        return replace(self, top=min(self.top, last_top(len(self.lines(_width(room))), room.height)))

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Scroll, or close the dialog."""
        if press.steps:
            return replace(self, top=max(0, self.top + press.steps))
        return Done(None) if press.key in ("escape", "left", "enter", *self.ways_out) else None


def _is_heading(content: Line) -> bool:
    return bool(content) and all(span.style is Style.ACCENT for span in content if span.text.strip())


def _width(room: Room) -> int:
    """Return the width of the lines, which leaves a cell before the signs and one for them."""
    return min(room.width, room.whole - 2)
