"""The plan of a bundle for a folder, whose own answers file may be the source of the answers."""

from __future__ import annotations

import argparse
from pathlib import Path

from wizard.catalog.model import Catalog
from wizard.cli.inputs import with_presets
from wizard.cli.origin import check_folder, is_own
from wizard.errors import UsageError
from wizard.render.bundle.answers_file import read_answers
from wizard.render.model import Bundle
from wizard.session.applied import apply_answers
from wizard.session.session import start
from wizard.store.files import ANSWERS
from wizard.store.writer import PlanItem, WritePlan, plan, recover


def plan_bundle(
    bundle: Bundle,
    where: Path,
    arguments: argparse.Namespace,
    catalog: Catalog,
    *,
    since: float,
    elsewhere: bool = False,
) -> WritePlan:
    """Return the plan for writing ``bundle`` to ``where``.

    An answers file that the user edited is kept like every other file, with one exception: if these answers were read
    from it (it is not newer than ``since``) and have changed, it is updated. Otherwise the old answers would return at
    the next start.

    Raises:
        WizardError: as ``recover``, ``check_folder`` and ``plan`` do.
    """
    recovered = recover(where)
    check_folder(where, bundle, arguments, catalog, elsewhere=elsewhere)
    made = plan(bundle, where, on_conflict=arguments.on_conflict, catalog_digest=catalog.digest)
    notes = (recovered, *made.notes) if recovered else made.notes
    item = next((item for item in made.items if item.path == ANSWERS), None)
    if item is not None and _came_from(where, arguments, since) and _outdated(item, catalog):
        made = made.choose(ANSWERS, "write")
        notes = (*notes, f"{ANSWERS}, edited by hand, is updated")
    return made._replace(notes=notes)


def _came_from(where: Path, arguments: argparse.Namespace, since: float) -> bool:
    """Return true if the answers were read from the folder's own file and it has not changed since."""
    try:
        return is_own(where, arguments) and (where / ANSWERS).stat().st_mtime <= since
    except OSError:
        return False


def _outdated(item: PlanItem, catalog: Catalog) -> bool:
    """Return true if an edited answers file differs in content from the bundle's."""
    if not item.conflict or item.action != "keep" or item.present.link or not item.present.data:
        return False
    try:
        answers = read_answers(item.present.data, ANSWERS, catalog)
        session = with_presets(start(catalog)._replace(catalog_path=answers.catalog), report=lambda _: None)
        return apply_answers(session, answers).answers_text != item.text
    except UsageError:
        return False
