"""Numbers and names of ports in pods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wizard.kube.data import as_int, as_list, as_map, as_text, items, show
from wizard.kube.names import is_port_name
from wizard.validation.frame import (
    RUNS_PODS,
    Container,
    Context,
    Pod,
    Subject,
    Violation,
    container_rule,
    containers,
    pod_rule,
    rule,
)
from wizard.validation.rules.probes import probes_and_hooks

_PORT_NAME_HINT = "Use at most 15 lower-case letters, digits and single dashes, with a letter among them."
_PORT_START = "net.ipv4.ip_unprivileged_port_start"
_HOST_SETTINGS = (
    ("hostNetwork", "the network", ("net.",)),
    ("hostIPC", "the shared memory", ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")),
)
"""The pod's field, what the pod then shares with the node, and the sysctls that this affects."""


def port_fault(value: object) -> str:
    """Return why a value is not a valid port, or an empty text; the structure check reports wrong types."""
    number = as_int(value)
    if number is not None and not 1 <= number <= 65535:
        return f"{number} is not a valid port; ports go from 1 to 65535."
    if isinstance(value, str) and not is_port_name(value):
        return f"{show(value)} is not a valid port name."
    return ""


def running_ports(subjects: Iterable[Subject]) -> Iterator[Mapping[str, Any]]:
    """Yield the ports of the containers that run for the lifetime of these objects' pods."""
    for subject in subjects:
        for container in containers(subject, "app", "sidecar"):
            for _path, port in container.items("ports"):
                yield port


@container_rule("port-range", "error", "Container ports go from 1 to 65535")
def port_range(container: Container, _context: Context) -> Iterator[Violation]:
    for path, port in container.items("ports"):
        for field in ("containerPort", "hostPort"):
            number = as_int(port.get(field))
            fault = "" if field == "hostPort" and number == 0 else port_fault(number)
            if fault:
                yield Violation(f"{path}.{field}", f"{field} {fault}", "Correct the number.")


@container_rule("port-name", "error", "Port names are short and unique in a container")
def port_name(container: Container, _context: Context) -> Iterator[Violation]:
    seen: set[str] = set()
    for path, port in container.items("ports"):
        name = as_text(port.get("name"))
        if name and not is_port_name(name):
            yield Violation(f"{path}.name", f"{show(name)} is not a valid port name.", _PORT_NAME_HINT)
        elif name in seen and name:
            message = f"Two ports of container {show(container.name)} are called {show(name)}."
            yield Violation(f"{path}.name", message, "Rename one of them.")
        seen.add(name)


@rule("port-shared", "warning", "Containers of one pod listen on different ports", RUNS_PODS)
def port_shared(subject: Subject, _context: Context) -> Iterator[Violation]:
    seen: dict[tuple[int, str], str] = {}
    names: dict[str, str] = {}
    for container in containers(subject, "app", "sidecar"):
        for path, port in container.items("ports"):
            number, name = as_int(port.get("containerPort")), as_text(port.get("name"))
            key = (number or 0, as_text(port.get("protocol")) or "TCP")
            other = seen.setdefault(key, container.path)
            if number is not None and other != container.path:
                message = f"Two containers of the pod have port {number}, but they share one network address."
                yield Violation(f"{path}.containerPort", message, "Let one of them listen on another port.")
            elif name and names.setdefault(name, container.path) != container.path:
                what = f"have a port called {show(name)}; only one of them can be found by name"
                yield Violation(f"{path}.name", f"Two containers of the pod {what}.", "Rename one of them.")


@container_rule("port-duplicate", "warning", "A container lists each port once")
def port_duplicate(container: Container, _context: Context) -> Iterator[Violation]:
    seen: set[tuple[int, str]] = set()
    for path, port in container.items("ports"):
        number = as_int(port.get("containerPort"))
        key = (number or 0, as_text(port.get("protocol")) or "TCP")
        if key in seen and number:
            message = f"Port {number}/{key[1]} is listed twice; server-side apply refuses that."
            yield Violation(f"{path}.containerPort", message, "Remove one of them.")
        seen.add(key)


@rule("host-port-twice", "error", "Two ports of a pod do not use the same node port", RUNS_PODS)
def host_port_twice(subject: Subject, _context: Context) -> Iterator[Violation]:
    seen: set[tuple[int, str, str]] = set()
    for container in containers(subject, "app"):
        for path, port in container.items("ports"):
            number = as_int(port.get("hostPort")) or 0
            key = (number, as_text(port.get("protocol")) or "TCP", as_text(port.get("hostIP")))
            if key in seen:
                message = f"Port {number}/{key[1]} of the node is already used by another port of this pod."
                yield Violation(f"{path}.hostPort", message, "Use another port of the node.")
            seen |= {key} if number else set()


@container_rule("host-network-port", "error", "With hostNetwork, hostPort equals containerPort")
def host_network_port(container: Container, _context: Context) -> Iterator[Violation]:
    for path, port in container.items("ports") if container.pod_spec.get("hostNetwork") is True else ():
        host, inner = as_int(port.get("hostPort")), as_int(port.get("containerPort"))
        if host and inner is not None and host != inner:
            message = f"The pod uses the node's network, so hostPort {host} must be containerPort {inner}."
            yield Violation(f"{path}.hostPort", message, "Remove hostPort.")


@pod_rule("host-sysctl", "error", "A pod on the node's network does not change the network's kernel settings")
def host_sysctl(pod: Pod, _context: Context) -> Iterator[Violation]:
    for path, entry in items(pod.security.get("sysctls"), f"{pod.path}.securityContext.sysctls"):
        name = as_text(entry.get("name")).replace("/", ".")
        for field, what, prefixes in _HOST_SETTINGS:
            if pod.spec.get(field) is True and name.startswith(prefixes):
                message = f"The pod uses {what} of the node ({field}), so it may not set {show(name)}."
                yield Violation(f"{path}.name", message, f"Remove it, or {field}.")


_LOW_PORT_HINT = "Set the pod's sysctl net.ipv4.ip_unprivileged_port_start to 0, or use a port from 1024 up."
_LOW_PORT_HOST_HINT = "Use a port from 1024 up: a pod on the node's network may not set net.* sysctls."


@container_rule("low-port", "note", "An ordinary user may listen on the ports of its containers", "app", "sidecar")
def low_port(container: Container, _context: Context) -> Iterator[Violation]:
    whole, host = as_map(container.pod_spec.get("securityContext")), container.pod_spec.get("hostNetwork") is True
    settings = {**whole, **container.security}
    added = as_list(as_map(container.security.get("capabilities")).get("add"))
    is_root = not as_int(settings.get("runAsUser")) and settings.get("runAsNonRoot") is not True
    if is_root or "NET_BIND_SERVICE" in added or "ALL" in added:
        return
    free = 1024 if host else _first_free(whole)
    for path, port in container.items("ports"):
        number = as_int(port.get("containerPort"))
        if number is not None and 0 < number < free:
            who = f"Container {show(container.name)} is not root"
            message = f"{who}, and only some container runtimes let it listen on port {number}."
            yield Violation(f"{path}.containerPort", message, _LOW_PORT_HOST_HINT if host else _LOW_PORT_HINT)


def _first_free(settings: Mapping[str, Any]) -> int:
    """Return the first port on which every user in a pod may listen."""
    for _, entry in items(settings.get("sysctls"), ""):
        value = as_text(entry.get("value"))
        if as_text(entry.get("name")).replace("/", ".") == _PORT_START and value.isdecimal():
            return int(value)
    return 1024


@container_rule("handler-port", "error", "Probes and hooks name a possible port")
def handler_port(container: Container, _context: Context) -> Iterator[Violation]:
    for path, handler in probes_and_hooks(container):
        for kind in ("httpGet", "tcpSocket", "grpc"):
            fault = port_fault(as_map(handler.get(kind)).get("port"))
            if fault:
                hint = "Use the name or number of one of the container's ports."
                yield Violation(f"{path}.{kind}.port", fault, hint)
