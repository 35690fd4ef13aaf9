"""Ports of the node (``hostPort``), for game servers and node agents that are called at the node's address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.bundles import Rendered, demands, served
from tests.contract.policies import FAR, OUTSIDE, reaching
from tests.contract.test_cases import AGENT, WEB, bundle, session
from tests.contract.test_fits import waited
from tests.contract.test_listeners import wrong_listeners
from tests.contract.test_placement import enforced
from wizard.session.certain import drawn_of
from wizard.validation.documents import read_documents
from wizard.validation.run import check_documents

DISK = {
    "work": "server", "keeps": "own_disk", "operate": "plain", "copies": "one", "logs": "stdout", "metrics": "none",
    "needs": (), "habits": (), "cluster": (),
}  # fmt: skip
GAME = "name=http, port=8080; name=game, port=7777, protocol=udp, to=nobody, at_node=outside"
STATS = "name=stats, port=8125, protocol=udp, at_node=inside"
PEERS = {OUTSIDE, FAR, "web", "other"}


def ports(made: Rendered) -> dict[str, tuple[int, str]]:
    """Return (container port, protocol) by host port."""
    every = [port for container in made.containers for port in container.get("ports", ())]
    return {str(one["hostPort"]): (one["containerPort"], one["protocol"]) for one in every if "hostPort" in one}


@pytest.mark.parametrize("answers", [WEB, DISK, AGENT])
def test_a_host_port_equals_the_container_port_unless_another_is_given(
    answers: dict[str, Any],
) -> None:
    assert ports(bundle(answers, listeners=GAME)) == {"7777": (7777, "UDP")}
    made = bundle(answers, listeners=f"{GAME}, host_port=53")
    assert ports(made) == {"53": (7777, "UDP")}
    assert not made.session.findings
    assert not ports(bundle(answers))


@pytest.mark.parametrize("answers", [WEB, DISK, AGENT])
def test_a_host_port_is_open_to_the_given_addresses(answers: dict[str, Any]) -> None:
    made = bundle(answers, listeners=GAME)
    assert {OUTSIDE, FAR} == reaching(made, 7777, "UDP", PEERS)
    near = bundle(answers, listeners=f"{GAME}, outside=203.0.113.0/24 2001:db8::/32")
    assert reaching(near, 7777, "UDP", PEERS) == {OUTSIDE}
    assert not list(wrong_listeners(near))
    inside = bundle({**answers, "metrics": "none"}, listeners=STATS, health="none")
    assert reaching(inside, 8125, "UDP", PEERS) == {"web", "other"}


def test_programs_of_the_cluster_reach_a_node_agent_only_at_a_host_port() -> None:
    made = bundle(AGENT, listeners=f"name=http, port=8080; {STATS}")
    assert reaching(made, 8125, "UDP", PEERS) == {"web", "other"}
    assert not reaching(made, 8080, "TCP", PEERS)


@pytest.mark.parametrize("answers", [WEB, DISK, AGENT])
@pytest.mark.parametrize("space", ["create", "existing"])
def test_the_namespace_of_a_host_port_must_allow_privileged_pods(answers: dict[str, Any], space: str) -> None:
    made = bundle(answers, listeners=GAME, create_namespace=space)
    assert not made.session.findings
    if space == "create":
        assert enforced(made) == "privileged" and enforced(bundle(answers)) == "restricted"
    (first,) = [one for one in made.contract.first if one.kind == "Pod Security"]
    assert "It uses a port of the node" in first.say


def test_the_contract_and_the_drawing_show_the_host_port() -> None:
    made = bundle(WEB, listeners=f"{GAME}, host_port=53, outside=203.0.113.0/24")
    (first,) = [one for one in made.contract.first if one.kind == "Host port"]
    assert first.name == "53/UDP (the program's 7777)" and first.owner == "platform" and "Pending" in first.say
    program = next(one for one in drawn_of(made.session).containers if one.role == "app")
    game = next(one for one in program.listens if one.port == 7777)
    assert (game.text, game.callers) == (":7777 (node :53)", ("outside 203.0.113.0/24",))
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "each node can run only one such pod" in readme and "The network policy sees the source address" in readme
    assert not [one for one in bundle(WEB).contract.first if one.kind == "Host port"]


def test_a_service_has_only_the_ports_that_programs_of_the_cluster_call() -> None:
    (service,) = bundle(WEB, listeners=GAME).of("Service")
    assert [one["name"] for one in service["spec"]["ports"]] == ["http"]
    assert not list(bundle(WEB, listeners=GAME.partition("; ")[2], health="none").of("Service"))


def test_an_update_of_a_program_with_a_host_port_needs_no_free_node() -> None:
    several = {**{k: v for k, v in WEB.items() if k != "two_harm"}, "copies": "several"}
    made = bundle(several, listeners=GAME, stop_seconds=900)
    assert made.workload is not None
    assert made.workload["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 1, "maxSurge": 0}
    assert made.workload["spec"]["progressDeadlineSeconds"] > 900
    # Each of the three replicas waits for the one before it to end.
    assert waited(made) > 3 * 900
    assert waited(bundle({**WEB, "two_harm": "perhaps"}, stop_seconds=900)) > 900


@pytest.mark.parametrize(
    ("listeners", "says"),
    [
        ("name=a, port=7777, at_node=inside; name=b, port=7778, at_node=outside, host_port=7777", "7777 of the node"),
        ("name=a, port=7777, host_port=53", "has no effect without at_node"),
        ("name=a, port=7777, at_node=inside, outside=203.0.113.0/24", "has no effect without exposed"),
        ("name=a, port=7777, at_node=outside, outside=203.0.113.9/24", "did you mean `203.0.113.0/24`"),
        ("name=a, port=7777, at_node=outside, outside=everywhere", "not an address range"),
    ],
)
def test_an_invalid_host_port_is_refused_at_the_field(listeners: str, says: str) -> None:
    (problem,) = session(WEB, listeners=listeners).problems
    assert problem.key == "app.listeners" and says in f"{problem.message} {problem.hint}"


def test_tcp_and_udp_may_share_a_host_port() -> None:
    both = "name=dns, port=5353, protocol=udp, at_node=inside, host_port=53; "
    both += "name=dns-tcp, port=5353, protocol=tcp, at_node=inside, host_port=53"
    made = bundle(AGENT, listeners=both, health="exec", alive_command=["/bin/alive"], metrics_at="own")
    assert [(one["hostPort"], one["protocol"]) for one in made.containers[0]["ports"][:2]] == [(53, "UDP"), (53, "TCP")]


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({"health_port": 8081}, "it listens on 8080 and 9090"),
        ({"health_port": 8081, "metrics_at": "same"}, "it listens on 8080"),
        ({"health_port": 7777, "listeners": GAME}, "it listens on 8080 and 9090"),
        ({"health_port": 8081, "listeners": "name=game, port=7777, protocol=udp"}, "it listens on 9090"),
    ],
    ids=["its metrics apart", "one port", "a UDP port", "UDP alone"],
)
def test_a_health_check_on_a_port_that_the_program_does_not_have_is_refused(given: dict[str, Any], known: str) -> None:
    made = session(AGENT, **{"metrics_at": "own", **given})
    (problem,) = made.problems
    assert problem.key == "app.health_port"
    assert problem.message == f"port {given['health_port']} is not one of its ports; {known}"
    assert problem.hint == "use one of these, or add it to `app.listeners`"


def test_a_health_check_may_have_a_port_of_the_program_that_nobody_calls() -> None:
    listeners = "name=http, port=8080; name=status, port=8081, to=nobody"
    made = bundle(WEB, listeners=listeners, health_port=8081)
    assert made.containers[-1]["livenessProbe"]["httpGet"]["port"] == 8081
    assert "probe-port-undeclared" not in {one.rule for one in made.session.findings}


def test_a_program_with_only_udp_ports_is_not_checked_over_tcp() -> None:
    game = "name=game, port=7777, protocol=udp, at_node=outside"
    assert [one.key for one in session(WEB, listeners=game).problems] == ["app.health_port"]
    both = f"{game}; name=status, port=8081, to=nobody"
    assert not session(WEB, listeners=both, health_port=8081).problems
    assert not session(AGENT, listeners=game, health="none").problems, "its metrics have a port of their own"
    same = session(AGENT, listeners=game, health="none", metrics_at="same")
    assert [one.key for one in same.problems] == ["app.metrics_at"]


@pytest.mark.parametrize("answers", [WEB, AGENT, {**WEB, "two_harm": "yes"}], ids=["service", "agent", "singleton"])
def test_a_program_that_is_called_over_udp_must_have_a_udp_port(answers: dict[str, Any]) -> None:
    ticked = {**answers, "habits": ("udp",)}
    made = bundle(ticked)
    found = {(one["name"], one.get("protocol")) for one in made.containers[-1]["ports"]}
    assert found >= {("http", "TCP"), ("udp", "UDP")}
    assert "Listen on port 7777 on all addresses, for UDP (the port named udp)." in demands(made)
    for listeners in ("name=http, port=8080", "nothing"):
        (problem,) = session(ticked, listeners=listeners).problems
        assert problem.key == "app.listeners" and "UDP traffic" in problem.message and "protocol=udp" in problem.hint
    assert not session(ticked, listeners=GAME).problems
    assert not session(answers, listeners="name=http, port=8080").problems


def test_a_host_port_that_bypasses_a_proxy_is_refused() -> None:
    answers = {**WEB, "needs": ("mtls",), "self_tls": "no", "version": "v133"}
    made = session(answers, listeners="name=http, port=8080, at_node=outside", **{"sidecar.mtls.secret": "s"})
    assert [one.key for one in made.problems] == ["app.listeners"]
    beside = session(answers, listeners=GAME, **{"sidecar.mtls.secret": "s"})
    assert not beside.problems


def _drop_port(made: Rendered) -> None:
    for container in made.containers:
        for port in container.get("ports", ()):
            port.pop("hostPort", None)


def _another_port(made: Rendered) -> None:
    for container in made.containers:
        for port in container.get("ports", ()):
            if "hostPort" in port:
                port["hostPort"] += 1


def _close(made: Rendered) -> None:
    for policy in made.of("NetworkPolicy"):
        policy["spec"]["ingress"] = [one for one in policy["spec"].get("ingress", ()) if "ipBlock" not in str(one)]


def _narrow(made: Rendered) -> None:
    for policy in made.of("NetworkPolicy"):
        for rule in policy["spec"].get("ingress", ()):
            for peer in rule["from"]:
                if "ipBlock" in peer:
                    peer["ipBlock"]["cidr"] = "192.0.2.0/24"


@pytest.mark.parametrize("change", [_drop_port, _another_port, _close, _narrow])
def test_a_host_port_that_differs_from_its_declaration_is_found(change: Callable[[Rendered], None]) -> None:
    found = set()
    for one in served():
        if any(listener.ranges and listener.host_port for listener in one.declared.listeners()):
            broken = one.changed()
            change(broken)
            assert list(wrong_listeners(broken)), one.name
            found.add(broken.workload and broken.workload["kind"])
    assert found == {"Deployment", "StatefulSet", "DaemonSet"}


def test_validation_refuses_a_host_port_in_a_stricter_namespace() -> None:
    text = "---\n".join(file.text for file in bundle(WEB, listeners=GAME).session.bundle.manifests)
    assert not check_documents(read_documents(text.encode(), "a.yaml").documents)
    stricter = text.replace("enforce: privileged", "enforce: baseline")
    (found,) = check_documents(read_documents(stricter.encode(), "a.yaml").documents)
    assert "hostPort 7777" in found.message and "privileged" in found.hint
