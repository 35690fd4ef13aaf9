"""The dialog that Ctrl+C opens before leaving."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.screens.dialogs.choice import Offer, choice_sheet
from wizard.screens.page import BACK, KeyHint, Page, Room
from wizard.screens.text import line, strong
from wizard.screens.view import Done, Listing, Press, View, move

_CHOICES = (
    ("s", "Save the answers", "the next start continues where you left off"),
    ("D", "Discard them", "the next run starts from scratch"),
    ("c", "Continue", "nothing happens"),
)
_WORDS = {"Save the answers": "save", "Discard them": "discard"}
_LOST = (_CHOICES[-1], ("D", "Leave", "the answers are lost: they cannot be saved"))
_NOTHING_YET = (("s", "Leave", "answers of earlier runs are kept"), _CHOICES[-1])


@dataclass(frozen=True, slots=True)
class QuitView(Listing[bool | None]):
    """The dialog before leaving: ``True`` keeps the answers, ``False`` discards them, ``None`` continues."""

    can_discard: bool = True
    """False while there are no chosen answers to discard."""
    can_keep: bool = True
    """False if the answers cannot be saved."""
    dialog = True

    @property
    def choices(self) -> tuple[Offer, ...]:
        """The offered choices."""
        if self.can_discard:
            return _CHOICES if self.can_keep else _LOST
        return _NOTHING_YET

    def page(self, room: Room) -> Page:
        """Show the choices."""
        sheet = choice_sheet("Leave the wizard?", self.choices, room.width)
        keys = (
            KeyHint("enter", "choose"),
            *(KeyHint(letter, _WORDS.get(what, "leave")) for letter, what, _ in self.choices if letter != "c"),
            BACK,
            KeyHint("ctrl+c", "leave at once", f"quit at once, the answers {'saved' if self.can_keep else 'lost'}"),
        )
        return Page(line(strong("Leave")), sheet.rows, keys, at=self.at)

    @property
    def leads_elsewhere(self) -> bool:
        """False: ``a`` and ``b`` do not lead away from here."""
        return False

    def press(self, press: Press) -> View[bool | None] | Done[bool | None] | None:
        """Handle the choices' letters, which act immediately."""
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(self.choices)))
        letter = self.choices[self.at][0] if press.key == "enter" else press.key
        if letter in ("s", "D") and any(letter == offered for offered, _, _ in self.choices):
            return Done(letter == "s" or not self.can_keep)
        return Done(None) if letter in ("c", "escape", "left") else None
