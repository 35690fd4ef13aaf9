"""The session that a journey begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from wizard.texts import wording
from wizard.texts.phrases import ago

if TYPE_CHECKING:
    from wizard.session.session import Session

Resume = Literal["on", "review", "over"]
"""Go on with the answers of an earlier start, look at them first, or leave them and start over."""


def settled(session: Session) -> Session:
    """Let a quick session assume what nobody needs to be asked."""
    return session.assume_rest() if session.quick else session


def begun(session: Session, found: Session | None, how: Resume = "on") -> Session:
    """Give the session to begin with, when ``found`` is there from an earlier start and ``how`` was chosen."""
    return settled(session if found is None or how == "over" else found)


def found_text(found: Session, seconds: float | None) -> str:
    """Tell what an earlier start came to: the program, the verdict, how far it got, and when that was."""
    name = found.resolved.get("app.name")
    named = name.text if name is not None and name.text else ""
    verdict = wording.verdict_title(found) if found.verdict is not None else ""
    parts = (named, verdict, wording.progress(found), ago(seconds) if seconds is not None else "")
    return ", ".join(part for part in parts if part)
