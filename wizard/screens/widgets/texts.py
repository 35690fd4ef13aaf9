"""Lines of text in a widget, and the key line."""

from __future__ import annotations

from textual import events
from textual.content import Content, Span
from textual.message import Message
from textual.style import Style as Look
from textual.widgets import Static

from wizard.screens.page import KeyHint, shown_keys
from wizard.screens.text import Line, Style, accent, cells, line, plain_text

Looks = dict[Style, Look]


def content(lines: tuple[Line, ...], looks: Looks) -> Content:
    """Lines as Textual's text; nothing in them is markup."""
    spans: list[Span] = []
    at = 0
    for each in lines:
        for span in each:
            end = at + len(span.text)
            if look := looks[span.style]:
                spans.append(Span(at, end, look))
            at = end
        at += 1
    return Content("\n".join(map(plain_text, lines)), spans)


class TextLines(Static):
    """Lines that are laid out already; only a changed one is drawn again."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__("", id=id, markup=False)
        self._shown: tuple[tuple[Line, ...], int] = ((), 0)

    def as_high(self, rows: int) -> None:
        """Take so many rows; only another number is worth a new layout."""
        if self.styles.height is None or self.styles.height.value != rows:
            self.styles.height = rows

    def show(self, lines: tuple[Line, ...], looks: Looks) -> None:
        """Show these lines; without any it is not there. Its height is the style sheet's, or that of ``as_high``."""
        if self.display != bool(lines):
            self.display = bool(lines)
        if (lines, id(looks)) == self._shown:
            return
        self._shown = (lines, id(looks))
        self.update(content(lines, looks), layout=False)


class KeyLine(TextLines):
    """The keys that work here, from the screen's own list; a click is that key."""

    class Clicked(Message):
        """A key was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def show_keys(self, keys: tuple[KeyHint, ...], width: int, looks: Looks) -> None:
        """Show as many of them as fit."""
        self._places: list[tuple[int, int, str]] = []
        spans: list[Line] = []
        at = 0
        for key in shown_keys(keys, width):
            spans.append(line("  " if spans else "", accent(key.name), f" {key.does}"))
            start = at + (2 if at else 0)
            at = start + cells(key.name) + 1 + cells(key.does)
            self._places.append((start, at, key.key))
        self.show((tuple(span for piece in spans for span in piece),), looks)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        event.stop()
        at = event.x - self.content_region.x + self.region.x
        found = next((key for start, end, key in self._places if start <= at < end), "")
        if found:
            self.post_message(self.Clicked(found))
