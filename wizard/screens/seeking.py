"""The step that searches for what is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.screens.pages.search import SearchView
from wizard.screens.view import Back
from wizard.session.goals import towards

if TYPE_CHECKING:
    from wizard.faces.search import Hit
    from wizard.screens.stage import Stage
    from wizard.session.session import Session


async def seek(stage: Stage, session: Session) -> tuple[Hit, Session] | None:
    """Let a person pick a hit; give it and the session with the answers that it implies, or ``None`` to go back."""
    seen = [SearchView(session.catalog)]
    while True:
        result = await stage.show(seen[-1], follow=seen.append)
        if isinstance(result, Back):
            return None
        after = towards(session, result.goal)
        if after is not None:
            return result, after
        seen.append(seen[-1].refused("no answers lead there"))
