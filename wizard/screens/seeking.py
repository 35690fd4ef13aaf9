"""The step that searches for a pattern, answer or parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wizard.faces.search import hits_of, shows, taken_text
from wizard.screens.pages.search import SearchView
from wizard.screens.view import Back
from wizard.session.goals import towards

if TYPE_CHECKING:
    from wizard.screens.stage import Stage
    from wizard.session.session import Session


class Found(NamedTuple):
    """The session with all answers that a hit implies, a message about them, and the key of the hit's field."""

    session: Session
    message: str
    field: str
    at_once: bool
    """True if the field can be opened now, because no question is open and no answer has changed."""


async def seek(stage: Stage, session: Session) -> Found | None:
    """Let the user pick a hit; ``None`` if the user goes back."""
    seen = [SearchView(hits_of(session.catalog))]
    while True:
        hit = await stage.show(seen[-1], follow=seen.append)
        if isinstance(hit, Back):
            return None
        after = towards(session, hit.goal)
        if after is None:
            seen.append(seen[-1].refused("no answers lead there"))
            continue
        if hit.value:
            after = after.give(hit.parameter, hit.value)
        asked = after.question is None and after.answers == session.answers
        at_once = asked and not after.blocked and shows(after, hit)
        return Found(after, "" if at_once else taken_text(session, after, hit), hit.parameter, at_once)
