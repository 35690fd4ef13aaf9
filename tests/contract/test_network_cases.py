"""Services in a mesh, behind TLS and with named callers and destinations, on which a bundle was wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.policies import PROBES, reached, reaching
from tests.contract.test_cases import JOB, WEB, bundle, session
from tests.shipped import CATALOG
from wizard.session.session import start

INSIDE = {"web", "elsewhere"}


def meshed(kind: str, **given: object) -> Rendered:
    """A plain service on a cluster with a mesh."""
    answers = {**WEB, "cluster": ("collector", f"mesh_{kind}")}
    return bundle(answers, **given)


def said(made: Rendered) -> str:
    return " ".join(line.say for line in made.contract.workloads[0].must)


def test_a_plain_service_is_asked_for_its_mesh_among_the_answers_about_the_cluster() -> None:
    made = start(CATALOG)
    plain: dict[str, Any] = {key: value for key, value in WEB.items() if key != "two_harm"}
    for question, answer in {**plain, "copies": "several"}.items():
        made = made.answer(question, answer)
    assert made.verdict is not None
    assert len(made.asked) <= 8
    assert {"mesh_injected", "mesh_ambient"} <= {one.id for one in made.offered("cluster")}


# 30-ambient-mtls: the bundle's own policies shut the mesh and the kubelet out.
def test_an_ambient_mesh_gets_through_the_policies_in_both_directions() -> None:
    answers = {**WEB, "copies": "several", "metrics": "native", "needs": ("mtls",)}
    answers = {key: value for key, value in answers.items() if key != "two_harm"}
    made = bundle({**answers, "cluster": ("collector", "mesh_ambient")}, reach="declared")
    for port in (8080, 15008):
        assert reaching(made, port, "TCP", INSIDE) == INSIDE
    assert reaching(made, 8080, "TCP", {PROBES}) == {PROBES}
    assert made.template["metadata"]["labels"]["istio.io/dataplane-mode"] == "ambient"
    assert "tell ports apart" in said(made)
    assert "sidecar.mtls" not in made.session.verdict.patterns  # type: ignore[union-attr]


def test_the_tunnel_is_open_to_the_callers_of_all_ports_and_to_nobody_else() -> None:
    made = meshed(
        "ambient",
        listeners="name=http, port=8080, to=namespace, namespace=shop; name=admin, port=9000, to=same-namespace",
    )
    assert reaching(made, 8080, "TCP", {*INSIDE, "shop"}) == {"shop"}
    assert reaching(made, 15008, "TCP", {*INSIDE, "shop"}) == {"shop", "web"}


def test_udp_does_not_go_through_a_tunnel() -> None:
    udp = "name=udp, port=7777, protocol=udp, to=namespace, namespace=spot"
    made = meshed("ambient", listeners=f"name=http, port=8080, to=same-namespace; {udp}")
    assert reaching(made, 7777, "UDP", {*INSIDE, "spot"}) == {"spot"}
    assert reaching(made, 15008, "TCP", {*INSIDE, "spot"}) == {"web"}


def test_the_tunnel_leads_to_what_is_connected_to_inside_the_cluster() -> None:
    answers = {**WEB, "needs": ("wait",), "cluster": ("collector", "mesh_ambient")}
    made = bundle(answers, reach="declared", **{"init.wait.host": "db.shop.svc", "init.wait.port": 5432})
    assert reached(made, 15008, "TCP", {*INSIDE, "shop"}) == {"shop"}
    made = bundle(answers, reach="declared", **{"init.wait.host": "db.acme.io", "init.wait.port": 5432})
    assert not reached(made, 15008, "TCP", {*INSIDE, "shop"})


def test_linkerd_gets_through_the_policies_in_both_directions() -> None:
    made = meshed("injected", **{"mesh-label.mesh": "linkerd", "mesh-label.monitoring_namespace": "metrics"})
    assert reaching(made, 4143, "TCP", INSIDE) == INSIDE
    assert reaching(made, 4191, "TCP", {*INSIDE, "metrics"}) == {"metrics"}
    assert "4143" in said(made)


def test_the_monitoring_reads_the_metrics_of_istios_proxy() -> None:
    made = meshed("injected")
    for port in (15020, 15090):
        assert reaching(made, port, "TCP", {*INSIDE, "monitoring"}) == {"monitoring"}


@pytest.mark.parametrize(("mesh", "label"), [("istio", "istio-cni-node"), ("linkerd", "linkerd-cni")])
def test_a_mesh_without_its_plugin_cannot_start_pods_and_that_is_listed_first(mesh: str, label: str) -> None:
    made = meshed("injected", **{"mesh-label.mesh": mesh})
    (found,) = (one for one in made.contract.first if "CNI plugin" in one.say)
    assert found.owner == "platform" and label in found.check and "restricted" in found.say


@pytest.mark.parametrize(
    "given",
    [
        {"mesh-label.mesh": "istio", "listeners": "name=http, port=15020"},
        {"mesh-label.mesh": "istio", "uid": 1337},
        {"mesh-label.mesh": "linkerd", "listeners": "name=http, port=4191"},
    ],
)
def test_a_port_or_user_of_the_meshs_proxy_is_refused_for_the_program(given: dict[str, Any]) -> None:
    made = session({**WEB, "cluster": ("collector", "mesh_injected")}, **given)
    assert [one.key for one in made.problems] == ["mesh-label.mesh"]


def test_a_job_that_does_not_need_the_mesh_is_kept_out_of_it_with_a_warning() -> None:
    made = bundle({**JOB, "cluster": ("collector", "mesh_injected")}, run_seconds=60)
    metadata = made.template["metadata"]
    assert metadata["labels"]["sidecar.istio.io/inject"] == "false"
    assert metadata["annotations"]["linkerd.io/inject"] == "disabled"
    assert "kept-out-of-the-mesh" in {one.id for one in made.session.warnings}


def test_a_job_in_the_mesh_gets_a_proxy_that_ends_with_it() -> None:
    answers = {**JOB, "needs": ("outbound",), "outbound": "http", "cluster": ("mesh_injected",), "version": "v129"}
    made = bundle(answers, run_seconds=60)
    assert made.template["metadata"]["annotations"]["sidecar.istio.io/nativeSidecar"] == "true"
    old = session({**answers, "version": "older"}, run_seconds=60)
    assert old.blocked
