"""Start a face with everything it needs from outside, and close the terminal part cleanly."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from wizard import wording
from wizard.check.run import rules
from wizard.cli import exits
from wizard.cli.inputs import apply_answers
from wizard.cli.talk import put, say
from wizard.cluster.model import Target
from wizard.errors import UsageError
from wizard.render.answers_file import read_answers
from wizard.render.model import Bundle
from wizard.render.writer import WritePlan, mend, plan, write
from wizard.saved import Lease, claim, default_folder, key_for
from wizard.services import Check, Outcome, Services
from wizard.session import Session, start


def run_face(session: Session, target: Path | None, arguments: argparse.Namespace) -> int:
    """Run the screens, or plain prompts where the terminal or the person asks for them."""
    key = key_for(target or Path(), session.catalog.decision.id)
    with claim(key, default_folder(os.environ)) as lease:
        if lease.note:
            say(lease.note)
        services = _services(session, arguments, lease)
        if arguments.plain or os.environ.get("TERM", "dumb") in ("", "dumb"):
            from wizard.plain.run import run as run_plain

            outcome = run_plain(session, target, services, sys.stdin, sys.stdout)
        else:
            from wizard.ui.app import run as run_screens

            outcome = run_screens(session, target=target, services=services)
        if not outcome.keep:
            lease.discard()
    return _close(outcome)


def _services(session: Session, arguments: argparse.Namespace, lease: Lease) -> Services:
    digest = session.catalog.digest

    def planned(bundle: Bundle, target: Path) -> WritePlan:
        said = mend(target)
        made = plan(bundle, target, on_conflict=arguments.on_conflict, catalog_digest=digest)
        return replace(made, notes=(said, *made.notes)) if said else made

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
        found=_found(session, lease, arguments),
    )


def _found(session: Session, lease: Lease, arguments: argparse.Namespace) -> Session | None:
    """The earlier session on this target, unless the command line itself brings answers."""
    if lease.found is None or arguments.answers or arguments.sets:
        return None
    try:
        answers = read_answers(lease.found.text, lease.found.path, session.catalog)
        return apply_answers(start(session.catalog, options=session.options, quick=session.quick), answers)
    except UsageError:
        say(lease.set_aside())
        return None


def _close(outcome: Outcome) -> int:
    """What stays on the normal screen: the verdict, what was written, the next command."""
    if outcome.written is None:
        say("nothing written" + ("; the answers are kept" if outcome.keep else ""))
        return exits.INTERRUPTED
    put(wording.verdict_title(outcome.session))
    written = outcome.written
    if written.nothing:
        put(f"unchanged: {written.target}")
    else:
        put(f"wrote {len(written.written)} files to {written.target}")
    for path in written.kept:
        put(f"kept yours: {path}")
    context = f" --context {outcome.context}" if outcome.context else ""
    put(f"next:      kubectl apply -k {written.target}{context}")
    put(f"come back: podwizard {written.target}")
    return exits.DONE
