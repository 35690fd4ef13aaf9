"""The steps that choose and inspect a cluster; each shows a few pages and returns the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.catalog.clues import kinds_read
from wizard.cluster.model import CheckFinished
from wizard.errors import WizardError
from wizard.faces.dry_run import DryRunState
from wizard.faces.services import finished_of
from wizard.screens.pages.cluster import ConfirmView, FoundView, ResultsView, Stop
from wizard.screens.pages.loading import ErrorView, LoadingView
from wizard.screens.view import Back, unexpected
from wizard.texts.cluster import found_lines

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.faces.services import ClusterRun, Services
    from wizard.screens.pages.cluster import Confirmed
    from wizard.screens.stage import Stage
    from wizard.session.session import Lead, Session

_TITLE = "The cluster"


async def choose_cluster(stage: Stage, services: Services, catalog: Catalog, *, looking: bool) -> Confirmed | None:
    """Let the user choose and confirm a cluster; ``None`` if the user declines."""
    if services.targets is None:
        return None
    services.prepare()
    tag = stage.begin(services.targets)
    found = await stage.show(LoadingView(_TITLE, tag, "reading the kubeconfig …"))
    if isinstance(found, WizardError):
        await stage.show(ErrorView(_TITLE, found.message, found.hint))
        return None
    if not isinstance(found, tuple):
        return None if isinstance(found, Back) else unexpected(found)
    view = ConfirmView(found, looking=looking, deep=services.deep, kinds=kinds_read(catalog.clues))
    chosen = await stage.show(view)
    return None if isinstance(chosen, Back) else chosen


async def look_at_cluster(stage: Stage, services: Services, catalog: Catalog) -> CheckFinished | None:
    """Inspect a cluster of the user's choice with read-only requests; ``None`` if none was inspected."""
    chosen = await choose_cluster(stage, services, catalog, looking=True)
    if chosen is None or services.discover is None:
        return None
    try:
        look = services.discover(chosen.target)
    except WizardError as error:
        await stage.show(ErrorView(_TITLE, error.message, error.hint))
        return None
    tag = stage.begin(lambda: finished_of(look))
    finished = await stage.show(LoadingView(_TITLE, tag, "looking …"))
    look.cancel()
    if isinstance(finished, Back):
        return None
    return finished if isinstance(finished, CheckFinished) else unexpected(finished)


async def start_dry_run(stage: Stage, services: Services, session: Session) -> tuple[ClusterRun, ResultsView] | None:
    """Start a dry run of the bundle in a cluster of the user's choice; ``None`` if there is none."""
    chosen = await choose_cluster(stage, services, session.catalog, looking=False)
    if chosen is None or services.dry_run is None:
        return None
    run = services.dry_run(chosen.target, session.bundle, deep=chosen.deep)
    state = DryRunState(len(session.bundle.manifests))
    return run, ResultsView(state, chosen.target, stage.stream(run.events), session)


async def show_results(stage: Stage, run: ClusterRun, view: ResultsView) -> tuple[Back | Lead, ResultsView]:
    """Show the results of a dry run as they arrive, and stop it; return the user's choice and the last view."""
    seen = view

    def follow(now: ResultsView) -> None:
        nonlocal seen
        seen = now

    try:
        result = await stage.show(view, follow=follow)
        while isinstance(result, Stop):
            run.cancel()
            result = await stage.show(result.view, follow=follow)
    finally:
        run.cancel()
    return result, seen


async def show_found(stage: Stage, catalog: Catalog, finished: CheckFinished) -> None:
    """Show the evidence found in a cluster."""
    await stage.show(FoundView(found_lines(catalog.clues, finished)))
