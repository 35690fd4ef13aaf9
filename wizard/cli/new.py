"""``podwizard new``: the wizard, or the same job without prompts."""

from __future__ import annotations

import argparse
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.cli import exits
from wizard.cli.inputs import assume_missing, missing_lines, parse_minor, session_from, with_form
from wizard.cli.origin import settle_catalog
from wizard.cli.talk import complain, put, put_contract, reported, say
from wizard.cli.terminal import has_person
from wizard.kube.versions import minor_text
from wizard.session.session import Session
from wizard.text import count, escaped
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.store.writer import WriteOutcome, WritePlan
    from wizard.validation.model import Finding


def run(arguments: argparse.Namespace) -> int:
    """Run the wizard, or write the bundle that the answers lead to."""
    target = Path(arguments.dir) if arguments.dir else None
    if target is not None:
        _recover(target)
    settled = settle_catalog(target, arguments)
    if settled is None:
        return exits.INTERRUPTED
    arguments = settled
    session = with_form(session_from(arguments, target=target), arguments)
    if _wants_face(arguments, session):
        from wizard.cli.faces import run_face

        return run_face(session, target, arguments)
    return headless(assume_missing(session, arguments, target=target), target, arguments)


def _recover(target: Path) -> None:
    from wizard.store.writer import recover

    if note := recover(target):
        say(note)


def _wants_face(arguments: argparse.Namespace, session: Session) -> bool:
    if arguments.no_input or arguments.output or arguments.dry_run != "none":
        return False
    if not arguments.plain and not has_person():
        return False
    complete = session.verdict is not None and not session.problems
    return not (complete and (arguments.answers or arguments.sets))


def headless(session: Session, target: Path | None, arguments: argparse.Namespace) -> int:
    """Write or print the bundle without any prompt."""
    from wizard.cli.planning import plan_bundle
    from wizard.render.templates.environment import keep_codes
    from wizard.session.kept import findings_on_disk

    code = _refused(session) or _too_old(session, arguments)
    if code != exits.DONE:
        return code
    if arguments.dry_run == "server":
        return _ask_cluster(session, arguments)
    if arguments.output:
        _say_findings(session, session.findings)
        return _hindered(session.findings) or _print_objects(session, arguments.output)
    where = target or Path(session.bundle.name)
    if target is None:
        _recover(where)
    planned = plan_bundle(session.bundle, where, arguments, session.catalog, since=time.time())
    findings = findings_on_disk(session, planned)
    _say_findings(session, findings)
    if _hindered(findings):
        return exits.FINDINGS
    # Write before printing: the reader of the output may stop at any time.
    outcome = None if arguments.dry_run == "client" else _written(planned)
    keep_codes(session.catalog)
    if outcome is None:
        _print_verdict(session)
        _print_plan(planned)
        failed = _say_missed(session, planned) or _say_wrong(findings, planned)
        return exits.FINDINGS if failed else exits.DONE
    with reported(f"the bundle is written to {outcome.target}"):
        _print_verdict(session)
        _print_outcome(planned, outcome, catalog=arguments.catalog or "")
        failed = _say_missed(session, planned) or _say_wrong(findings, planned)
        if not failed and not (outcome.nothing and not outcome.kept):
            _print_contract(session, planned, outcome, catalog=arguments.catalog or "")
    return exits.FINDINGS if failed else exits.DONE


def _ask_cluster(session: Session, arguments: argparse.Namespace) -> int:
    """Validate the objects with the cluster; no folder is read or written."""
    from wizard.cluster.child import Spare

    with Spare() as spare:  # loads the client while the bundle is rendered
        _say_findings(session, session.findings)
        if code := _hindered(session.findings):
            return code
        from wizard.cli.server import check_bundle

        return check_bundle(session.bundle, arguments, spare)


def _say_missed(session: Session, planned: WritePlan) -> bool:
    """Report answers that are missing from kept files; return true if ``kubectl apply`` would use such a file."""
    from wizard.session.kept import missed

    found = missed(session, planned)
    if not found:
        return False
    applied = [one for one in found if one.applied]
    head = f"{count(len(found), 'kept file')} in {planned.target} without some of your answers:"
    complain(head) if applied else say(f"note: {head}")
    for one in found:
        say(f"  {one.path}: {wording.missed_text(session, one)}")
    say("  add them by hand, or run this again with --on-conflict=overwrite, which replaces your files;")
    say("  add --dry-run=client to see only what would change")
    return bool(applied)


def _written(planned: WritePlan) -> WriteOutcome:
    """Write the plan with SIGTERM and SIGHUP deferred until it is done; Ctrl+C undoes it."""
    from wizard.store.writer import write

    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGHUP})
    try:
        return write(planned)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _refused(session: Session) -> int:
    """Report why nothing can be written and return the exit code; ``DONE`` if a bundle can be written."""
    if session.verdict is None or (session.problems and not session.blocked):
        complain("some answers are missing or wrong; nothing is written")
        for line in missing_lines(session):
            say(f"  {line}")
        return exits.USAGE
    if session.blocked:
        rule = next(rule for rule in session.warnings if rule.level == "error")
        complain(rule.say, rule.instead)
        return exits.FINDINGS
    return exits.DONE


def _hindered(findings: tuple[Finding, ...]) -> int:
    """Report that errors prevent writing and return the exit code; ``DONE`` if files to write have no errors."""
    from wizard.session.kept import blocking

    if not blocking(findings):
        return exits.DONE
    complain("nothing is written until all errors are fixed")
    return exits.FINDINGS


def _say_wrong(findings: tuple[Finding, ...], planned: WritePlan) -> bool:
    """Report errors in kept files, which do not stop other files from being written; return true if there are any."""
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        complain(
            f"{count(errors, 'error')} in files of {planned.target} that are kept",
            "fix them before the bundle is applied; --on-conflict=overwrite replaces the files",
        )
    return bool(errors)


def _too_old(session: Session, arguments: argparse.Namespace) -> int:
    """Refuse a version older than any that is supported; the table itself may never ask for the version."""
    if arguments.kubernetes_version is None:
        return exits.DONE
    oldest = session.catalog.minors[0]
    if parse_minor(arguments.kubernetes_version, session.catalog) >= oldest:
        return exits.DONE
    complain(f"nothing is written for Kubernetes {arguments.kubernetes_version}", f"the oldest is {minor_text(oldest)}")
    return exits.USAGE


def _say_findings(session: Session, findings: tuple[Finding, ...]) -> None:
    """Print every finding and unused parameter to standard error."""
    from wizard.session.kept import leads

    for key in session.unused:
        user = session.user_of(key)
        say(f"note: {key} is given, but nothing in this bundle uses it{f'; --set {user} would' if user else ''}")
    for finding, lead in zip(findings, leads(session, findings), strict=True):
        cause = lead.parameter or lead.question
        say(f"{finding.severity}: {wording.finding_line(finding)}" + (f" (from {cause})" if cause else ""))
        if finding.hint:
            say(f"  {finding.hint}")


def _print_verdict(session: Session) -> None:
    from wizard.texts.reasons import why_reasons

    put(f"{wording.verdict_title(session)}  ({wording.verdict_status(session)})")
    for reason in why_reasons(session):
        put(f"  {reason.line}")
    for rule in session.warnings:
        put(f"  {rule.level}: {wording.warned_text(session, rule)}")


def _print_objects(session: Session, output: str) -> int:
    if output == "readme":
        put(next(file.text for file in session.bundle.files if file.kind == "readme"))
    elif output == "yaml":
        put("".join(f"---\n{file.text}" for file in session.bundle.manifests))
    else:
        import json

        items = [file.document for file in session.bundle.manifests]
        put(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=2))
    return exits.DONE


def _print_contract(session: Session, planned: WritePlan, outcome: WriteOutcome, *, catalog: str) -> None:
    """Print the program's obligations, the prerequisites, and as the last line the next step."""
    from wizard.render.model import notes_of
    from wizard.session.leaving import leaving
    from wizard.texts.contract import first_summary, next_lines
    from wizard.texts.phrases import readme_command, readme_place

    contract = session.bundle.contract
    put_contract(contract, planned.target, leaving(planned))
    for note in notes_of(contract.next):
        put(f"note: {note}")
    own = readme_command(outcome.target, outcome.kept, catalog=catalog)
    if first := first_summary(contract, readme_place(planned.target, own)):
        put(f"first: {first}")
    put(f"next: {next_lines(contract, planned.target)[0]}")


def _print_plan(planned: WritePlan) -> None:
    if planned.unchanged:
        put(f"unchanged: {planned.target}")
        return
    put(f"would write {planned.target}:")
    for item in planned.items:
        if item.action != "keep":
            put(escaped(item.diff(), keep="\n\t"))


def _print_outcome(planned: WritePlan, outcome: WriteOutcome, *, catalog: str) -> None:
    from wizard.texts.phrases import OWN_README, readme_command

    for note in (*planned.notes, *filter(None, (wording.left_text(outcome.left),))):
        say(note)
    if outcome.nothing and not outcome.kept:
        put(f"unchanged: {outcome.target}")
        return
    for head, paths in (("wrote", outcome.written), ("removed", outcome.removed), ("kept yours", outcome.kept)):
        for path in paths:
            put(f"{head} {os.path.join(outcome.target, path)}")  # noqa: PTH118  # a Path would drop a leading ./
    if command := readme_command(outcome.target, outcome.kept, catalog=catalog):
        put(f"{OWN_README} {command}")
    if outcome.nothing:
        put(f"unchanged: {outcome.target}")
