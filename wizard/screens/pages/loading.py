"""Pages for slow work, during which every key still works, and for its errors."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.screens.page import BACK, KeyHint, ListRow, Page, Room, Sheet
from wizard.screens.text import Span, Style, line, quiet, strong
from wizard.screens.view import Arrived, Back, Done, Press, View


@dataclass(frozen=True, slots=True)
class LoadingView(View["object"]):
    """A page that waits for ``tag``; its result is the value that arrives, or ``Back``."""

    title: str
    tag: str
    text: str = "…"
    fixed: bool = False
    """True if the work cannot be abandoned, such as writing."""

    def page(self, room: Room) -> Page:  # noqa: ARG002
        """Show a title and a word."""
        keys = () if self.fixed else (BACK,)
        return Page(line(strong(self.title)), (ListRow((line(quiet(self.text)),)),), keys)

    def press(self, press: Press) -> View[object] | Done[object] | None:
        """Stop waiting on Esc."""
        return Done(Back()) if press.key in ("escape", "left") and not self.fixed else None

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
