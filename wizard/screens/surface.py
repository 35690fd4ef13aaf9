"""Textual's screens: one for the pages, a modal one over it for each dialog. They show pages and pass clicks on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen
from textual.widgets import OptionList

from wizard.screens.page import CHROME, PROSE, Page, Room, fits, room_for
from wizard.screens.view import Press
from wizard.screens.widgets.body import PageBody
from wizard.screens.widgets.choices import ChoiceList
from wizard.screens.widgets.texts import KeyLine

if TYPE_CHECKING:
    from wizard.screens.widgets.texts import Looks

PICK, PICK_ASIDE = "pick", "pick aside"
"""The keys that stand for a click on a row, whose number is their text."""
_DIALOG = (84, 24)
"""Columns and rows from which a dialog has an edge, with the page around it."""
_EDGE = 4
_BORDER = 2

Post = Callable[[Press], None]


class PageScreen(Screen[None], inherit_bindings=False):
    """Shows pages, one after another."""

    ALLOW_SELECT = False

    def __init__(self, post: Post) -> None:
        super().__init__()
        self.body = PageBody()
        self._post = post

    def compose(self) -> ComposeResult:
        """The widgets of a page."""
        yield self.body

    @property
    def ready(self) -> bool:
        """Tell whether its widgets are there."""
        return self.body.is_mounted and bool(self.size.width)

    @property
    def room(self) -> Room:
        """The space for a page."""
        return room_for(self.size.width, self.size.height)

    @property
    def fits(self) -> bool:
        """Tell whether the terminal is large enough."""
        return fits(*self.size)

    def show(self, page: Page, looks: Looks) -> None:
        """Fill the widgets with a page, all in one picture."""
        room = self.room
        with self.app.batch_update():
            self.fit(page, room)
            self.body.show(page, room, looks)

    def fit(self, page: Page, room: Room) -> None:
        """Make the body as high as the page needs; a page of its own has all of the terminal."""

    def show_too_small(self, looks: Looks) -> None:
        """Show that the terminal is too small."""
        with self.app.batch_update():
            self.body.show_too_small(*self.size, looks)

    def on_resize(self) -> None:
        """Lay the same page out for the new size."""
        self._post(Press("repaint"))

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """A row was clicked."""
        message.stop()
        aside = message.option_list is self.body.aside_rows
        listed = message.option_list
        item = listed.item(message.option_index) if isinstance(listed, ChoiceList) else PROSE
        if item != PROSE:
            self._post(Press(PICK_ASIDE if aside else PICK, str(item)))

    def on_key_line_clicked(self, message: KeyLine.Clicked) -> None:
        """A key of the key line was clicked."""
        message.stop()
        self._post(Press(message.key, message.key if len(message.key) == 1 else ""))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves as the arrows do."""
        event.stop()
        self._post(Press("down"))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves as the arrows do."""
        event.stop()
        self._post(Press("up"))


class DialogScreen(PageScreen, ModalScreen[None], inherit_bindings=False):
    """A page over another one, which stays in sight around it where there is room."""

    _high: int | str = ""

    @property
    def room(self) -> Room:
        """The space inside its edge."""
        columns, rows = self.size
        whole = columns < _DIALOG[0] or rows < _DIALOG[1]
        self.set_class(whole, "-whole")
        if whole:
            found = room_for(columns, rows)
            return Room(found.width, found.height, spare=found.whole - found.width)
        return Room(_DIALOG[0] - _EDGE, rows - _EDGE - 4)

    def fit(self, page: Page, room: Room) -> None:
        """As high as the page, or as there is room for."""
        whole = self.has_class("-whole")
        lines = page.lesson_lines or len((*page.lines, *page.panel, *page.foot))
        high: int | str = "1fr" if whole else min(room.height, lines) + CHROME + _BORDER
        if high != self._high:
            self._high = high
            self.body.styles.height = high
