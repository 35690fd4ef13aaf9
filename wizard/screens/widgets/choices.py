"""A list of rows, some of which can be highlighted: options, answers, fields, files, findings, lines."""

from __future__ import annotations

from textual import events
from textual.geometry import Region
from textual.reactive import reactive
from textual.widgets.option_list import Option

from wizard.screens.page import ABOVE, BELOW, PROSE, ListRow
from wizard.screens.paging import top_for
from wizard.screens.theme import Looks
from wizard.screens.widgets.marked import MarkedList
from wizard.screens.widgets.texts import content


class ChoiceList(MarkedList, can_focus=False, inherit_bindings=False):
    """A list of rows with a highlight; keys go to the screen's view, which decides what is highlighted."""

    highlighted: reactive[int | None] = reactive(None, repaint=False)
    """The index of the highlighted option; its watcher redraws the two affected rows, not the whole list."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, markup=False, compact=True)
        self._rows: tuple[ListRow, ...] = ()
        self._looks = Looks()
        self._high = -1
        self._clicked_line = -1
        self._ahead: tuple[int, int] | None = None

    def show(self, rows: tuple[ListRow, ...], at: int, looks: Looks, *, high: int) -> None:
        """Show rows in ``high`` lines with item ``at`` highlighted; hide the list if ``high`` is 0."""
        if self.display != bool(high):
            self.display = bool(high)
        if not high:
            return
        if high != self._high:
            self._high = high
            self.styles.height = high
        other = rows != self._rows or looks is not self._looks
        grown = other and [len(row.lines) for row in rows] != [len(row.lines) for row in self._rows]
        if other:
            self._fill(rows, looks)
        index = next((n for n, row in enumerate(rows) if row.item == at and at != PROSE), None)
        if grown and index is not None and index == self.highlighted:
            self.scroll_to_highlight()
        if index != self.highlighted:
            self.highlighted = index
            if index is None:
                self.scroll_home(animate=False)
        self._ahead = None

    def _fill(self, rows: tuple[ListRow, ...], looks: Looks) -> None:
        before, top, self._rows = self._rows, self.kept_top(rows), rows
        shaped = [_shape(row) for row in rows] == [_shape(row) for row in before]
        changed = [n for n, row in enumerate(rows) if not shaped or row != before[n]]
        if shaped and looks is self._looks and len(changed) <= 1 + len(rows) // 4:
            for n in changed:
                self.replace_option_prompt_at_index(n, content(rows[n].lines, looks))
            return
        self._looks = looks
        self.set_options(
            Option(content(row.lines, looks), disabled=row.item == PROSE and not any(row.keys)) for row in rows
        )
        if top and self.is_mounted:  # the options began at the top again
            self._update_lines()
            self.scroll_lines_to(top)

    def kept_top(self, rows: tuple[ListRow, ...]) -> int:
        """Return the first visible line if these rows replace the current ones: the same one, if it is among both.

        Rows that change only from the highlight on, such as those of a form in which another field opens, stay in
        place; those of another page begin at the top.
        """
        top, alike = int(self.scroll_offset.y), 0
        for old, new in zip(self._rows, rows, strict=False):
            if old != new:
                return min(top, alike)
            alike += len(new.lines)
        return min(top, alike)

    def watch_highlighted(self, before: int | None, highlighted: int | None) -> None:  # type: ignore[override]
        """Redraw the rows that lost and gained the highlight."""
        super().watch_highlighted(highlighted)
        top = int(self.scroll_offset.y)
        for index in (before, highlighted):
            if index is not None and (at := self._index_to_line.get(index)) is not None:
                self.refresh(Region(0, at - top, self.size.width, self._heights[index]))

    def item(self, index: int) -> int:
        """Return the item of an option."""
        return self._rows[index].item if 0 <= index < len(self._rows) else PROSE

    def key_at(self, index: int) -> str:
        """Return the key of the line that was clicked last, in this option; empty if it has none."""
        row, line = self._rows[index], self._clicked_line - self._index_to_line.get(index, 0)
        return row.keys[line] if 0 <= line < len(row.keys) else ""

    def on_click(self, event: events.Click) -> None:
        """Remember the line; the message that follows names only the option."""
        self._clicked_line = int(self.scroll_offset.y) + event.y

    def scroll_to_highlight(self, top: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # Textual's signature
        """Scroll to the highlight; at the first or last item, the prose around it is visible too."""
        if self.highlighted is None or not self.is_mounted:
            return
        self._update_lines()
        ahead = self.ahead_of(self.at)
        self.scroll_lines_to(
            top_for(self._rows, self.at, int(self.scroll_offset.y), self._high) if ahead < 0 else ahead
        )

    def scroll_ahead(self, at: int, top: int) -> None:
        """Scroll to a first line as soon as item ``at`` is highlighted, for a key typed before that is shown."""
        self._ahead = at, top

    def ahead_of(self, at: int) -> int:
        """Return the first line that item ``at`` will be shown with because of keys typed ahead; -1 without any."""
        return self._ahead[1] if self._ahead and self._ahead[0] == at else -1

    def scroll_lines_to(self, top: int) -> None:
        """Scroll to a first line; the highlight stays on its row."""
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    @property
    def max_scroll_y(self) -> int:
        """The last first line, for the height that the next layout gives: else a second frame would have to scroll."""
        return max(0, self.virtual_size.height - self._high)

    @property
    def at(self) -> int:
        """The highlighted item."""
        return PROSE if self.highlighted is None else self.item(self.highlighted)

    def top_of(self, rows: tuple[ListRow, ...]) -> int:
        """Return the first visible line if these rows are laid out like the current ones; else 0."""
        alike = self.display and [len(row.lines) for row in rows] == [len(row.lines) for row in self._rows]
        return int(self.scroll_offset.y) if alike else 0

    def on_resize(self) -> None:
        """Keep the highlight visible."""
        self.scroll_to_highlight()

    def arrow(self, y: int) -> str:
        """Return the arrow for the last cell of a line: in the first or last line, if more lines are hidden there."""
        top, high = int(self.scroll_offset.y), self.size.height
        if y == 0 and top > 0:
            return ABOVE
        return BELOW if y == high - 1 and top + high < len(self._lines) else ""

    @property
    def mark_at(self) -> tuple[int, int] | None:
        """The column and row of the highlight on the terminal; ``None`` without one, or before the list has a place."""
        if self.highlighted is None or not self.display or not self.content_region:
            return None
        line = self._index_to_line.get(self.highlighted)
        if line is None:
            return None
        return self.content_region.x, self.content_region.y + line - int(self.scroll_offset.y)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Leave the wheel to the screen, which moves the highlight."""
        event.prevent_default()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Leave the wheel to the screen, which moves the highlight."""
        event.prevent_default()


def _shape(row: ListRow) -> tuple[int, int, bool]:
    """Return what a row's new text cannot change: its item, its height, and whether it takes clicks."""
    return row.item, len(row.lines), _takes_clicks(row)


def _takes_clicks(row: ListRow) -> bool:
    return row.item != PROSE or any(row.keys)
