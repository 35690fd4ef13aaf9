"""Health checks of a container."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wizard.kube.data import as_int, as_list, as_map, as_text, listed, show
from wizard.kube.names import is_port_name
from wizard.validation.frame import RUNS_PODS, Container, Context, Subject, Violation, container_rule, containers, rule

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_SERVERS = frozenset({"Deployment", "StatefulSet", "DaemonSet"})


def probes(container: Container) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (path, field, probe) for each probe of a container."""
    for field in _PROBES:
        probe = container.data.get(field)
        if isinstance(probe, dict):
            yield f"{container.path}.{field}", field, probe


def hooks(container: Container) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (path, name, hook) for each lifecycle hook of a container."""
    for name in ("postStart", "preStop"):
        hook = as_map(container.data.get("lifecycle")).get(name)
        if isinstance(hook, dict):
            yield f"{container.path}.lifecycle.{name}", name, hook


def probes_and_hooks(container: Container) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (path, handler) for each probe and lifecycle hook of a container."""
    for path, _name, handler in (*probes(container), *hooks(container)):
        yield path, handler


def handlers_fault(handler: Mapping[str, Any], kinds: tuple[str, ...], *, none: str) -> str:
    """Return the end of a sentence on a probe or hook without exactly one of the handlers; empty if it has one."""
    found = [kind for kind in kinds if handler.get(kind) is not None]
    if len(found) == 1:
        return ""
    return f"has {listed(found, 'and')}" if found else none


@container_rule("probe-handlers", "error", "A probe checks exactly one thing")
def probe_handlers(container: Container, _context: Context) -> Iterator[Violation]:
    for path, field, probe in probes(container):
        what = handlers_fault(probe, ("exec", "httpGet", "tcpSocket", "grpc"), none="checks nothing")
        if what:
            message = f"The {field} of container {show(container.name)} {what}."
            yield Violation(path, message, "Give it exactly one of httpGet, tcpSocket, grpc and exec.")


@container_rule("probe-success", "error", "Liveness and startup succeed at the first success")
def probe_success(container: Container, _context: Context) -> Iterator[Violation]:
    for path, field, probe in probes(container):
        success = as_int(probe.get("successThreshold"))
        if field != "readinessProbe" and success is not None and success > 1:
            message = f"successThreshold of a {field} must be 1, not {success}."
            yield Violation(f"{path}.successThreshold", message, "Remove it.")


@container_rule("probe-port", "error", "A probe checks a port that its container has")
def probe_port(container: Container, _context: Context) -> Iterator[Violation]:
    names = [as_text(port.get("name")) for _path, port in container.items("ports")]
    for path, field, probe in probes(container):
        for handler in ("httpGet", "tcpSocket"):
            port = as_map(probe.get(handler)).get("port")
            if isinstance(port, str) and port not in names and is_port_name(port):
                has = f"it has {listed(sorted(filter(None, names)), 'and')}" if any(names) else "it names none"
                whose = show(container.name)
                message = f"The {field} checks port {show(port)}, which container {whose} does not have; {has}."
                hint = "Give the container's port that name, or use the number."
                yield Violation(f"{path}.{handler}.port", message, hint)


@container_rule("probe-variable", "warning", "A probe or hook has no variable that only a shell replaces")
def probe_variable(container: Container, _context: Context) -> Iterator[Violation]:
    for path, handler in probes_and_hooks(container):
        words = [as_text(word) for word in as_list(as_map(handler.get("exec")).get("command"))]
        if not any("$" in word for word in words):
            continue
        from wizard.kube.commands import for_a_shell, in_a_shell  # such words are rare, the import is slow

        found = for_a_shell(words, probe=True)
        if found.startswith("$"):
            message = f"{show(found)} stays as it is: Kubernetes does not replace it here, and there is no shell."
            yield Violation(f"{path}.exec.command", message, f"Write it as {show(in_a_shell(words))}.")


@rule("probe-port-undeclared", "note", "A probe asks one of the pod's declared ports", RUNS_PODS)
def probe_port_undeclared(subject: Subject, _context: Context) -> Iterator[Violation]:
    # Containers share the pod's address, so the probe of a program behind a proxy uses the proxy's port.
    every = {as_int(port.get("containerPort")) for one in containers(subject) for _path, port in one.items("ports")}
    for container in containers(subject):
        declared = every if list(container.items("ports")) else set()
        for path, field, probe in probes(container):
            for handler in ("httpGet", "tcpSocket", "grpc"):
                port = as_int(as_map(probe.get(handler)).get("port"))
                if declared and port is not None and port not in declared and 0 < port < 65536:
                    message = f"The {field} checks port {port}, which no container of the pod declares."
                    yield Violation(f"{path}.{handler}.port", message, "Fix the number, or add the port to ports.")


@container_rule("liveness-is-readiness", "warning", "Liveness and readiness check different things")
def liveness_is_readiness(container: Container, _context: Context) -> Iterator[Violation]:
    live, ready = as_map(container.data.get("livenessProbe")), as_map(container.data.get("readinessProbe"))
    for handler in ("httpGet", "exec", "grpc"):
        later = (as_int(live.get("failureThreshold")) or 3) > (as_int(ready.get("failureThreshold")) or 3)
        if live.get(handler) is not None and live.get(handler) == ready.get(handler) and not later:
            message = f"Liveness and readiness of container {show(container.name)} check the same thing."
            hint = "Let liveness check only if the process hangs, or let it fail later (failureThreshold)."
            yield Violation(f"{container.path}.livenessProbe.{handler}", message, hint)


_UNCHECKED_ON_PURPOSE = "ignore-check.kube-linter.io/no-readiness-probe"
"""The annotation with the reason for the missing probe, which other tools read as well."""


def _has_callers(container: Container) -> bool:
    """Return true if the container has a port for more than metrics, which the monitoring reads ready or not."""
    return any("metrics" not in as_text(port.get("name")) for _path, port in container.items("ports"))


@rule("readiness-missing", "note", "Traffic waits until a container is ready", _SERVERS)
def readiness_missing(subject: Subject, _context: Context) -> Iterator[Violation]:
    if as_map(subject.meta.get("annotations")).get(_UNCHECKED_ON_PURPOSE):
        return
    for container in containers(subject, "app"):
        if _has_callers(container) and container.data.get("readinessProbe") is None:
            message = f"Container {show(container.name)} listens, but has no check that it is ready for traffic."
            yield Violation(f"{container.path}.readinessProbe", message, "Add a readinessProbe.")
