"""The step that writes the bundle and builds the page about the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.errors import WizardError
from wizard.faces.written import written
from wizard.screens.pages.loading import ErrorView, LoadingView
from wizard.screens.pages.written import WrittenView
from wizard.screens.view import unexpected
from wizard.store.writer import WriteOutcome

if TYPE_CHECKING:
    from wizard.faces.services import Services
    from wizard.screens.pages.bundle import Write
    from wizard.screens.stage import Stage
    from wizard.session.session import Session


async def write_bundle(
    stage: Stage, services: Services, session: Session, asked: Write, context: str
) -> tuple[WriteOutcome, WrittenView] | None:
    """Write the bundle; ``None`` if that failed and the error has been shown."""
    plan = asked.plan
    tag = stage.begin(lambda: services.write(plan))
    outcome = await stage.show(LoadingView("Bundle", tag, "writing …", over=asked.view))
    if isinstance(outcome, WizardError):
        await stage.show(ErrorView("Not written", outcome.message, outcome.hint))
        return None
    if not isinstance(outcome, WriteOutcome):
        unexpected(outcome)
    done = written(session, plan, outcome, context=context, catalog=services.catalog)
    return outcome, WrittenView(done, can_ask=services.dry_run is not None)
