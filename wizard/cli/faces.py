"""Start a face with everything it needs from outside, and close the terminal part cleanly."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from wizard import wording
from wizard.check.run import rules
from wizard.cli import exits
from wizard.cli.inputs import apply_answers, apply_set, with_form
from wizard.cli.planning import plan_bundle
from wizard.cli.talk import put, say
from wizard.cli.terminal import capable, forgive_bytes, speaks_utf8, uninterrupted
from wizard.cluster.model import Target
from wizard.errors import UsageError
from wizard.render.answers_file import read_answers
from wizard.render.model import Bundle
from wizard.render.writer import WriteOutcome, WritePlan, write
from wizard.saved import Lease, claim, default_folder, key_for
from wizard.services import Check, Outcome, Services
from wizard.session import Session, start


def run_face(session: Session, target: Path | None, arguments: argparse.Namespace) -> int:
    """Run the screens, or plain prompts where the terminal or the person asks for them."""
    key = key_for(target or Path(), session.catalog.decision.id)
    with claim(key, default_folder(os.environ)) as lease:
        found = _found(session, lease, arguments)
        if lease.note:
            say(lease.note)
        services = _services(session, arguments, lease, found)
        outcome = _face(arguments)(session, target, services)
        if outcome.written is not None or not outcome.keep:
            lease.discard()
        saved = lease.saving
    return _close(outcome, saved=saved, come_back=_come_back(target, arguments), options=session.options.form)


def _face(arguments: argparse.Namespace) -> Callable[[Session, Path | None, Services], Outcome]:
    if arguments.plain or not capable(os.environ):
        return _plain

    def screens(session: Session, target: Path | None, services: Services) -> Outcome:
        from wizard.ui.app import run

        return run(session, target=target, services=services)

    return screens


def _plain(session: Session, target: Path | None, services: Services) -> Outcome:
    from wizard.plain.run import run

    def written(planned: WritePlan) -> WriteOutcome:
        with uninterrupted():
            return services.write(planned)

    forgive_bytes()
    own = replace(services, write=written)
    return run(session, target, own, sys.stdin, sys.stdout, ascii_only=not speaks_utf8(os.environ))


def _services(session: Session, arguments: argparse.Namespace, lease: Lease, found: Session | None) -> Services:
    since = lease.found.when if found is not None and lease.found is not None else time.time()

    def planned(bundle: Bundle, target: Path) -> WritePlan:
        return plan_bundle(bundle, target, arguments, session.catalog, since=since)

    def check(target: Target, bundle: Bundle) -> Check:
        from wizard.cli.server import start_check  # late: nothing of it is needed before the cluster is asked

        return start_check(target, bundle, deep=arguments.deep)

    def known() -> tuple[Target, ...]:
        from wizard.cli.server import targets

        return targets(arguments)

    return Services(
        plan=planned,
        write=write,
        save=lambda changed: lease.save(changed.saved_text),
        rules=lambda: len(rules()),
        targets=known,
        check=check,
        found=found,
    )


def _found(session: Session, lease: Lease, arguments: argparse.Namespace) -> Session | None:
    """The earlier session on this target, with what the command line says on top; none when it brings a whole file."""
    if lease.found is None or arguments.answers:
        return None
    try:
        answers = read_answers(lease.found.text, lease.found.path, session.catalog)
        found = apply_answers(start(session.catalog, quick=session.quick), answers)
    except UsageError:
        say(lease.set_aside())
        return None
    for item in arguments.sets:
        found = apply_set(found, item)
    found = with_form(found, arguments)
    return None if found.saved_text == session.saved_text else found


def _come_back(target: Path | None, arguments: argparse.Namespace) -> str:
    words = ["podwizard", *([wording.shell_path(target)] if target is not None else [])]
    if arguments.catalog:
        words.append(f"--catalog {shlex.quote(arguments.catalog)}")
    return " ".join(words)


def _close(outcome: Outcome, *, saved: bool, come_back: str, options: str) -> int:
    """What stays on the normal screen: the verdict, what was written, the next command."""
    if outcome.written is None:
        say(_left(outcome, saved=saved, come_back=come_back))
        return exits.INTERRUPTED
    put(f"{wording.verdict_title(outcome.session)}")
    written = outcome.written
    if written.nothing:
        put(f"unchanged: {written.target}")
    else:
        files = wording.count(len(written.written), "file")
        put(f"wrote {files} to {written.target}")
    for head, paths in (("removed", written.removed), ("kept yours", written.kept)):
        for path in paths:
            put(f"{head}: {path}")
    for command in wording.next_commands(written.target, options, context=outcome.context):
        put(f"next:      {command}")
    put(f"come back: {come_back if come_back != 'podwizard' else f'podwizard {wording.shell_path(written.target)}'}")
    return exits.DONE


def _left(outcome: Outcome, *, saved: bool, come_back: str) -> str:
    if not outcome.keep:
        return "nothing written; the answers are discarded"
    if not outcome.session.answers:
        return "nothing written"
    if not saved:
        return "nothing written, and the answers could not be kept"
    return f"nothing written; your answers are kept: {come_back} goes on where you left"
