"""The start of a face with its services, and a clean end on the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import get_terminal_size
from textwrap import wrap
from typing import TYPE_CHECKING

from wizard.cli import exits
from wizard.cli.crash import CrashError
from wizard.cli.earlier import Beginning, keep_apart, offers
from wizard.cli.elsewhere import check_place, come_back_elsewhere, with_way_out
from wizard.cli.talk import OutputError, put, put_contract, reported, say, to_standard_output
from wizard.cli.terminal import asking_on, forgive_bytes, no_screens, uninterrupted
from wizard.errors import WizardError
from wizard.faces.resume import Earlier
from wizard.faces.services import ClusterRun, FaceResult, Services
from wizard.session.saved import Lease, claim, default_folder, key_for
from wizard.session.session import Session
from wizard.store.files import ANSWERS
from wizard.text import count
from wizard.texts import wording
from wizard.texts.phrases import come_back_command, speaks_utf8

if TYPE_CHECKING:
    from wizard.cluster.child import Spare
    from wizard.cluster.model import Target
    from wizard.render.model import Bundle
    from wizard.store.writer import WriteOutcome, WritePlan


def run_face(session: Session, target: Path | None, arguments: argparse.Namespace) -> int:
    """Run the screens, or numbered lines if the terminal or the user requires them."""
    # A catalogue with the same id in another place is a different one, so its answers are saved separately.
    catalog = " ".join(filter(None, (session.catalog.decision.id, session.catalog_path)))
    key = key_for(target or Path(), catalog)
    with claim(key, default_folder(os.environ)) as lease, ExitStack() as closing:
        locked = check_place(target, lease, arguments)
        found = offers(session, lease, arguments)
        here = "" if target else _bundle_here(arguments)
        for note in filter(None, (lease.note, keep_apart(session, lease, arguments), here, locked)):
            say(note)
        plans: list[WritePlan] = []
        services = _services(session, arguments, lease, found, plans, closing)
        way_out = with_way_out(target, lease, arguments)
        services = replace(
            services,
            plan=way_out(services.plan),
            write=way_out(services.write),
            note=" ".join(filter(None, (lease.note, here, locked))),
        )
        try:
            outcome = _face(arguments)(session, target, services)
        except (WizardError, OSError, OutputError):
            raise
        except Exception as error:
            raise CrashError(_come_back(target, arguments) if lease.holds else "") from error
        if not outcome.keep or (outcome.written is not None and not outcome.changed):
            lease.discard()
        saved = lease.saving
        come_back = come_back_elsewhere(target, lease, arguments) or _come_back(target, arguments)
    if outcome.written is None:
        something = bool(found) or outcome.session.saved_text != session.saved_text
        say(_left(outcome, something=something, saved=saved, come_back=come_back))
        return exits.INTERRUPTED
    with reported(f"the bundle is written to {outcome.written.target}"):
        _put_summary(outcome, outcome.written, plans[-1], arguments)
    return exits.DONE


def _face(arguments: argparse.Namespace) -> Callable[[Session, Path | None, Services], FaceResult]:
    if arguments.plain:
        return _plain
    if why := no_screens(os.environ):
        note = f"{why}; using numbered lines instead, as with --plain"
        for row in wrap(note, max(20, get_terminal_size().columns - 1)):
            say(row)
        return _plain

    def screens(session: Session, target: Path | None, services: Services) -> FaceResult:
        from wizard.screens.run import run

        return run(session, target=target, services=services, theme=arguments.theme)

    return screens


def _plain(session: Session, target: Path | None, services: Services) -> FaceResult:
    from wizard.lines.run import run

    done: list[str] = []

    def written(planned: WritePlan) -> WriteOutcome:
        with uninterrupted():
            outcome = services.write(planned)
        done.append(f"the bundle is written to {outcome.target}")
        return outcome

    forgive_bytes()
    own = replace(services, write=written)
    try:
        with asking_on() as terminal, to_standard_output():
            return run(session, target, own, sys.stdin, terminal, ascii_only=not speaks_utf8(os.environ))
    except OutputError as error:
        raise OutputError(error.message, *done) from error


def _services(
    session: Session,
    arguments: argparse.Namespace,
    lease: Lease,
    found: tuple[Earlier, ...],
    plans: list[WritePlan],
    closing: ExitStack,
) -> Services:
    """Create the faces' services; written plans are added to ``plans``, cleanup to ``closing``."""
    beginning = Beginning(lease, found)

    # Each function imports what it needs when called: the first question needs none of it.
    def planned(bundle: Bundle, target: Path) -> WritePlan:
        from wizard.cli.planning import plan_bundle

        # The answers of an earlier session may not come from this folder.
        elsewhere = beginning.name == bundle.name
        return plan_bundle(bundle, target, arguments, session.catalog, since=beginning.since, elsewhere=elsewhere)

    def written(planned: WritePlan) -> WriteOutcome:
        from wizard.render.templates.environment import keep_codes
        from wizard.store.writer import write

        outcome = write(planned)
        plans.append(planned)
        keep_codes(session.catalog)
        return outcome

    def rules() -> int:
        from wizard.validation.run import rules

        return len(rules())

    services = Services(
        plan=planned,
        write=written,
        save=lambda changed: lease.save(changed.saved_text),
        saves=lambda: lease.saving,
        rules=rules,
        catalog=arguments.catalog or "",
        found=found,
        found_stays=beginning.stays,
        begin=beginning.begin,
        forget=beginning.forget,
    )
    return _with_cluster(services, session, arguments, closing)


def _with_cluster(services: Services, session: Session, arguments: argparse.Namespace, closing: ExitStack) -> Services:
    """Add the services that use a cluster; ``closing`` ends the process that is started early."""

    @cache
    def spare() -> Spare:
        from wizard.cluster.child import Spare

        made = Spare()
        closing.callback(made.end)
        return made

    def dry_run(target: Target, bundle: Bundle, *, deep: bool) -> ClusterRun:
        from wizard.cli.server import start_dry_run

        return start_dry_run(target, bundle, spare(), deep=deep)

    def look(target: Target) -> ClusterRun:
        from wizard.cli.server import start_discovery

        return start_discovery(target, session.catalog.clues, spare())

    def known() -> tuple[Target, ...]:
        from wizard.cli.server import targets

        return targets(arguments)

    return replace(
        services,
        targets=known,
        prepare=lambda: spare().start(),
        dry_run=dry_run,
        deep=arguments.deep,
        discover=look if session.catalog.clues else None,
    )


def _bundle_here(arguments: argparse.Namespace) -> str:
    """Return a note with the command that opens the bundle in the current folder; empty if there is none."""
    command = _come_back(Path(), arguments)
    return f"this folder contains a bundle: {command} opens it" if Path(ANSWERS).is_file() else ""


def _come_back(target: Path | None, arguments: argparse.Namespace) -> str:
    return come_back_command(target, catalog=arguments.catalog or "")


def _put_summary(result: FaceResult, outcome: WriteOutcome, planned: WritePlan, arguments: argparse.Namespace) -> None:
    """Print a summary to the normal screen: the verdict, the written files, the next command."""
    from wizard.faces.written import written
    from wizard.texts.phrases import OWN_README

    done = written(result.shown, planned, outcome, context=result.context, catalog=arguments.catalog or "")
    put(wording.verdict_title(done.session))
    files = count(len(done.written), "file")
    put(f"unchanged: {done.target}" if done.unchanged else f"wrote {files} to {done.target}")
    for head, paths in (("removed", done.removed), ("kept yours", done.kept)):
        for path in paths:
            put(f"{head}: {path}")
    if done.readme_command:
        put(f"{OWN_README} {done.readme_command}")
    put_contract(done.session.bundle.contract, planned.target, done.leaving)
    changed = " continues with your later changes" if result.changed and result.keep else ""
    for head, text in (
        ("errors", done.caution),
        ("kept", done.lacking),
        ("left", done.left),
        ("first", done.first),
        ("next", done.next_command),
        ("come back", f"{done.come_back_command}{changed}"),
    ):
        if text:
            put(f"{f'{head}:':<10} {text}")


def _left(outcome: FaceResult, *, something: bool, saved: bool, come_back: str) -> str:
    if not outcome.keep:
        return "nothing written; the answers are discarded"
    if not something:
        return "nothing written"
    if not saved:
        return "nothing written, and the answers could not be kept"
    return f"nothing written; your answers are kept: {come_back} continues where you left off"
