"""The user's path through the pages: each step is a function that shows a page and returns the next step."""

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
"""A step: shows one page and returns the next step, or ``None`` at the end."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The functions that show each page, injected because pages import this module and not the other way round."""

    question: Callable[[Journey, str, PageStep | None], PageStep | None]
    answers: Callable[[Journey, PageStep], PageStep | None]
    verdict: Callable[[Journey], PageStep | None]
    details: Callable[[Journey, str], PageStep | None]
    bundle: Callable[[Journey], PageStep | None]
    look: Callable[[Journey, PageStep], PageStep | None]
    search: Callable[[Journey, str, PageStep], PageStep | None]


@dataclass(slots=True)
class Journey:
    """The state of one run; the session itself is immutable, so every change replaces it."""

    session: Session
    target: Path | None
    services: Services
    lines: Lines
    pages: Pages
    context: str = ""
    """The kubeconfig context that was used."""
    written: WriteOutcome | None = None
    sought: str = ""
    """The key of the field that the user searched for, which the details ask for first."""
    _history: History = field(default_factory=History)

    def travel(self) -> None:
        """Run the steps from the first open question to the written bundle."""
        step: PageStep | None = self.start
        while step is not None:
            step = step()

    # --- pages -----------------------------------------------------------------------------------

    def start(self) -> PageStep:
        """Return the first step, after offering to continue an earlier run."""
        if self.services.found:
            chosen, earlier, note = ask_earlier(self.lines, self.services)
            if note:
                self.lines.say(sentence(note))
            self.session = begun(self.session, earlier.session if earlier else None, chosen.how)
            return self.answers(self.on) if chosen.how == "review" else self.on()
        self.session = begun(self.session, None)
        if self.session.answers:
            self.lines.say(f"Answers so far: {spoken(wording.progress(self.session))}.")
        return self.on()

    def on(self) -> PageStep:
        """Return the step for the next open question, or for the verdict."""
        question = self.session.question
        return self.question(question.id) if question is not None else self.verdict()

    def question(self, question_id: str, *, then: PageStep | None = None) -> PageStep:
        """Return the step for a question; it continues with ``then`` or, by default, with the next open question."""
        return lambda: self.pages.question(self, question_id, then)

    def before(self, question_id: str = "") -> PageStep:
        """Return the step for the question answered before this one, or before the verdict."""
        if last := self._history.before(self.session, question_id):
            return self.question(last)
        self.lines.say(sentence(wording.FIRST_QUESTION))
        return self.question(question_id) if question_id else self.on()

    def answers(self, back: PageStep) -> PageStep:
        """Return the step for the list of answers."""
        return lambda: self.pages.answers(self, back)

    def verdict(self) -> PageStep:
        """Return the step for the verdict and its reasons."""
        return lambda: self.pages.verdict(self)

    def details(self, key: str = "") -> PageStep:
        """Return the step for the details; it starts with the field ``key``."""
        return lambda: self.pages.details(self, key)

    def bundle(self) -> PageStep:
        """Return the step for the bundle, or for the next open question or the verdict while there is no bundle."""
        if self.session.question is not None or self.session.blocked:
            return self.on()
        return lambda: self.pages.bundle(self)

    def to_bundle(self, here: PageStep) -> PageStep:
        """Return the step for the bundle if it is complete; else write what is missing, and return where to give it."""
        if lacks := wording.bundle_lacks(self.session):
            self.lines.say(sentence(lacks))
            return here if self.session.question is not None or self.session.blocked else self.details()
        return self.bundle()

    def lead(self, lead: Lead, then: PageStep) -> PageStep | None:
        """Return the step where a cause can be changed; ``None`` if there is none."""
        if lead.parameter:
            return self.details(lead.parameter)
        return self.question(lead.question, then=then) if lead.question else None

    def search(self, words: str, back: PageStep) -> PageStep:
        """Return the step that searches for these words and takes over the answers that a hit implies."""
        return lambda: self.pages.search(self, words, back)

    # --- changes ---------------------------------------------------------------------------------

    def take(self, session: Session) -> None:
        """Make ``session`` the current one and save it."""
        self.session = session
        if note := self.services.save(session):
            self.lines.say(note)

    def answered(self, question_id: str, session: Session) -> None:
        """Record a given or changed answer."""
        self._history = self._history.then(question_id)
        self.take(settled(session))

    def quicken(self) -> PageStep:
        """Switch quick mode, which only asks what decides the workload, on or off, and return the next step."""
        self.take(settled(self.session._replace(quick=not self.session.quick)))
        self.lines.say(sentence(wording.quick_text(self.session)))
        return self.on()

    def discovered(self, evidence: Iterable[Evidence]) -> None:
        """Apply the evidence found in a cluster."""
        self.take(settled(self.session.discovered(evidence)))

    def look(self, back: PageStep) -> PageStep:
        """Return the step that inspects a cluster for answers."""
        return lambda: self.pages.look(self, back)

    def complain(self, error: WizardError) -> None:
        """Show an error and its hint."""
        self.lines.say(sentence(error.message, error.hint))
