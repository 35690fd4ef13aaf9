"""The widgets of a page: header, two columns, message and keys. A new page updates their contents."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Offset

from wizard.screens.page import GAP, PROSE, UNSPLIT, Page, Room, first_lines, too_small
from wizard.screens.paging import PAGES, WAYS, Shown, top_for, turned
from wizard.screens.text import BLANK, Line, Span, Style, accent, clip, line, quiet, spread, width_of
from wizard.screens.widgets.choices import ChoiceList
from wizard.screens.widgets.texts import KeyLine, TextLines

if TYPE_CHECKING:
    from textual.widget import Widget

    from wizard.screens.page import ListRow
    from wizard.screens.theme import Looks
    from wizard.screens.view import Press
    from wizard.screens.widgets.entry import EntryLine

_STEPS = 12
"""The maximum width of the progress bar in cells."""
_AROUND_STEPS = 4
"""Cells between the title, the progress bar and the status."""


class PageBody(Vertical):
    """The widgets of one screen: common ones, created at the start, and others, created when first needed."""

    entry: EntryLine | None = None
    rest: ChoiceList | None = None
    aside_rows: ChoiceList | None = None
    foot: TextLines | None = None

    def __init__(self) -> None:
        super().__init__()
        self.header = TextLines(id="header")
        self.rows = ChoiceList(id="rows")
        self.panel = TextLines(id="panel")
        self.first = Vertical(self.rows, self.panel, id="first")
        self.aside = TextLines(id="aside")
        self.columns = Horizontal(self.first, self.aside, id="columns")
        self.message = TextLines(id="message")
        self.keys = KeyLine(id="keys")
        self.page: Page | None = None

    def compose(self) -> ComposeResult:
        """Yield the widgets; ``show`` fills, shows and hides them later."""
        yield from (self.header, self.columns, self.message, self.keys)

    async def prepare(self, page: Page) -> None:
        """Create the widgets that this page is the first to need."""
        if page.entry:
            await self.typing()
        if page.rest and self.rest is None:
            self.rest = ChoiceList(id="rest")
            await self._bring(self.rest, self.first, before=self.panel)
        if page.aside_rows and self.aside_rows is None:
            self.aside_rows = ChoiceList(id="aside-rows")
            await self._bring(self.aside_rows, self.columns)
        if page.foot and self.foot is None:
            self.foot = TextLines(id="foot")
            await self._bring(self.foot, self, before=self.message)

    async def _bring(self, widget: Widget, parent: Widget, **place: Widget) -> None:
        """Mount a widget without showing it, and lay out the screen before the page counts as shown."""
        widget.display = False  # an empty widget would be painted with the previous page
        await parent.mount(widget, **place)
        self.screen.refresh(layout=True)

    async def typing(self) -> EntryLine:
        """Return the line that takes text; created when there is something to type for the first time."""
        if self.entry is None:
            from wizard.screens.widgets.entry import EntryLine

            self.entry = EntryLine(id="entry")
            await self._bring(self.entry, self.first, after=self.rows)
        return self.entry

    def show(self, page: Page, room: Room, looks: Looks) -> None:
        """Fill the widgets with a page."""
        self.page = page
        room = room._replace(height=room.height - len(page.foot))
        width = page.split or room.width
        side = room.whole - width - GAP if page.split else room.side
        self.header.show((_header(page, room.whole), (Span("─" * room.whole, Style.RULE),)), looks)
        single = not (page.aside or page.aside_rows) or not side
        self._place_first(at_right=page.at_right)
        self.first.display = page.split != UNSPLIT  # else its padding would move the second column
        self._set_width(room.whole if single else side - GAP if page.at_right else width)
        self._first_column(page, room, looks)
        beside = page.aside if side > 0 and not page.aside_rows else ()
        self.aside.show(tuple(clip(each, side) for each in beside[: room.height]), looks)
        if self.aside_rows:
            high = room.height if page.aside_rows else 0
            self.aside_rows.show(page.aside_rows, page.aside_at, looks, high=high)
        if self.foot:
            self.foot.as_high(len(page.foot))
            self.foot.show(page.foot, looks)
        self.message.show((clip(page.message, room.whole),), looks)
        self.keys.show_keys(page.keys, room.whole, looks)

    def show_too_small(self, columns: int, rows: int, looks: Looks) -> None:
        """Show that the terminal is too small, and nothing else."""
        self.page = None
        self.header.show((too_small(columns, rows),), looks)
        for each in (self.rows, self.rest, self.aside_rows):
            if each:
                each.show((), PROSE, looks, high=0)
        for text in (self.panel, self.aside, self.foot, self.message, self.keys):
            if text:
                text.show((), looks)
        if self.entry:
            self.entry.display = False

    def _place_first(self, *, at_right: bool) -> None:
        """Move the first column to the side where the page wants it."""
        if self.aside_rows and at_right != (self.columns.children[-1] is self.first):
            place = {"after": self.aside_rows} if at_right else {"before": self.aside}
            self.columns.move_child(self.first, **place)
            self.aside_rows.styles.margin = (0, 1 if at_right else 0, 0, 0)  # apart from the column at its right

    def _set_width(self, width: int) -> None:
        wide = min(width + GAP, self.content_size.width + 1)  # one cell is the column's padding
        if self.first.styles.width is None or self.first.styles.width.value != wide:
            self.first.styles.width = wide

    def _first_column(self, page: Page, room: Room, looks: Looks) -> None:
        panel, below = _below(page, room)
        high = room.height - len(panel)
        entry = page.entry
        before, after = _heights(page, high - bool(entry), self.rows.kept_top(page.rows))
        self.rows.show(page.rows, page.at, looks, high=before)
        if self.rest:
            self.rest.show(page.rest, page.rest_at, looks, high=after)
        self.panel.show((*panel, *below), looks)
        focused = self.entry if page.typing else None
        if self.screen.focused is not focused:
            self.screen.set_focus(focused, scroll_visible=False)
        if self.entry:
            self.entry.fit(entry)

    def turn(self, page: Page, room: Room, press: Press, *, painted: bool) -> Press | None:
        """Return the key with the steps it takes on this page; ``None`` if it only scrolled or does not move."""
        if page.leaf:
            way = 1 if press.key == "space" else WAYS.get(press.key, 0)
            far = press.key in (*PAGES, "space")
            return replace(press, key="pagedown" if way > 0 else "pageup", paged=way * page.leaf) if far else press
        if press.key not in WAYS or not (press.key in PAGES or painted):
            return press
        listed, shown, apart = self._moving(page, room)
        if not any(row.item != PROSE for row in shown.rows):
            return press
        if press.key not in PAGES and (apart or sum(len(row.lines) for row in shown.rows) <= shown.high):
            return press
        found = turned(shown, press)
        at_end = bool(page.aside_rows) and listed is not self.aside_rows and found.top == shown.top
        if steps := found.at - shown.at or (WAYS[press.key] if apart or at_end else 0):
            return replace(press, paged=steps)
        if listed and painted:
            listed.scroll_lines_to(found.top)
        elif listed:
            listed.scroll_ahead(found.at, found.top)
        return None

    def _moving(self, page: Page, room: Room) -> tuple[ChoiceList | None, Shown, bool]:
        """Return the list that arrow keys move through, its state, and true if the entry divides it into two."""
        room = room._replace(height=room.height - len(page.foot))
        if page.aside_rows and page.aside_at != PROSE:
            return self._window(self.aside_rows, page.aside_rows, page.aside_at, room.height)
        panel, _ = _below(page, room)
        before, after = _heights(page, room.height - len(panel) - bool(page.entry), self.rows.kept_top(page.rows))
        if page.rest and page.rest_at != PROSE:
            return self._window(self.rest, page.rest, page.rest_at, after)
        if not page.rest:
            return self._window(self.rows, page.rows, page.at, before)
        top = sum(len(row.lines) for row in page.rows) - before
        return None, Shown((*page.rows, *page.rest), page.at, top, before + after, 0), True

    @staticmethod
    def _window(
        listed: ChoiceList | None, rows: tuple[ListRow, ...], at: int, high: int
    ) -> tuple[ChoiceList | None, Shown, bool]:
        """Return the list with its current window, or the window it will have once the page is shown."""
        before = listed.top_of(rows) if listed else 0
        top = listed.ahead_of(at) if listed else -1
        if top < 0:
            top = before if listed and listed.at == at else top_for(rows, at, before, high)
        return listed, Shown(rows, at, top, high, max(1, high - 1)), False

    @property
    def focus_at(self) -> Offset | None:
        """The position on the terminal that the user's attention belongs to."""
        if self.entry and self.entry.display:
            return self.entry.caret
        lists = (self.aside_rows, self.rows, self.rest)
        places = (each.mark_at for each in lists if each)
        return next((Offset(*place) for place in places if place), None)

    def text(self) -> str:
        """Return the text on the screen, for tests and for users who cannot see colours."""
        strips = self.screen._compositor.render_strips(self.screen.size)
        return "\n".join(strip.text.rstrip() for strip in strips)


def _header(page: Page, width: int) -> Line:
    status = page.status
    done, total = page.progress or (0, 0)
    steps = min(_STEPS, total)
    if steps and width_of(page.title) + width_of(status) + steps + _AROUND_STEPS <= width:
        full = round(steps * done / total)
        status = line(accent("▰" * full), quiet("▱" * (steps - full)), "  ", *[quiet(span.text) for span in status])
    return spread(page.title, status, width)


def _below(page: Page, room: Room) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the panel, without trailing blank lines if space is short, and the lines below it on a narrow terminal."""
    panel = page.panel
    used = sum(len(row.lines) for row in (*page.rows, *page.rest)) + bool(page.entry)
    while panel and not panel[-1] and used + len(panel) > room.height:
        panel = panel[:-1]
    if room.side or page.split:
        return panel, ()
    spare = room.height - used - len(panel)
    return panel, ((BLANK, *first_lines(page.aside, spare - 1, room.width)) if spare > 2 and page.aside else ())


def _heights(page: Page, high: int, top: int) -> tuple[int, int]:
    """Return the heights of the rows before and after the entry; the first visible line stays ``top`` if possible.

    If space is short, the field's help stays visible. No row before the entry is cut: its first line may be the
    question of the value on the others.
    """
    before = sum(len(row.lines) for row in page.rows)
    after = sum(len(row.lines) for row in page.rest)
    if before + after <= high:
        return before, after
    first = next((at for at, row in enumerate(page.rest) if row.item != PROSE), 0)
    least = min(after, max(high * 2 // 5, min(first, high // 2)))
    asked = len(page.rows[-1].lines) if page.rows else 0
    before = max(min(before - top, high - least), min(asked, high - least), high - after)
    if page.entry:
        ends = accumulate(len(row.lines) for row in reversed(page.rows))
        before = max((end for end in ends if end <= before), default=before)
    return before, high - before
