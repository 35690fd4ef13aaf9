"""NetworkPolicies and Ingresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wizard.kube.data import Items, as_int, as_list, as_map, as_text, dig, items, listed, show
from wizard.kube.names import is_address, is_subdomain, parse_network
from wizard.text import shown
from wizard.validation.frame import Context, Subject, Violation, rule
from wizard.validation.rules.ports import port_fault, running_ports
from wizard.validation.rules.selectors import is_empty, matches

_POLICY = frozenset({"NetworkPolicy"})
_INGRESS = frozenset({"Ingress"})


def _policy_rules(subject: Subject, direction: str) -> Items:
    """Yield (path, rule) for each rule of a policy."""
    return items(subject.spec.get(direction), f"spec.{direction}")


def _policy_ports(subject: Subject, *directions: str) -> Items:
    """Yield (path, port) for each port in a policy's rules."""
    for direction in directions:
        for path, entry in _policy_rules(subject, direction):
            yield from items(entry.get("ports"), f"{path}.ports")


@rule("policy-port", "error", "A NetworkPolicy's ports are possible", _POLICY)
def policy_port(subject: Subject, _context: Context) -> Iterator[Violation]:
    for path, port in _policy_ports(subject, "ingress", "egress"):
        number, end, fault = as_int(port.get("port")), as_int(port.get("endPort")), port_fault(port.get("port"))
        if fault:
            yield Violation(f"{path}.port", fault, "Correct it.")
        elif end is not None and number is None:
            message = "endPort needs a numeric port to start from."
            yield Violation(f"{path}.endPort", message, "Write port as a number.")
        elif end is not None and number is not None and not number <= end <= 65535:
            message = f"The range from {number} to {end} is not a range of ports."
            yield Violation(f"{path}.endPort", message, "Correct endPort.")


@rule("policy-peer", "error", "A NetworkPolicy's peers are selectors or an address range", _POLICY)
def policy_peer(subject: Subject, _context: Context) -> Iterator[Violation]:
    for direction, field in (("ingress", "from"), ("egress", "to")):
        for rule_path, entry in _policy_rules(subject, direction):
            for path, peer in items(entry.get(field), f"{rule_path}.{field}"):
                yield from _bad_peer(peer, path)


def _bad_peer(peer: Mapping[str, Any], path: str) -> Iterator[Violation]:
    block = peer.get("ipBlock")
    selects = peer.get("podSelector") is not None or peer.get("namespaceSelector") is not None
    if block is not None and selects:
        message = "A peer has both ipBlock and a selector."
        yield Violation(f"{path}.ipBlock", message, "Write them as two entries of the list.")
    elif block is None and not selects:
        message = "A peer is empty; the server refuses it."
        yield Violation(path, message, "Add podSelector, namespaceSelector or ipBlock, or remove the entry.")
    if isinstance(block, dict):
        yield from _bad_block(block, f"{path}.ipBlock")


def _bad_block(block: Mapping[str, Any], path: str) -> Iterator[Violation]:
    cidr = block.get("cidr")
    network = parse_network(cidr)
    if isinstance(cidr, str) and network is None:
        yield Violation(f"{path}.cidr", f"{show(cidr)} is not an address range.", "Write one such as 10.0.0.0/8.")
    for index, text in enumerate(as_list(block.get("except"))):
        inner, where = parse_network(text), f"{path}.except[{index}]"
        if isinstance(text, str) and inner is None:
            yield Violation(where, f"{show(text)} is not an address range.", "Write one such as 10.1.0.0/16.")
        elif inner is not None and network is not None and not _inside(inner, network):
            message = f"The exception {show(text)} is not inside {show(cidr)}."
            yield Violation(where, message, "Remove it, or fix it.")


def _inside(inner: Any, outer: Any) -> bool:
    return bool(inner.version == outer.version and inner.subnet_of(outer) and inner.prefixlen > outer.prefixlen)


def selected(subject: Subject, context: Context, field: str = "podSelector") -> list[Subject]:
    """Return the objects whose pods match a selector in the object's spec."""
    selector = subject.spec.get(field)
    if is_empty(selector):
        return context.pods_in(subject.namespace)
    found = context.pods_with(as_map(as_map(selector).get("matchLabels")), subject.namespace)
    return [other for other in found if other.pod is not None and matches(selector, other.pod.labels)]


@rule("policy-selects-nothing", "warning", "A NetworkPolicy protects pods of the bundle", _POLICY)
def policy_selects_nothing(subject: Subject, context: Context) -> Iterator[Violation]:
    if context.pods_in(subject.namespace) and not selected(subject, context) and subject.spec.get("podSelector") != {}:
        message = "The policy's podSelector matches no pod here, so it protects none of them."
        yield Violation("spec.podSelector", message, "Select by a label the pods have.")


@rule("policy-port-unknown", "warning", "A port named in a policy exists in the pods it protects", _POLICY)
def policy_port_unknown(subject: Subject, context: Context) -> Iterator[Violation]:
    pods = selected(subject, context)
    names = {as_text(port.get("name")) for port in running_ports(pods)}
    for path, port in _policy_ports(subject, "ingress") if pods else ():
        name = port.get("port")
        if isinstance(name, str) and name not in names and not port_fault(name):
            has = f"they have {listed(sorted(filter(None, names)), 'and')}" if any(names) else "they name none"
            message = f"The policy opens port {show(name)}, which none of its pods has; {has}."
            yield Violation(f"{path}.port", message, "Use the name or number of a container's port.")


@rule("policy-types", "warning", "A NetworkPolicy with egress rules lists Egress", _POLICY)
def policy_types(subject: Subject, _context: Context) -> Iterator[Violation]:
    types = subject.spec.get("policyTypes")
    for direction in ("ingress", "egress"):
        name = direction.capitalize()
        if isinstance(types, list) and types and name not in types and subject.spec.get(direction):
            message = f"There are {direction} rules, but policyTypes leaves out {name}, so they do nothing."
            yield Violation("spec.policyTypes", message, f"Add {name}.")


def _routes(subject: Subject) -> Items:
    """Yield (path, route) for each path of an Ingress."""
    for path, entry in items(subject.spec.get("rules"), "spec.rules"):
        yield from items(dig(entry, "http", "paths"), f"{path}.http.paths")


def _backends(subject: Subject) -> Items:
    """Yield (path, backend) for each backend of an Ingress."""
    default = subject.spec.get("defaultBackend")
    if isinstance(default, dict):
        yield "spec.defaultBackend", default
    for path, route in _routes(subject):
        if isinstance(route.get("backend"), dict):
            yield f"{path}.backend", route["backend"]


@rule("ingress-empty", "error", "An Ingress sends traffic somewhere", _INGRESS)
def ingress_empty(subject: Subject, _context: Context) -> Iterator[Violation]:
    spec = subject.data.get("spec")
    if isinstance(spec, dict) and not spec.get("rules") and spec.get("defaultBackend") is None:
        yield Violation("spec.rules", "The Ingress has neither rules nor a default backend.", "Add a rule.")


@rule("ingress-path", "error", "Paths and hosts of an Ingress are well-formed", _INGRESS)
def ingress_path(subject: Subject, _context: Context) -> Iterator[Violation]:
    for path, entry in items(subject.spec.get("rules"), "spec.rules"):
        host = as_text(entry.get("host"))
        if host and not is_subdomain(host.removeprefix("*.")):
            hint = "Write a name such as shop.example.com, without port or path."
            yield Violation(f"{path}.host", f"{show(host)} is not a host name.", hint)
        elif host and is_address(host):
            message = f"{show(host)} is an address; an Ingress needs a host name."
            yield Violation(f"{path}.host", message, "Write a name, or leave host out.")
    for path, route in _routes(subject):
        where = as_text(route.get("path"))
        if route.get("pathType") in ("Exact", "Prefix") and not where.startswith("/"):
            message = f"The path {show(where)} does not start with a slash."
            yield Violation(f"{path}.path", message, 'Write "/" or "/api".')


@rule("ingress-backend", "error", "An Ingress backend names a Service and one of its ports", _INGRESS)
def ingress_backend(subject: Subject, _context: Context) -> Iterator[Violation]:
    for path, backend in _backends(subject):
        service = backend.get("service")
        if backend.get("resource") is None and service is None:
            yield Violation(path, "The backend names no Service.", "Add service with a name and a port.")
        elif isinstance(service, dict):
            port, where = as_map(service.get("port")), f"{path}.service.port"
            number = as_int(port.get("number"))
            if not number and not port.get("name"):
                yield Violation(where, "The backend names no port.", "Add port.name or port.number.")
            elif number and port.get("name"):
                yield Violation(where, "The backend names its port twice.", "Keep port.name or port.number.")


@rule("ingress-backend-unknown", "warning", "An Ingress sends to a Service of the bundle", _INGRESS)
def ingress_backend_unknown(subject: Subject, context: Context) -> Iterator[Violation]:
    known = context.names("Service", subject.namespace)
    for path, backend in _backends(subject):
        name = as_text(dig(backend, "service", "name"))
        service = context.named("Service", name, subject.namespace)
        if name and service is None and known:
            here = listed(known, "and")
            message = f"The Ingress sends to Service {show(name)}, which is not here; the Services here are {here}."
            yield Violation(f"{path}.service.name", message, "Fix the name, or add the Service.")
        elif service is not None:
            yield from _unknown_port(path, as_map(dig(backend, "service", "port")), service)


def _unknown_port(path: str, wanted: Mapping[str, Any], service: Subject) -> Iterator[Violation]:
    ports = [port for _path, port in items(service.spec.get("ports"), "")]
    for field, key in (("name", "name"), ("number", "port")):
        value = wanted.get(field)
        if value and ports and value not in [port.get(key) for port in ports]:
            has = listed([shown(str(port.get(key))) for port in ports], "and")
            message = f"Service {show(service.name)} has no port {show(value)}; it has {has}."
            yield Violation(f"{path}.service.port.{field}", message, "Use a port the Service has.", "error")
