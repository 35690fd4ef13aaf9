"""Where the person is: one function a place, each gives the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from wizard.catalog.model import Evidence
from wizard.decision.results import QuestionState
from wizard.errors import WizardError
from wizard.faces.services import Services
from wizard.lines.lines import Lines, command, sentence, spoken
from wizard.session.session import Lead, Session
from wizard.store.writer import WriteOutcome
from wizard.texts import wording

Place = Callable[[], "Place | None"]


@dataclass(frozen=True, slots=True)
class Pages:
    """The page behind each place. It is handed in, so that a page may know the journey and not the other way round."""

    question: Callable[[Journey, str, Place | None], Place | None]
    answers: Callable[[Journey, Place], Place | None]
    verdict: Callable[[Journey], Place | None]
    details: Callable[[Journey, str], Place | None]
    bundle: Callable[[Journey], Place | None]
    look: Callable[[Journey, Place], Place | None]


@dataclass(slots=True)
class Journey:
    """The person's place; the session itself stays immutable and every change makes a new one."""

    session: Session
    target: Path | None
    services: Services
    lines: Lines
    pages: Pages
    context: str = ""
    """The kubeconfig context that was asked."""
    written: WriteOutcome | None = None
    _visited: list[str] = field(default_factory=list)

    def travel(self) -> None:
        """From the first open question to the written bundle."""
        place: Place | None = self.start
        while place is not None:
            place = place()

    # --- places ----------------------------------------------------------------------------------

    def start(self) -> Place:
        """The first place: what is known from an earlier start, if anything."""
        if self.services.found is not None:
            return self._resume(self.services.found)
        self.session = _quick(self.session)
        if self.session.answers:
            self.lines.say(f"Answers so far: {spoken(wording.progress(self.session))}.")
        return self.on()

    def _resume(self, found: Session) -> Place:
        lines = self.lines
        lines.say(f"There are answers of an earlier start here: {spoken(wording.progress(found))}.")
        while True:
            text = lines.ask("Enter continues where you left off, r reviews the answers, N starts over, q leaves")
            word, _ = command(text)
            if word in ("", "c", "continue", "y", "yes"):
                self.session = _quick(found)
                return self.on()
            if word in ("r", "review", "a"):
                self.session = _quick(found)
                return self.answers(self.on)
            if word in ("N", "new", "over"):
                self.session = _quick(self.session)
                return self.on()
            if word == "q":
                lines.confirm_leaving()
            elif word == "?":
                lines.say("The earlier answers stay saved until you answer something else.")
            else:
                lines.not_here(text)

    def on(self) -> Place:
        """The next open question, or the verdict."""
        question = self.session.question
        return self.question(question.id) if question is not None else self.verdict()

    def question(self, question_id: str, *, then: Place | None = None) -> Place:
        """A question; ``then`` is where to go after it, the next open one when not given."""
        return lambda: self.pages.question(self, question_id, then)

    def before(self, question_id: str = "") -> Place:
        """The question answered before this one, or before the verdict."""
        path = [item for item in self._path() if item != question_id or item in self._visited]
        at = path.index(question_id) if question_id in path else len(path)
        if at == 0:
            self.lines.say("This is the first question; q leaves.")
            return self.question(question_id) if question_id else self.on()
        return self.question(path[at - 1])

    def answers(self, back: Place) -> Place:
        """The list of answers."""
        return lambda: self.pages.answers(self, back)

    def verdict(self) -> Place:
        """The verdict with its reasons."""
        return lambda: self.pages.verdict(self)

    def details(self, key: str = "") -> Place:
        """The parameters; ``key`` is the one to change first."""
        return lambda: self.pages.details(self, key)

    def bundle(self) -> Place:
        """What would be written; the place where something is missing when it cannot be rendered."""
        if self.session.question is not None or self.session.blocked:
            return self.on()
        return lambda: self.pages.bundle(self)

    def lead(self, lead: Lead, then: Place) -> Place | None:
        """Where a cause can be changed; ``None`` when there is none."""
        if lead.parameter:
            return self.details(lead.parameter)
        return self.question(lead.question, then=then) if lead.question else None

    # --- changes ---------------------------------------------------------------------------------

    def take(self, session: Session) -> None:
        """Make ``session`` the current one and save it."""
        self.session = session
        if note := self.services.save(session):
            self.lines.say(note)

    def answered(self, question_id: str, session: Session) -> None:
        """Take a session with an answer given or changed."""
        self._visited = [item for item in self._visited if item != question_id] + [question_id]
        self.take(_quick(session))

    def discovered(self, evidence: Iterable[Evidence]) -> None:
        """Take a session with what was found on a cluster."""
        self.take(_quick(self.session.discovered(evidence)))

    def look(self, back: Place) -> Place:
        """A look at a cluster, for answers that need not be asked."""
        return lambda: self.pages.look(self, back)

    def complain(self, error: WizardError) -> None:
        """Say what could not be done."""
        self.lines.say(sentence(error.message, error.hint))

    def _path(self) -> list[str]:
        """Answered questions in the order in which they were asked; those preset or loaded come first."""
        asked = [entry.question.id for entry in self.session.trail() if entry.state is QuestionState.ANSWERED]
        return [q for q in asked if q not in self._visited] + [q for q in self._visited if q in asked]


def _quick(session: Session) -> Session:
    return session.assume_rest() if session.quick else session
