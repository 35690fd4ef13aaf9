"""The step that searches for a pattern, answer or parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.search import hits_of, taken_text
from wizard.screens.pages.search import SearchView
from wizard.screens.view import Back
from wizard.session.goals import towards

if TYPE_CHECKING:
    from wizard.screens.stage import Stage
    from wizard.session.session import Session


async def seek(stage: Stage, session: Session) -> tuple[Session, str, str] | None:
    """Let the user pick a hit; ``None`` if the user goes back.

    Return the session with all answers that the hit implies, a message about them, and the key of the hit's field.
    """
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
        return after, taken_text(session, after, hit), hit.parameter
