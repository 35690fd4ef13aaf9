"""Textual's screens: one for the pages, and a modal one over it per dialog. They show pages and pass clicks on."""

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
    from wizard.screens.theme import Looks

PICK, PICK_ASIDE = "pick", "pick aside"
"""Key names that represent a click on a row; their text is the row's item."""
_DIALOG = (84, 24)
"""The minimum columns and rows for a dialog with a border and the page around it."""
_EDGE = 4
_BORDER = 2

Post = Callable[[Press], None]


class PageScreen(Screen[None], inherit_bindings=False):
    """A screen that shows one page after another."""

    ALLOW_SELECT = False

    def __init__(self, post: Post) -> None:
        super().__init__()
        self.body = PageBody()
        self._post = post

    def compose(self) -> ComposeResult:
        """Yield the widgets of a page."""
        yield self.body

    @property
    def ready(self) -> bool:
        """True once the widgets are mounted."""
        return self.body.is_mounted and bool(self.size.width)

    @property
    def room(self) -> Room:
        """The space for a page."""
        return room_for(self.size.width, self.size.height)

    @property
    def fits(self) -> bool:
        """True if the terminal is large enough."""
        return fits(*self.size)

    def show(self, page: Page, looks: Looks) -> None:
        """Fill the widgets with a page, in a single frame."""
        room = self.room
        with self.app.batch_update():
            self.fit(page, room)
            self.body.show(page, room, looks)

    def fit(self, page: Page, room: Room) -> None:
        """Fit the body's height to the page; a full-screen page has nothing to fit."""

    def show_too_small(self, looks: Looks) -> None:
        """Show that the terminal is too small."""
        with self.app.batch_update():
            self.body.show_too_small(*self.size, looks)

    def on_resize(self) -> None:
        """Lay out the page again for the new size."""
        self._post(Press("repaint"))

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Turn a click on a row into a key press."""
        message.stop()
        aside = message.option_list is self.body.aside_rows
        listed = message.option_list
        if not isinstance(listed, ChoiceList):
            return
        item = listed.item(message.option_index)
        if key := listed.key_at(message.option_index):
            self._post(Press(key, key))
        elif item != PROSE:
            self._post(Press(PICK_ASIDE if aside else PICK, str(item)))

    def on_key_line_clicked(self, message: KeyLine.Clicked) -> None:
        """Turn a click in the key line into a key press."""
        message.stop()
        self._post(Press(message.key, message.key if len(message.key) == 1 else ""))

    def on_click(self, event: events.Click) -> None:
        """Open the text at the clicked line, if the page allows it."""
        if (line := self._opened(event)) is not None:
            event.stop()
            self._post(Press(PICK_ASIDE, str(line)))

    def _opened(self, event: events.MouseEvent) -> int | None:
        """Return the line of the text that a click here opens; ``None`` if it opens none."""
        page, place = self.body.page, self.body.aside.region
        if page is None or not place.contains(event.screen_x, event.screen_y):
            return None
        return dict(enumerate(page.aside_opens)).get(event.screen_y - place.y)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn the wheel into an arrow key; over a text that can be opened, open it first."""
        event.stop()
        self._post(Press(PICK_ASIDE, "0") if self._opened(event) is not None else Press("down"))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn the wheel into an arrow key."""
        event.stop()
        self._post(Press("up"))


class DialogScreen(PageScreen, ModalScreen[None], inherit_bindings=False):
    """A page over another one, which stays visible around it if there is room."""

    _high: int | str = ""

    def on_click(self, event: events.Click) -> None:
        """Close the dialog after a click outside it, as Esc does."""
        event.stop()
        if not self.body.region.contains(event.screen_x, event.screen_y):
            self._post(Press("escape"))

    @property
    def room(self) -> Room:
        """The space inside the dialog's border."""
        columns, rows = self.size
        whole = columns < _DIALOG[0] or rows < _DIALOG[1]
        self.set_class(whole, "-whole")
        if whole:
            found = room_for(columns, rows)
            return Room(found.width, found.height, spare=found.whole - found.width)
        return Room(_DIALOG[0] - _EDGE, rows - _EDGE - 4)

    def fit(self, page: Page, room: Room) -> None:
        """Make the dialog as high as the page or the space allows."""
        whole = self.has_class("-whole")
        lines = len((*page.lines, *page.panel, *page.foot))
        high: int | str = "1fr" if whole else min(room.height, lines) + CHROME + _BORDER
        if high != self._high:
            self._high = high
            self.body.styles.height = high
