"""A question: its options, and the consequence of the highlighted one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.screens.page import HELD, HELP, PROSE, KeyHint, Page, Room, Sheet, digits, message_lines
from wizard.screens.pages.trial import Trial
from wizard.screens.text import Line, accent, line, quiet, strong, width_of
from wizard.screens.view import Back, Done, Go, Press, View, digit, move
from wizard.texts import wording
from wizard.texts.keys import ANSWERS, ASK_ALL, CLUSTER, FIND, NONE, QUICK, WHY

if TYPE_CHECKING:
    from wizard.decision.model import Answer, Option, Question
    from wizard.session.session import Session

UNSURE = "0"
_LOW = 20
"""Rows of the body below which the options leave little room for their consequences."""
_LEFT = 7
"""Rows that options must leave to their consequences and the strip if they take a second line to show their terms."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The session that includes the answer."""

    session: Session


AfterQuestion = Answered | Back | Go


_LEARN = "the lesson on the result of the highlighted answer"
_WHAT_ONE_GETS = ("Kubernetes manifests you can apply", "manifests")
"""Longest first; the longest one that fits is shown."""


@dataclass(frozen=True, slots=True)
class QuestionView(View[AfterQuestion]):
    """One question of the table, ``single`` or ``many``."""

    session: Session
    question: Question
    at: int
    ticked: frozenset[str] = frozenset()
    message: str = ""
    can_look: bool = False
    """True if a cluster can be inspected."""
    begins: bool = False
    """True if no question was answered before this one."""

    @classmethod
    def of(cls, session: Session, question_id: str, *, message: str = "", can_look: bool = False) -> QuestionView:
        """Return the view of a question, with the present answer, or the one a cluster suggests, highlighted."""
        question = session.catalog.decision.questions[question_id]
        ids = [option.id for option in session.offered(question_id)]
        if question_id in session.assumed and not question.many:
            return cls(session, question, len(ids), message=message, can_look=can_look)
        answer = session.preselected(question_id)
        if isinstance(answer, tuple):
            return cls(session, question, 0, frozenset(answer), message, can_look)
        return cls(session, question, ids.index(answer) if answer in ids else 0, frozenset(), message, can_look)

    def resumed(self, draft: QuestionView | None) -> QuestionView:
        """Return this view with the highlight and ticks of a draft."""
        if draft is None:
            return self
        total = len(self.options) + self._may_be_unsure
        return replace(self, at=min(draft.at, total - 1), ticked=draft.ticked)

    def aimed(self, wanted: Answer | None) -> QuestionView:
        """Return this view with the highlight on the answer the user came for; nothing is ticked yet."""
        if wanted is None:
            return self
        now = self.ticked if self.question.many else frozenset()
        news = [one for one in (wanted if isinstance(wanted, tuple) else (wanted,)) if one not in now]
        ids = [option.id for option in self.options]
        return replace(self, at=ids.index(news[0])) if news and news[0] in ids else self

    # --- drawing ---------------------------------------------------------------------------------

    def page(self, room: Room) -> Page:
        """Show the question, its options, the consequence of the highlighted one, and the pod so far."""
        above, message = message_lines(line(self.message), room.whole)
        room = room._replace(height=room.height - len(above))
        sheet = self._upper(room, lines=2)
        if len(sheet.lines) + _LEFT > room.height:
            sheet = self._upper(room, lines=1)
        status = line(wording.way(self.session))
        panel, aside = ((), ()) if room.hurried else self._outlook(room, room.height - len(sheet.lines))
        return Page(
            title=titled(self.session, room.whole - width_of(status)),
            status=status,
            progress=wording.steps(self.session),
            rows=sheet.rows,
            at=self.at,
            panel=panel,
            aside=aside,
            foot=above,
            message=message,
            keys=self._keys,
        )

    def _upper(self, room: Room, *, lines: int) -> Sheet:
        """Return the question and its options; one takes up to ``lines`` if its term needs them."""
        sheet = Sheet(room.width)
        sheet.add(strong(self.question.ask))
        for found in self.session.evidence_lines(self.question.id):
            sheet.add(quiet("Found in the cluster: "), found, hang=2)
        sheet.blank()
        for number, option in enumerate(self.options):
            self._option(sheet, number, option, lines=lines)
        if self._may_be_unsure:
            self._unsure_line(sheet, short=room.height < _LOW)
        return sheet

    def _option(self, sheet: Sheet, number: int, option: Option, *, lines: int) -> None:
        digit = str(number + 1) if number < 9 else " "
        box = f"[{'x' if option.id in self.ticked else ' '}] " if self.question.many else ""
        held = HELD if self._holds(option) else " "
        text = line(" ", held, f"{digit}  {box}{option.say}")
        sheet.add_beside(text, line(quiet(option.term)), hang=5 + len(box), item=number, lines=lines)

    def _unsure_line(self, sheet: Sheet, *, short: bool) -> None:
        """Add the line for users who do not know the answer, with the option it counts as (``short``: its number)."""
        unsure, counted = line(f"  {UNSURE}  I don't know"), wording.unsure_text(self.question)
        counts = line(quiet(f"counts as: {counted}"))
        if width_of(unsure) + width_of(counts) >= sheet.width and short:
            number = next(n for n, option in enumerate(self.options, 1) if option.id == self.question.unsure)
            counts = line(quiet(f"counts as {number}"))
        if width_of(unsure) + width_of(counts) < sheet.width:
            sheet.add_beside(unsure, counts, hang=5, item=len(self.options))
        else:
            sheet.add(unsure, quiet(" · "), counts, hang=5, item=len(self.options))

    def _holds(self, option: Option) -> bool:
        """Return true if the option is the present answer of a single-choice question, and not just assumed."""
        given = self.session.answers.get(self.question.id)
        return not self.question.many and option.id == given and self.question.id not in self.session.assumed

    def _outlook(self, room: Room, height: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        from wizard.screens.pages.outlook import outlook

        first = replace(self, ticked=frozenset())._tries if self.ticked else self._tries
        return outlook(self.session, self.question, (self._tries, first), self.at, room, height)

    @property
    def _tries(self) -> tuple[Trial, ...]:
        """The answer that each line tries."""
        return tuple(self._trying(at) for at in range(len(self.options) + self._may_be_unsure))

    @property
    def _keys(self) -> tuple[KeyHint, ...]:
        last = len(self.options)
        first = not self.session.answers or (self.begins and self.question.id not in self.session.answers)
        unsure = (KeyHint(UNSURE, "unsure", "I don't know", shown=self.question.many),) if self._may_be_unsure else ()
        look = KeyHint(CLUSTER.key, "cluster", CLUSTER.more, shown=first)
        quick = KeyHint(QUICK.key, "quick", QUICK.more, shown=first)
        if self.session.quick:
            quick = KeyHint(ASK_ALL.key, "ask all", ASK_ALL.more, shown=first)
        seek = "I know what I want" if first else "find"
        return (
            *(self._keys_of_many(last, unsure) if self.question.many else (*self._keys_of_one(last), *unsure)),
            KeyHint("↑↓", "look", "see what another option would do", shown=False),
            *(() if first or self.begins else (KeyHint("←", "back", "the question before"),)),
            KeyHint(WHY.key, "why", WHY.more, spare=first),
            *(() if first else (KeyHint(ANSWERS.key, "answers", ANSWERS.more, spare=True),)),
            *((KeyHint(NONE.key, "none", NONE.more, spare=True),) if self.question.many and self.ticked else ()),
            KeyHint(FIND.key, seek, FIND.more, spare=not first),
            quick,
            *((look,) if self.can_look else ()),
            *((KeyHint("m", "learn", _LEARN, spare=True),) if self._lesson else ()),
            HELP,
        )

    def _keys_of_one(self, last: int) -> tuple[KeyHint, ...]:
        return (
            KeyHint(digits(last, first=0 if self._may_be_unsure else 1), "answer", "answer with that option at once"),
            KeyHint("enter", "answer", "answer with the highlighted option"),
        )

    def _keys_of_many(self, last: int, unsure: tuple[KeyHint, ...]) -> tuple[KeyHint, ...]:
        """Return the keys; Enter is labelled "none" while it would answer that no option applies."""
        none = () if self.ticked else (KeyHint(NONE.key, "none", NONE.more),)
        on_unsure = self.at == len(self.options) and not self.ticked
        does = "unsure" if on_unsure else "go on" if self.ticked else "none"
        return (
            KeyHint(digits(last), "tick", "tick or untick that line"),
            KeyHint("space", "tick", "tick or untick the highlighted line", shown=False),
            *((*none, *unsure) if on_unsure else (*unsure, *none)),  # the one that Enter does is next to it
            KeyHint("enter", does, "answer with the highlighted line" if on_unsure else "continue with your selection"),
        )

    # --- keys ------------------------------------------------------------------------------------

    def press(self, press: Press) -> View[AfterQuestion] | Done[AfterQuestion] | None:
        """Handle keys; digits and letters act immediately, arrows only highlight."""
        key = press.key
        if press.steps:
            total = len(self.options) + self._may_be_unsure
            return replace(self, at=move(self.at, press.steps, total), message="")
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
        """Return the place that a letter leads to."""
        places = {"a": Go("answers"), "w": Go("why", self.question.id), QUICK.key: Go("quick")}
        if self._lesson:
            places["m"] = Go("lesson", self._lesson)
        if self.can_look:
            places["v"] = Go("cluster")
        return places.get(key)

    def _press_single(self, key: str) -> View[AfterQuestion] | Done[AfterQuestion] | None:
        if key != "enter":
            return None
        return self._unsure() if self.at == len(self.options) else self._answered()

    def _press_many(self, key: str) -> View[AfterQuestion] | Done[AfterQuestion] | None:
        on_unsure = self.at == len(self.options)
        if key == "space":
            return self if on_unsure else self._toggled()
        if key in (NONE.key, "minus"):
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
        from wizard.faces.drawing import tried  # loaded by the panel, which has also tried this answer

        return Done(Answered(tried(self.session, self.question.id, self._given)))

    def _unsure(self) -> Done[AfterQuestion]:
        return Done(Answered(self.session.unsure(self.question.id)))

    # --- state -----------------------------------------------------------------------------------

    @property
    def highlighted(self) -> int:
        """The number of the option that Enter answers with; of several options, a click only ticks one."""
        return PROSE if self.question.many else self.at

    def picked(self, item: int) -> View[AfterQuestion] | Done[AfterQuestion] | None:
        """Answer with the clicked option, like its digit key."""
        chosen = replace(self, at=item, message="")
        if item == len(self.options):
            return self._unsure()
        return chosen._toggled() if self.question.many else chosen._answered()

    @property
    def about(self) -> tuple[str, str]:
        """The question and its help."""
        return self.question.ask, self.question.help

    @property
    def options(self) -> tuple[Option, ...]:
        """The offered options."""
        return self.session.offered(self.question.id)

    @property
    def _may_be_unsure(self) -> bool:
        return self.question.many or self.question.unsure is not None

    @property
    def _lesson(self) -> str:
        """The pattern that the highlighted answer adds or decides on; empty if there is none."""
        found = self._trying(self.at)
        tries = []
        if found.compared is not None:
            pairs = ((found.answer, found.compared), (found.compared, found.answer))
            tries = [self.session.consequence(self.question.id, *pair) for pair in pairs]
        tries.append(self.session.consequence(self.question.id, found.answer))
        return next((one for result in tries for one in (*result.adds, result.base) if one), "")

    @property
    def _given(self) -> Answer:
        return self._ordered(self.ticked) if self.question.many else self.options[self.at].id

    def _trying(self, at: int) -> Trial:
        """Return the answer that a line tries: alone, or in addition to the ticked ones."""
        if at == len(self.options):
            unsure: Answer = () if self.question.many else str(self.question.unsure)
            ticked = self._given if self.question.many else None
            return Trial("If you don't know", unsure, ticked, ticked or None)
        here = self.options[at].id
        if not self.question.many:
            return Trial("If you choose this", here)
        if here in self.ticked:
            return Trial("What this tick does", self._given, self._given, self._ordered(self.ticked - {here}))
        with_here = self._ordered((self.ticked - {*self.question.excluded(here)}) | {here})
        return Trial("If you tick this", with_here, self._given, self._given)

    def _ordered(self, ticked: frozenset[str]) -> tuple[str, ...]:
        return tuple(option.id for option in self.options if option.id in ticked)


def titled(session: Session, width: int) -> Line:
    """Return the name of the wizard, and the program's once it has one; before the first answer, what users get."""
    if not session.answers:
        name = accent("podwizard")
        texts = (line(name, quiet(f"   a few questions, then {what}")) for what in _WHAT_ONE_GETS)
        return next((each for each in texts if width_of(each) < width), line(name))
    found = session.resolved.get("app.name")
    return line(accent("podwizard"), f"  {found.text}" if found is not None and found.text else "")
