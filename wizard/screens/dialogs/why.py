"""Why a question is asked, and what depends on it; also what stands behind a line of the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.screens.page import Key, Page, Room, Sheet
from wizard.screens.text import Line, line, quiet, strong
from wizard.screens.view import STEPS, Back, Done, Go, Press, View, last_top, move
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.session.session import Session
    from wizard.texts.reasons import Reason


@dataclass(frozen=True, slots=True)
class WhyQuestion(View[None]):
    """The rules that still test a question; ``title`` is what the person asked for."""

    session: Session
    question_id: str
    title: str = "Why this question"
    top: int = 0

    def page(self, room: Room) -> Page:
        """As much of it as there is room for."""
        lines = self._lines(room.width)
        last = last_top(len(lines), room.height)
        top = min(self.top, last)
        scroll = (Key("↑↓", "scroll"),) if last else ()
        keys = (*scroll, Key("esc", "back"), Key("?", "help"))
        return Page(line(strong(self.title)), lines[top:], keys)

    def within(self, room: Room) -> WhyQuestion:
        """Not past the end."""
        return replace(self, top=min(self.top, last_top(len(self._lines(room.width)), room.height)))

    def _lines(self, width: int) -> tuple[Line, ...]:
        """What the answer can still decide."""
        question = self.session.catalog.decision.questions[self.question_id]
        sheet = Sheet(width)
        sheet.add(strong(question.ask))
        sheet.blank()
        lines = wording.depends_lines(self.session, self.question_id)
        sheet.add("The answer can still decide:" if lines else "No open rule depends on the answer any more.")
        for what, because in lines:
            sheet.pair(f"  {what}", because, gap=26)
        return sheet.done()

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Any way out is fine."""
        if press.key in STEPS:
            return replace(self, top=max(0, self.top + STEPS[press.key]))
        return Done(None) if press.key in ("escape", "left", "enter", "w", "d") else None


@dataclass(frozen=True, slots=True)
class Behind(View["Back | Go"]):
    """The answers behind a line of the verdict; Enter leads to one of them."""

    session: Session
    title: str
    reason: Reason
    at: int = 0

    def page(self, room: Room) -> Page:
        """The line, and each answer that made it."""
        sheet = Sheet(room.width)
        sheet.add(strong(self.reason.about))
        sheet.add(self.reason.text)
        sheet.heading("The answers behind it")
        questions = self.session.catalog.decision.questions
        for number, question_id in enumerate(self.reason.questions):
            here = number == self.at
            question = questions[question_id]
            sheet.add(f"{'›' if here else ' '} {question.ask}", hang=2, focus=here)
            said = wording.answer_text(question, self.session.answers.get(question_id)) or "not asked"
            assumed = "  (assumed)" if question_id in self.session.assumed else ""
            sheet.add(said, quiet(assumed), indent=4, focus=here)
        if not self.reason.questions:
            sheet.add("It follows from the table alone.", indent=2)
        keys = [Key("esc", "back"), Key("?", "help")]
        if self.reason.pattern:
            keys.insert(0, Key("m", "more about it", "the lesson on the pattern"))
        if self.reason.questions:
            keys.insert(0, Key("enter", "change the answer"))
        return Page(line(strong(self.title)), sheet.done(), tuple(keys), focus=sheet.focus)

    def press(self, press: Press) -> View[Back | Go] | Done[Back | Go] | None:
        """Enter goes to the answer, ``m`` to the lesson."""
        key = press.key
        if key in STEPS:
            return replace(self, at=move(self.at, STEPS[key], len(self.reason.questions)))
        if key == "enter" and self.reason.questions:
            return Done(Go("question", self.reason.questions[self.at]))
        if key == "m" and self.reason.pattern:
            return Done(Go("lesson", self.reason.pattern))
        return Done(Back()) if key in ("escape", "left", "enter") else None
