"""Defaults that follow from other answers: a program that does not speak HTTP does not get those of an HTTP service."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import WEB, bundle, session
from tests.contract.test_real_programs import ONE_DISK, program

LOGS = {**WEB, "logs": "files_only", "cluster": (), "version": "v133"}


def probes(made: Rendered) -> list[set[str]]:
    """Return the kind of check of the startup and of the liveness probe."""
    found = program(made)
    return [set(found[one]) & {"httpGet", "grpc", "tcpSocket", "exec"} for one in ("startupProbe", "livenessProbe")]


@pytest.mark.parametrize(("protocol", "way"), [("http", "httpGet"), ("grpc", "grpc"), ("tcp", "tcpSocket")])
def test_the_health_check_uses_the_protocol_of_the_first_port(protocol: str, way: str) -> None:
    made = bundle(ONE_DISK, listeners=[{"name": "own", "port": 2222, "protocol": protocol}])
    assert probes(made) == [{way}] * 2


def test_a_dns_server_accepts_udp_and_tcp_on_one_port() -> None:
    both = [{"name": f"dns-{one}", "port": 5353, "protocol": one, "service_port": 53} for one in ("udp", "tcp")]
    made = bundle({**WEB, "habits": ("udp",), "metrics": "native"}, listeners=both, health="tcp")
    ports = {(one["containerPort"], one["protocol"]) for one in program(made)["ports"]}
    assert {(5353, "UDP"), (5353, "TCP")} <= ports
    assert probes(made) == [{"tcpSocket"}] * 2
    (service,) = made.of("Service")
    assert {(one["port"], one["protocol"]) for one in service["spec"]["ports"]} == {(53, "UDP"), (53, "TCP")}


def test_a_program_with_only_a_udp_port_needs_another_port_for_health_checks() -> None:
    made = session({**WEB, "habits": ("udp",)}, listeners=[{"name": "dns", "port": 5353, "protocol": "udp"}])
    assert "app.health_port" in {one.key for one in made.problems}


@pytest.mark.parametrize("protocol", ["grpc", "tcp"])
def test_metrics_have_a_separate_port_if_the_first_port_does_not_speak_http(protocol: str) -> None:
    listeners: list[dict[str, Any]] = [{"name": "own", "port": 2222, "protocol": protocol}]
    made = bundle({**WEB, "metrics": "native"}, listeners=listeners)
    assert made.template["metadata"]["annotations"]["prometheus.io/port"] == "9090"
    wrong = session({**WEB, "metrics": "native"}, listeners=listeners, metrics_at="same")
    assert [one.key for one in wrong.problems] == ["app.metrics_at"]


@pytest.mark.parametrize(
    ("host", "tls"),
    [("loki", "false"), ("loki.logging.svc", "false"), ("logs.example.com", "true"), ("10.1.2.3", "true")],
)
def test_a_log_store_inside_the_cluster_is_not_expected_to_have_a_public_certificate(host: str, tls: str) -> None:
    made = bundle(LOGS, **{"sidecar.log-agent.host": host, "sidecar.log-agent.path": "/var/log/app"})
    (text,) = [one["data"]["fluent-bit.yaml"] for one in made.of("ConfigMap") if "fluent-bit.yaml" in one["data"]]
    assert f"tls: {tls}" in text
