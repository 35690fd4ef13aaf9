"""Lines of text in a widget, and the key line."""

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


class TextLines(Widget):
    """Lines that are laid out already; only those that changed are drawn again."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, markup=False)
        self._lines: tuple[Line, ...] = ()
        self._looks: Looks = {}
        self._inked: dict[Style, Ink] = {}
        """The styles as the terminal gets them: with the widget's own colours below."""

    def as_high(self, rows: int) -> None:
        """Take so many rows; only another number is worth a new layout."""
        if self.styles.height is None or self.styles.height.value != rows:
            self.styles.height = rows

    def show(self, lines: tuple[Line, ...], looks: Looks) -> None:
        """Show these lines; without any it is not there. Its height is the style sheet's, or that of ``as_high``."""
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
        """Forget the colours of another theme."""
        self._inked = {}
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line, filled up to the widget's width."""
        spans = self._lines[y] if y < len(self._lines) else ()
        segments = [Segment(span.text, self._ink(span.style)) for span in spans if span.text]
        return Strip(segments).adjust_cell_length(self.size.width, self._ink(Style.PLAIN))

    def _ink(self, style: Style) -> Ink:
        if style not in self._inked:
            look = self._looks.get(style)
            self._inked[style] = (self.visual_style + look if look else self.visual_style).rich_style
        return self._inked[style]


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
