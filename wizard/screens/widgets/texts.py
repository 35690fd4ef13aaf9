"""Widgets that show lines of text, and the key line."""

from __future__ import annotations

from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style as Ink
from textual import events
from textual.content import Content, Span
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style as Look
from textual.widget import Widget

from wizard.screens.page import KeyHint, key_parts, shown_keys
from wizard.screens.text import Line, accent, cells, line, plain_text
from wizard.screens.theme import Looks


def content(lines: tuple[Line, ...], looks: Looks) -> Content:
    """Convert lines to Textual's text, without interpreting markup."""
    spans: list[Span] = []
    at = 0
    for each in lines:
        for text, look in (part for span in each for part in looks.parts(span)):
            end = at + len(text)
            if look:
                spans.append(Span(at, end, look))
            at = end
        at += 1
    return Content("\n".join(map(plain_text, lines)), spans)


class TextLines(Widget):
    """A widget for lines that are laid out already; it redraws only those that changed."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, markup=False)
        self._lines: tuple[Line, ...] = ()
        self._looks = Looks()
        self._inked: dict[Look | None, Ink] = {}
        """The looks as sent to the terminal, combined with the widget's colours."""

    def as_high(self, rows: int) -> None:
        """Set the height in rows, without a new layout if it is the same."""
        if self.styles.height is None or self.styles.height.value != rows:
            self.styles.height = rows

    def show(self, lines: tuple[Line, ...], looks: Looks) -> None:
        """Show lines, or hide the widget if there are none; its height comes from the style sheet or ``as_high``."""
        if self.display != bool(lines):
            self.display = bool(lines)
        before, self._lines = self._lines, lines
        if looks is not self._looks:
            self._looks = looks
            self.notify_style_update()
            self.refresh()
            return
        for y, (old, new) in enumerate(zip_longest(before, lines)):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def notify_style_update(self) -> None:
        """Discard the colours of the previous theme."""
        self._inked = {}
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return one line, padded to the widget's width."""
        spans = self._lines[y] if y < len(self._lines) else ()
        parts = (part for span in spans for part in self._looks.parts(span))
        segments = [Segment(text, self._ink(look)) for text, look in parts if text]
        return Strip(segments).adjust_cell_length(self.size.width, self._ink(None))

    def _ink(self, look: Look | None) -> Ink:
        if look not in self._inked:
            self._inked[look] = (self.visual_style + look if look else self.visual_style).rich_style
        return self._inked[look]


class KeyLine(TextLines):
    """The keys of the current page; a click on one presses it."""

    class Clicked(Message):
        """A click on a key."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def show_keys(self, keys: tuple[KeyHint, ...], width: int, looks: Looks) -> None:
        """Show the keys that fit."""
        self._places: list[tuple[int, int, str]] = []
        spans: list[Line] = []
        at = 0
        for before, name, does, key in key_parts(shown_keys(keys, width)):
            spans.append(line(" " * before, accent(name), does))
            start = at + before
            at = start + cells(name) + cells(does)
            self._places.append((start, at, key.key))
        self.show((tuple(span for piece in spans for span in piece),), looks)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        event.stop()
        at = event.x - self.content_region.x + self.region.x
        found = next((key for start, end, key in self._places if start <= at < end), "")
        if found:
            self.post_message(self.Clicked(found))
