"""Ports and times in a manifest that no component declares.

The contract, the drawing and the proofs are built from declarations, so an omission there affects them all: a
containerPort without an entry in ``listens`` is in no drawing, and no test knows who may call it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from wizard.kube.data import dig, mapping, mappings
from wizard.kube.kinds import pod_spec, template_path
from wizard.render.compose.declared import Declared
from wizard.render.model import BundleFile

DNS = 53
"""The one port that every pod may connect to without a declaration."""
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_WAYS = ("httpGet", "tcpSocket", "grpc")
_LISTENS = "add an entry to `listens`"
_HOST_PORT = "add `host_port` to its entry in `listens`"
_CONNECTS = "add an entry to `connects`"


class Leaf(NamedTuple):
    """A value of a manifest that should be declared."""

    path: str
    """The field path in the object."""
    key: str
    """The last named key of the path: ``port`` or ``seconds``."""
    value: int
    message: str
    hint: str


def undeclared(file: BundleFile, declared: Declared) -> Iterator[Leaf]:
    """Yield the ports and times of one manifest that no component declares."""
    kind, spec = file.document.get("kind"), mapping(file.document, "spec")
    if (keys := template_path(str(kind))) is not None:
        at = ".".join((*keys, "spec"))
        for group in ("initContainers", "containers"):
            for number, container in enumerate(mappings(pod_spec(file.document), group)):
                yield from _of_container(file, declared, container, f"{at}.{group}[{number}]")
    elif kind == "Service":
        yield from _of_service(declared, spec)
    elif kind == "NetworkPolicy":
        yield from _of_policy(declared, spec)


def _listened(declared: Declared, component: str = "") -> set[int]:
    return {one.port for one in declared.listeners() if component in ("", one.component)}


def _of_container(file: BundleFile, declared: Declared, container: Any, at: str) -> Iterator[Leaf]:
    owner, name = component_at(file, at), container.get("name")
    ports = _listened(declared, owner)
    for number, one in enumerate(mappings(container, "ports")):
        path = f"{at}.ports[{number}].containerPort"
        # A component may add a port to the program's container, as an agent inside the program does.
        if (port := dig(one, "containerPort")) not in _listened(declared, component_at(file, path)):
            message = f"container {name} has port {port}, which its component does not declare"
            yield Leaf(path, "containerPort", port, message, _LISTENS)
        if (port := dig(one, "hostPort")) not in {0, None} | {each.host_port for each in declared.listeners()}:
            message = f"container {name} uses port {port} of the node, which its component does not declare"
            yield Leaf(f"{at}.ports[{number}].hostPort", "hostPort", port, message, _HOST_PORT)
    # The containers of a pod share its address, so a probe may check another container that is open to the kubelet.
    probed = ports | {one.port for one in declared.listeners() if one.bind == "pod" and "kubelet" in one.to}
    for probe in _PROBES:
        for way in _WAYS:
            port = dig(container, probe, way, "port")
            if isinstance(port, int) and port not in probed:
                message = f"the {probe} of container {name} checks port {port}, which no component declares for it"
                yield Leaf(f"{at}.{probe}.{way}.port", "port", port, message, _LISTENS)
    seconds = dig(container, "lifecycle", "preStop", "sleep", "seconds")
    path = f"{at}.lifecycle.preStop.sleep.seconds"
    if seconds is not None and seconds not in _stops(declared, component_at(file, path)):
        message = f"container {name} waits {seconds} s before it stops, which its component does not declare"
        yield Leaf(path, "seconds", seconds, message, f"add `stop: {seconds}` to `times`")


def _stops(declared: Declared, component: str) -> set[int]:
    each = declared.each(lambda declares: declares.times)
    texts = [declared.text(times.stop) for owner, times in each if owner.id == component]
    return {int(text) for text in texts if text.isdecimal()}


def _of_service(declared: Declared, spec: Any) -> Iterator[Leaf]:
    for number, one in enumerate(mappings(spec, "ports")):
        key = "targetPort" if "targetPort" in one else "port"
        if isinstance(port := one.get(key), int) and port not in _listened(declared):
            message = f"the Service sends to port {port}, which no component declares"
            yield Leaf(f"spec.ports[{number}].{key}", key, port, message, _LISTENS)


def _of_policy(declared: Declared, spec: Any) -> Iterator[Leaf]:
    connected = {one.pod_port for one in declared.connections()} | declared.tunnels() | {DNS}
    for way, ports, what, hint in (
        ("ingress", _listened(declared), "opens", _LISTENS),
        ("egress", connected, "lets out to", _CONNECTS),
    ):
        for number, rule in enumerate(mappings(spec, way)):
            for index, one in enumerate(mappings(rule, "ports")):
                if isinstance(port := one.get("port"), int) and port not in ports:
                    message = f"the NetworkPolicy {what} port {port}, which no component declares"
                    yield Leaf(f"spec.{way}[{number}].ports[{index}].port", "port", port, message, hint)


def component_at(file: BundleFile, path: str) -> str:
    """Return the id of the component that wrote a field of a manifest, or its nearest parent."""
    while path and path not in file.paths:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    origin = file.paths.get(path)
    return origin.component if origin is not None else ""
