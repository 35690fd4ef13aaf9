"""Exposure: Ingresses and routes use the protocol of the pod, and a Gateway uses TLS if the pod does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract import test_cases
from tests.contract.bundles import Rendered, for_each, served
from wizard.session.session import Session

PROXY = 8443
"""The port of the TLS sidecar."""
NGINX = "nginx.ingress.kubernetes.io/backend-protocol"


def backends(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the Service and the number or name of its port for each backend of an Ingress or route."""
    for rule in one["spec"]["rules"]:
        for path in (rule.get("http") or {}).get("paths", ()):
            service = path["backend"]["service"]
            yield {"service": service["name"], **service["port"]}
        for backend in rule.get("backendRefs", ()):
            yield {"service": backend["name"], "number": backend["port"]}


def target(bundle: Rendered, backend: dict[str, Any]) -> dict[str, Any]:
    """Return the Service port that a backend refers to; empty if there is none."""
    for service in bundle.of("Service"):
        for port in service["spec"]["ports"] if service["metadata"]["name"] == backend["service"] else ():
            if backend.get("number") == port["port"] or backend.get("name") == port["name"]:
                return port  # type: ignore[no-any-return]
    return {}


def wrong_exposure(bundle: Rendered) -> Iterator[str]:
    """Yield every mismatch because of which the pod would not understand calls from outside."""
    speaks = bundle.session.resolved["app.speaks"].text if "app.speaks" in bundle.session.resolved else ""
    policies = list(bundle.of("BackendTLSPolicy"))
    for one in bundle.of("Ingress", "HTTPRoute", "GRPCRoute"):
        kind = one["kind"]
        if kind != "Ingress" and (kind == "GRPCRoute") != (speaks == "grpc"):
            yield f"{kind} for {speaks}"
        for backend in backends(one):
            port = target(bundle, backend)
            if not port:
                yield f"{kind} sends to {backend}, which no Service has"
                continue
            tls = port["targetPort"] == PROXY
            if kind == "Ingress":
                yield from _wrong_annotation(one, tls=tls, grpc=speaks == "grpc")
            elif tls != bool(policies):
                yield f"the Gateway speaks {'plainly' if tls else 'TLS'}, and the pod does not"
    for policy in policies:
        (at,) = policy["spec"]["targetRefs"]
        if not target(bundle, {"service": at["name"], "name": at["sectionName"]}):
            yield f"BackendTLSPolicy is about {at}, which no Service has"
    if policies and _requires_certificates(bundle) and not any("clientCert" in f.say for f in bundle.contract.first):
        yield "callers must show a certificate, and nothing says that the Gateway does"


def _wrong_annotation(one: dict[str, Any], *, tls: bool, grpc: bool) -> Iterator[str]:
    marks = one["metadata"].get("annotations", {})
    wanted = {(False, False): None, (False, True): "GRPC", (True, False): "HTTPS", (True, True): "GRPCS"}[tls, grpc]
    others = {key for key in marks if not key.startswith("cert-manager.io/")} - {NGINX}
    if marks.get(NGINX) != wanted and not (wanted and others):
        yield f"the Ingress has {marks.get(NGINX)}, and the pod speaks {wanted}"


def _requires_certificates(bundle: Rendered) -> bool:
    return any("--cacert=" in word for c in bundle.containers for word in c.get("args", ()))


def variants(session: Session) -> Iterator[Session]:
    """Yield the session exposed in each way."""
    for exposure in ("ingress", "httproute"):
        for protocol in ("http", "grpc"):
            for allow in ("none", "any"):
                one = session.give("app.listeners", f"name=main, port=8080, protocol={protocol}")
                one = one.give("app.exposure", exposure).give("app.ingress_controller", "ingress-nginx")
                one = one.give("sidecar.mtls.allow", allow).give("sidecar.mtls.gateway_certificate", "confirmed")
                yield one


@pytest.fixture(scope="module")
def exposed() -> tuple[Rendered, ...]:
    """Return one bundle with and one without the TLS sidecar per kind of workload, exposed in every valid way."""
    from tests.contract.bundles import rendered
    from wizard.session.samples import with_samples

    chosen: dict[tuple[str, bool], tuple[bool, Session]] = {}
    for bundle in served():
        if bundle.workload is not None and "app.exposure" in bundle.session.resolved:
            patterns = bundle.session.verdict.patterns if bundle.session.verdict else ()
            key = (bundle.workload["kind"], "sidecar.mtls" in patterns)
            # Prefer other sessions to those with a gate or a web server (only HTTP), with a program that requires
            # certificates (not exposed) or with UDP (not used by any port below).
            habits = bundle.session.answers.get("habits") or ()
            alone = {"sidecar.gate", "sidecar.web"} & set(patterns) or "udp" in habits
            narrow = bool(alone) or bundle.session.answers.get("self_tls") == "yes"
            if key not in chosen or (chosen[key][0] and not narrow):
                chosen[key] = (narrow, bundle.session)
    made = []
    for key, (_, session) in chosen.items():
        for one in variants(session):
            full = with_samples(one)
            if not full.problems:
                made.append(rendered(f"{key}", full))
    return tuple(made)


@for_each(served)
def test_calls_from_outside_match_the_protocol_of_the_pod(bundle: Rendered) -> None:
    assert not list(wrong_exposure(bundle))


def test_every_way_of_exposure_matches_the_protocol_of_the_pod(exposed: tuple[Rendered, ...]) -> None:
    assert len(exposed) > 15
    for bundle in exposed:
        assert not list(wrong_exposure(bundle)), bundle.name
    assert {one["kind"] for bundle in exposed for one in bundle.objects} > {
        "GRPCRoute",
        "HTTPRoute",
        "BackendTLSPolicy",
    }


def _without_policy(bundle: Rendered) -> bool:
    kept = [one for one in bundle.objects if one["kind"] != "BackendTLSPolicy"]
    changed = len(kept) < len(bundle.objects)
    bundle.objects[:] = kept
    return changed


def _other_route(bundle: Rendered) -> bool:
    routes = list(bundle.of("HTTPRoute", "GRPCRoute"))
    for one in routes:
        one["kind"] = {"HTTPRoute": "GRPCRoute", "GRPCRoute": "HTTPRoute"}[one["kind"]]
    return bool(routes)


def _no_annotation(bundle: Rendered) -> bool:
    return any(one["metadata"].get("annotations", {}).pop(NGINX, "") for one in bundle.of("Ingress"))


def _other_port(bundle: Rendered) -> bool:
    routes = list(bundle.of("HTTPRoute", "GRPCRoute"))
    for one in routes:
        one["spec"]["rules"][0]["backendRefs"][0]["port"] = 4711
    return bool(routes)


@pytest.mark.parametrize("change", [_without_policy, _other_route, _no_annotation, _other_port])
def test_an_exposure_that_does_not_match_the_pod_is_found(change: Any, exposed: tuple[Rendered, ...]) -> None:
    found = 0
    for bundle in exposed:
        broken = bundle.changed()
        if change(broken):
            found += 1
            assert list(wrong_exposure(broken)), bundle.name
    assert found > 1


OWN_DISK = {**test_cases.WEB, "keeps": "own_disk", "operate": "plain"}
del OWN_DISK["two_harm"]
OUTSIDE = {"exposure": "ingress", "host": "shop.example.com", "entry_namespace": "edge"}


@pytest.mark.parametrize("answers", [test_cases.WEB, OWN_DISK], ids=["web", "disk"])
@pytest.mark.parametrize(
    ("given", "warnings"), [(OUTSIDE, 1), ({**OUTSIDE, "metrics_at": "own"}, 0), ({}, 0)], ids=["same", "own", "inside"]
)
def test_the_contract_warns_of_metrics_that_outside_callers_may_read(
    answers: dict[str, Any], given: dict[str, str], warnings: int
) -> None:
    made = test_cases.bundle({**answers, "metrics": "native"}, **given)
    assert str(made.contract.workloads).count("outside callers must not see") == warnings
