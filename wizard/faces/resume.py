"""The session that a journey begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

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
