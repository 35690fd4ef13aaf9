"""A small evaluator of NetworkPolicies: which namespaces reach a port of the program's pods.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and the API reference of 1.37.
"""

from __future__ import annotations

from typing import Any

from tests.contract.bundles import Rendered

OUTSIDE = ""
"""An address outside the cluster."""
_NAME = "kubernetes.io/metadata.name"


def reaching(bundle: Rendered, port: int, protocol: str, peers: set[str]) -> set[str]:
    """Those of ``peers`` (namespaces, or ``OUTSIDE``) that may connect to a port of the pods."""
    labels = bundle.template["metadata"].get("labels", {})
    policies = [p for p in bundle.of("NetworkPolicy") if _selects(p["spec"].get("podSelector", {}), labels)]
    own = bundle.session.bundle.namespace
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
    if "ipBlock" in one:
        return peer == OUTSIDE
    if peer == OUTSIDE:
        return False
    if "namespaceSelector" in one:
        return _selects(one["namespaceSelector"], {_NAME: peer})
    return peer == own and not one["podSelector"].get("matchLabels")


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    return all(labels.get(key) == value for key, value in (selector.get("matchLabels") or {}).items())


def egress(bundle: Rendered) -> set[tuple[str, int]]:
    """(protocol, port) of everything that the program's pods may connect to."""
    labels = bundle.template["metadata"].get("labels", {})
    found = set()
    for policy in bundle.of("NetworkPolicy"):
        if _selects(policy["spec"].get("podSelector", {}), labels):
            for rule in policy["spec"].get("egress") or ():
                assert rule, "a rule without peers and ports opens everything"
                found |= {(one.get("protocol", "TCP"), one["port"]) for one in rule["ports"]}
    return found
