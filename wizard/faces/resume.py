"""The session that a journey begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from wizard.text import count
from wizard.texts import wording
from wizard.texts.phrases import ago

if TYPE_CHECKING:
    from wizard.session.session import Session

Resume = Literal["on", "review", "over", "forget"]
"""Go on with the answers of an earlier start, look at them first, leave them and start over, or remove them."""


class Earlier(NamedTuple):
    """An earlier start on the same bundle that was left unfinished."""

    session: Session
    ago: float | None = None
    """Seconds since its answers were saved; ``None`` where that is not known."""
    id: str = ""
    """The place where its answers are kept."""


class WayOn(NamedTuple):
    """One way to begin, with the number of the earlier start it is about, from 0."""

    how: Resume
    at: int = 0


def settled(session: Session) -> Session:
    """Let a quick session assume what nobody needs to be asked."""
    return session.assume_rest() if session.quick else session


def begun(session: Session, found: Session | None, how: Resume = "on") -> Session:
    """Give the session to begin with, when ``found`` is there from an earlier start and ``how`` was chosen."""
    return settled(session if found is None or how == "over" else found)


def heading(found: tuple[Earlier, ...], *, kept: bool) -> str:
    """Say that there is something to go on with."""
    if len(found) == 1 and not kept:
        return "There are saved answers from an earlier run."
    return f"There are saved answers from {count(len(found), 'earlier run')}, newest first."


def came_to(found: Session) -> str:
    """Tell what an earlier start came to: the program, the verdict, how far it got."""
    name = found.resolved.get("app.name")
    named = name.text if name is not None and name.text else str(found.given.get("app.name", ""))
    verdict = wording.verdict_title(found) if found.verdict is not None else wording.still_possible(found)
    return ", ".join(part for part in (named, verdict, wording.progress(found)) if part)


def age(found: Earlier) -> str:
    """Tell when its answers were saved."""
    return ago(found.ago) if found.ago is not None else ""


def found_text(found: Earlier) -> str:
    """Tell what an earlier start came to, and when that was."""
    return ", ".join(filter(None, (came_to(found.session), age(found))))
