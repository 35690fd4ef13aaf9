"""A list whose highlighted row is seen without colours, too."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import OptionList

MARK = "›"
"""The place of the highlight, for those who see no colours."""
_REVERSED = Style(color="default", bgcolor="default", reverse=True, dim=False)
"""A row of one colour: a sign that kept its own would be a block of it."""


class MarkedList(OptionList, can_focus=False, inherit_bindings=False):
    """Puts a sign before the highlighted row, and reverses it in the terminal's own colours."""

    def render_line(self, y: int) -> Strip:
        """Mark the highlighted row; Textual's styles leave reversing out where colours are the terminal's own."""
        strip, at = super().render_line(y), int(self.scroll_offset.y) + y
        if self.highlighted is None:
            return strip
        first = self._index_to_line.get(self.highlighted, -1)
        if not first <= at < first + self._heights.get(self.highlighted, 0):
            return strip
        segments = list(strip)
        if at == first and segments:
            segments = [Segment(MARK, segments[0].style), *strip.crop(1)]
        if self.app.native_ansi_color:
            segments = [Segment(text, (style or Style()) + _REVERSED) for text, style, _ in segments]
        return Strip(segments, strip.cell_length)
