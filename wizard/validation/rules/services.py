"""Services: their ports, and the pods behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wizard.kube.data import as_int, as_list, as_map, as_text, items, listed, show
from wizard.kube.names import is_label, is_port_name
from wizard.text import shown
from wizard.validation.frame import Context, Subject, Violation, rule
from wizard.validation.rules.ports import port_fault, running_ports

_SERVICE = frozenset({"Service"})
_NODE_PORTS = range(30000, 32768)
_REPLICA = "statefulset.kubernetes.io/pod-name"
"""The label with the pod's name, which the controller sets on each pod of a StatefulSet."""
_MOST_COMPARED = 500
"""The maximum number of pods compared for the closest match; comparing all of a large bundle takes quadratic time."""


def behind(subject: Subject, context: Context) -> list[Subject]:
    """Return the objects whose pods a Service selects."""
    selector = dict(as_map(subject.spec.get("selector")))
    if not selector:
        return []
    replica = selector.pop(_REPLICA, None)
    found = context.pods_with(selector, subject.namespace)
    return [one for one in found if replica is None or _has_replica(one, replica)]


def _has_replica(subject: Subject, name: Any) -> bool:
    """Return true if a name belongs to a StatefulSet's replicas; unset replicas allow any number, for autoscalers."""
    base, _, number = as_text(name).rpartition("-")
    if subject.kind != "StatefulSet" or base != subject.name or not number.isdecimal():
        return False
    first = as_int(as_map(subject.spec.get("ordinals")).get("start")) or 0
    replicas = as_int(subject.spec.get("replicas"))
    return first <= int(number) and (replicas is None or int(number) < first + replicas)


@rule("service-ports-unnamed", "error", "The ports of a Service with several are named", _SERVICE)
def service_ports_unnamed(subject: Subject, _context: Context) -> Iterator[Violation]:
    ports = list(items(subject.spec.get("ports"), "spec.ports"))
    for path, port in ports if len(ports) > 1 else ():
        if not port.get("name"):
            message = "A Service with several ports must name each."
            yield Violation(f"{path}.name", message, "Add a name, such as http.")


@rule("service-port", "error", "A Service's ports have valid numbers and unique names", _SERVICE)
def service_port(subject: Subject, _context: Context) -> Iterator[Violation]:
    names: set[str] = set()
    numbers: set[tuple[int, str]] = set()
    for path, port in items(subject.spec.get("ports"), "spec.ports"):
        name, number = as_text(port.get("name")), as_int(port.get("port"))
        if name and not is_label(name):
            hint = "Use lower-case letters, digits and dashes."
            yield Violation(f"{path}.name", f"{show(name)} is not a valid Service port name.", hint)
        elif name and name in names:
            yield Violation(f"{path}.name", f"Two ports of the Service are called {show(name)}.", "Rename one of them.")
        names.add(name)
        if number is None:
            continue
        key = (number, as_text(port.get("protocol")) or "TCP")
        fault = port_fault(number)
        if fault:
            yield Violation(f"{path}.port", fault, "Correct the number.")
        elif key in numbers:
            message = f"Two ports of the Service have number {number}/{key[1]}."
            yield Violation(f"{path}.port", message, "Change one of them.")
        numbers.add(key)


@rule("service-target-port", "error", "A target port is a valid port", _SERVICE)
def service_target_port(subject: Subject, _context: Context) -> Iterator[Violation]:
    for path, port in items(subject.spec.get("ports"), "spec.ports"):
        target = port.get("targetPort")
        fault = port_fault(target) if target else ""
        if fault:
            hint = "Correct the number."
            if isinstance(target, str):
                hint = "Write the number without quotes." if target.isdigit() else "Use the name of a container's port."
            yield Violation(f"{path}.targetPort", fault, hint)


@rule("service-node-port", "error", "Only a Service open on the nodes has node ports", _SERVICE)
def service_node_port(subject: Subject, _context: Context) -> Iterator[Violation]:
    kind = subject.spec.get("type") or "ClusterIP"
    for path, port in items(subject.spec.get("ports"), "spec.ports"):
        number = as_int(port.get("nodePort"))
        if not number:
            continue
        if kind in ("ClusterIP", "ExternalName"):
            message = f"The Service has type {shown(str(kind))} and cannot have nodePort {number}."
            yield Violation(f"{path}.nodePort", message, "Remove nodePort, or write `type: NodePort`.")
        elif number not in _NODE_PORTS:
            message = f"nodePort {number} is outside 30000 to 32767, which most clusters use."
            yield Violation(f"{path}.nodePort", message, "Remove it: the cluster chooses one.", "warning")


@rule("service-type", "error", "A Service has what its type needs", _SERVICE)
def service_type(subject: Subject, _context: Context) -> Iterator[Violation]:
    kind, address = subject.spec.get("type") or "ClusterIP", subject.spec.get("clusterIP")
    if kind == "ExternalName":
        if not subject.spec.get("externalName"):
            yield Violation("spec.externalName", "An ExternalName Service must say which name.", "Add externalName.")
        return
    if address == "None" and kind in ("NodePort", "LoadBalancer"):
        message = f"The Service is headless (clusterIP None) and cannot have type {kind}."
        yield Violation("spec.clusterIP", message, "Remove clusterIP or the type.")
    ports = subject.spec.get("ports")
    if address != "None" and not ports and isinstance(ports, list | None):
        yield Violation("spec.ports", "The Service has no ports.", "Add the ports callers use.")


@rule("service-selects-nothing", "warning", "A Service's selector matches pods of the bundle", _SERVICE)
def service_selects_nothing(subject: Subject, context: Context) -> Iterator[Violation]:
    selector = as_map(subject.spec.get("selector"))
    pods = context.pods_in(subject.namespace)
    if not selector or not pods or behind(subject, context) or subject.spec.get("type") == "ExternalName":
        return
    key, value, hint = _nearest(selector, pods[:_MOST_COMPARED])
    message = f"The Service selects pods with {shown(key)}: {show(value)}, but no pod here matches its selector."
    yield Violation("spec.selector", message, hint)


def _nearest(selector: Any, pods: list[Subject]) -> tuple[str, Any, str]:
    """Return the mismatched label of the closest pod, with its wanted value and a hint."""
    best = max(pods, key=lambda s: sum(s.pod.labels.get(k) == v for k, v in selector.items()) if s.pod else 0)
    labels = best.pod.labels if best.pod is not None else {}
    key = next(k for k, v in selector.items() if labels.get(k) != v)
    has = f"is {show(labels[key])}" if key in labels else "is not set"
    hint = f"On the pods of {shown(best.ref.kind)} {show(best.name)} this label {has}."
    return str(key), selector[key], hint


@rule("service-target-unknown", "error", "A named target port exists in the pods", _SERVICE)
def service_target_unknown(subject: Subject, context: Context) -> Iterator[Violation]:
    found = behind(subject, context)
    for path, port in items(subject.spec.get("ports"), "spec.ports"):
        target = port.get("targetPort")
        if not isinstance(target, str) or not found or not is_port_name(target):
            continue
        names = {as_text(entry.get("name")) for entry in running_ports(found)} - {""}
        if target not in names:
            has = f"they have {listed(sorted(names), 'and')}" if names else "they name none"
            message = f"targetPort is {show(target)}, but the selected pods have no port of that name; {has}."
            yield Violation(f"{path}.targetPort", message, "Use the name or number of a container's port.")


@rule("service-target-undeclared", "note", "A numeric target port is one the pods declare", _SERVICE)
def service_target_undeclared(subject: Subject, context: Context) -> Iterator[Violation]:
    declared = {as_int(entry.get("containerPort")) for entry in running_ports(behind(subject, context))}
    for path, port in items(subject.spec.get("ports"), "spec.ports"):
        target = port.get("targetPort", port.get("port"))
        number = as_int(target)
        if declared and number is not None and number not in declared and 0 < number < 65536:
            message = f"The Service sends to port {number}, which the selected pods do not declare."
            yield Violation(f"{path}.targetPort", message, "Fix the number, or declare the port in the container.")


@rule("service-session-affinity", "warning", "A session timeout needs session affinity", _SERVICE)
def service_session_affinity(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.spec.get("sessionAffinityConfig") is not None and subject.spec.get("sessionAffinity") in (None, "None"):
        message = "There is a sessionAffinityConfig, but sessionAffinity is not ClientIP, so it does nothing."
        yield Violation("spec.sessionAffinityConfig", message, "Write `sessionAffinity: ClientIP`, or remove it.")


@rule("service-external-ips", "warning", "A Service does not claim addresses outside the cluster", _SERVICE)
def service_external_ips(subject: Subject, _context: Context) -> Iterator[Violation]:
    if as_list(subject.spec.get("externalIPs")):
        message = "externalIPs lets a Service take over traffic for any address; many clusters refuse it."
        yield Violation("spec.externalIPs", message, "Use type LoadBalancer, or an Ingress.")
