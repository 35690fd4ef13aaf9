"""Pages for slow work, during which every key still works, and for its errors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from wizard.screens.page import BACK, HELP, KeyHint, ListRow, Page, Room, Sheet
from wizard.screens.text import Span, Style, line, quiet, strong
from wizard.screens.view import Arrived, Back, Done, Press, View


@dataclass(frozen=True, slots=True)
class LoadingView(View["object"]):
    """A page that waits for ``tag``; its result is the value that arrives, or ``Back``."""

    title: str
    tag: str
    text: str = "…"
    over: View[Any] | None = None
    """The view that stays on the screen during work that cannot be abandoned, such as writing."""

    def page(self, room: Room) -> Page:
        """Show a title and a word, or the view before this one with the word as its message."""
        if self.over is not None:
            return replace(self.over.page(room), message=line(self.text), keys=(HELP,))
        return Page(line(strong(self.title)), (ListRow((line(quiet(self.text)),)),), (BACK,))

    def press(self, press: Press) -> View[object] | Done[object] | None:
        """Stop waiting on Esc."""
        return Done(Back()) if press.key in ("escape", "left") and self.over is None else None

    @property
    def waits(self) -> bool:
        """True: keys typed ahead are kept for the page that is being loaded."""
        return True

    def arrive(self, news: Arrived) -> View[object] | Done[object]:
        """Finish with the value that arrives."""
        return Done(news.value) if news.tag == self.tag else self


@dataclass(frozen=True, slots=True)
class ErrorView(View[None]):
    """A page that shows an error and its hint."""

    title: str
    text: str
    hint: str = ""

    def page(self, room: Room) -> Page:
        """Show the message and the hint."""
        sheet = Sheet(room.alone)
        sheet.add(Span("✗ ", Style.ERROR), self.text, hang=2)
        if self.hint:
            sheet.add(self.hint, indent=2)
        return Page(line(strong(self.title)), sheet.rows, (KeyHint("enter", "back"),))

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Continue on any key that leaves the page."""
        return Done(None) if press.key in ("escape", "left", "enter") else None
