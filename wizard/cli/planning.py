"""Plan a bundle for a folder whose own answers file may be where the answers came from."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from wizard.catalog.model import Catalog
from wizard.cli.inputs import ANSWERS_NAME, apply_answers
from wizard.errors import UsageError
from wizard.render.bundle.answers_file import read_answers
from wizard.render.model import Bundle
from wizard.session.session import start
from wizard.store.writer import PlanItem, WritePlan, mend, plan


def plan_bundle(
    bundle: Bundle, where: Path, arguments: argparse.Namespace, catalog: Catalog, *, since: float
) -> WritePlan:
    """What writing ``bundle`` to ``where`` would do.

    An answers file that a person edited is kept like every other file, but for one case: it is the file these
    answers were read from (not later than ``since``), and they are other ones now. Kept, it would bring the old
    answers back at the next start.

    Raises:
        WizardError: as ``mend`` and ``plan`` do.
    """
    said = mend(where)
    made = plan(bundle, where, on_conflict=arguments.on_conflict, catalog_digest=catalog.digest)
    notes = (said, *made.notes) if said else made.notes
    item = next((item for item in made.items if item.path == ANSWERS_NAME), None)
    if item is not None and _came_from(where, arguments, since) and _outdated(item, catalog):
        made = made.choose(ANSWERS_NAME, "write")
        notes = (*notes, f"{ANSWERS_NAME} was edited by hand; it is brought up to date with the answers changed here")
    return replace(made, notes=notes)


def _came_from(where: Path, arguments: argparse.Namespace, since: float) -> bool:
    """Whether the folder's own answers file is what was read at the start, and nobody touched it since."""
    own = where / ANSWERS_NAME
    try:
        if own.stat().st_mtime > since:
            return False
        if arguments.answers is None:
            return arguments.dir is not None
        return arguments.answers != "-" and os.path.samefile(arguments.answers, own)  # noqa: PTH121
    except OSError:
        return False


def _outdated(item: PlanItem, catalog: Catalog) -> bool:
    """Whether an edited file says something else than the bundle's."""
    if not item.conflict or item.choice != "keep" or item.present.link or not item.present.data:
        return False
    try:
        answers = read_answers(item.present.data.decode(), ANSWERS_NAME, catalog)
        return apply_answers(start(catalog), answers).answers_text != item.text
    except (UsageError, UnicodeDecodeError):
        return False
