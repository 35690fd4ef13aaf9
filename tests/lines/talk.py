"""A driver for the face of numbered lines over streams, without a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wizard.catalog.values import format_value
from wizard.cluster.model import Event
from wizard.decision.model import Answers
from wizard.faces.form import DetailsForm
from wizard.faces.services import FaceResult, Services
from wizard.lines.run import run
from wizard.session.session import Session
from wizard.store.writer import plan, write


@dataclass(frozen=True)
class Talk:
    """The result of a session, and everything that it printed."""

    outcome: FaceResult
    text: str

    @property
    def flat(self) -> str:
        """The text with all whitespace collapsed to single spaces."""
        return " ".join(self.text.split())


class Typed(io.StringIO):
    """An input stream of lines; an exception among them is raised when it is read."""

    def __init__(self, lines: Iterable[str | BaseException]) -> None:
        super().__init__()
        self.lines = iter(lines)

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        line = next(self.lines, None)
        if isinstance(line, BaseException):
            raise line
        return "" if line is None else f"{line}\n"


class FakeRun:
    """A dry run or lookup with given events; an exception among them is raised when it is read."""

    def __init__(self, *events: Event | BaseException) -> None:
        self.given = events
        self.cancelled = False
        self.deep = False

    def events(self) -> Iterator[Event]:
        for event in self.given:
            if isinstance(event, BaseException):
                raise event
            yield event

    def cancel(self) -> None:
        self.cancelled = True


def services(**changes: Any) -> Services:
    """Return services with only the real writer."""
    return Services(**{"plan": plan, "write": write, **changes})


def talk(
    session: Session,
    *typed: str | BaseException,
    target: Path | None = None,
    given: Services | None = None,
    ascii_only: bool = False,
) -> Talk:
    """Type lines until the wizard ends or no lines are left, and return the result."""
    written = io.StringIO()
    outcome = run(session, target, given or services(), Typed(typed), written, ascii_only=ascii_only)
    return Talk(outcome, written.getvalue())


def answer_lines(session: Session, answers: Answers) -> Iterator[str]:
    """Yield the lines that a user types to give these answers in an empty session."""
    while (question := session.question) is not None:
        answer = answers[question.id]
        offered = [option.id for option in session.offered(question.id)]
        picked = answer if isinstance(answer, tuple) else (answer,)
        yield " ".join(str(offered.index(option) + 1) for option in picked) or "-"
        session = session.answer(question.id, answer)


def detail_lines(session: Session, *, upfront: bool = True) -> Iterator[str]:
    """Yield the lines that a user types for the details: default choices, and samples for required values.

    The numbered lines also ask for the ``upfront`` fields; the screens only show them.
    """
    if session.problems:
        if DetailsForm.of(session).next_choice():
            yield ""
        for key in DetailsForm.of(session).upfront if upfront else ():
            if session.resolved[key].state != "missing":
                yield ""
                continue
            yield (text := _sample(session, key))
            session = session.give(key, text)
    while session.problems:
        key = DetailsForm.of(session).next_problem()
        yield (text := _sample(session, key))
        session = session.give(key, text)


def _sample(session: Session, key: str) -> str:
    parameter = session.parameter(key)
    return format_value(parameter, parameter.sample)
