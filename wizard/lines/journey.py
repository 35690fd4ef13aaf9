"""The person's way through the pages: one function per step, each gives the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from wizard.catalog.model import Evidence
from wizard.errors import WizardError
from wizard.faces.history import History
from wizard.faces.resume import begun, settled
from wizard.faces.services import Services
from wizard.lines.lines import Lines, sentence, spoken
from wizard.lines.resuming import ask_earlier
from wizard.session.session import Lead, Session
from wizard.store.writer import WriteOutcome
from wizard.texts import wording

PageStep = Callable[[], "PageStep | None"]
"""Shows one page and gives what comes after it."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The page behind each place. It is handed in, so that a page may know the journey and not the other way round."""

    question: Callable[[Journey, str, PageStep | None], PageStep | None]
    answers: Callable[[Journey, PageStep], PageStep | None]
    verdict: Callable[[Journey], PageStep | None]
    details: Callable[[Journey, str], PageStep | None]
    bundle: Callable[[Journey], PageStep | None]
    look: Callable[[Journey, PageStep], PageStep | None]


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
    _history: History = field(default_factory=History)

    def travel(self) -> None:
        """From the first open question to the written bundle."""
        step: PageStep | None = self.start
        while step is not None:
            step = step()

    # --- places ----------------------------------------------------------------------------------

    def start(self) -> PageStep:
        """The first place: what is known from an earlier start, if anything."""
        if self.services.found:
            chosen, earlier, said = ask_earlier(self.lines, self.services)
            if said:
                self.lines.say(sentence(said))
            self.session = begun(self.session, earlier.session if earlier else None, chosen.how)
            return self.answers(self.on) if chosen.how == "review" else self.on()
        self.session = begun(self.session, None)
        if self.session.answers:
            self.lines.say(f"Answers so far: {spoken(wording.progress(self.session))}.")
        return self.on()

    def on(self) -> PageStep:
        """The next open question, or the verdict."""
        question = self.session.question
        return self.question(question.id) if question is not None else self.verdict()

    def question(self, question_id: str, *, then: PageStep | None = None) -> PageStep:
        """A question; ``then`` is where to go after it, the next open one when not given."""
        return lambda: self.pages.question(self, question_id, then)

    def before(self, question_id: str = "") -> PageStep:
        """The question answered before this one, or before the verdict."""
        if last := self._history.before(self.session, question_id):
            return self.question(last)
        self.lines.say(sentence(wording.FIRST_QUESTION))
        return self.question(question_id) if question_id else self.on()

    def answers(self, back: PageStep) -> PageStep:
        """The list of answers."""
        return lambda: self.pages.answers(self, back)

    def verdict(self) -> PageStep:
        """The verdict with its reasons."""
        return lambda: self.pages.verdict(self)

    def details(self, key: str = "") -> PageStep:
        """The parameters; ``key`` is the one to change first."""
        return lambda: self.pages.details(self, key)

    def bundle(self) -> PageStep:
        """Show what would be written, or the place where something is missing."""
        if self.session.question is not None or self.session.blocked:
            return self.on()
        return lambda: self.pages.bundle(self)

    def lead(self, lead: Lead, then: PageStep) -> PageStep | None:
        """Go where a cause can be changed; ``None`` when there is no such place."""
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
        self._history = self._history.then(question_id)
        self.take(settled(session))

    def quicken(self) -> PageStep:
        """Ask only what decides the workload from now on, or everything again; the place after that."""
        self.take(settled(self.session._replace(quick=not self.session.quick)))
        self.lines.say(sentence(wording.quick_text(self.session)))
        return self.on()

    def discovered(self, evidence: Iterable[Evidence]) -> None:
        """Take a session with what was found on a cluster."""
        self.take(settled(self.session.discovered(evidence)))

    def look(self, back: PageStep) -> PageStep:
        """A look at a cluster, for answers that need not be asked."""
        return lambda: self.pages.look(self, back)

    def complain(self, error: WizardError) -> None:
        """Say what could not be done."""
        self.lines.say(sentence(error.message, error.hint))
