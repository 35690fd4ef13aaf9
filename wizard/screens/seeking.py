"""The step that searches for a pattern, answer or parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.search import UNREACHABLE, Found, hits_of, take
from wizard.screens.pages.search import SearchView
from wizard.screens.view import Back

if TYPE_CHECKING:
    from wizard.screens.stage import Stage
    from wizard.session.session import Session


async def seek(stage: Stage, session: Session) -> Found | None:
    """Let the user pick a hit; ``None`` if the user goes back."""
    seen = [SearchView(hits_of(session.catalog))]
    while True:
        hit = await stage.show(seen[-1], follow=seen.append)
        if isinstance(hit, Back):
            return None
        if found := take(session, hit):
            return found
        seen.append(seen[-1].refused(UNREACHABLE))
