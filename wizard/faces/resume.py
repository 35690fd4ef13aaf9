"""The session that a run starts with: a new one or an earlier, unfinished one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from wizard.text import count
from wizard.texts import wording
from wizard.texts.phrases import ago

if TYPE_CHECKING:
    from wizard.session.session import Session

Resume = Literal["on", "review", "over", "forget"]
"""The user's choice: continue an earlier run, review its answers first, start over, or delete its answers."""


class Earlier(NamedTuple):
    """An earlier, unfinished run for the same bundle."""

    session: Session
    ago: float | None = None
    """Seconds since its answers were saved; ``None`` if unknown."""
    id: str = ""
    """The place where its answers are kept."""


class Continuation(NamedTuple):
    """One way to start, with the index of the earlier run it refers to, from 0."""

    how: Resume
    at: int = 0


def settled(session: Session) -> Session:
    """In quick mode, assume the answers that need no question."""
    return session.assume_rest() if session.quick else session


def begun(session: Session, found: Session | None, how: Resume = "on") -> Session:
    """Return the session to start with; ``found`` is an earlier run's session, if any, ``how`` the user's choice."""
    return settled(session if found is None or how == "over" else found)


def heading(found: tuple[Earlier, ...], *, kept: bool) -> str:
    """Return the heading that announces the saved answers."""
    if len(found) == 1 and not kept:
        return "There are saved answers from an earlier run."
    return f"There are saved answers from {count(len(found), 'earlier run')}, newest first."


def outcome_of(found: Session) -> str:
    """Describe an earlier run: its program, its verdict or the patterns still possible, and its progress."""
    name = found.resolved.get("app.name")
    named = name.text if name is not None and name.text else str(found.given.get("app.name", ""))
    verdict = wording.verdict_title(found) if found.verdict is not None else wording.still_possible(found)
    return ", ".join(part for part in (named, verdict, wording.progress(found)) if part)


def age(found: Earlier) -> str:
    """Return the age of an earlier run's answers in words; empty if unknown."""
    return ago(found.ago) if found.ago is not None else ""


def found_text(found: Earlier) -> str:
    """Describe an earlier run, including the age of its answers."""
    return ", ".join(filter(None, (outcome_of(found.session), age(found))))
