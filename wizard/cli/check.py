"""``podwizard check [CATALOG]``: prove the decision table and lint its templates."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.catalog.lessons import lesson_faults
from wizard.catalog.load import load_catalog
from wizard.cli import exits
from wizard.cli.inputs import catalog_path
from wizard.cli.talk import put, say
from wizard.decision.budget import STEPS
from wizard.decision.compile import compile_decision
from wizard.decision.prove import prove
from wizard.decision.results import Proof
from wizard.errors import Fault, UsageError
from wizard.text import count, escaped

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.session.covering import Rehearsal


def run(arguments: argparse.Namespace) -> int:
    """Print every fault with its place and counterexample, then a summary of what was proved."""
    name = arguments.folder or arguments.catalog
    catalog = load_catalog(Path(name) if name else None)
    if arguments.budget is not None and arguments.budget < 1:
        raise UsageError("--budget must be at least 1", hint="omit it for the default")
    budget = STEPS if arguments.budget is None else arguments.budget
    proof = prove(compile_decision(catalog.decision), budget=budget)
    from wizard.render.service import linted

    faults = (*proof.faults, *lesson_faults(catalog), *linted(catalog))
    rehearsal = None
    if proof.decided and catalog.components and not _has_error(faults):
        from wizard.session.covering import rehearse

        rehearsal = rehearse(catalog, budget=budget)
        faults = (*rehearsal.faults, *faults)
    for fault in sorted(faults, key=lambda fault: fault.level != "error"):
        put(escaped(f"{fault.level}: {fault}"))
    if arguments.cover:
        _write_cover(Path(arguments.cover), catalog, name)
    return _close(proof, faults, rehearsal, templates=bool(catalog.components))


def _has_error(faults: Iterable[Fault]) -> bool:
    return any(fault.level == "error" for fault in faults)


def _close(proof: Proof, faults: tuple[Fault, ...], rehearsal: Rehearsal | None, *, templates: bool) -> int:
    counted = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in proof.counts.items())
    if counted:
        say(counted)
    if proof.questions_asked:
        fewest, mean, most = proof.questions_asked
        say(f"{fewest} to {most} questions are asked, {mean:.1f} on average")
    say(_rendered(proof, rehearsal) if templates else "this catalogue has no templates: no bundle was rendered")
    if _has_error(faults):
        return exits.FINDINGS
    if not proof.decided:
        put("not decided: the work budget ran out; use a larger --budget")
        return exits.NOT_DECIDED
    if rehearsal is not None and not rehearsal.complete:
        put("not decided: the work budget ran out before every pair was rendered; use a larger --budget")
        return exits.NOT_DECIDED
    put(f"proved for all {proof.answer_sets:,} reachable sets of answers: one workload fits each of them")
    return exits.DONE


def _rendered(proof: Proof, rehearsal: Rehearsal | None) -> str:
    if rehearsal is None:
        return "no bundle was rendered: fix everything else first"
    bundles, sets = count(rehearsal.bundles, "bundle"), count(rehearsal.sets, "set")
    head = f"rendered {bundles} from {sets} of answers of {proof.answer_sets:,}"
    if not rehearsal.complete or _has_error(rehearsal.faults):
        return f"{head}; the work stopped before everything was rendered" if not rehearsal.complete else head
    what = "rules that apply" if rehearsal.of_rules else "patterns, settings and warnings that occur"
    return f"{head}: every two {what} together, and every option of a choice"


def _write_cover(folder: Path, catalog: Catalog, catalog_name: str | None) -> None:
    from wizard.session.covering import covering_sessions
    from wizard.store.files import explained

    try:
        folder.mkdir(parents=True, exist_ok=True)
        sessions = tuple(covering_sessions(catalog))
        for name, session in sessions:
            placed = session._replace(catalog_path=catalog_path(catalog_name, folder))
            _replace(folder / f"{name}.yaml", placed.answers_text)
    except OSError as error:
        raise explained(error, str(folder), outcome="not every answers file is there") from error
    say(f"wrote {len(sessions)} answers files into {folder}")


def _replace(path: Path, text: str) -> None:
    """Write the file completely or not at all."""
    staged = path.with_suffix(".part")
    try:
        staged.write_text(text, encoding="utf-8", newline="\n")
        staged.replace(path)
    except OSError:
        staged.unlink(missing_ok=True)
        raise
