"""The text entry: Textual's input widget, driven by the keys that the stage passes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.geometry import Offset
from textual.widgets import Input
from textual.widgets.input import Selection

from wizard.text import visible

if TYPE_CHECKING:
    from wizard.screens.page import TypedText
    from wizard.screens.view import Press

LONGEST = 4096
_EDITS: dict[str, Callable[[Input], None]] = {
    "left": Input.action_cursor_left,
    "right": Input.action_cursor_right,
    "home": Input.action_home,
    "ctrl+a": Input.action_home,
    "end": Input.action_end,
    "ctrl+e": Input.action_end,
    "ctrl+left": Input.action_cursor_left_word,
    "ctrl+right": Input.action_cursor_right_word,
    "backspace": Input.action_delete_left,
    "ctrl+h": Input.action_delete_left,
    "delete": Input.action_delete_right,
    "ctrl+d": Input.action_delete_right,
    "ctrl+w": Input.action_delete_left_word,
    "ctrl+u": Input.action_delete_left_all,
    "ctrl+k": Input.action_delete_right_all,
}


class EntryLine(Input, inherit_bindings=False):
    """One line of text; a new entry starts with its text and the cursor at the end.

    A text that the user has not edited yet starts selected, so that typing replaces it; an arrow key, Home or End keeps
    it, as in a browser.
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, compact=True, max_length=LONGEST, select_on_focus=False)
        self.cursor_blink = False
        self._begun = ("", False)

    @property
    def caret(self) -> Offset:
        """The position of the text cursor on the terminal; Textual's own is one cell too far at the end of a text."""
        return self.cursor_screen_offset - Offset(int(self.cursor_at_end), 0)

    def fit(self, entry: TypedText | None) -> None:
        """Show an entry; hide the widget if there is none."""
        self.display = entry is not None
        if entry is None:
            self._begun = ("", False)
        else:
            self.begin(entry)
            self.styles.margin = (0, 0, 0, entry.indent)
            self.set_class(entry.wrong, "-wrong")
            self.set_class(not entry.typed, "-shown")
            self.placeholder = entry.example

    def begin(self, entry: TypedText) -> None:
        """Load an entry's text, unless the same entry is being edited already; then the edited text stays."""
        begun = (entry.id, entry.typed)
        if begun != self._begun or (not entry.typed and entry.text != self.value):
            self._begun = begun
            self.value = entry.text
            self.selection = Selection(0 if entry.typed and entry.untouched else len(entry.text), len(entry.text))

    def edit(self, entry: TypedText, press: Press) -> str | None:
        """Return the text after a key; ``None`` if the key does not edit text."""
        self.begin(entry)
        if press.key in _EDITS:
            _EDITS[press.key](self)
        elif press.key == "paste":
            text = press.text
            self._insert(" ".join(text.split("\n")).strip() if "\n" in text else text)
        elif press.text and press.text.isprintable():
            self._insert(press.text)
        else:
            return None
        return self.value

    def _insert(self, text: str) -> None:
        start, end = sorted(self.selection)
        room = LONGEST - len(self.value) + end - start
        self.replace(visible(text)[: max(0, room)], start, end)
