"""The choice about the answers of an earlier start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.faces.resume import Resume, found_text
from wizard.screens.dialogs.choice import choice_sheet
from wizard.screens.page import HELP, KeyHint, Page, Room
from wizard.screens.text import line, quiet, strong
from wizard.screens.view import STEPS, Done, Press, View, move
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.session.session import Session

_CHOICES = (
    ("c", "Continue", "go on where you left off"),
    ("r", "Review the answers", "see and change them first"),
    ("N", "Start over", "your first answer replaces them"),
)
_MEANING: dict[str, Resume] = {"c": "on", "r": "review", "N": "over"}


@dataclass(frozen=True, slots=True)
class ResumeView(View[Resume]):
    """Shown before anything else when there is something to go on with."""

    found: Session
    at: int = 0
    ago: float | None = None
    """Seconds since the answers were saved."""
    note: str = ""
    """A sentence about other sessions on the same bundle."""

    def page(self, room: Room) -> Page:
        """Show the progress of the earlier start, and three ways on."""
        sheet = choice_sheet("There are answers of an earlier start here.", _CHOICES, room.width)
        sheet.blank()
        sheet.add(found_text(self.found, self.ago), indent=2)
        if self.note:
            sheet.blank()
            sheet.add(quiet(self.note), indent=2)
        letters = (KeyHint("c", "continue"), KeyHint("r", "review"), KeyHint("N", "start over"))
        keys = (KeyHint("enter", "choose"), *letters, HELP)
        status = line(wording.progress(self.found))
        return Page(line(strong("podwizard")), sheet.rows, keys, status=status, at=self.at)

    @property
    def highlighted(self) -> int:
        """The number of the highlighted way."""
        return self.at

    def picked(self, item: int) -> ResumeView:
        """A click highlights a way."""
        return replace(self, at=item)

    @property
    def leads_elsewhere(self) -> bool:
        """Not from here."""
        return False

    def press(self, press: Press) -> View[Resume] | Done[Resume] | None:
        """Letters act at once."""
        if press.key in STEPS:
            return replace(self, at=move(self.at, STEPS[press.key], len(_CHOICES)))
        letter = _CHOICES[self.at][0] if press.key == "enter" else press.key
        return Done(_MEANING[letter]) if letter in _MEANING else None
