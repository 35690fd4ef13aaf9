"""The first choice when there are saved answers from earlier runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.resume import Continuation, Earlier, found_text
from wizard.screens.dialogs.resume import EarlierView, ResumeView

if TYPE_CHECKING:
    from wizard.faces.services import Services
    from wizard.screens.stage import Stage


async def ask_earlier(stage: Stage, services: Services, note: str) -> tuple[Continuation, Earlier | None, str]:
    """Let the user choose between earlier runs; return the choice, the run it is for, and a message to show."""
    found, message = services.found, ""
    while found:
        if services.found_stays:
            chosen = await stage.show(EarlierView(found, note=note, message=message))
        else:
            chosen = await stage.show(ResumeView(found[0], note=note))
        if chosen.how == "over":
            break
        if chosen.how != "forget":
            return chosen, found[chosen.at], services.begin(found[chosen.at])
        gone = found[chosen.at]
        services.forget(gone)
        found = tuple(each for each in found if each is not gone)
        message = f"forgotten: {found_text(gone)}"
    return Continuation("over"), None, services.begin(None)
