"""Sentences about a cluster for every face: the target, what was found there, and the results of a dry run.

Texts from a server or a kubeconfig are put on one line each and otherwise passed through; the code that shows them
sanitizes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wizard.catalog.clues import sentence
from wizard.catalog.model import Clue
from wizard.cluster.model import CheckFinished, Event, Identity, ObjectResult, ObjectState, Target
from wizard.kube.reason import Reason
from wizard.kube.versions import NEWEST, minor_text, parse_version
from wizard.text import listed, one_line

_GOOD = (ObjectState.ACCEPTED, ObjectState.WARNED, ObjectState.EXISTS)
_PROMISE = (
    "Each object is sent as a dry run: the server checks it as if it were created, including admission webhooks, "
    "and stores nothing. The requests appear in its audit log."
)

_ONLY_LOOKS = (
    "A few lists are read: the version, {lists}. Nothing is created or changed; if you are not allowed to read "
    "something, the question is asked instead. The requests appear in the cluster's audit log."
)
_LISTS = ("API groups", "nodes", "namespaces", "DaemonSets")


NOTE = "Note"
_DEEP = "A Pod of each workload is validated, too, so that quotas, limits and policies for Pods apply."


def target_lines(
    target: Target, *, looking: bool = False, deep: bool = False, kinds: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return lines for the target cluster, the user and the effect of a dry run, or of lookups with ``looking``."""
    rows = (f"{label}: {text}" if label == NOTE else f"{label + ':':<11}{text}" for label, text in target_rows(target))
    return (*rows, *promises(looking=looking, deep=deep, kinds=kinds))


def promises(*, looking: bool = False, deep: bool = False, kinds: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return sentences on what requests do to the cluster; ``kinds`` are the custom resources that lookups read."""
    if looking:
        return (_ONLY_LOOKS.format(lists=listed((*_LISTS, *(f"{kind} objects" for kind in kinds)))),)
    return (_PROMISE, _DEEP) if deep else (_PROMISE,)


def target_rows(target: Target) -> tuple[tuple[str, str], ...]:
    """Return the facts about a target as (label, text), notes last."""
    context = target.context or ("this pod's own cluster" if target.in_cluster else "-")
    through = f", through {one_line(target.credential_command)}" if target.credential_command else ""
    return (
        ("Context", f"{one_line(context)}{' (looks like production)' if target.production else ''}"),
        ("Cluster", one_line(target.cluster)),
        ("Server", f"{one_line(target.server)}{' (identity not verified)' if target.insecure else ''}"),
        ("User", f"{one_line(target.user) or '-'}{through}"),
        ("Namespace", one_line(target.namespace)),
        *((NOTE, one_line(note)) for note in target.notes),
    )


def found_lines(clues: Mapping[str, Clue], finished: CheckFinished) -> tuple[str, ...]:
    """Return lines for what an inspection found, what was not visible, and why it ended early."""
    rows = [sentence(clues[item.clue], item) for item in finished.evidence]
    if not rows and not finished.error:
        rows.append("Nothing was found that answers a question.")
    rows += [f"Not visible, so it is asked: {one_line(text)}." for text in finished.unseen]
    if finished.error:
        rows.append(f"The cluster could not be inspected{' further' if finished.checked else ''}: {finished.error}.")
        rows += [finished.hint] if finished.hint else []
    if finished.cancelled:
        rows.append("Stopped.")
    return tuple(one_line(row) for row in rows)


def event_lines(event: Event) -> tuple[str, ...]:
    """Return one event of a dry run as a summary line and its details."""
    if isinstance(event, Identity):
        return _identity_lines(event)
    if isinstance(event, CheckFinished):
        return _finished_lines(event)
    return _result_lines(event)


def _identity_lines(identity: Identity) -> tuple[str, ...]:
    version = f"Kubernetes {one_line(identity.version)}" if identity.version else "a server of unknown version"
    row = f"as {one_line(identity.user) or 'an unknown user'} on {version}"
    found = parse_version(identity.version)
    if not isinstance(found, Reason) and found[0] == NEWEST[0] and found[:2] > NEWEST:
        return (row, f"the offline checks know Kubernetes up to {minor_text(NEWEST)}; the server's response counts")
    return (row,)


def _result_lines(result: ObjectResult) -> tuple[str, ...]:
    where = f" in {one_line(result.ref.namespace)}" if result.ref.namespace else ""
    message = "" if result.message == result.state.value else f": {one_line(result.message)}"
    rows = [f"{one_line(str(result.ref))}{where}: {result.state.value}{message}"]
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
            f"the cluster could not be reached{' further' if finished.checked else ''}: {one_line(finished.error)}"
        )
        if finished.hint:
            rows.append(f"  {one_line(finished.hint)}")
    if finished.cancelled:
        rows.append("stopped")
    if left:
        rows.append(f"{left} of {finished.total} objects not checked")
    return tuple(rows)


def in_short(result: ObjectResult) -> str:
    """Return the one-line detail to show next to a result's state; mostly empty if the object was accepted."""
    if result.state is ObjectState.EXISTS:
        remark = result.message.removeprefix("exists").lstrip(",; ").removeprefix("and ")
    else:
        remark = "" if result.state in _GOOD else result.message
    return one_line(remark or next(iter(result.warnings), result.note))


def summary_line(results: Iterable[ObjectResult], finished: CheckFinished) -> str:
    """Count the objects by state; an unchecked object is never counted as valid."""
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


def settled(result: ObjectResult) -> bool:
    """Return whether the server accepted the object, in its own namespace or in a stand-in."""
    return result.state in _GOOD or (result.state is ObjectState.DEFERRED and bool(result.stand_in))
