"""The question Ctrl+C asks once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.screens.dialogs.choice import choice_sheet
from wizard.screens.page import BACK, KeyHint, Page, Room
from wizard.screens.text import line, strong
from wizard.screens.view import STEPS, Done, Press, View, move

_CHOICES = (
    ("s", "Save the answers", "the next start goes on where you left off"),
    ("D", "Discard them", "the next start begins from scratch"),
    ("b", "Back to the wizard", "nothing happens"),
)


@dataclass(frozen=True, slots=True)
class QuitView(View[bool | None]):
    """Gives ``True`` to keep the answers, ``False`` to discard them, ``None`` to go on."""

    at: int = 0
    dialog = True

    def page(self, room: Room) -> Page:
        """The three ways on."""
        sheet = choice_sheet("Leave the wizard?", _CHOICES, room.width)
        keys = (
            KeyHint("enter", "choose"),
            KeyHint("s", "save"),
            KeyHint("D", "discard"),
            BACK,
            KeyHint("ctrl+c", "leave at once", "leave at once, the answers saved"),
        )
        return Page(line(strong("Leave")), sheet.rows, keys, at=self.at)

    @property
    def highlighted(self) -> int:
        """The number of the highlighted way."""
        return self.at

    def picked(self, item: int) -> QuitView:
        """A click highlights a way."""
        return replace(self, at=item)

    @property
    def leads_elsewhere(self) -> bool:
        """Not from here."""
        return False

    def press(self, press: Press) -> View[bool | None] | Done[bool | None] | None:
        """Letters act at once."""
        if press.key in STEPS:
            return replace(self, at=move(self.at, STEPS[press.key], len(_CHOICES)))
        letter = _CHOICES[self.at][0] if press.key == "enter" else press.key
        if letter in ("s", "D"):
            return Done(letter == "s")
        return Done(None) if letter in ("b", "escape", "left") else None
