"""Checks against a cluster from the command line: confirmed first, with results printed as they arrive."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wizard.catalog.clues import kinds_read
from wizard.catalog.model import Clue
from wizard.cli import exits
from wizard.cli.talk import complain, finish, put, put_json, say
from wizard.cluster.child import Spare
from wizard.cluster.dry_run import DryRun, discovery
from wizard.cluster.kubeconfig import choose, contexts
from wizard.cluster.model import CheckFinished, Event, Identity, ObjectResult, ObjectState, Target
from wizard.errors import ClusterError, UsageError
from wizard.faces.services import ClusterRun, finished_of
from wizard.kube.objects import ObjectRef
from wizard.render.model import Bundle
from wizard.session.session import Session
from wizard.text import escaped
from wizard.texts.cluster import event_lines, found_lines, settled, summary_line, target_lines
from wizard.validation.model import Document

_REJECTED = (ObjectState.INVALID, ObjectState.DENIED)
_KUSTOMIZE = "kustomize.config.k8s.io/"


@dataclass(slots=True)
class DryRunReport:
    """The results of a dry run so far."""

    target: Target
    identity: Identity | None = None
    results: list[ObjectResult] = field(default_factory=list)
    finished: CheckFinished = field(default_factory=lambda: CheckFinished(0, 0, cancelled=True))

    def take(self, event: Event) -> None:
        """Store one event."""
        if isinstance(event, Identity):
            self.identity = event
        elif isinstance(event, ObjectResult):
            self.results.append(event)
        else:
            self.finished = event

    @property
    def code(self) -> int:
        """The documented exit code; rejected objects take precedence over unknown ones."""
        if self.finished.cancelled:
            return exits.INTERRUPTED
        if any(result.state in _REJECTED for result in self.results):
            return exits.FINDINGS
        whole = not self.finished.error and self.finished.checked >= self.finished.total
        return exits.DONE if whole and all(settled(result) for result in self.results) else exits.NOT_ASKED


def targets(arguments: argparse.Namespace) -> tuple[Target, ...]:
    """Return the clusters that could be used, kubectl's choice first.

    Raises:
        ClusterError: there is none.
    """
    return contexts(arguments.kubeconfig, arguments.context, arguments.namespace)


def start_dry_run(target: Target, bundle: Bundle, spare: Spare, *, deep: bool = False) -> ClusterRun:
    """Return a dry run against a confirmed cluster; it starts when its events are read."""
    return DryRun(target, _documents(bundle), deep=deep, started=spare.take)


def start_discovery(target: Target, clues: Mapping[str, Clue], spare: Spare) -> ClusterRun:
    """Start discovery on a confirmed cluster.

    Raises:
        ClusterError: it cannot be started.
    """
    look = discovery(target, clues, started=spare.take)
    look.start()
    return look


def discovered(session: Session, arguments: argparse.Namespace) -> Session:
    """Show the cluster, confirm, run discovery; return the session with the evidence (``--discover``).

    Raises:
        ClusterError: the cluster could not be inspected.
    """
    if not session.catalog.clues:
        raise UsageError("this catalogue defines nothing to look for", hint="add templates/discovery.yaml to it")
    target = choose(arguments.kubeconfig, arguments.context, arguments.namespace)
    for row in target_lines(target, looking=True, kinds=kinds_read(session.catalog.clues)):
        say(row)
    with Spare() as spare:
        if not _confirmed(target, arguments):
            say("the cluster was not inspected; the questions are asked")
            return session
        look = start_discovery(target, session.catalog.clues, spare)
    try:
        finished = finished_of(look)
    finally:
        look.cancel()
    if finished.error and not finished.checked:
        raise ClusterError(finished.error, hint=finished.hint or "remove --discover, and answer the questions instead")
    for row in found_lines(session.catalog.clues, finished):
        say(row)
    return session.discovered(finished.evidence)


def _documents(bundle: Bundle) -> tuple[Document, ...]:
    return tuple(Document(file.document, file.path, {}) for file in bundle.manifests)


def check_bundle(bundle: Bundle, arguments: argparse.Namespace, spare: Spare) -> int:
    """Check every object of a bundle against the cluster and return the exit code (``new --dry-run=server``)."""
    report = _ask(_documents(bundle), arguments, spare, put)
    return exits.NOT_ASKED if report is None else report.code


def check_documents_live(
    documents: Sequence[Document], arguments: argparse.Namespace, spare: Spare, *, offline: Mapping[str, Any]
) -> int:
    """Check every document against the cluster and return the exit code (``validate --dry-run=server``).

    ``offline`` has the offline checks' findings as data; with ``-o json`` the report is added to it.
    """
    documents = [each for each in documents if not each.ref.api_version.startswith(_KUSTOMIZE)]
    as_json = arguments.output == "json"
    report, failure = None, CheckFinished(0, len(documents), error="not confirmed")
    try:
        report = _ask(documents, arguments, spare, say if as_json else put) if documents else None
    except ClusterError as error:
        complain(error.message, error.hint)
        failure = replace(failure, error=error.message, hint=error.hint)
    if as_json:
        sources = {each.ref: each.source for each in documents}
        found = report or DryRunReport(Target("", "", "", "", "", ()), finished=failure)
        put_json({**offline, "cluster": _as_data(found, sources)})
    if not documents:
        return exits.DONE
    return exits.NOT_ASKED if report is None else report.code


def _ask(
    documents: Sequence[Document], arguments: argparse.Namespace, spare: Spare, put_row: Callable[[str], None]
) -> DryRunReport | None:
    """Show the cluster, confirm, run the check; ``None`` if the user does not confirm."""
    target = choose(arguments.kubeconfig, arguments.context, arguments.namespace)
    for row in target_lines(target):
        say(row)
    if not _confirmed(target, arguments):
        say("not asked")
        return None
    check = DryRun(target, documents, deep=arguments.deep, started=spare.take)
    report = DryRunReport(target)
    warned: set[str] = set()

    def read() -> None:
        for event in check.events():
            report.take(event)
            _show(event, warned, put_row)

    try:
        read()
    except KeyboardInterrupt:
        check.cancel()
        read()
    say(summary_line(report.results, report.finished))
    return report


def _confirmed(target: Target, arguments: argparse.Namespace) -> bool:
    if arguments.yes:
        return True
    if arguments.no_input or not (sys.stdin.isatty() and sys.stderr.isatty()):
        if arguments.context:
            return True
        raise UsageError(
            "there is no terminal to confirm the cluster on",
            hint=f"add --yes, or name it: --context {target.context or 'NAME'}",
        )
    needed = target.context if target.production and target.context else "yes"
    sys.stderr.write(escaped(f"Type {needed} to use this cluster: "))
    sys.stderr.flush()
    return sys.stdin.readline().strip() == needed


def _show(event: Event, warned: set[str], put_row: Callable[[str], None]) -> None:
    """Print one event: results to standard output, everything else to standard error; each warning only once."""
    if not isinstance(event, ObjectResult):
        for row in event_lines(event):
            say(row)
        return
    fresh = tuple(text for text in event.warnings if text not in warned)
    warned.update(fresh)
    for row in event_lines(replace(event, warnings=fresh)):
        put_row(escaped(row))
    if event.diff:
        put_row(escaped(event.diff, keep="\n\t"))
    finish()


def _as_data(report: DryRunReport, sources: Mapping[ObjectRef, str]) -> dict[str, Any]:
    """Return the report as plain data; the format is documented in docs/formats.md."""
    target, identity, finished = report.target, report.identity, report.finished
    return {
        "context": target.context,
        "server": target.server,
        "namespace": target.namespace,
        "user": identity.user if identity else "",
        "version": identity.version if identity else "",
        "checked": finished.checked,
        "total": finished.total,
        "cancelled": finished.cancelled,
        "error": finished.error,
        "hint": finished.hint,
        "results": [_result_data(result, sources) for result in report.results],
    }


def _result_data(result: ObjectResult, sources: Mapping[ObjectRef, str]) -> dict[str, Any]:
    return {
        "apiVersion": result.ref.api_version,
        "kind": result.ref.kind,
        "name": result.ref.name,
        "namespace": result.ref.namespace,
        "file": sources.get(result.owner or result.ref, ""),
        "state": result.state.name.lower(),
        "settled": settled(result),
        "message": result.message,
        "code": result.code,
        "causes": [{"field": c.field, "message": c.message, "reason": c.reason} for c in result.causes],
        "warnings": list(result.warnings),
        "diff": result.diff,
        "note": result.note,
        "hint": result.hint,
        "stand_in": result.stand_in,
        "owner": str(result.owner) if result.owner else "",
    }
