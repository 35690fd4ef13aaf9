"""P1 and P2 in a mesh: its tunnel, the kubelet's probes and the contract agree with the declarations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.contract.bundles import Rendered, for_each, listed, served
from tests.contract.policies import PROBES, reaching
from tests.contract.test_listeners import carried, everyone, wrong_egress, wrong_listeners

AMBIENT = "istio.io/dataplane-mode"


def wrong_mesh(bundle: Rendered) -> Iterator[str]:
    """Yield probes that the policies block in an ambient mesh, and a tunnel that the contract does not mention."""
    listeners = list(bundle.declared.listeners())
    own = bundle.namespace
    peers = everyone(listeners, own)
    carries = bundle.declared.tunnels() and carried(listeners, own, peers)
    if carries and not any("tell ports apart" in line.say for line in bundle.contract.workloads[0].must):
        yield "the contract does not say that the tunnel tells no ports apart"
    if bundle.template["metadata"].get("labels", {}).get(AMBIENT) == "ambient":
        for one in listeners:
            if "kubelet" in one.to and PROBES not in reaching(bundle, one.port, "TCP", {PROBES}):
                yield f"probes of {one.port} do not come through"


def meshed(made: tuple[Rendered, ...]) -> list[Rendered]:
    """Return the bundles with a tunnel."""
    return [one for one in made if one.declared.tunnels()]


@for_each(lambda: meshed(served()))
def test_probes_work_in_a_mesh_and_the_contract_mentions_the_tunnel(bundle: Rendered) -> None:
    assert not list(wrong_mesh(bundle))


def _rules(bundle: Rendered, way: str) -> Iterator[tuple[list[dict[str, Any]], dict[str, Any]]]:
    """Yield (list of rules, rule) for each rule for a tunnel."""
    tunnels = bundle.declared.tunnels()
    for policy in bundle.of("NetworkPolicy"):
        rules = policy["spec"].get(way, [])
        yield from ((rules, rule) for rule in list(rules) if any(p["port"] in tunnels for p in rule.get("ports", ())))


def test_a_tunnel_that_is_closed_or_open_to_others_is_found() -> None:
    found = 0
    for bundle in meshed(served()):
        for change in ("close", "open"):
            broken = bundle.changed()
            for rules, rule in _rules(broken, "ingress"):
                found += 1
                if change == "close":
                    rules.remove(rule)
                else:
                    rule["from"] = [{"ipBlock": {"cidr": "0.0.0.0/0"}}]
                assert list(wrong_listeners(broken)), (bundle.name, change)
    assert found >= 4


def test_a_tunnel_that_does_not_lead_to_the_destinations_is_found() -> None:
    found = 0
    for bundle in meshed(listed()):
        for change in ("close", "open"):
            broken = bundle.changed()
            for rules, rule in _rules(broken, "egress"):
                found += 1
                if change == "close":
                    rules.remove(rule)
                else:
                    rule["to"] = [{"namespaceSelector": {}}]
                assert list(wrong_egress(broken)), (bundle.name, change)
    assert found >= 2


def _without_probes(bundle: Rendered) -> Rendered:
    """Return the bundle without the rule for the kubelet's probes."""
    broken = bundle.changed()
    for policy in broken.of("NetworkPolicy"):
        rules = policy["spec"].get("ingress", ())
        policy["spec"]["ingress"] = [rule for rule in rules if "ipBlock" not in rule["from"][0]]
    return broken


def test_blocked_probes_and_a_missing_contract_line_of_an_ambient_mesh_are_found() -> None:
    found = 0
    for bundle in meshed(served()):
        probed = any("kubelet" in one.to for one in bundle.declared.listeners())
        if probed and bundle.declared.peers() and bundle.template["metadata"]["labels"].get(AMBIENT):
            found += 1
            assert any("probes" in wrong for wrong in wrong_mesh(_without_probes(bundle)))
            silent = bundle.contract._replace(workloads=(bundle.contract.workloads[0]._replace(must=()),))
            assert any("contract" in wrong for wrong in wrong_mesh(bundle._replace(contract=silent)))
    assert found
