"""Load balancers: access from outside the cluster to TCP and UDP ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.bundles import Rendered, for_each, served
from tests.contract.policies import FAR, OUTSIDE, reaching
from tests.contract.test_addresses import OWN_DISK
from tests.contract.test_cases import AGENT, WEB, bundle, session
from tests.contract.test_listeners import wrong_listeners
from wizard.errors import RenderError
from wizard.render.templates.filters import ordinals
from wizard.session.certain import drawn_of

EVERYWHERE = {"0.0.0.0/0", "::/0"}
NAME = "statefulset.kubernetes.io/pod-name"
SSH = "name=http, port=8080; name=ssh, port=2222, protocol=tcp, to=nobody, service_port=22, exposed=yes"
DNS = "name=http, port=8080; name=dns, port=5353, protocol=udp, exposed=yes, outside=203.0.113.0/24; "
BOTH = f"{DNS}name=dns-tcp, port=5353, protocol=tcp, exposed=yes, outside=203.0.113.0/24 2001:db8::/32"


def balancers(made: Rendered) -> list[dict[str, Any]]:
    return [one for one in made.of("Service") if one["spec"].get("type") == "LoadBalancer"]


def wrong_balancers(made: Rendered) -> Iterator[str]:
    """Yield every contradiction between the load balancers and the listeners declared for callers outside."""
    exposed = [one for one in made.declared.listeners() if "outside" in one.to and not one.host_port]
    wanted = {(one.port, "UDP" if one.protocol == "udp" else "TCP") for one in exposed}
    ranges = {each for one in exposed for each in one.ranges.split()}
    found = balancers(made)
    if exposed and not found:
        yield f"{wanted} have no load balancer"
    for one in found:
        name, spec = one["metadata"]["name"], one["spec"]
        if (ports := {(each["targetPort"], each["protocol"]) for each in spec["ports"]}) != wanted:
            yield f"{name} leads to {ports}, declared are {wanted}"
        given = set(spec.get("loadBalancerSourceRanges", EVERYWHERE))
        if not (given == ranges or (given == EVERYWHERE and ranges >= EVERYWHERE)):
            yield f"{name} takes calls from {given}, declared are {ranges}"
        if spec.get("externalTrafficPolicy") != "Local":
            yield f"{name} hides the address of its callers, which the policy looks at"
    if found and made.workload is not None:
        at = {one["spec"]["selector"].get(NAME, "") for one in found}
        name, replicas = made.workload["metadata"]["name"], made.workload["spec"].get("replicas", 0)
        if at != {""} and at != {f"{name}-{number}" for number in range(replicas)}:
            yield f"{replicas} replicas, and load balancers for {sorted(at)}"


@for_each(served)
def test_each_exposed_port_has_a_load_balancer(made: Rendered) -> None:
    assert not list(wrong_balancers(made))


@pytest.mark.parametrize("answers", [WEB, OWN_DISK, AGENT])
def test_a_load_balancer_and_the_policy_open_the_exposed_ports_to_the_same_addresses(answers: dict[str, Any]) -> None:
    made = bundle(answers, listeners=BOTH)
    assert not made.session.findings and not [*wrong_listeners(made), *wrong_balancers(made)]
    for one in balancers(made):
        assert one["spec"]["loadBalancerSourceRanges"] == ["203.0.113.0/24", "2001:db8::/32"]
    for protocol in ("TCP", "UDP"):
        assert reaching(made, 5353, protocol, {OUTSIDE, FAR}) == {OUTSIDE}
    assert not balancers(bundle(answers))


def test_a_port_open_to_all_leaves_the_service_open_and_the_policy_restricts_the_others() -> None:
    made = bundle(WEB, listeners=f"{DNS}name=ssh, port=2222, protocol=tcp, exposed=yes")
    (one,) = balancers(made)
    assert "loadBalancerSourceRanges" not in one["spec"] and not list(wrong_listeners(made))
    readme = made.session.bundle.files[0].text
    assert "different ranges" in readme and "TCP and UDP share an address" in readme


def test_http_keeps_its_ingress_next_to_a_load_balancer() -> None:
    route = {"exposure": "ingress", "host": "git.acme.io", "entry_namespace": "edge", "tls": "controller"}
    made = bundle(WEB, listeners=SSH, **route)
    (one,) = balancers(made)
    assert [(each["port"], each["targetPort"]) for each in one["spec"]["ports"]] == [(22, 2222)]
    (inside,) = (each for each in made.of("Service") if each not in (one,))
    assert [each["targetPort"] for each in inside["spec"]["ports"]] == [8080] and list(made.of("Ingress"))
    assert reaching(made, 2222, "TCP", {OUTSIDE, "web", "other"}) == {OUTSIDE}


def test_each_replica_with_an_identity_has_its_own_address() -> None:
    made = bundle(OWN_DISK, listeners=SSH)
    assert not made.session.findings
    assert {one["metadata"]["name"]: one["spec"]["selector"][NAME] for one in balancers(made)} == {
        "web-lb-0": "web-0", "web-lb-1": "web-1", "web-lb-2": "web-2",
    }  # fmt: skip
    assert len(balancers(bundle(OWN_DISK, listeners=SSH, replicas=5))) == 5
    for one in (bundle(OWN_DISK, listeners=SSH, addresses="one"), bundle({**OWN_DISK, "copies": "one"}, listeners=SSH)):
        (shared,) = balancers(one)
        assert NAME not in shared["spec"]["selector"]


def test_the_contract_the_drawing_and_the_readme_show_the_outside_address() -> None:
    made = bundle(WEB, listeners=f"{SSH}, outside=203.0.113.0/24")
    (first,) = [one for one in made.contract.first if "load balancers" in one.say]
    assert first.owner == "platform" and "LoadBalancer" in first.check
    drawn = drawn_of(made.session)
    (program,) = [one for one in drawn.containers if one.role == "app"]
    assert [one.callers for one in program.listens if one.port == 2222] == [("outside 203.0.113.0/24",)]
    assert ("Service", "web-lb") in {(one.kind, one.name) for one in drawn.around}
    (line,) = [one for one in made.contract.addresses if one.startswith("From outside")]
    assert line.startswith("From outside: 22/TCP at the address that `kubectl -n web get service web-lb -o jsonpath=")
    assert line in made.session.bundle.files[0].text


@pytest.mark.parametrize(
    ("answers", "listeners", "says"),
    [
        (WEB, "name=http, port=8080, exposed=yes", "has no effect with protocol=http"),
        (WEB, "name=http, port=8080; name=ssh, port=2222, protocol=tcp, outside=203.0.113.0/24", "has no effect"),
        (
            WEB,
            "name=http, port=8080; name=ssh, port=2222, protocol=tcp, exposed=yes, outside=everywhere",
            "not an address range",
        ),
    ],
)
def test_an_invalid_exposed_port_is_refused_at_the_field(answers: dict[str, Any], listeners: str, says: str) -> None:
    (problem,) = session(answers, listeners=listeners).problems
    assert problem.key == "app.listeners" and says in f"{problem.message} {problem.hint}"


def _other_port(made: Rendered) -> None:
    for one in balancers(made):
        one["spec"]["ports"][0]["targetPort"] = 1


def _none(made: Rendered) -> None:
    made.objects[:] = [one for one in made.objects if one not in balancers(made)]


def _wide(made: Rendered) -> None:
    for one in balancers(made):
        one["spec"]["loadBalancerSourceRanges"] = ["192.0.2.0/24"]


def _hidden(made: Rendered) -> None:
    for one in balancers(made):
        one["spec"]["externalTrafficPolicy"] = "Cluster"


def _another_replica(made: Rendered) -> None:
    for one in balancers(made):
        one["spec"]["selector"][NAME] = "web-9"


@pytest.mark.parametrize("change", [_other_port, _none, _wide, _hidden, _another_replica])
@pytest.mark.parametrize("answers", [WEB, OWN_DISK])
def test_a_load_balancer_that_differs_from_its_declaration_is_found(
    answers: dict[str, Any], change: Callable[[Rendered], None]
) -> None:
    broken = bundle(answers, listeners=SSH).changed()
    change(broken)
    assert list(wrong_balancers(broken))


def test_the_covering_bundles_include_load_balancers_for_each_kind_of_workload() -> None:
    kinds = {one.workload["kind"] for one in served() if one.workload is not None and balancers(one)}
    assert kinds == {"Deployment", "StatefulSet", "DaemonSet"}


@pytest.mark.parametrize("count", [0, 1001, "3", None])
def test_ordinals_accept_only_a_valid_number_of_replicas(count: Any) -> None:
    with pytest.raises(RenderError, match="from 1 to 1000"):
        ordinals(count)
    assert ordinals(3) == [0, 1, 2]
