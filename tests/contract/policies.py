"""A small evaluator of NetworkPolicies: the peers that can reach the program's pods, and those that the pods can reach.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and the API reference of 1.37.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from tests.contract.bundles import Rendered

OUTSIDE = "203.0.113.9"
"""An address outside the cluster."""
FAR = "198.51.100.7"
"""Another address outside the cluster."""
PROBES = "169.254.7.127"
"""The address that the kubelet's probes come from in an ambient mesh."""
ADDRESSES = (OUTSIDE, FAR, PROBES)
_NAME = "kubernetes.io/metadata.name"


def reaching(bundle: Rendered, port: int, protocol: str, peers: set[str]) -> set[str]:
    """Return the ``peers`` (addresses, or namespaces with an optional label) that may connect to a port of the pods."""
    policies = list(bundle.of("NetworkPolicy"))
    if bundle.workload is not None:  # an operator's pods have labels that only the operator knows
        labels = bundle.template["metadata"].get("labels", {})
        policies = [p for p in policies if _selects(p["spec"].get("podSelector", {}), labels)]
    own = bundle.namespace
    isolating = [p for p in policies if "Ingress" in p["spec"].get("policyTypes", ["Ingress"])]
    if not isolating:
        return set(peers)
    ports = {one.get("name"): one for container in bundle.containers for one in container.get("ports", ())}
    return {
        peer
        for peer in peers
        for policy in isolating
        for rule in policy["spec"].get("ingress") or ()
        if _opens(rule, port, protocol, ports) and _from(rule, peer, own)
    }


def _opens(rule: dict[str, Any], port: int, protocol: str, named: dict[str, Any]) -> bool:
    if "ports" not in rule:
        return True
    for one in rule["ports"]:
        number = one.get("port")
        if isinstance(number, str):
            number = named.get(number, {}).get("containerPort")
        if one.get("protocol", "TCP") == protocol and number in (None, port):
            return True
    return False


def _from(rule: dict[str, Any], peer: str, own: str) -> bool:
    if not rule.get("from"):
        return True
    return any(_is_peer(one, peer, own) for one in rule["from"])


def _is_peer(one: dict[str, Any], peer: str, own: str) -> bool:
    if not one:
        return False  # the API server refuses an empty peer
    if "ipBlock" in one or peer in ADDRESSES:
        block = ip_network(one.get("ipBlock", {}).get("cidr", "::/128"))
        return peer in ADDRESSES and ip_address(peer) in block
    space, _, label = peer.partition(" ")
    if not _selects(one.get("podSelector", {}), dict([label.split("=", 1)]) if label else {}):
        return False
    return _selects(one["namespaceSelector"], {_NAME: space}) if "namespaceSelector" in one else space == own


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    exact = (labels.get(key) == value for key, value in (selector.get("matchLabels") or {}).items())
    return all(exact) and all(_holds(one, labels) for one in selector.get("matchExpressions") or ())


def _holds(one: dict[str, Any], labels: dict[str, str]) -> bool:
    """Return whether labels match one expression of a selector; ``NotIn`` also matches a missing label."""
    value = labels.get(one["key"])
    return {
        "In": value in one.get("values", ()),
        "NotIn": value not in one.get("values", ()),
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[one["operator"]]


def egress(bundle: Rendered) -> list[dict[str, Any]]:
    """Return the egress rules of the program's pods."""
    return egress_of(bundle, bundle.template["metadata"].get("labels", {}))


def egress_of(bundle: Rendered, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return the egress rules of the pods with these labels."""
    policies = [p for p in bundle.of("NetworkPolicy") if _selects(p["spec"].get("podSelector", {}), labels)]
    return [rule for policy in policies for rule in policy["spec"].get("egress") or ()]


def ports_of(rule: dict[str, Any]) -> set[tuple[str, int]]:
    """Return the (protocol, port) pairs of a rule; ``("any", 0)`` if it has no ports, which opens all of them."""
    return {(one.get("protocol", "TCP"), one["port"]) for one in rule.get("ports", ())} or {("any", 0)}


def leads_to(rule: dict[str, Any], host: str) -> bool:
    """Return whether a rule's peers include a declared host, as far as the host's name shows its location."""
    return not rule.get("to") or any(_is_at(one, host) for one in rule["to"])


def leads_elsewhere(rule: dict[str, Any], hosts: set[str]) -> list[str]:
    """Return the peers of a rule that match no declared host."""
    return [str(one) for one in rule.get("to", ()) if not any(_is_at(one, host) for host in hosts)]


def _is_at(peer: dict[str, Any], host: str) -> bool:
    name, _, rest = host.partition(".")
    namespace, dot, service = rest.partition(".")
    inside = bool(name and dot and service.split(".")[0] == "svc")
    if "ipBlock" in peer:
        return peer["ipBlock"]["cidr"] == host or not (inside or "/" in host)
    if "namespaceSelector" not in peer:
        return inside and not namespace
    return inside and peer["namespaceSelector"].get("matchLabels", {}).get(_NAME) == namespace


def reached(bundle: Rendered, port: int, protocol: str, peers: set[str]) -> set[str]:
    """Return the ``peers`` (namespaces or addresses) that the pods may connect to on a port."""
    own = bundle.namespace
    rules = [rule for rule in egress(bundle) if _opens(rule, port, protocol, {})]
    return {
        peer
        for peer in peers
        for rule in rules
        if not rule.get("to") or any(_is_peer(one, peer, own) for one in rule["to"])
    }
