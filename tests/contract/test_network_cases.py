"""Regression cases: services in a mesh, behind TLS, and with named callers and destinations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered, demands
from tests.contract.policies import PROBES, reached, reaching
from tests.contract.test_cases import JOB, WEB, bundle, session
from tests.shipped import CATALOG
from wizard.session.session import start

INSIDE = {"web", "elsewhere"}


def meshed(kind: str, **given: object) -> Rendered:
    """Return the bundle of a plain service on a cluster with a mesh."""
    answers = {**WEB, "cluster": ("collector", f"mesh_{kind}")}
    return bundle(answers, **given)


def test_the_question_about_the_cluster_offers_a_mesh_to_a_plain_service() -> None:
    made = start(CATALOG)
    plain: dict[str, Any] = {key: value for key, value in WEB.items() if key != "two_harm"}
    for question, answer in {**plain, "copies": "several"}.items():
        made = made.answer(question, answer)
    assert made.verdict is not None
    assert len(made.asked) <= 8
    assert {"mesh_injected", "mesh_ambient"} <= {one.id for one in made.offered("cluster")}


# 30-ambient-mtls: the bundle's own policies blocked the mesh and the kubelet.
def test_the_policies_admit_an_ambient_mesh_and_the_kubelet() -> None:
    answers = {**WEB, "copies": "several", "metrics": "native", "needs": ("mtls",)}
    answers = {key: value for key, value in answers.items() if key != "two_harm"}
    made = bundle({**answers, "cluster": ("collector", "mesh_ambient")}, reach="declared")
    for port in (8080, 15008):
        assert reaching(made, port, "TCP", INSIDE) == INSIDE
    assert reaching(made, 8080, "TCP", {PROBES}) == {PROBES}
    assert made.template["metadata"]["labels"]["istio.io/dataplane-mode"] == "ambient"
    assert "tell ports apart" in demands(made)
    assert "sidecar.mtls" not in made.session.verdict.patterns  # type: ignore[union-attr]


def test_the_tunnel_is_open_only_to_the_callers_of_the_ports() -> None:
    made = meshed(
        "ambient",
        listeners="name=http, port=8080, to=namespace, namespace=shop; name=admin, port=9000, to=same-namespace",
    )
    assert reaching(made, 8080, "TCP", {*INSIDE, "shop"}) == {"shop"}
    assert reaching(made, 15008, "TCP", {*INSIDE, "shop"}) == {"shop", "web"}


def test_the_tunnel_is_closed_to_callers_of_udp_ports() -> None:
    udp = "name=udp, port=7777, protocol=udp, to=namespace, namespace=spot"
    made = meshed("ambient", listeners=f"name=http, port=8080, to=same-namespace; {udp}")
    assert reaching(made, 7777, "UDP", {*INSIDE, "spot"}) == {"spot"}
    assert reaching(made, 15008, "TCP", {*INSIDE, "spot"}) == {"web"}


def test_the_tunnel_leads_only_to_destinations_inside_the_cluster() -> None:
    answers = {**WEB, "needs": ("wait",), "cluster": ("collector", "mesh_ambient")}
    made = bundle(answers, reach="declared", **{"init.wait.host": "db.shop.svc", "init.wait.port": 5432})
    assert reached(made, 15008, "TCP", {*INSIDE, "shop"}) == {"shop"}
    made = bundle(answers, reach="declared", **{"init.wait.host": "db.acme.io", "init.wait.port": 5432})
    assert not reached(made, 15008, "TCP", {*INSIDE, "shop"})


def test_the_policies_admit_linkerd_and_the_metrics_of_its_proxy() -> None:
    made = meshed("injected", **{"mesh-label.mesh": "linkerd", "mesh-label.monitoring_namespace": "metrics"})
    assert reaching(made, 4143, "TCP", INSIDE) == INSIDE
    assert reaching(made, 4191, "TCP", {*INSIDE, "metrics"}) == {"metrics"}
    assert "4143" in demands(made)


def test_the_monitoring_may_scrape_istios_proxy() -> None:
    made = meshed("injected")
    for port in (15020, 15090):
        assert reaching(made, port, "TCP", {*INSIDE, "monitoring"}) == {"monitoring"}


@pytest.mark.parametrize(("mesh", "label"), [("istio", "istio-cni-node"), ("linkerd", "linkerd-cni")])
def test_the_cni_plugin_of_a_mesh_is_a_prerequisite(mesh: str, label: str) -> None:
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
    answers = {**JOB, "needs": ("outbound",), "outbound": ("http",), "cluster": ("mesh_injected",), "version": "v129"}
    made = bundle(answers, run_seconds=60)
    assert made.template["metadata"]["annotations"]["sidecar.istio.io/nativeSidecar"] == "true"
    old = session({**answers, "version": "older"}, run_seconds=60)
    assert old.blocked


# --- TLS ------------------------------------------------------------------------------------------

TLS: dict[str, Any] = {
    **{key: value for key, value in WEB.items() if key != "two_harm"},
    "copies": "several",
    "metrics": "native",
    "needs": ("mtls",),
    "self_tls": "no",
    "version": "v133",
}
SECRET = {"sidecar.mtls.secret": "web-tls"}
ROUTE = {"exposure": "httproute", "host": "web.acme.io", "entry_namespace": "edge", "gateway": "public"}


def arguments(made: Rendered) -> list[str]:
    """Return the arguments of the TLS sidecar."""
    return next(c["args"] for c in made.containers if c["name"] == "mtls")


# 14-elastic-mtls-http: a route to a pod that refuses the Gateway, and a metrics port without TLS next to mutual TLS.
def test_a_gateway_without_a_certificate_is_refused_if_callers_must_show_one() -> None:
    (problem,) = session(TLS, **SECRET, **ROUTE).problems
    assert problem.key == "app.exposure"
    assert "sidecar.mtls.gateway_certificate" in problem.hint
    ingress = {**ROUTE, "exposure": "ingress", "tls": "controller", "ingress_controller": "ingress-nginx"}
    (problem,) = session(TLS, **SECRET, **ingress).problems
    assert problem.key == "app.exposure" and "sidecar.mtls.allow" in problem.hint


def test_a_gateway_with_a_confirmed_certificate_is_admitted_and_its_certificate_is_a_prerequisite() -> None:
    made = bundle(TLS, **SECRET, **ROUTE, **{"sidecar.mtls.gateway_certificate": "confirmed"})
    assert "edge" in reaching(made, 8443, "TCP", {"edge"})
    assert any("clientCertificateRef" in one.say for one in made.contract.first)


def test_a_gateway_uses_tls_with_a_pod_that_requires_no_certificate() -> None:
    made = bundle(
        TLS,
        **SECRET,
        **ROUTE,
        listeners="name=http, port=8080, to=nobody",
        **{"sidecar.mtls.allow": "none", "sidecar.mtls.ca_config_map": "acme-ca"},
    )
    assert "--disable-authentication" in arguments(made)
    assert not [word for word in arguments(made) if word.startswith(("--allow", "--cacert"))]
    (policy,) = made.of("BackendTLSPolicy")
    assert policy["spec"]["validation"]["hostname"] == "web.web.svc"
    (found,) = (one for one in made.contract.first if one.name == "acme-ca")
    assert (found.kind, found.keys) == ("ConfigMap", ("ca.crt",))
    (secret,) = (one for one in made.contract.first if one.name == "web-tls")
    assert secret.keys == ("tls.crt", "tls.key")
    assert reaching(made, 8443, "TCP", {"edge", *INSIDE}) == {"edge"}


def test_metrics_behind_tls_are_on_a_port_that_only_the_monitoring_reaches() -> None:
    made = bundle(TLS, **SECRET)
    assert reaching(made, 9090, "TCP", {"monitoring", *INSIDE}) == {"monitoring"}
    assert not reaching(made, 8080, "TCP", {"monitoring", *INSIDE})


# 42-mtls-spread-headless: gRPC without ALPN, and a certificate without the names that callers use.
def test_grpc_behind_tls_offers_http2_and_its_certificate_has_the_names_of_each_replica() -> None:
    answers = {**TLS, "needs": ("mtls", "held"), "spread": "yes"}
    issued = {"sidecar.mtls.certificates": "cert-manager", "sidecar.mtls.issuer": "ours"}
    made = bundle(answers, **issued, health="grpc", listeners="name=grpc, port=8080, protocol=grpc")
    assert "--alpn=h2" in arguments(made)
    (certificate,) = made.of("Certificate")
    assert {"web.web.svc", "web-headless.web.svc"} <= set(certificate["spec"]["dnsNames"])
    headless = next(one for one in made.of("Service") if one["metadata"]["name"] == "web-headless")
    assert [(one["port"], one["targetPort"]) for one in headless["spec"]["ports"]] == [(8443, 8443)]
    named = {**TLS, "keeps": "own_disk", "operate": "plain"}
    (certificate,) = bundle(named, **issued).of("Certificate")
    assert "*.web-headless.web.svc" in certificate["spec"]["dnsNames"]


@pytest.mark.parametrize(("http2", "alpn"), [("no", []), ("yes", ["--alpn=h2,http/1.1"])])
def test_http2_is_offered_only_if_the_program_supports_it(http2: str, alpn: list[str]) -> None:
    made = bundle(TLS, **SECRET, **{"sidecar.mtls.http2": http2})
    assert [word for word in arguments(made) if word.startswith("--alpn")] == alpn


def test_grpc_is_exposed_by_a_grpc_route() -> None:
    made = bundle(WEB, listeners="name=grpc, port=8080, protocol=grpc", health="grpc", **ROUTE)
    (route,) = made.of("GRPCRoute")
    assert route["spec"]["hostnames"] == ["web.acme.io"]
    assert not list(made.of("HTTPRoute"))


def test_a_port_that_speaks_neither_http_nor_grpc_is_not_exposed() -> None:
    (problem,) = session(WEB, listeners="name=db, port=5432, protocol=tcp", health="tcp", **ROUTE).problems
    assert problem.key == "app.exposure"


INGRESS = {"exposure": "ingress", "host": "web.acme.io", "entry_namespace": "edge", "tls": "controller"}


def test_an_ingress_has_annotations_for_the_programs_protocol() -> None:
    grpc = {"listeners": "name=grpc, port=8080, protocol=grpc", "health": "grpc"}
    (problem,) = session(WEB, **INGRESS, **grpc).problems
    assert problem.key == "app.ingress_controller" and "app.ingress_annotations" in problem.hint
    made = bundle(WEB, **INGRESS, **grpc, ingress_annotations={"haproxy.org/server-proto": "h2"})
    (ingress,) = made.of("Ingress")
    assert ingress["metadata"]["annotations"] == {"haproxy.org/server-proto": "h2"}
    for given, spoken in ((grpc, "GRPC"), ({}, None)):
        (ingress,) = bundle(WEB, **INGRESS, **given, ingress_controller="ingress-nginx").of("Ingress")
        marks = ingress["metadata"].get("annotations", {})
        assert marks.get("nginx.ingress.kubernetes.io/backend-protocol") == spoken


def test_cert_manager_makes_the_certificate_of_an_ingress_and_its_issuer_is_a_prerequisite() -> None:
    made = bundle(WEB, **{**INGRESS, "tls": "cert-manager", "tls_issuer": "letsencrypt"})
    (ingress,) = made.of("Ingress")
    assert ingress["metadata"]["annotations"] == {"cert-manager.io/cluster-issuer": "letsencrypt"}
    assert ingress["spec"]["tls"][0]["secretName"] == "web-tls"
    named = {(one.kind, one.name) for one in made.contract.first}
    assert ("ClusterIssuer", "letsencrypt") in named and ("Secret", "web-tls") not in named
    kept = bundle(WEB, **{**INGRESS, "tls": "secret"})
    assert ("Secret", "web-tls") in {(one.kind, one.name) for one in kept.contract.first}


def test_the_prerequisites_of_an_ingress_mention_the_end_of_ingress_nginx() -> None:
    made = bundle(WEB, **INGRESS)
    assert any("ingress-nginx" in one.say and "Gateway API" in one.say for one in made.contract.first)


# --- a program that serves TLS itself ---------------------------------------------------------------

OWN = {**{key: value for key, value in TLS.items() if key != "version"}, "self_tls": "yes"}


def test_probes_and_monitoring_need_no_certificate_for_a_program_that_serves_tls_itself() -> None:
    made = bundle(OWN)
    app = made.containers[-1]
    assert app["livenessProbe"]["tcpSocket"] == {"port": 8080}
    assert reaching(made, 9090, "TCP", {"monitoring", *INSIDE}) == {"monitoring"}
    (service,) = (one for one in made.of("Service") if one["metadata"]["name"] == "web")
    assert service["spec"]["ports"][0]["port"] == 443
    assert "Serve TLS" in demands(made)
    status = "name=https, port=8080; name=status, port=8081, to=nobody"
    asked = bundle(OWN, health="http", health_port=8081, listeners=status)
    assert "Answer health checks on port 8081 without TLS" in demands(asked)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"metrics_at": "same"}, "app.metrics_at"),
        (ROUTE, "app.exposure"),
        (INGRESS, "app.exposure"),
        ({"health": "http"}, "app.health_port"),
        ({"health": "grpc", "health_port": 8080}, "app.health_port"),
    ],
)
def test_metrics_probes_and_routes_without_a_certificate_are_refused_at_the_field(
    given: dict[str, Any], key: str
) -> None:
    (problem,) = session(OWN, **given).problems
    assert problem.key == key and problem.hint


@pytest.mark.parametrize("pods", [None, "app=shop"])
@pytest.mark.parametrize("to", ["anywhere", "same-namespace", "nobody"])
def test_the_namespace_of_the_entry_is_required_only_if_callers_are_restricted(to: str, pods: str | None) -> None:
    listener = {"name": "http", "port": 8080, "to": to, **({"pods": pods} if pods and to != "nobody" else {})}
    given: dict[str, Any] = {"exposure": "ingress", "host": "web.acme.io", "tls": "controller", "listeners": [listener]}
    open_to_all = to == "anywhere" and not pods
    problems = [one.key for one in session(WEB, **given).problems]
    assert problems == ([] if open_to_all else ["app.entry_namespace"])
    made = bundle(WEB, **given, **({} if open_to_all else {"entry_namespace": "edge"}))
    (policy,) = made.of("NetworkPolicy")
    assert ("edge" in str(policy["spec"]["ingress"])) is not open_to_all
    assert "edge" in reaching(made, 8080, "TCP", {"edge"})
    assert any("admits it only from there" in one.say for one in made.contract.first) is not open_to_all


# --- callers in the same namespace ------------------------------------------------------------------


@pytest.mark.parametrize("answers", [WEB, TLS])
def test_a_port_for_the_same_namespace_is_open_only_to_it(answers: dict[str, Any]) -> None:
    secret = SECRET if answers is TLS else {}
    made = bundle(answers, listeners=[{"name": "http", "port": 8080, "to": "same-namespace"}], **secret)
    port = 8443 if answers is TLS else 8080
    assert reaching(made, port, "TCP", {*INSIDE, "monitoring"}) - {"monitoring"} == {"web"}
    assert not [one for one in made.session.findings if one.severity == "error"]
