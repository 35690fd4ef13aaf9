"""The reasons why a question is asked and what depends on it, and the answers behind a line of the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.screens.dialogs.scrolled import ScrolledView
from wizard.screens.page import BACK, HELP, LEARN, KeyHint, Page, Room, Sheet
from wizard.screens.text import Line, line, quiet, strong
from wizard.screens.view import Back, Done, Go, Listing, Press, View, move
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.session.session import Session
    from wizard.texts.reasons import ReasonLine


@dataclass(frozen=True, slots=True)
class WhyQuestion(ScrolledView):
    """The rules that still test a question; ``heading`` repeats the user's request."""

    session: Session
    question_id: str
    heading: str = "Why this question"
    ways_out = ("w", "d")

    def lines(self, width: int) -> tuple[Line, ...]:
        """Return the question, its help (which a small screen leaves out), and all that its answer can decide."""
        question = self.session.catalog.decision.questions[self.question_id]
        sheet = Sheet(width)
        sheet.add(strong(question.ask))
        if question.help:
            sheet.add(quiet(question.help))
        sheet.blank()
        lines = wording.depends_lines(self.session, self.question_id)
        sheet.add("The answer can still decide:" if lines else "No open rule depends on the answer any more.")
        for what, because in lines:
            sheet.pair(f"  {what}", because, gap=26)
        return sheet.done()


@dataclass(frozen=True, slots=True)
class Behind(Listing["Back | Go"]):
    """The answers behind a line of the verdict; Enter opens one of them."""

    session: Session
    title: str
    reason: ReasonLine
    dialog = True

    def page(self, room: Room) -> Page:
        """Show the line, and each answer behind it."""
        sheet = Sheet(room.width)
        sheet.add(strong(self.reason.about))
        sheet.add(self.reason.text, quiet(f"  {self.reason.field}" if self.reason.field else ""))
        sheet.heading("The answers behind it")
        questions = self.session.catalog.decision.questions
        for number, question_id in enumerate(self.reason.questions):
            question = questions[question_id]
            sheet.add(f"  {question.ask}", hang=2, item=number)
            answer = question.answer_text(self.session.answers.get(question_id)) or "not asked"
            assumed = "  (assumed)" if question_id in self.session.assumed else ""
            sheet.add(answer, quiet(assumed), indent=4, item=number)
        if not self.reason.questions:
            sheet.add("It follows from the table only.", indent=2)
        keys = [BACK, HELP]
        if self.reason.pattern:
            keys.insert(0, LEARN)
        if self.reason.questions:
            keys.insert(0, KeyHint("enter", "change the answer"))
        return Page(line(strong(self.title)), sheet.rows, tuple(keys), at=self.at)

    def press(self, press: Press) -> View[Back | Go] | Done[Back | Go] | None:
        """Open the answer on Enter, the lesson on ``m``."""
        key = press.key
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(self.reason.questions)))
        if key == "enter" and self.reason.questions:
            return Done(Go("question", self.reason.questions[self.at]))
        if key == "m" and self.reason.pattern:
            return Done(Go("lesson", self.reason.pattern))
        return Done(Back()) if key in ("escape", "left", "enter") else None
