"""A list whose highlighted row is visible without colours."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import OptionList

MARK = "›"
"""The mark at the highlighted row, for users who do not see colours."""
_REVERSED = Style(color="default", bgcolor="default", reverse=True, dim=False)
"""Reverse video in a single colour; a sign with its own colour would turn into a block of that colour."""


class MarkedList(OptionList, can_focus=False, inherit_bindings=False):
    """A list that marks the highlighted row, and reverses it in the terminal's own colours."""

    def arrow(self, y: int) -> str:  # noqa: ARG002
        """Return the sign for the last cell of a line; a list that shows no signs has none."""
        return ""

    def render_line(self, y: int) -> Strip:
        """Mark the highlighted row; Textual's styles do not apply reverse video with the terminal's own colours."""
        strip, at = super().render_line(y), int(self.scroll_offset.y) + y
        if arrow := self.arrow(y):
            start, end = strip.divide([strip.cell_length - 1, strip.cell_length])
            strip = Strip([*start, self._sign(arrow, end, "option-list--separator")], strip.cell_length)
        if self.highlighted is None:
            return strip
        first = self._index_to_line.get(self.highlighted, -1)
        if not first <= at < first + self._heights.get(self.highlighted, 0):
            return strip
        segments = list(strip)
        if at == first and segments:
            segments = [self._sign(MARK, strip, "option-list--option"), *strip.crop(1)]
        if self.app.native_ansi_color:
            segments = [Segment(text, (style or Style()) + _REVERSED) for text, style, _ in segments]
        return Strip(segments, strip.cell_length)

    def _sign(self, sign: str, over: Strip, component: str) -> Segment:
        """Return a sign in the colour of a component of the list, on the ground of the text that it replaces."""
        ground = next((each.style for each in over if each.style), Style())
        return Segment(sign, ground + Style(color=self.get_component_rich_style(component).color, bold=True, dim=False))
