"""Sentences about a cluster for every face: the target, what was found there, and the results of a dry run.

Texts of a server or a kubeconfig are passed on as they are, each on one line; the code that shows them cleans them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from wizard.catalog.clues import sentence
from wizard.catalog.model import Clue
from wizard.cluster.model import CheckFinished, Event, Identity, ObjectResult, ObjectState, Target
from wizard.kube.reason import Reason
from wizard.kube.versions import NEWEST, minor_text, parse_version
from wizard.session.session import Lead
from wizard.text import one_line

if TYPE_CHECKING:
    from wizard.session.session import Session

_WARNED_FIELD = re.compile(r'(?:unknown field "(?P<unknown>[^"]+)"|(?P<field>(?:spec|metadata|data)[^\s:,]*)[:,])')
_NEW_NAMESPACE = "app.create_namespace"
_GOOD = (ObjectState.ACCEPTED, ObjectState.WARNED, ObjectState.EXISTS)
PROMISE = (
    "Each object is sent as a dry run: the server checks it as if it were created, admission webhooks included, and "
    "stores nothing. The requests appear in its audit log."
)

ONLY_LOOKS = (
    "A few lists are read: the version, API groups, nodes, namespaces and DaemonSets. Nothing is sent or changed; what "
    "you may not read is asked instead. The requests appear in the cluster's audit log."
)


DEEP = "A Pod of each workload is asked for as well, so that what quotas, limits and policies say of Pods is heard."


def target_lines(target: Target, *, looking: bool = False, deep: bool = False) -> tuple[str, ...]:
    """Name the cluster, the user and what a dry run does there; with ``looking``, what reading does."""
    context = target.context or ("this pod's own cluster" if target.in_cluster else "-")
    through = f", through {one_line(target.credential_command)}" if target.credential_command else ""
    rows = [
        f"Context:   {one_line(context)}{' (looks like production)' if target.production else ''}",
        f"Cluster:   {one_line(target.cluster)}",
        f"Server:    {one_line(target.server)}{' (identity not verified)' if target.insecure else ''}",
        f"User:      {one_line(target.user) or '-'}{through}",
        f"Namespace: {one_line(target.namespace)}",
    ]
    does = (ONLY_LOOKS,) if looking else (PROMISE, DEEP) if deep else (PROMISE,)
    return (*rows, *(f"Note: {one_line(note)}" for note in target.notes), *does)


def found_lines(clues: Mapping[str, Clue], finished: CheckFinished) -> tuple[str, ...]:
    """List what a look at the cluster found, what it could not see, and why it ended early."""
    rows = [sentence(clues[item.clue], item) for item in finished.evidence]
    if not rows and not finished.error:
        rows.append("Nothing was found that answers a question.")
    rows += [f"Not seen, so it is asked: {one_line(text)}." for text in finished.unseen]
    if finished.error:
        rows.append(f"The cluster could not be looked at{' further' if finished.checked else ''}: {finished.error}.")
        rows += [finished.hint] if finished.hint else []
    if finished.cancelled:
        rows.append("Stopped.")
    return tuple(one_line(row) for row in rows)


def event_lines(event: Event) -> tuple[str, ...]:
    """One event of a dry run: a line that says it, then its details."""
    if isinstance(event, Identity):
        return _identity_lines(event)
    if isinstance(event, CheckFinished):
        return _finished_lines(event)
    return _result_lines(event)


def _identity_lines(identity: Identity) -> tuple[str, ...]:
    version = (
        f"Kubernetes {one_line(identity.version)}" if identity.version else "a server that does not tell its version"
    )
    row = f"asked as {one_line(identity.user) or 'a user the server does not name'} on {version}"
    found = parse_version(identity.version)
    if not isinstance(found, Reason) and found[0] == NEWEST[0] and found[:2] > NEWEST:
        return (row, f"the offline checks know Kubernetes up to {minor_text(NEWEST)}; what the server says counts")
    return (row,)


def _result_lines(result: ObjectResult) -> tuple[str, ...]:
    where = f" in {one_line(result.ref.namespace)}" if result.ref.namespace else ""
    said = "" if result.message == result.state.value else f": {one_line(result.message)}"
    rows = [f"{one_line(str(result.ref))}{where}: {result.state.value}{said}"]
    rows += [
        f"  {f'{one_line(cause.field)}: ' if cause.field else ''}{one_line(cause.message)}" for cause in result.causes
    ]
    rows += [f"  warning: {one_line(text)}" for text in result.warnings]
    rows += [f"  {one_line(text)}" for text in (result.note, result.hint) if text]
    return tuple(rows)


def _finished_lines(finished: CheckFinished) -> tuple[str, ...]:
    left = finished.total - finished.checked
    rows = []
    if finished.error:
        rows.append(
            f"the cluster could not be asked{' further' if finished.checked else ''}: {one_line(finished.error)}"
        )
        if finished.hint:
            rows.append(f"  {one_line(finished.hint)}")
    if finished.cancelled:
        rows.append("stopped")
    if left:
        rows.append(f"{left} of {finished.total} objects not checked")
    return tuple(rows)


def in_short(result: ObjectResult) -> str:
    """Give the detail of a result that belongs beside its state, in one line; mostly empty where it was accepted."""
    if result.state is ObjectState.EXISTS:
        said = result.message.removeprefix("exists").lstrip(",; ").removeprefix("and ")
    else:
        said = "" if result.state in _GOOD else result.message
    return one_line(said or next(iter(result.warnings), result.note))


def summary_line(results: Iterable[ObjectResult], finished: CheckFinished) -> str:
    """Count the objects of each state; nothing is called valid that was not checked."""
    results = tuple(results)
    parts = []
    for state in ObjectState:
        here = [result for result in results if result.state is state]
        if not here:
            continue
        helped = sum(bool(result.stand_in) for result in here)
        parts.append(f"{len(here)} {state.value}{f' ({helped} checked in a stand-in)' if helped else ''}")
    left = finished.total - finished.checked
    if left:
        parts.append(f"{left} not checked")
    return f"{', '.join(parts) or 'nothing to check'}; nothing was stored"


def lead_of(session: Session, result: ObjectResult) -> Lead:
    """The parameter or question to change because of a result; empty when there is nothing to change."""
    if result.ref.kind == "Namespace" and result.state in (ObjectState.FORBIDDEN, ObjectState.DENIED):
        asked = any(each.parameter.key == _NEW_NAMESPACE for each in session.fields)
        return Lead(parameter=_NEW_NAMESPACE if asked else "")
    for path in _paths(result):
        lead = session.lead(result.owner or result.ref, path)
        if lead.parameter or lead.question:
            return lead
    return Lead()


def _paths(result: ObjectResult) -> Iterator[str]:
    """The fields a result is about, the most telling first."""
    yield from (cause.field for cause in result.causes if cause.field)
    for text in result.warnings:
        if found := _WARNED_FIELD.match(text):
            yield found["unknown"] or found["field"]
    if result.state in (ObjectState.ACCEPTED, ObjectState.WARNED):
        return
    if result.ref.namespace and f"namespace {result.ref.namespace}" in result.message and not result.stand_in:
        yield "metadata.namespace"
    if result.state is ObjectState.EXISTS and (result.causes or result.diff):
        yield "metadata.name"
    elif result.state in (ObjectState.INVALID, ObjectState.DENIED, ObjectState.DEFERRED) and not result.stand_in:
        yield ""  # why there is such an object at all


def settled(result: ObjectResult) -> bool:
    """Return whether a server took the object, in its own namespace or in a stand-in."""
    return result.state in _GOOD or (result.state is ObjectState.DEFERRED and bool(result.stand_in))
