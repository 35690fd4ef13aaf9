"""The user's own helpers, proxies, exporters and steps: complete containers, so that no answer is a dead end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import JOB, WEB, bundle, session

SIDECAR = {**WEB, "version": "v133"}
PROXY = {**SIDECAR, "needs": ("outbound",), "outbound": ("protocol",), "client": "cannot"}
EXPORTER = {**SIDECAR, "metrics": "other_form", "source": "no", "forms": ()}
STEP = {**WEB, "needs": ("prepare",)}
HELPER = {**SIDECAR, "needs": ("helper",), "beside": ()}
IMAGE = "registry.acme.io/x:1"


def own(pattern: str, implementation: str, **given: object) -> dict[str, Any]:
    named = {"implementation": implementation, "image": IMAGE, **given}
    return {f"{pattern}.{name}": value for name, value in named.items()}


def helper_of(made: Rendered) -> dict[str, Any]:
    (found,) = made.template["spec"]["initContainers"]
    return dict(found)


FULL = {
    "command": ["/bin/x"],
    "args": ["--config=/etc/x/x.ini"],
    "env": {"MODE": "fast"},
    "env_secrets": [{"variable": "DB_PASSWORD", "secret": "x-login", "key": "password"}],
    "files": {"x.ini": "listen = 127.0.0.1\n"},
    "files_path": "/etc/x",
    "secret_mounts": [{"name": "x-tls", "path": "/etc/tls"}],
    "writable": ["/var/run/x"],
    "uid": 12345,
    "memory_limit": "512Mi",
}
PLACES = [
    (PROXY, own("ambassador.other", "own-proxy", local_port=6432, host="db.data.svc", to_port=5432, **FULL)),
    (EXPORTER, own("adapter", "own-exporter", metrics_port=9121, **FULL)),
    (STEP, own("init.prepare", "own-step", **FULL)),
    (HELPER, own("sidecar.helper", "own-helper", **FULL)),
]


@pytest.mark.parametrize(("answers", "given"), PLACES)
def test_the_users_own_container_has_the_same_settings_as_the_main_program(
    answers: dict[str, Any], given: dict[str, Any]
) -> None:
    made = bundle(answers, **given)
    container = helper_of(made)
    assert (container["image"], container["command"], container["args"]) == (IMAGE, FULL["command"], FULL["args"])
    assert {one["name"] for one in container["env"]} == {"MODE", "DB_PASSWORD"}
    assert container["securityContext"]["runAsUser"] == container["securityContext"]["runAsGroup"] == 12345
    assert container["resources"]["limits"]["memory"] == "512Mi"
    mounts = {one["mountPath"]: one for one in container["volumeMounts"]}
    assert {"/tmp", "/var/run/x", "/etc/x", "/etc/tls"} <= set(mounts)
    volumes = {one["name"]: one for one in made.template["spec"]["volumes"]}
    config = volumes[mounts["/etc/x"]["name"]]["configMap"]["name"]
    (found,) = [one for one in made.of("ConfigMap") if one["metadata"]["name"] == config]
    assert found["data"] == FULL["files"]
    assert {one.name for one in made.contract.first if one.kind == "Secret"} == {"x-login", "x-tls"}
    assert "restartPolicy" in container or answers is STEP


def test_a_changed_file_of_a_helper_replaces_the_pods() -> None:
    def marks(text: str) -> dict[str, str]:
        made = bundle(HELPER, **own("sidecar.helper", "own-helper", files={"a": text}))
        return dict(made.template["metadata"]["annotations"])

    assert marks("1")["checksum/helper"] != marks("2")["checksum/helper"]


def test_the_folders_of_a_helper_conflict_only_with_one_another() -> None:
    both = own("sidecar.helper", "own-helper", files={"a": "1"})
    assert not session(HELPER, **both, files={"b": "2"}).problems
    clash = own("sidecar.helper", "own-helper", files={"a": "1"}, files_path="/var/x", writable=["/var/x/y"])
    (problem,) = session(HELPER, **clash).problems
    assert "/var/x/y is in /var/x" in problem.message


@pytest.mark.parametrize(
    ("health", "given", "probe"),
    [
        ("http", {"port": 8086, "path": "/live"}, {"httpGet": {"path": "/live", "port": 8086}}),
        ("grpc", {"port": 8086}, {"grpc": {"port": 8086}}),
        ("tcp", {"port": 8086}, {"tcpSocket": {"port": 8086}}),
        ("exec", {"alive_command": ["/bin/ok"]}, {"exec": {"command": ["/bin/ok"]}}),
    ],
)
@pytest.mark.parametrize("at", [0, 1, 3])
def test_the_users_own_container_has_the_chosen_health_check(
    at: int, health: str, given: dict[str, object], probe: dict[str, Any]
) -> None:
    answers, named = PLACES[at]
    pattern = next(iter(named)).rpartition(".")[0]
    container = helper_of(bundle(answers, **named, **{f"{pattern}.{key}": value for key, value in given.items()},
                                 **{f"{pattern}.health": health}))  # fmt: skip
    assert probe.items() <= container["startupProbe"].items()
    assert probe.items() <= container["livenessProbe"].items()
    assert "readinessProbe" not in container


def test_a_proxy_listens_on_localhost_and_may_reach_the_other_end() -> None:
    made = bundle(PROXY, reach="declared", **PLACES[0][1])
    assert any("127.0.0.1, port 6432" in one.say for one in made.contract.workloads[0].must)
    (policy,) = made.of("NetworkPolicy")
    ports = {port["port"] for rule in policy["spec"]["egress"] for port in rule.get("ports", [])}
    assert ports == {53, 5432}


def test_the_monitoring_scrapes_an_exporter() -> None:
    made = bundle(EXPORTER, scrape="podmonitor", **PLACES[1][1])
    (monitor,) = made.of("PodMonitor")
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    port = next(one for one in helper_of(made)["ports"] if one["name"] == endpoint["port"])
    assert port["containerPort"] == 9121


def test_the_contract_states_that_nothing_is_measured_without_an_exporter() -> None:
    made = bundle(EXPORTER, **{"adapter.implementation": "unmeasured"})
    assert "initContainers" not in made.template["spec"]
    assert not list(made.of("PodMonitor"))
    assert any("nothing is measured" in one.say for one in made.contract.workloads[0].must)


def test_no_format_of_metrics_and_no_kind_of_connection_is_a_dead_end() -> None:
    for answers in (PROXY, EXPORTER, {**PROXY, "outbound": ("http",)}):
        made = session(answers)
        assert made.question is None
        assert not made.blocked


SYSCTLS = [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
FRONT = {**SIDECAR, "needs": ("helper",), "beside": ("web",)}
LOW = [
    (PROXY, own("ambassador.other", "own-proxy", local_port=389, host="ldap.data.svc", to_port=636)),
    (EXPORTER, own("adapter", "own-exporter", metrics_port=80)),
    (HELPER, own("sidecar.helper", "own-helper", health="tcp", port=81)),
    (HELPER, own("sidecar.helper", "own-helper", metrics="page", metrics_port=82)),
    (FRONT, own("sidecar.web", "own-front", front_port=80)),
    (PROXY, {
        **own("ambassador.other", "own-proxy", local_port=3890, host="ldap.data.svc", to_port=636),
        "ambassador.other.health": "tcp", "ambassador.other.port": 84,
    }),
    (EXPORTER, own("adapter", "own-exporter", metrics_port=85, health="tcp", port=85)),
    (FRONT, own("sidecar.web", "own-front", health="tcp", port=86)),
    ({**EXPORTER, "forms": ("statsd", "own")}, {
        "adapter.own.image": IMAGE, "adapter.own.metrics_port": 87, "adapter.own.health": "tcp", "adapter.own.port": 87,
    }),
    ({**JOB, "version": "v133", "needs": ("helper",)}, {
        "run_seconds": 60, **own("sidecar.helper", "own-helper", health="http", port=83),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "given"), LOW)
def test_a_helper_may_also_listen_below_1024(answers: dict[str, Any], given: dict[str, Any]) -> None:
    made = bundle(answers, **given)
    assert made.template["spec"]["securityContext"]["sysctls"] == SYSCTLS and not made.session.findings
    assert made.session.resolved.get("app.low_ports") is None or made.session.resolved["app.low_ports"].text == "no"


def test_the_sysctl_for_low_ports_is_set_only_once() -> None:
    both = {
        **own("adapter", "own-exporter", metrics_port=80),
        **own("sidecar.web", "own-front", front_port=83),
    }
    answers = {**EXPORTER, "needs": ("helper",), "beside": ("web",)}
    made = bundle(answers, listeners=[{"name": "http", "port": 84}], **both)
    assert made.template["spec"]["securityContext"]["sysctls"] == SYSCTLS and not made.session.findings


def test_ports_of_helpers_from_1024_up_need_no_sysctl() -> None:
    made = bundle(EXPORTER, **own("adapter", "own-exporter", metrics_port=1024))
    assert "sysctls" not in made.template["spec"]["securityContext"]
