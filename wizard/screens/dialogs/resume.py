"""The choice about the saved answers of earlier runs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.faces.resume import Continuation, Earlier, Resume, age, found_text, heading, outcome_of
from wizard.screens.dialogs.choice import choice_sheet
from wizard.screens.page import HELP, KeyHint, Page, Room, Sheet, digits
from wizard.screens.text import Line, accent, clip, line, quiet, strong, width_of
from wizard.screens.view import Done, Listing, Press, View, digit, move
from wizard.texts import wording

_CHOICES = (
    ("c", "Continue", "continue where you left off"),
    ("r", "Review the answers", "see and change them first"),
    ("N", "Start over", "your first answer replaces them"),
)
_AROUND = 6
"""Lines other than those of the earlier runs, including a note."""
_MEANING: dict[str, Resume] = {"c": "on", "r": "review", "N": "over"}
_LETTERS = (KeyHint("c", "continue"), KeyHint("r", "review"), KeyHint("N", "start over"))


@dataclass(frozen=True, slots=True)
class ResumeView(Listing[Continuation]):
    """The first page when there is one earlier run to continue."""

    found: Earlier
    note: str = ""
    """A note about other sessions on the same bundle."""

    def page(self, room: Room) -> Page:
        """Show the progress of the earlier run, and the three choices."""
        sheet = choice_sheet(heading((self.found,), kept=False), _CHOICES, room.alone)
        sheet.blank()
        sheet.add(found_text(self.found), indent=2)
        _add_note(sheet, self.note)
        keys = (KeyHint("enter", "choose"), *_LETTERS, HELP)
        status = line(wording.progress(self.found.session))
        return Page(line(strong("podwizard")), sheet.rows, keys, status=status, at=self.at)

    @property
    def leads_elsewhere(self) -> bool:
        """False: ``a`` and ``b`` do not lead away from here."""
        return False

    def press(self, press: Press) -> View[Continuation] | Done[Continuation] | None:
        """Handle the choices' letters, which act immediately."""
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(_CHOICES)))
        letter = _CHOICES[self.at][0] if press.key == "enter" else press.key
        return Done(Continuation(_MEANING[letter])) if letter in _MEANING else None


@dataclass(frozen=True, slots=True)
class EarlierView(Listing[Continuation]):
    """The first page when there are several earlier runs; each is kept until it is finished or forgotten."""

    found: tuple[Earlier, ...]
    note: str = ""
    message: str = ""

    def page(self, room: Room) -> Page:
        """Show each earlier run with its progress and age, and below them the choice to start over."""
        sheet = Sheet(room.alone)
        sheet.add(strong(heading(self.found, kept=True)))
        sheet.blank()
        long = 2 * len(self.found) + _AROUND <= room.height
        for number, each in enumerate(self.found):
            text, when = line("  ", accent(str(number + 1)), f"  {outcome_of(each.session)}"), _when(each)
            text = text if long else clip(text, room.alone - width_of(when) - 2)
            sheet.add_beside(text, when, hang=5, item=number, lines=2)
        sheet.blank()
        over = line("  ", accent("N"), "  Start over  ", quiet("those above are kept"))
        sheet.add(over, hang=5, item=len(self.found))
        _add_note(sheet, self.note)
        numbers = KeyHint(digits(len(self.found)), "continue that one")
        forget = KeyHint("D", "forget it", "remove the highlighted answers")
        keys = (KeyHint("enter", "choose"), numbers, KeyHint("r", "review"), forget, KeyHint("N", "start over"), HELP)
        return Page(line(strong("podwizard")), sheet.rows, keys, at=self.at, message=line(quiet(self.message)))

    @property
    def leads_elsewhere(self) -> bool:
        """False: ``a`` and ``b`` do not lead away from here."""
        return False

    @property
    def can_discard(self) -> bool:
        """False: leaving from here discards no answers."""
        return False

    def press(self, press: Press) -> View[Continuation] | Done[Continuation] | None:
        """Handle letters, which act immediately on the highlighted row."""
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(self.found) + 1))
        if press.key == "N" or (press.key == "enter" and self.at == len(self.found)):
            return Done(Continuation("over"))
        if 0 < digit(press.key) <= len(self.found):
            return Done(Continuation("on", digit(press.key) - 1))
        how: Resume | None = {"enter": "on", "c": "on", "r": "review", "D": "forget"}.get(press.key)  # type: ignore[assignment]
        return Done(Continuation(how, self.at)) if how and self.at < len(self.found) else None


def _when(each: Earlier) -> Line:
    text = age(each)
    return line(quiet(text)) if text else ()


def _add_note(sheet: Sheet, note: str) -> None:
    if note:
        sheet.blank()
        sheet.add(quiet(note), indent=2)
