"""Addresses of a program, inside and outside the cluster, in the contract and in the README."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered, for_each, served
from tests.contract.test_cases import JOB, WEB, bundle
from wizard.render.contract.addresses import addresses
from wizard.render.model import BundleFile

OWN_DISK = {**WEB, "keeps": "own_disk", "operate": "plain", "copies": "several"}
del OWN_DISK["two_harm"]
INSIDE = "In the cluster: `web.web.svc:80` (http, port 8080 of the pod)."
OTHER = {"app.listeners.0.port": 9000, "app.listeners.0.protocol": "tcp"}
UDP = "In the cluster: `web.web.svc:9000` (http, UDP)."
OUTSIDE = {"host": "shop.example.com", "entry_namespace": "edge"}


@pytest.mark.parametrize(
    ("answers", "given", "expected"),
    [
        (WEB, {}, [INSIDE]),
        (
            WEB,
            {"app.listeners.0.port": 9000, "app.listeners.0.protocol": "tcp"},
            ["In the cluster: `web.web.svc:9000` (http)."],
        ),
        (WEB, {**OTHER, "app.listeners.0.protocol": "udp", "health": "none", "no_health": "x"}, [UDP]),
        (WEB, {"listeners": "nothing"}, []),
        (JOB, {"run_seconds": 60}, []),
        (
            WEB,
            {"exposure": "ingress", "tls": "secret", "tls_secret": "shop-tls", **OUTSIDE},
            [
                INSIDE,
                "From outside: `https://shop.example.com`.",
            ],
        ),
        (
            WEB,
            {"exposure": "httproute", "gateway": "public", "gateway_namespace": "edge", **OUTSIDE},
            [
                INSIDE,
                "From outside, through the Gateway: `shop.example.com`.",
            ],
        ),
        (
            OWN_DISK,
            {"listeners": [{"name": "game", "port": 7777, "protocol": "udp", "to": "nobody", "at_node": "outside"}]}
            | {"health": "none", "no_health": "x"},
            [
                "Individual replicas: `web-0.web-headless.web.svc:7777` (game, UDP), and so on.",
                "At the address of each node with a pod: port 7777 (game, UDP); "
                "`kubectl -n web get pods -o wide` names the nodes.",
            ],
        ),
        (
            OWN_DISK,
            {},
            [
                INSIDE,
                "Individual replicas: `web-0.web-headless.web.svc:8080` (http), and so on.",
            ],
        ),
    ],
)
def test_the_contract_and_the_readme_list_the_addresses_of_a_program(
    answers: dict[str, Any], given: dict[str, Any], expected: list[str]
) -> None:
    made = bundle(answers, **given)
    assert sorted(made.contract.addresses) == sorted(expected)
    readme = made.session.bundle.files[0].text
    assert all(one in readme for one in expected)


@for_each(served)
def test_every_service_port_is_listed_except_those_only_for_monitoring(one: Rendered) -> None:
    listed = " ".join(one.contract.addresses)
    for service in one.of("Service"):
        if service["spec"].get("type") == "LoadBalancer":
            assert f"get service {service['metadata']['name']} " in listed
            continue
        host = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc"
        named = any(each["spec"].get("serviceName") == service["metadata"]["name"] for each in one.of("StatefulSet"))
        for port in service["spec"]["ports"]:
            assert (f"{host}:{port['port']}`" in listed) is (named or service["spec"].get("clusterIP") != "None")


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "Service"},
        {"kind": "Service", "metadata": [], "spec": {"ports": "http"}},
        {"kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [8080]}},
        {"kind": "Ingress", "spec": {"rules": [{}, "x"], "tls": [{}]}},
        {"kind": "HTTPRoute", "spec": {"hostnames": None}},
    ],
)
def test_a_malformed_object_has_no_address(document: dict[str, Any]) -> None:
    assert addresses((BundleFile("x.yaml", "", "manifest", document=document),)) == ()


@pytest.mark.parametrize(
    ("replicas", "expected"), [(1, "Its only replica, by name: {}."), (2, "{}, and so on."), (None, "{}, and so on.")]
)
def test_individual_replicas_are_mentioned_only_if_there_are_several(replicas: int | None, expected: str) -> None:
    service = {"kind": "Service", "metadata": {"name": "h"}, "spec": {"clusterIP": "None", "ports": [{"port": 22}]}}
    own = {"kind": "StatefulSet", "metadata": {"name": "sftp"}, "spec": {"serviceName": "h", "replicas": replicas}}
    (line,) = addresses(tuple(BundleFile("x.yaml", "", "manifest", document=one) for one in (service, own)))
    assert line == ("" if replicas == 1 else "Individual replicas: ") + expected.format("`sftp-0.h:22`")


def test_a_port_without_a_name_and_a_service_without_a_namespace_have_an_address() -> None:
    service = {"kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80, "targetPort": 8080}]}}
    lines = addresses((BundleFile("x.yaml", "", "manifest", document=service),))
    assert lines == ("In the cluster: `web:80` (port 8080 of the pod).",)
