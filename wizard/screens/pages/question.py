"""A question: its options, and what the highlighted one would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.faces.consequence import consequence, cost
from wizard.faces.drawing import Drawing, drawing
from wizard.screens.page import HELP, PROSE, WIDEST, KeyHint, Page, Room, Sheet, first_lines
from wizard.screens.pages.drawing import drawing_lines, strip_lines
from wizard.screens.text import BLANK, Line, Span, Style, accent, line, quiet, spread, strong, width_of
from wizard.screens.view import STEPS, Back, Done, Go, Press, View, digit, move
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.decision.model import Answer, Option, Question
    from wizard.session.session import Session

UNSURE = "0"
_SIGNS = {
    "added": ("+", Style.ADDED),
    "perhaps": ("~", Style.ATTENTION),
    "removed": ("-", Style.REMOVED),
    "set": ("=", Style.ACCENT),
    "warning": ("!", Style.ATTENTION),
    "next": ("›", Style.QUIET),
}
_WORDS = {"next": "next: ", "perhaps": "perhaps "}
_PANEL_LINES = 3
_GAP = 2
"""Between an option and its term at the right, which is left out where there is no room for both."""


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

    def aimed(self, wanted: Answer | None) -> QuestionView:
        """This screen with the highlight on the answer that a person came for; nothing is ticked yet."""
        if wanted is None:
            return self
        now = self.ticked if self.question.many else frozenset()
        news = [one for one in (wanted if isinstance(wanted, tuple) else (wanted,)) if one not in now]
        ids = [option.id for option in self.options]
        return replace(self, at=ids.index(news[0])) if news and news[0] in ids else self

    # --- drawing ---------------------------------------------------------------------------------

    def page(self, room: Room) -> Page:
        """The question, its options, the consequence of the highlighted one, and the pod so far."""
        sheet = Sheet(room.width)
        sheet.add(strong(self.question.ask))
        for told in self.session.told(self.question.id):
            sheet.add(quiet("Found on the cluster: "), told, hang=2)
        sheet.blank()
        for number, option in enumerate(self.options):
            self._option(sheet, number, option)
        if self._may_be_unsure:
            counts = line(quiet(f"counts as: {wording.unsure_text(self.question)}"))
            self._beside(sheet, line(f"  {UNSURE}  I don't know"), counts, hang=5, item=len(self.options))
        drawn = self._drawn
        height = room.height - len(sheet.lines)
        return Page(
            title=titled(self.session),
            status=line(wording.progress(self.session)),
            progress=wording.steps(self.session),
            rows=sheet.rows,
            at=self.at,
            panel=self._panel(room.width, height, () if room.side else self._strip(drawn, room.width)),
            aside=drawing_lines(drawn, self.session.catalog, room.side, room.height) if room.side else (),
            message=line(self.message),
            keys=self._keys,
        )

    def _option(self, sheet: Sheet, number: int, option: Option) -> None:
        digit = str(number + 1) if number < 9 else " "
        box = f"[{'x' if option.id in self.ticked else ' '}] " if self.question.many else ""
        held = "●" if self._holds(option) else " "
        said = line(f" {held}{digit}  {box}{option.say}")
        self._beside(sheet, said, line(quiet(option.term)), hang=5 + len(box), item=number)

    def _holds(self, option: Option) -> bool:
        """Tell whether it is the answer of a question that was answered before."""
        given = self.session.answers.get(self.question.id)
        return not self.question.many and option.id == given and self.question.id not in self.session.assumed

    @staticmethod
    def _beside(sheet: Sheet, said: Line, term: Line, *, hang: int, item: int = PROSE) -> None:
        """A line with a word at its right, where there is room for both."""
        if term and width_of(said) + _GAP + width_of(term) <= sheet.width:
            said = spread(said, term, sheet.width)
        sheet.add(said, hang=hang, item=item)

    def _panel(self, width: int, height: int, strip: tuple[Line, ...]) -> tuple[Line, ...]:
        """Help, consequence and strip: what goes first where they do not all fit is told in ``_fit``."""
        sheet = Sheet(width)
        if self.question.help:
            sheet.add(quiet(self.question.help))
        return _fit((sheet.done(), self._consequence(width), strip), height)

    def _consequence(self, width: int) -> tuple[Line, ...]:
        sheet = Sheet(width)
        title, answer = self._tried
        sheet.add(accent(title))
        price = cost(self.session, self.question.id, answer)
        for each in consequence(self.session, self.question.id, answer):
            if each.sign == "removed" and self.question.many:
                continue  # more may be ticked yet
            if each.sign == "next" and price is not None:
                sheet.add("  ", Span("$", Style.ATTENTION), f" {price.text}", hang=4)
            sign, style = _SIGNS[each.sign]
            said = line("  ", Span(sign, style), f" {_WORDS.get(each.sign, '')}{each.say}")
            self._beside(sheet, said, line(quiet(each.field)), hang=4)
        return sheet.done()

    def _strip(self, drawn: Drawing, width: int) -> tuple[Line, ...]:
        return strip_lines(drawn, self.session.catalog, width)

    @property
    def _drawn(self) -> Drawing:
        return drawing(self.session, self.question.id, self._tried[1])

    @property
    def _keys(self) -> tuple[KeyHint, ...]:
        last = min(9, len(self.options))
        first = not self.session.answers
        unsure = (KeyHint(UNSURE, "I don't know", shown=False),) if self._may_be_unsure else ()
        before = (
            KeyHint("←", "back", "the question before"),
            KeyHint("a", "answers", "all answers so far, to look at or change"),
        )
        look = KeyHint("v", "cluster", "look at a cluster, only reading, and take answers from there", shown=first)
        quick = KeyHint("q", "quick", "ask only what decides the workload, and assume the rest", shown=first)
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
                "/",
                "I know what I want" if first else "find",
                "find a pattern, an answer or a field, and take the answers it implies",
            ),
            *((look,) if self.can_look else ()),
            *(() if self.session.quick else (quick,)),
            KeyHint("w", "why", "why it is asked, and what depends on it", shown=not first),
            *((KeyHint("m", "learn", "the lesson on what the highlighted answer leads to"),) if self._lesson else ()),
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
        if place := self._place(key):
            return Done(place)
        if key == UNSURE and self._may_be_unsure:
            return self._unsure()
        if 0 < digit(key) <= min(9, len(self.options)):
            chosen = replace(self, at=digit(key) - 1, message="")
            return chosen._toggled() if self.question.many else chosen._answered()
        return self._press_many(key) if self.question.many else self._press_single(key)

    def _place(self, key: str) -> Go | None:
        """The place that a letter leads to from here."""
        places = {"a": Go("answers"), "w": Go("why", self.question.id), "slash": Go("search")}
        if self._lesson:
            places["m"] = Go("lesson", self._lesson)
        if self.can_look:
            places["v"] = Go("cluster")
        if not self.session.quick:
            places["q"] = Go("quick")
        return places.get(key)

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
    def highlighted(self) -> int:
        """The option that Enter answers with."""
        return self.at

    def picked(self, item: int) -> View[AfterQuestion] | Done[AfterQuestion] | None:
        """A click answers as its digit does."""
        chosen = replace(self, at=item, message="")
        if item == len(self.options):
            return self._unsure()
        return chosen._toggled() if self.question.many else chosen._answered()

    @property
    def options(self) -> tuple[Option, ...]:
        """The options on offer."""
        return self.session.offered(self.question.id)

    @property
    def _may_be_unsure(self) -> bool:
        return self.question.many or self.question.unsure is not None

    @property
    def _lesson(self) -> str:
        """The pattern that the highlighted answer adds or decides on; empty where it is none."""
        result = self.session.consequence(self.question.id, self._tried[1])
        return next((one for one in (*result.adds, result.base) if one), "")

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


def _fit(parts: tuple[tuple[Line, ...], ...], height: int) -> tuple[Line, ...]:
    """The parts with a blank line before each; help goes first where room is short, then the strip, then the rest."""
    told, consequence, strip = parts
    padded = (*consequence, *(BLANK,) * (_PANEL_LINES + 1 - len(consequence)))
    for kept in ((told, padded, strip), (padded, strip), (consequence, strip[:1]), (consequence,)):
        lines = tuple(each for part in kept if part for each in (BLANK, *part))
        if len(lines) <= height:
            return lines
    return (BLANK, *first_lines(consequence, height - 1, WIDEST)) if height > 1 else ()


def titled(session: Session) -> Line:
    """The name of the wizard, and of the program once it has one; before the first answer, what one gets."""
    if not session.answers:
        return line(accent("podwizard"), quiet("   a few questions, then manifests"))
    name = session.resolved.get("app.name")
    return line(accent("podwizard"), f"  {name.text}" if name is not None and name.text else "")
