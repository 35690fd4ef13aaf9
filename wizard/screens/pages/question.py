"""A question: its options, and what the highlighted one would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.screens.page import HELP, KeyHint, Page, Room, Sheet
from wizard.screens.text import Line, Span, Style, cells, line, quiet, spread, strong, width_of
from wizard.screens.view import STEPS, Back, Done, Go, Press, View, digit, move
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.decision.model import Answer, Option, Question
    from wizard.session.session import Session

UNSURE = "0"
_SIGNS = {"base": "✓", "adds": "+", "warns": "!", "out": "-", "aside": "-"}
_PANEL_LINES = 3
_GAP = 2
"""Between an option and its term at the right, which is left out where there is no room for both."""
_LABEL = 18
"""The column of labels of what is known, where none of them needs more."""
_TWO_COLUMNS = 50
"""Below this width, what is known stands under its label and not beside it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The session with the answer in it."""

    session: Session


AfterQuestion = Answered | Back | Go


@dataclass(frozen=True, slots=True)
class QuestionView(View[AfterQuestion]):
    """One question of the table; ``single`` or ``many``."""

    session: Session
    question: Question
    at: int
    ticked: frozenset[str] = frozenset()
    message: str = ""
    can_look: bool = False
    """True when a cluster can be looked at."""

    @classmethod
    def of(cls, session: Session, question_id: str, *, message: str = "", can_look: bool = False) -> QuestionView:
        """The screen for a question, with the answer it has, or a cluster suggests, highlighted."""
        question = session.catalog.decision.questions[question_id]
        given = session.answers.get(question_id)
        ids = [option.id for option in session.offered(question_id)]
        if question_id in session.assumed and not question.many:
            return cls(session, question, len(ids), message=message, can_look=can_look)
        likely = session.suggested.get(question_id, ())
        if given is None and likely:
            given = likely if question.many else likely[0]
        at = ids.index(given) if isinstance(given, str) and given in ids else 0
        ticked = frozenset(given) if isinstance(given, tuple) else frozenset()
        return cls(session, question, at, ticked, message, can_look)

    def resumed(self, draft: QuestionView | None) -> QuestionView:
        """This screen with the highlight and the ticks it was left with."""
        if draft is None:
            return self
        total = len(self.options) + self._may_be_unsure
        return replace(self, at=min(draft.at, total - 1), ticked=draft.ticked)

    # --- drawing ---------------------------------------------------------------------------------

    def page(self, room: Room) -> Page:
        """The question, its options, and the consequence of the highlighted one."""
        sheet = Sheet(room.width)
        sheet.add(strong(self.question.ask))
        if self.question.help:
            sheet.add(self.question.help)
        for told in self.session.told(self.question.id):
            sheet.add("Found on the cluster: ", told, hang=2)
        sheet.blank()
        for number, option in enumerate(self.options):
            self._option(sheet, number, option)
        if self._may_be_unsure:
            here = self.at == len(self.options)
            counts = wording.unsure_text(self.question)
            sheet.add(f"{_mark(here=here)} {UNSURE}  I don't know   counts as: {counts}", hang=5, focus=here)
        return Page(
            title=line(strong("podwizard")),
            status=line(wording.progress(self.session)),
            body=sheet.done(),
            focus=sheet.focus,
            panel=self._panel(room.width),
            aside=so_far_lines(self.session, room.side or room.width),
            message=line(self.message),
            keys=self._keys,
        )

    def _option(self, sheet: Sheet, number: int, option: Option) -> None:
        here = number == self.at
        digit = str(number + 1) if number < 9 else " "
        box = f"[{'x' if option.id in self.ticked else ' '}] " if self.question.many else ""
        said = line(f"{_mark(here=here)} {digit}  {box}{option.say}")
        term = line(quiet(option.term))
        if option.term and width_of(said) + _GAP + width_of(term) <= sheet.width:
            said = spread(said, term, sheet.width)
        sheet.add(said, hang=5 + len(box), focus=here)

    def _panel(self, width: int) -> tuple[Line, ...]:
        sheet = Sheet(width)
        title, answer = self._tried
        consequence = self.session.consequence(self.question.id, answer)
        sheet.add(strong(title))
        for kind, text in wording.consequence_lines(self.session.catalog, consequence):
            if kind in ("out", "spares") and self.question.many:
                continue  # more may be ticked yet
            sign = _SIGNS.get(kind, " ")
            style = Style.ATTENTION if kind == "warns" else Style.PLAIN
            sheet.add("  ", Span(sign, style), f" {text}", hang=4)
        lines = sheet.done()
        return (line(), *lines, *(line(),) * (_PANEL_LINES + 1 - len(lines)))

    @property
    def _keys(self) -> tuple[KeyHint, ...]:
        last = min(9, len(self.options))
        first = not self.session.answers
        unsure = (KeyHint(UNSURE, "I don't know", shown=False),) if self._may_be_unsure else ()
        before = (
            KeyHint("←", "back", "the question before"),
            KeyHint("a", "answers", "all answers so far, to look at or change"),
        )
        look = KeyHint(
            "v", "look at a cluster", "look at a cluster, only reading, and take answers from there", shown=first
        )
        if self.question.many:
            mine: tuple[KeyHint, ...] = (
                KeyHint(f"1-{last}", "tick", "tick or untick that line"),
                KeyHint("space", "tick", "tick or untick the highlighted line", shown=False),
                KeyHint("n", "none", "none of these, and go on"),
                KeyHint("enter", "go on", "go on with what is ticked"),
            )
        else:
            mine = (
                KeyHint(f"1-{last}", "choose", "answer with that option at once"),
                KeyHint("enter", "answer", "answer with the highlighted option"),
            )
        return (
            *mine,
            *unsure,
            KeyHint("↑↓", "look", "see what another option would do", shown=False),
            *(() if first else before),
            KeyHint(
                "w", "why" if self.question.many else "why this question", "why it is asked, and what depends on it"
            ),
            *((look,) if self.can_look else ()),
            HELP,
        )

    # --- keys ------------------------------------------------------------------------------------

    def press(self, press: Press) -> View[AfterQuestion] | Done[AfterQuestion] | None:
        """Digits and letters act at once; arrows only highlight."""
        key = press.key
        if key in STEPS:
            total = len(self.options) + self._may_be_unsure
            return replace(self, at=move(self.at, STEPS[key], total), message="")
        if key in ("escape", "left"):
            return Done(Back())
        if key == "a":
            return Done(Go("answers"))
        if key == "w":
            return Done(Go("why", self.question.id))
        if key == "v" and self.can_look:
            return Done(Go("cluster"))
        if key == UNSURE and self._may_be_unsure:
            return self._unsure()
        if 0 < digit(key) <= min(9, len(self.options)):
            chosen = replace(self, at=digit(key) - 1, message="")
            return chosen._toggled() if self.question.many else chosen._answered()
        return self._press_many(key) if self.question.many else self._press_single(key)

    def _press_single(self, key: str) -> View[AfterQuestion] | Done[AfterQuestion] | None:
        if key != "enter":
            return None
        return self._unsure() if self.at == len(self.options) else self._answered()

    def _press_many(self, key: str) -> View[AfterQuestion] | Done[AfterQuestion] | None:
        on_unsure = self.at == len(self.options)
        if key == "space":
            return self if on_unsure else self._toggled()
        if key == "n":
            return replace(self, ticked=frozenset())._answered()
        if key == "enter":
            return self._unsure() if on_unsure and not self.ticked else self._answered()
        return None

    def _toggled(self) -> QuestionView:
        here = self.options[self.at]
        if here.id in self.ticked:
            return replace(self, ticked=self.ticked - {here.id}, message="")
        gone = self.ticked.intersection(self.question.excluded(here.id))
        message = wording.unticked_text(self.question, gone) if gone else ""
        return replace(self, ticked=(self.ticked - gone) | {here.id}, message=message)

    def _answered(self) -> Done[AfterQuestion]:
        return Done(Answered(self.session.answer(self.question.id, self._given)))

    def _unsure(self) -> Done[AfterQuestion]:
        return Done(Answered(self.session.unsure(self.question.id)))

    # --- what the keys and the drawing share -----------------------------------------------------

    @property
    def options(self) -> tuple[Option, ...]:
        """The options on offer."""
        return self.session.offered(self.question.id)

    @property
    def _may_be_unsure(self) -> bool:
        return self.question.many or self.question.unsure is not None

    @property
    def _given(self) -> Answer:
        if self.question.many:
            return tuple(option.id for option in self.options if option.id in self.ticked)
        return self.options[self.at].id

    @property
    def _tried(self) -> tuple[str, Answer]:
        """The answer that the panel tries, and its heading."""
        if self.at == len(self.options):
            unsure: Answer = () if self.question.many else str(self.question.unsure)
            return "If you don't know", unsure
        if not self.question.many:
            return "If you choose this", self._given
        here = self.options[self.at].id
        too = " too" if self.ticked else ""
        title = "With what is ticked" if here in self.ticked else f"If you tick this{too}"
        with_here = (self.ticked - {*self.question.excluded(here)}) | {here}
        return title, tuple(option.id for option in self.options if option.id in with_here)


def so_far_lines(session: Session, width: int) -> tuple[Line, ...]:
    """Show what is known already, beside or below the question: two columns where there is room for them."""
    sheet = Sheet(width)
    sheet.add(strong("So far"))
    known = wording.so_far(session)
    gap = max([_LABEL, *(cells(label) + 4 for label, _ in known)])
    for label, text in known:
        if width < _TWO_COLUMNS:
            sheet.add(f"  {label}", hang=4)
            sheet.add(quiet(text), indent=4)
        else:
            sheet.pair(f"  {label}", text, gap=gap)
    if len(sheet.lines) == 1:
        sheet.add("  nothing is decided yet")
    return sheet.done()


def _mark(*, here: bool) -> str:
    return "›" if here else " "
