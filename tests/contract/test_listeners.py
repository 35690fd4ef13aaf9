"""P1 and P2: ports, policies, probes and Services agree with the components' declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from tests.contract.bundles import Rendered, bundles, for_each, listed, served
from tests.contract.policies import FAR, OUTSIDE, egress, leads_elsewhere, leads_to, ports_of, reaching
from wizard.render.compose.declared import Connecting, Listening

OUTER = {OUTSIDE, FAR}
OTHER = "some-other-namespace"
DNS = {("UDP", 53), ("TCP", 53)}
RESOLVERS = (
    {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    },
    {"ipBlock": {"cidr": "169.254.20.10/32"}},
)
"""The cluster's DNS, and the cache that some clusters run on each node."""


def expected(one: Listening, own: str, peers: set[str]) -> set[str]:
    """Return the peers that a declaration admits, except the kubelet, which is always admitted."""
    inside = {peer: peer.partition(" ")[0] for peer in peers - OUTER}
    found: set[str] = set()
    if "callers" in one.to:
        spaces = {
            "anywhere": set(inside.values()),
            "same-namespace": {own},
            "namespace": set(one.namespace.split()),
            "nobody": set[str](),
        }[one.callers]
        found |= {peer for peer, space in inside.items() if space in spaces and peer.endswith(one.pods)}
    if "outside" in one.to:
        ranges = [ip_network(text) for text in one.ranges.split()]
        found |= {peer for peer in OUTER & peers if any(ip_address(peer) in each for each in ranges)}
    if "entry" in one.to or "monitoring" in one.to:
        found |= {peer for peer, space in inside.items() if space == one.namespace}
    return found


def everyone(listeners: list[Listening], own: str) -> set[str]:
    """Return all kinds of peers: namespaces, addresses outside, and in each namespace pods with the callers' labels."""
    spaces = {own, OTHER, *(space for one in listeners for space in one.namespace.split())}
    return {*OUTER, *spaces, *(f"{space} {one.pods}" for space in spaces for one in listeners if one.pods)}


def carried(listeners: list[Listening], own: str, peers: set[str]) -> set[str]:
    """Return the peers of a tunnel that carries calls to every TCP port of the pod; none are outside the cluster."""
    ports = (one for one in listeners if one.bind == "pod" and one.protocol != "udp")
    return set[str]().union(*(expected(one, own, peers) for one in ports)) - OUTER


def wrong_listeners(bundle: Rendered) -> Iterator[str]:
    """Yield every contradiction between the objects and the declared listeners."""
    listeners = list(bundle.declared.listeners())
    own = bundle.namespace
    peers = everyone(listeners, own)
    host = bundle.template["spec"].get("hostNetwork", False)
    for port, udp in {(one.port, one.protocol == "udp") for one in listeners}:
        here = [one for one in listeners if (one.port, one.protocol == "udp") == (port, udp)]
        wanted = set[str]().union(*(expected(one, own, peers) for one in here))
        if any("all-peers" in one.to for one in here):
            wanted |= carried(listeners, own, peers)
        protocol = "UDP" if udp else "TCP"
        if not host and (found := reaching(bundle, port, protocol, peers)) != wanted:
            yield f"{port}/{protocol} is open to {sorted(found)}, declared for {sorted(wanted)}"
        loopback = all(one.bind == "loopback" for one in here)
        declared = any(
            (p["containerPort"], p.get("protocol", "TCP")) == (port, protocol)
            for c in bundle.containers
            for p in c.get("ports", ())
        )
        needed = any(set(one.to) & {"callers", "entry", "monitoring"} for one in here)
        injected = all(one.bind == "injected" for one in here)
        nodes = {
            p.get("hostPort", 0)
            for c in bundle.containers
            for p in c.get("ports", ())
            if (p["containerPort"], p.get("protocol", "TCP")) == (port, protocol)
        }
        if declared and nodes != (wanted_nodes := {max(one.host_port for one in here)}):
            yield f"{port}/{protocol} has the port {nodes} of the node, declared is {wanted_nodes}"
        if (loopback or injected) and declared:
            yield f"{port} is on loopback, or of a proxy that is not in the manifests, and a containerPort"
        if needed and not loopback and not injected and not declared:
            yield f"{port} is no containerPort"
    yield from _wrong_probes(bundle, listeners)
    yield from _wrong_services(bundle, listeners)


def _wrong_probes(bundle: Rendered, listeners: list[Listening]) -> Iterator[str]:
    heard = {one.port for one in listeners if one.bind == "pod" and "kubelet" in one.to}
    asked = set[int]()
    for container in bundle.containers:
        named = {one["name"]: one["containerPort"] for one in container.get("ports", ()) if "name" in one}
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            probe = container.get(kind, {})
            for way in ("httpGet", "tcpSocket", "grpc"):
                if way in probe:
                    port = probe[way]["port"]
                    asked.add(named.get(port, port))
                    if named.get(port, port) not in heard:
                        yield f"{kind} of {container['name']} asks {port}, which nothing declares for the kubelet"
    yield from (f"no probe asks {port}, which is declared for the kubelet" for port in heard - asked)


def _wrong_services(bundle: Rendered, listeners: list[Listening]) -> Iterator[str]:
    open_ports = {one.port for one in listeners if one.bind == "pod"}
    named = {one["name"]: one["containerPort"] for c in bundle.containers for one in c.get("ports", ())}
    for service in bundle.of("Service"):
        for one in service["spec"].get("ports", ()):
            target = one.get("targetPort", one["port"])
            if named.get(target, target) not in open_ports:
                yield f"Service {service['metadata']['name']} sends to {target}, which nothing declares"


def wrong_egress(bundle: Rendered) -> Iterator[str]:
    """Yield every contradiction between the policies and the declared connections."""
    yield from wrong_rules(egress(bundle), tuple(bundle.declared.connections()), bundle.declared.tunnels())


def wrong_rules(rules: list[dict[str, Any]], connections: tuple[Connecting, ...], tunnels: set[int]) -> Iterator[str]:
    """Yield every contradiction between rules and connections, which may go through the tunnels of a mesh."""
    wanted = [(one.host, (one.protocol.upper(), one.pod_port)) for one in connections]
    carried = [one for one in connections if one.namespace is not None and one.protocol == "tcp"]
    wanted += [(f"any.{one.namespace}.svc", ("TCP", port)) for port in tunnels for one in carried]
    dns = [rule for rule in rules if ports_of(rule) == DNS]
    if len(dns) != 1 or sorted(map(str, dns[0].get("to", ()))) != sorted(map(str, RESOLVERS)):
        yield f"DNS is reached by {dns}"
    for rule in rules:
        if rule not in dns:
            for port in ports_of(rule):
                hosts = {host for host, at in wanted if at == port}
                if not hosts:
                    yield f"{port} is open, and nothing declares it"
                yield from (f"{port} is open to {peer}" for peer in leads_elsewhere(rule, hosts))
    for host, port in wanted:
        if not any(port in ports_of(rule) and leads_to(rule, host) for rule in rules):
            yield f"{port} of {host} is closed"


@for_each(served)
def test_ports_policies_and_probes_match_the_declarations(bundle: Rendered) -> None:
    assert not list(wrong_listeners(bundle))


def closed_or_open(bundle: Rendered) -> Iterator[str]:
    """Yield the declared ports of an operator's pods that the policies open to too many or too few peers."""
    listeners, own = list(bundle.declared.listeners()), bundle.namespace
    peers = everyone(listeners, own)
    for port in {one.port for one in listeners}:
        wanted = set[str]().union(*(expected(one, own, peers) for one in listeners if one.port == port))
        if (found := reaching(bundle, port, "TCP", peers)) != wanted:
            yield f"{port} is open to {sorted(found)}, declared for {sorted(wanted)}"


def operated() -> list[Rendered]:
    """Return the bundles whose pods an operator makes."""
    return [one for one in bundles() if not one.has_workload]


@for_each(operated)
def test_the_ports_of_an_operators_pods_are_open_to_the_declared_peers(bundle: Rendered) -> None:
    assert list(bundle.declared.listeners())
    assert not list(closed_or_open(bundle))


@for_each(listed)
def test_the_reach_declared_allows_only_dns_and_the_declared_connections(bundle: Rendered) -> None:
    assert not list(wrong_egress(bundle))


def _open_everything(policy: dict[str, Any]) -> None:
    policy["spec"]["ingress"] = [{}]


def _close_everything(policy: dict[str, Any]) -> None:
    policy["spec"]["ingress"] = []


def _open_outside(policy: dict[str, Any]) -> None:
    for rule in policy["spec"].get("ingress", ()):
        rule["from"] = [*rule.get("from", ()), {"ipBlock": {"cidr": "0.0.0.0/0"}}]


@pytest.mark.parametrize("change", [_open_everything, _close_everything, _open_outside])
def test_an_ingress_policy_that_opens_too_much_or_too_little_is_found(change: Callable[[dict[str, Any]], None]) -> None:
    found = 0
    for bundle in served():
        broken = bundle.changed()
        listeners = list(broken.declared.listeners())
        exposed = {one.port for one in listeners if one.ranges}  # a port may be declared open to all
        callable_ = [one for one in listeners if "callers" in one.to and one.callers != "nobody"]
        if {one.port for one in callable_} - exposed and not broken.template["spec"].get("hostNetwork"):
            for policy in broken.of("NetworkPolicy"):
                change(policy)
            found += 1
            assert list(wrong_listeners(broken))
    for bundle in operated():
        broken = bundle.changed()
        for policy in broken.of("NetworkPolicy"):
            change(policy)
        assert list(closed_or_open(broken))
    assert found > 10


def test_a_probe_of_an_undeclared_port_is_found() -> None:
    broken = next(b for b in served() if any("livenessProbe" in c for c in b.containers)).changed()
    probe = next(c["livenessProbe"] for c in broken.containers if "livenessProbe" in c)
    probe.clear()
    probe["tcpSocket"] = {"port": 4711}
    assert any("4711" in wrong for wrong in wrong_listeners(broken))


def test_a_port_for_the_kubelet_that_no_probe_uses_is_found() -> None:
    found = 0
    for bundle in served():
        if any("kubelet" in one.to and one.bind == "pod" for one in bundle.declared.listeners()):
            broken = bundle.changed()
            for container in broken.containers:
                for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
                    container.pop(kind, None)
            found += 1
            assert any("no probe asks" in wrong for wrong in wrong_listeners(broken))
    assert found > 10


def _more(rules: list[Any]) -> None:
    rules.append({"ports": [{"protocol": "TCP", "port": 4711}]})


def _everything(rules: list[Any]) -> None:
    rules.append({})


def _dns_anywhere(rules: list[Any]) -> None:
    del next(rule for rule in rules if ports_of(rule) == DNS)["to"]


def _without_last(rules: list[Any]) -> None:
    last = ports_of(rules[-1])
    rules[:] = [rule for rule in rules if not ports_of(rule) & last]


def _elsewhere(rules: list[Any]) -> None:
    rules[-1]["to"] = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "elsewhere"}}}]


@pytest.mark.parametrize("change", [_more, _everything, _dns_anywhere, _without_last, _elsewhere])
def test_an_egress_policy_that_opens_too_much_or_too_little_is_found(change: Callable[[list[Any]], None]) -> None:
    for bundle in listed():
        broken = bundle.changed()
        rules: list[Any] = next(
            (r for p in broken.of("NetworkPolicy") if len(r := p["spec"].get("egress", [])) > 1), []
        )
        if rules:
            change(rules)
            assert list(wrong_egress(broken)), bundle.name
