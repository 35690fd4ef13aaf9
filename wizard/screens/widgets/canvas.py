"""The one widget: it shows lines and repaints only those that changed.

One widget that swaps its contents is what makes a next question cost a frame instead of a tenth of a second:
a Textual screen per question is mounted, styled and painted three times.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from wizard.screens.ink import Ink
from wizard.screens.text import Line, plain_text


class Canvas(Widget, can_focus=False, inherit_bindings=False):
    """Lines of styled text over the whole terminal."""

    DEFAULT_CSS = "Canvas { width: 100%; height: 100%; }"

    def __init__(self, ink: Ink, lines: tuple[Line, ...] = ()) -> None:
        super().__init__()
        self._ink = ink
        self.lines = lines

    class Resized(Message):
        """The canvas has another size, so that what it shows must be laid out again."""

    def on_resize(self) -> None:
        """Tell the owner of the canvas."""
        self.post_message(self.Resized())

    def show(self, lines: tuple[Line, ...]) -> None:
        """Show these lines instead of those before."""
        before, self.lines = self.lines, lines
        width = self.size.width
        changed = [
            Region(0, y, width, 1)
            for y in range(max(len(before), len(lines)))
            if y >= len(before) or y >= len(lines) or before[y] != lines[y]
        ]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """One line of the picture."""
        content = self.lines[y] if y < len(self.lines) else ()
        segments = [Segment(text, style) for text, style in self._ink.runs(content)]
        return Strip(segments).adjust_cell_length(self.size.width, self._styles_plain)

    @property
    def _styles_plain(self) -> RichStyle:
        return RichStyle.null()

    def text(self) -> str:
        """The text on the screen, for tests and for people who cannot see colours."""
        return "\n".join(self._ink.text(plain_text(content)).rstrip() for content in self.lines)
