"""The list of all answers: for reading and changing them, and for seeing what depends on each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.faces.answers import AnswerEntry, answer_counts, answer_groups
from wizard.screens.page import BACK, HELP, KeyHint, Page, Room, Sheet, TypedText, digits
from wizard.screens.text import cells, line, packed, strong
from wizard.screens.view import Back, Done, Go, Listing, Press, View, move
from wizard.texts.keys import FIND

if TYPE_CHECKING:
    from wizard.session.session import Session

_GAP = 27
_DOT = "  ·  "
_SIGNS = "123456789efhilmnoprstuwxyz"
"""One key per line: any answer is one key away from here, and two from anywhere else."""
_ON = "c"
"""The key that continues from here."""


@dataclass(frozen=True, slots=True)
class AnswersView(Listing["Back | Go"]):
    """The list of answers; ``finding`` is true while the text of ``filter`` is being typed."""

    session: Session
    filter: str = ""
    finding: bool = False
    message: str = ""

    def page(self, room: Room) -> Page:
        """Show one line per answer; answers that do not count come last."""
        sheet = Sheet(room.listed)
        shown = self.lines
        number = 0
        for group in answer_groups(self.session, self.filter):
            if group.heading:
                sheet.heading(group.heading)
            for entry in group.entries:
                self._entry(sheet, entry, number)
                number += 1
        if not shown:
            sheet.add("No question matches." if self.filter else "Nothing is answered yet.")
        note = line("found: ", strong(self.filter)) if self.filter and not self.finding else line(self.message)
        return Page(
            title=line(strong("Answers")),
            status=line(" · ".join(answer_counts(self.session))),
            rows=() if self.finding else sheet.rows,
            entry=self.entry,
            rest=sheet.rows if self.finding else (),
            rest_at=self.at,
            at=self.at,
            keys=self._keys,
            message=note,
        )

    def _entry(self, sheet: Sheet, entry: AnswerEntry, number: int) -> None:
        answer, note = entry.answer or "-", ", ".join(entry.notes)
        label = f"  {_SIGNS[number : number + 1] or ' '}  {entry.topic}"
        beside = _GAP + cells(answer) + len(_DOT) + cells(note) <= sheet.width
        sheet.pair(label, f"{answer}{_DOT}{note}" if note and beside else answer, gap=_GAP, item=number)
        for row in () if beside else packed(entry.notes, sheet.width - _GAP):
            sheet.add(row, indent=_GAP, item=number)

    @property
    def _keys(self) -> tuple[KeyHint, ...]:
        if self.finding:
            return (KeyHint("enter", "keep these"), KeyHint("esc", "show all"))
        change = KeyHint("enter", "change", "go to the highlighted question")
        depends = KeyHint("d", "what depends on it", "the rules that test the highlighted question")
        return (
            *((change, *self._signs) if self.lines else ()),
            KeyHint(_ON, "verdict" if self.session.verdict else "continue", "continue from here"),
            BACK,
            KeyHint(FIND.key, "find", "show only the questions with some words"),
            *((depends,) if self.lines else ()),
            HELP,
        )

    @property
    def _signs(self) -> tuple[KeyHint, ...]:
        """The keys of the lines, for the help."""
        number, does = len(self.lines), "change the answer with that number or letter before it"
        letters = " ".join(_SIGNS[9:number])
        return tuple(KeyHint(name, does, shown=False) for name in (digits(number), letters) if name)

    @property
    def lines(self) -> tuple[AnswerEntry, ...]:
        """The visible entries, in the order of the groups."""
        return tuple(entry for group in answer_groups(self.session, self.filter) for entry in group.entries)

    def press(self, press: Press) -> View[Back | Go] | Done[Back | Go] | None:
        """Handle letters, which act immediately unless a filter is being typed."""
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(self.lines)), message="")
        if self.finding:
            return self._type(press)
        if press.key == "slash":
            return replace(self, finding=True)
        if press.key == _ON:
            return Done(Go("on"))
        if press.key == "escape" and self.filter:
            return replace(self, filter="", at=0)
        if press.key in ("escape", "left", "a"):
            return Done(Back())
        number = _SIGNS.find(press.key) if len(press.key) == 1 else -1
        if 0 <= number < len(self.lines):
            return Done(Go("question", self.lines[number].line.question.id))
        if not self.lines or press.key not in ("enter", "d", "right"):
            return None
        return Done(Go("why" if press.key == "d" else "question", self.lines[self.at].line.question.id))

    def _type(self, press: Press) -> AnswersView | None:
        """Handle the keys that end the filter; all others edit its text."""
        if press.key == "escape":
            return replace(self, finding=False, filter="", at=0)
        return replace(self, finding=False) if press.key == "enter" else None

    @property
    def entry(self) -> TypedText | None:
        """The filter's text while it is being typed."""
        return TypedText("find", self.filter) if self.finding else None

    def typed(self, text: str) -> AnswersView:
        """Apply a filter text."""
        return replace(self, filter=text, at=0)

    def picked(self, item: int) -> AnswersView:
        """Highlight the clicked answer."""
        return replace(self, at=item, message="")
