"""Autoscalers."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.data import as_int, as_map, as_text, dig, items, listed, show
from wizard.text import shown
from wizard.validation.frame import Context, Subject, Violation, containers, rule

_HPA = frozenset({"HorizontalPodAutoscaler"})
_SOURCES = frozenset({"Resource", "ContainerResource", "Pods", "Object", "External"})
_VALUES = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}
_SCALABLE = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})


def target(subject: Subject, context: Context) -> Subject | None:
    """Return the workload that an autoscaler names, or ``None`` if it is not in the bundle."""
    reference = as_map(subject.spec.get("scaleTargetRef"))
    return context.named(as_text(reference.get("kind")), as_text(reference.get("name")), subject.namespace)


def scalers(subject: Subject, context: Context) -> list[Subject]:
    """Return the autoscalers that name a workload."""
    return context.once("scalers", lambda: _by_target(context)).get(id(subject), [])


def _by_target(context: Context) -> dict[int, list[Subject]]:
    found: dict[int, list[Subject]] = {}
    for scaler in context.of(*_HPA):
        found.setdefault(id(target(scaler, context)), []).append(scaler)
    return found


@rule("hpa-range", "error", "An autoscaler's lower bound is not above its upper bound", _HPA)
def hpa_range(subject: Subject, _context: Context) -> Iterator[Violation]:
    least, most = as_int(subject.spec.get("minReplicas")), as_int(subject.spec.get("maxReplicas"))
    if most is not None and most < 1:
        yield Violation("spec.maxReplicas", f"maxReplicas is {most}; it must be 1 or more.", "Write 2 or more.")
    elif least is not None and most is not None and least > most:
        message = f"minReplicas {least} is more than maxReplicas {most}."
        yield Violation("spec.minReplicas", message, "Lower minReplicas or raise maxReplicas.")
    if least is not None and least < 0:
        yield Violation("spec.minReplicas", f"minReplicas is {least}; it cannot be negative.", "Write 1 or more.")


@rule("hpa-metric", "error", "A metric has the source of its type, and a target value", _HPA)
def hpa_metric(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.api_version != "autoscaling/v2":
        return
    for path, metric in items(subject.spec.get("metrics"), "spec.metrics"):
        kind = as_text(metric.get("type"))
        if kind not in _SOURCES:
            continue
        field = kind[0].lower() + kind[1:]
        source = metric.get(field)
        if source is None:
            yield Violation(f"{path}.{field}", f"The metric has type {kind} but no {field}.", f"Add {field}.")
            continue
        goal = as_map(as_map(source).get("target"))
        wanted = _VALUES.get(as_text(goal.get("type")))
        if wanted is not None and goal.get(wanted) is None:
            message = f"The target has type {goal.get('type')} but no {wanted}."
            yield Violation(f"{path}.{field}.target.{wanted}", message, f"Add {wanted}.")


@rule("hpa-to-zero", "error", "An autoscaler keeps at least one replica unless it reads external metrics", _HPA)
def hpa_to_zero(subject: Subject, _context: Context) -> Iterator[Violation]:
    kinds = {as_text(metric.get("type")) for _path, metric in items(subject.spec.get("metrics"), "")}
    if as_int(subject.spec.get("minReplicas")) == 0 and not kinds & {"Object", "External"}:
        message = "minReplicas is 0, but without replicas there is nothing to measure, and it could never scale up."
        yield Violation("spec.minReplicas", message, "Write 1 or more, or add an Object or External metric.")


@rule("hpa-target-kind", "error", "An autoscaler scales something that has replicas", _HPA)
def hpa_target_kind(subject: Subject, _context: Context) -> Iterator[Violation]:
    reference = as_map(subject.spec.get("scaleTargetRef"))
    kind = as_text(reference.get("kind"))
    if kind in ("DaemonSet", "Job", "CronJob", "Pod", "Service"):
        message = f"A {kind} cannot be scaled by an autoscaler."
        yield Violation("spec.scaleTargetRef.kind", message, "Name a Deployment or a StatefulSet.")
    elif kind in ("Deployment", "StatefulSet", "ReplicaSet"):
        version = reference.get("apiVersion")
        # The controller finds the target by its group and kind, so any version of the group is valid.
        if isinstance(version, str | None) and not (version or "").startswith("apps/"):
            message = f"A {kind} is found in apps/v1, not in {show(version)}."
            yield Violation("spec.scaleTargetRef.apiVersion", message, "Write `apiVersion: apps/v1`.")


@rule("hpa-target-missing", "warning", "An autoscaler's target is in the bundle", _HPA)
def hpa_target_missing(subject: Subject, context: Context) -> Iterator[Violation]:
    reference = as_map(subject.spec.get("scaleTargetRef"))
    kind, name = as_text(reference.get("kind")), as_text(reference.get("name"))
    known = context.once("scalable", lambda: sorted(f"{s.kind} {s.name}" for s in context.of(*_SCALABLE)))
    if kind in _SCALABLE and name and known and target(subject, context) is None:
        message = f"The autoscaler scales {kind} {show(name)}, which is not here; here is {listed(known, 'and')}."
        yield Violation("spec.scaleTargetRef.name", message, "Fix the name, or add the workload.")


@rule("hpa-and-replicas", "warning", "A workload with an autoscaler sets no replicas", _SCALABLE)
def hpa_and_replicas(subject: Subject, context: Context) -> Iterator[Violation]:
    for other in scalers(subject, context) if subject.spec.get("replicas") is not None else ():
        what = "sets the number of replicas; each apply of `replicas` undoes that"
        message = f"The autoscaler {show(other.name)} {what}."
        yield Violation("spec.replicas", message, "Remove replicas.")


@rule("hpa-no-request", "warning", "A scaled container requests what is measured", _HPA)
def hpa_no_request(subject: Subject, context: Context) -> Iterator[Violation]:
    workload = target(subject, context)
    if workload is None:
        return
    for path, metric in items(subject.spec.get("metrics"), "spec.metrics"):
        resource = as_map(metric.get("resource"))
        name = as_text(resource.get("name"))
        if dig(resource, "target", "type") != "Utilization" or not name:
            continue
        for container in containers(workload, "app", "sidecar"):
            wanted = as_map(container.data.get("resources"))
            if name not in as_map(wanted.get("requests")) and name not in as_map(wanted.get("limits")):
                whose = show(container.name)
                message = f"Container {whose} requests no {shown(name)}, so its utilization is unknown."
                hint = f"Add resources.requests.{shown(name)} to the container."
                yield Violation(f"{path}.resource", message, hint)


@rule("hpa-no-room", "note", "An autoscaler has room to scale", _HPA)
def hpa_no_room(subject: Subject, _context: Context) -> Iterator[Violation]:
    least, most = as_int(subject.spec.get("minReplicas")), as_int(subject.spec.get("maxReplicas"))
    if most is not None and most == (1 if least is None else least) and most >= 1:
        message = f"The autoscaler may only ever run {most}."
        yield Violation("spec.maxReplicas", message, "Raise maxReplicas, or remove the autoscaler.")
