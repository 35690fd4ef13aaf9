"""Replicas and their replacement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wizard.kube.data import as_int, as_map, as_text, dig, show
from wizard.kube.quantities import percent_or_int
from wizard.validation.frame import WORKLOADS, Context, Pod, Subject, Violation, containers, pod_rule, rule


def _surge(subject: Subject) -> tuple[str, Any, Any]:
    """Return (path of the settings, maxSurge, maxUnavailable) with the server's defaults."""
    field = "strategy" if subject.kind == "Deployment" else "updateStrategy"
    path = f"spec.{field}.rollingUpdate"
    settings = as_map(dig(subject.spec, field, "rollingUpdate"))
    surge, unavailable = ("25%", "25%") if subject.kind == "Deployment" else (0, 1)
    return path, settings.get("maxSurge", surge), settings.get("maxUnavailable", unavailable)


@rule("rollout-stuck", "error", "A rolling update may add or take away at least one pod", {"Deployment", "DaemonSet"})
def rollout_stuck(subject: Subject, _context: Context) -> Iterator[Violation]:
    path, surge, unavailable = _surge(subject)
    if percent_or_int(surge) == 0 and percent_or_int(unavailable) == 0:
        message = "maxSurge and maxUnavailable are both 0, so no pod could ever be replaced."
        yield Violation(f"{path}.maxUnavailable", message, "Set maxSurge: 1 or maxUnavailable: 1.")
    elif subject.kind == "DaemonSet" and (percent_or_int(surge) or 0) > 0 and (percent_or_int(unavailable) or 0) > 0:
        message = "A DaemonSet cannot have both maxSurge and maxUnavailable."
        yield Violation(f"{path}.maxSurge", message, "Set one of them to 0.")


@rule("rollout-needs-a-node", "warning", "An update does not wait for a port of a node", {"Deployment", "DaemonSet"})
def rollout_needs_a_node(subject: Subject, _context: Context) -> Iterator[Violation]:
    path, surge, unavailable = _surge(subject)
    ports = (port.get("hostPort") for container in containers(subject) for _, port in container.items("ports"))
    taken = next((number for number in map(as_int, ports) if number), None)
    rolling = as_text(as_map(subject.spec.get("strategy")).get("type")) != "Recreate"
    if taken and rolling and (percent_or_int(surge) or 0) > 0 and percent_or_int(unavailable) == 0:
        message = f"A new pod starts before the old one stops, but a node has port {taken} only once."
        yield Violation(f"{path}.maxUnavailable", message, "Set maxUnavailable: 1 and maxSurge: 0.")


@rule("rollout-value", "error", "maxSurge and maxUnavailable are a number or a percentage", {"Deployment", "DaemonSet"})
def rollout_value(subject: Subject, _context: Context) -> Iterator[Violation]:
    path, surge, unavailable = _surge(subject)
    for field, value in (("maxSurge", surge), ("maxUnavailable", unavailable)):
        amount = percent_or_int(value)
        if value is not None and (amount is None or amount < 0) and isinstance(value, str | int):
            message = f"{field} is {show(value)}; it must be a whole number or a percentage."
            yield Violation(f"{path}.{field}", message, "Write 1 or 25%.")
        elif isinstance(value, str) and field == "maxUnavailable" and amount is not None and amount > 100:
            yield Violation(f"{path}.{field}", f"maxUnavailable is {show(value)}; 100% is the most.", "Write 25%.")


@rule("rollout-strategy-mixed", "error", "Only a rolling update has rollingUpdate settings", {"Deployment"})
def rollout_strategy_mixed(subject: Subject, _context: Context) -> Iterator[Violation]:
    strategy = as_map(subject.spec.get("strategy"))
    if strategy.get("type") == "Recreate" and strategy.get("rollingUpdate") is not None:
        message = "The strategy is Recreate, but it also has rollingUpdate settings."
        yield Violation("spec.strategy.rollingUpdate", message, "Remove rollingUpdate or the type.")


@rule("progress-deadline", "error", "The progress deadline is longer than minReadySeconds", {"Deployment"})
def progress_deadline(subject: Subject, _context: Context) -> Iterator[Violation]:
    deadline = as_int(subject.spec.get("progressDeadlineSeconds", 600))
    ready = as_int(subject.spec.get("minReadySeconds", 0))
    if deadline is not None and ready is not None and 0 <= deadline <= ready:
        message = f"progressDeadlineSeconds is {deadline}, not more than minReadySeconds, which is {ready}."
        yield Violation("spec.progressDeadlineSeconds", message, "Raise the deadline.")


@rule("restart-policy", "error", "The pods of a long-running workload always restart", WORKLOADS)
def restart_policy(subject: Subject, _context: Context) -> Iterator[Violation]:
    policy = subject.pod.spec.get("restartPolicy") if subject.pod is not None else None
    if subject.pod is not None and policy in ("Never", "OnFailure"):
        message = f"restartPolicy is {policy}; the pods of a {subject.kind} must restart Always."
        yield Violation(f"{subject.pod.path}.restartPolicy", message, "Remove it, or use a Job for work that ends.")


@rule("bare-pod", "note", "A pod has a controller that replaces it", {"Pod"})
def bare_pod(subject: Subject, _context: Context) -> Iterator[Violation]:
    if not subject.meta.get("ownerReferences"):
        message = "Nothing replaces a bare pod when its node fails or is drained."
        yield Violation("kind", message, "Use a Deployment, or a Job for work that ends.")


@rule("statefulset-service", "warning", "A StatefulSet's serviceName is a headless Service", {"StatefulSet"})
def statefulset_service(subject: Subject, context: Context) -> Iterator[Violation]:
    name = as_text(subject.spec.get("serviceName"))
    if not name:
        message = "The StatefulSet names no Service, so its pods get no stable DNS names."
        yield Violation("spec.serviceName", message, "Add serviceName and a Service with clusterIP: None.")
        return
    service = context.named("Service", name, subject.namespace)
    if service is None:
        message = f"serviceName is {show(name)}, but no such Service is here, so the pods may get no stable DNS names."
        yield Violation("spec.serviceName", message, f"Add a Service {show(name)} with clusterIP: None.")
    elif service.spec.get("clusterIP") != "None":
        why = "that Service is not headless, so pods do not get their own DNS names"
        hint = "Give that Service clusterIP: None, or add a headless one."
        yield Violation("spec.serviceName", f"serviceName is {show(name)}, but {why}.", hint)


@pod_rule("host-pid-shared", "error", "A pod does not both share and borrow the process namespace")
def host_pid_shared(pod: Pod, _context: Context) -> Iterator[Violation]:
    if pod.spec.get("hostPID") is True and pod.spec.get("shareProcessNamespace") is True:
        message = "hostPID and shareProcessNamespace cannot both be true."
        yield Violation(f"{pod.path}.shareProcessNamespace", message, "Keep one of them.")
