"""PodDisruptionBudgets."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from wizard.kube.data import as_int, show
from wizard.kube.quantities import is_percent, percent_or_int
from wizard.validation.frame import Context, Subject, Violation, rule
from wizard.validation.rules.network import selected
from wizard.validation.rules.scaling import scalers
from wizard.validation.rules.selectors import is_empty

_PDB = frozenset({"PodDisruptionBudget"})
_COUNTED = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})


@rule("pdb-both", "error", "A disruption budget has one bound", _PDB)
def pdb_both(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.spec.get("minAvailable") is not None and subject.spec.get("maxUnavailable") is not None:
        yield Violation("spec", "The budget has both minAvailable and maxUnavailable.", "Keep one of them.")


@rule("pdb-value", "error", "A disruption budget's bound is a number or a percentage", _PDB)
def pdb_value(subject: Subject, _context: Context) -> Iterator[Violation]:
    for field in ("minAvailable", "maxUnavailable"):
        value = subject.spec.get(field)
        amount = percent_or_int(value)
        bad = isinstance(value, str | int) and not isinstance(value, bool) and (amount is None or amount < 0)
        if bad or (amount is not None and isinstance(value, str) and amount > 100):
            hint = "Write a whole number, or a percentage up to 100%."
            yield Violation(f"spec.{field}", f"{field} is {show(value)}.", hint)


def copies(subject: Subject, context: Context) -> int | None:
    """Return the minimum number of pods that a workload runs, or ``None`` if it is unknown."""
    if subject.kind not in _COUNTED:
        return None
    for scaler in scalers(subject, context):
        least = as_int(scaler.spec.get("minReplicas"))
        return 1 if least is None else least
    value = subject.spec.get("replicas")
    return 1 if value is None else as_int(value)


@rule("pdb-blocks", "warning", "A disruption budget allows nodes to be drained", _PDB)
def pdb_blocks(subject: Subject, context: Context) -> Iterator[Violation]:
    workloads = selected(subject, context, "selector") if not is_empty(subject.spec.get("selector")) else []
    counts = [copies(workload, context) for workload in workloads]
    if not counts or None in counts:
        return
    total = sum(count or 0 for count in counts)
    left = _may_leave(subject, total)
    if total > 0 and left is not None and left < 1:
        names = ", ".join(show(workload.name) for workload in workloads[:3])
        field = "minAvailable" if subject.spec.get("minAvailable") is not None else "maxUnavailable"
        message = f"The budget for {names} allows none of {total} pods to be evicted, so their nodes cannot be drained."
        hint = "Write maxUnavailable: 1 instead." if total > 1 else "Run at least two replicas, or remove the budget."
        yield Violation(f"spec.{field}", message, hint)


def _may_leave(subject: Subject, total: int) -> int | None:
    least, most = subject.spec.get("minAvailable"), subject.spec.get("maxUnavailable")
    value = least if least is not None else most
    amount = percent_or_int(value)
    if amount is None:
        return None
    percent = isinstance(value, str) and is_percent(value)
    count = ceil(amount * total / 100) if percent else amount
    return total - count if least is not None else count


@rule("pdb-selects-nothing", "warning", "A disruption budget covers pods of the bundle", _PDB)
def pdb_selects_nothing(subject: Subject, context: Context) -> Iterator[Violation]:
    selector = subject.spec.get("selector")
    if not isinstance(selector, dict) or is_empty(selector) or not context.pods_in(subject.namespace):
        return
    if not selected(subject, context, "selector"):
        hint = "Select by the labels of the workload's pods."
        yield Violation("spec.selector", "The budget's selector matches no pod here.", hint)
