"""Movement through a list that is longer than the screen, without ever skipping a line.

A list shows a window of its lines, and the highlight moves the window no further than necessary. If the next row that
can be highlighted is more than one window away, because that row or the prose before it is long, the window moves and
the highlight stays. For example, if a list of 30 lines shows its first 10, PageDown highlights the last row that ends
within line 19. The window then starts with line 10, which was its last line before.

A row of several lines, such as a field with its value or a drawing of boxes, is a block: no window starts inside it if
another one shows the highlight as well.
"""

from __future__ import annotations

from typing import NamedTuple

from wizard.screens.page import PROSE, ListRow
from wizard.screens.view import Press, move

WAYS = {"up": -1, "down": 1, "pageup": -1, "pagedown": 1}
PAGES = ("pageup", "pagedown")


class Shown(NamedTuple):
    """The state of a list on the screen."""

    rows: tuple[ListRow, ...]
    at: int
    """The highlighted item."""
    top: int
    """The first line of the window."""
    high: int
    """The lines of the window."""
    reach: int
    """The maximum number of lines that one page key moves the window by."""


class Turn(NamedTuple):
    """The item to highlight next, or the same item with another first line of the window."""

    at: int
    top: int


class _Lines:
    """The lines of each item (first line, end): bare, and including the prose that describes it.

    The first item includes the prose before it, the last one the prose after it.
    """

    def __init__(self, rows: tuple[ListRow, ...], high: int) -> None:
        self.high = high
        self.total = 0
        self.bare: dict[int, tuple[int, int]] = {}
        self.whole: dict[int, tuple[int, int]] = {}
        self.blocks: list[tuple[int, int]] = []
        for row in rows:
            end = self.total + len(row.lines)
            if row.item != PROSE:
                self.bare[row.item] = self.whole[row.item] = (self.total, end)
            elif row.beside in self.whole:
                self.whole[row.beside] = (self.whole[row.beside][0], end)
            if 1 < len(row.lines) <= high:
                self.blocks.append((self.total, end))
            self.total = end
        items = list(self.bare)
        self.first, self.last = (items[0], items[-1]) if items else (PROSE, PROSE)

    def around(self, item: int) -> tuple[int, int]:
        start, end = self.whole[item]
        return (0 if item == self.first else start), (self.total if item == self.last else end)

    def top_for(self, item: int, top: int) -> int:
        """Return the first line of the window that shows an item, as close to ``top`` as possible."""
        start, end = self.around(item)
        if end - start > self.high:
            start, end = self.whole[item]
            end = max(self.bare[item][1], min(end, start + self.high))
        least = end - self.high
        found = max(top, min(start, least)) if start >= top else min(top, max(start, least))
        return next((each for each in self.outside_blocks(found) if least <= each <= start), found)

    def outside_blocks(self, top: int) -> tuple[int, ...]:
        """List the first lines to choose from instead of one inside a block: below the block, and its own."""
        inside = next((block for block in self.blocks if block[0] < top < block[1]), None)
        return tuple(each for each in inside[::-1] if each <= self.total - self.high) if inside else ()


def top_for(rows: tuple[ListRow, ...], item: int, top: int, high: int) -> int:
    """Return the first line of a window of ``high`` lines that shows an item; ``top`` if that shows it already."""
    lines = _Lines(rows, high)
    return lines.top_for(item, top) if item in lines.bare else top


def turned(shown: Shown, press: Press) -> Turn:
    """Return the effect of a key in a list: arrows move to the next item, page keys as far as no line is skipped."""
    lines = _Lines(shown.rows, shown.high)
    way, far = WAYS[press.key], press.key in PAGES
    if _is_cut(lines, shown, way):
        return Turn(shown.at, _scrolled(lines, shown, way, far=far))
    ahead = [item for item in lines.bare if (item - shown.at) * way > 0]
    if way < 0:
        ahead.reverse()
    moved = [(item, abs(lines.top_for(item, shown.top) - shown.top)) for item in ahead]
    if far and (near := [item for item, by in moved if by <= shown.reach]):
        return Turn(near[-1], shown.top)
    if moved and moved[0][1] <= shown.high:
        return Turn(moved[0][0], shown.top)
    return Turn(shown.at, _scrolled(lines, shown, way, far=far) if moved or shown.at == PROSE else shown.top)


def _is_cut(lines: _Lines, shown: Shown, way: int) -> bool:
    """Return true if the highlighted item continues beyond the window in the direction of the key."""
    if shown.at not in lines.bare:
        return False
    start, end = lines.around(shown.at)
    return end > shown.top + shown.high if way > 0 else start < shown.top


def _scrolled(lines: _Lines, shown: Shown, way: int, *, far: bool) -> int:
    by = shown.high - 1 if far else 1
    top = move(shown.top, way * by, max(0, lines.total - shown.high) + 1)
    near = (each for each in lines.outside_blocks(top)[::way] if 0 < (each - shown.top) * way <= shown.high)
    return next(near, top)
