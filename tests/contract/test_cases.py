"""Regression cases: programs whose bundle was wrong, each an example of a kind of error."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered, rendered
from tests.journeys import answered
from tests.shipped import CATALOG
from wizard.render.bundle.provenance import origin_in
from wizard.session.session import Session

WEB: dict[str, Any] = {
    "work": "server", "keeps": "nothing", "habits": (), "cluster": ("collector",), "copies": "one", "two_harm": "no",
    "logs": "stdout", "metrics": "none", "needs": (),
}  # fmt: skip
AGENT = {"work": "node_agent", "logs": "stdout", "metrics": "native", "needs": (), "habits": (), "cluster": ()}
JOB = {
    "work": "task", "parts": "one", "twice_ok": "yes", "logs": "stdout", "needs": (), "habits": (),
    "cluster": ("collector",),
}  # fmt: skip


def session(answers: dict[str, Any], **given: object) -> Session:
    return answered(CATALOG, answers, **{"name": "web", "image": "registry.acme.io/web:1", **given})


def bundle(answers: dict[str, Any], **given: object) -> Rendered:
    made = session(answers, **given)
    assert not made.problems
    return rendered("case", made)


def test_every_object_that_a_node_agent_references_is_a_prerequisite_with_commands() -> None:
    agent = bundle(
        AGENT, priority_class="node-agents", nodes="labelled", node_label="acme.io/pool", node_label_value="edge"
    )
    found = next(one for one in agent.contract.first if one.kind == "PriorityClass")
    assert (found.name, found.owner, found.asked_by) == ("node-agents", "platform", ("app.priority_class",))
    assert found.check == "kubectl get priorityclass.scheduling.k8s.io node-agents"
    assert found.create.startswith("kubectl create priorityclass node-agents --value=")


SYSCTLS = [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]


@pytest.mark.parametrize("answers", [WEB, {**WEB, "keeps": "one_disk", "operate": "plain"}, AGENT])
def test_a_program_may_listen_on_a_port_below_1024(answers: dict[str, Any]) -> None:
    made = bundle(answers, listeners=[{"name": "http", "port": 80}])
    assert made.template["spec"]["securityContext"]["sysctls"] == SYSCTLS
    assert made.containers[0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert made.session.resolved["app.health_port"].text == "80" and not made.session.findings
    lines = [line.say for line in made.contract.workloads[0].must if "below 1024" in line.say]
    assert len(lines) == 1 and "a binary without capabilities" in lines[0]


def test_ports_from_1024_up_need_no_sysctl() -> None:
    made = bundle(WEB, listeners=[{"name": "http", "port": 1024, "service_port": 80}])
    assert "sysctls" not in made.template["spec"]["securityContext"]
    assert not [line for line in made.contract.workloads[0].must if "1024" in line.say.replace("port 1024 on", "")]


def test_any_of_several_ports_may_be_below_1024() -> None:
    made = bundle(WEB, listeners=[{"name": "http", "port": 8080}, {"name": "dns", "port": 53, "protocol": "tcp"}])
    assert made.template["spec"]["securityContext"]["sysctls"] == SYSCTLS


@pytest.mark.parametrize("listeners", [[{"name": "http", "port": 8080}], []])
def test_the_metrics_may_be_on_a_port_below_1024(listeners: list[dict[str, object]]) -> None:
    health = {} if listeners else {"alive": "none"}
    made = bundle({**WEB, "metrics": "native"}, listeners=listeners, metrics_at="own", metrics_port=90, **health)
    assert made.template["spec"]["securityContext"]["sysctls"] == SYSCTLS and not made.session.findings
    assert any("below 1024" in line.say for line in made.contract.workloads[0].must)


def test_a_binary_with_a_capability_keeps_only_that_capability() -> None:
    made = bundle(WEB, listeners=[{"name": "http", "port": 80}], low_ports="carried")
    assert made.containers[0]["securityContext"]["capabilities"] == {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}
    assert made.template["spec"]["securityContext"]["sysctls"] == SYSCTLS and not made.session.findings


def test_nodes_that_allow_low_ports_need_no_sysctl_and_leave_only_a_note() -> None:
    made = bundle(WEB, listeners=[{"name": "http", "port": 80}], low_ports="no")
    assert "sysctls" not in made.template["spec"]["securityContext"]
    assert {(one.rule, one.severity) for one in made.session.findings} == {("low-port", "note")}


def test_a_port_that_only_root_may_open_is_refused_on_the_host_network() -> None:
    made = session(AGENT, **{"app.implementation": "node-exporter", "app.port": 80})
    assert [(one.key, one.hint) for one in made.problems] == [("app.port", "type 1024 or more")]


def test_a_management_port_for_health_and_metrics_cannot_be_a_listener() -> None:
    """Cover programs such as Keycloak, with health checks and metrics on port 9000 and callers on port 8080."""
    management = {"health_port": 9000, "metrics_at": "own", "metrics_port": 9000}
    answers = {**WEB, "metrics": "native"}
    (problem,) = session(answers, listeners="name=http, port=8080; name=admin, port=9000", **management).problems
    assert (problem.key, problem.hint) == (
        "app.metrics_port",
        "remove port 9000 from `app.listeners`; `app.health_port` may still use it",
    )
    made = bundle(answers, **management)
    assert {one["containerPort"] for one in made.containers[0]["ports"]} == {8080, 9000}
    assert made.containers[0]["readinessProbe"]["httpGet"]["port"] == 9000


def test_separate_metrics_on_the_first_port_are_refused_with_the_option_same() -> None:
    given = {"metrics_at": "own", "metrics_port": 8080}
    (problem,) = session({**WEB, "metrics": "native"}, **given).problems
    assert problem.key == "app.metrics_port" and "`app.metrics_at` to same" in problem.hint
    assert not session({**WEB, "metrics": "native"}, metrics_at="same", metrics_port=8080).problems
    spoken = [{"name": "grpc", "port": 8080, "protocol": "grpc"}]
    (problem,) = session({**WEB, "metrics": "native"}, listeners=spoken, **given).problems
    assert "metrics_at" not in problem.hint, "metrics are read over HTTP"


def test_the_grace_period_covers_the_pause_the_program_and_each_helper() -> None:
    made = bundle(
        {**WEB, "cluster": (), "logs": "files_only", "version": "v133"},
        stop_seconds=15,
        **{"sidecar.log-agent.path": "/var/log/x", "sidecar.log-agent.host": "loki.logging.svc"},
    )
    assert made.template["spec"]["terminationGracePeriodSeconds"] == 10 + 15 + 10


def test_more_temporary_files_than_the_disk_limit_are_refused_at_the_field() -> None:
    (problem,) = session(WEB, tmp_size="5Gi").problems
    assert problem.key == "app.disk_limit"
    assert "5.01Gi" in problem.message
    assert not session(WEB, tmp_size="5Gi", disk_limit="6Gi").problems


@pytest.mark.parametrize(("alive", "probe"), [("none", None), ("exec", "exec"), ("file", "exec")])
def test_a_worker_without_listeners_has_no_port_no_service_and_no_http_probe(alive: str, probe: str | None) -> None:
    command = {"alive_command": ["/bin/alive"]} if alive == "exec" else {}
    made = bundle(WEB, listeners=[], alive=alive, **command)
    assert not list(made.of("Service"))
    (container,) = made.containers
    assert "ports" not in container and "lifecycle" not in container
    assert not {"startupProbe", "readinessProbe"} & set(container)
    assert list(container.get("livenessProbe", {}))[:1] == ([probe] if probe else [])
    assert all(not policy["spec"].get("ingress") for policy in made.of("NetworkPolicy"))
    assert not any("Listen" in line.say for line in made.contract.workloads[0].must)


def test_each_of_several_listeners_has_a_service_port_and_a_contract_line() -> None:
    made = bundle(
        WEB,
        listeners="name=http, port=8080; name=game, port=7777, protocol=udp, to=namespace, namespace=lobby",
    )
    (service,) = made.of("Service")
    ports = [(one["name"], one["port"], one["targetPort"], one["protocol"]) for one in service["spec"]["ports"]]
    assert ports == [("http", 80, 8080, "TCP"), ("game", 7777, 7777, "UDP")]
    lines = [line.say for line in made.contract.workloads[0].must if line.parameter == "app.listeners"]
    assert lines == [
        "Listen on port 8080 on all addresses, for HTTP (the port named http).",
        "Listen on port 7777 on all addresses, for UDP (the port named game).",
    ]


def test_a_contract_line_shows_the_protocol_instead_of_its_label_in_the_form() -> None:
    made = bundle(WEB, listeners="name=sftp, port=2222, protocol=tcp")
    demand = "Listen on port 2222 on all addresses, for TCP (the port named sftp)."
    assert demand in [one.say for one in made.contract.workloads[0].must]


def test_the_deadline_of_a_job_is_longer_than_its_run() -> None:
    made = bundle(JOB, run_seconds=7200)
    assert made.workload is not None
    assert made.workload["spec"]["activeDeadlineSeconds"] > 7200


def test_the_length_of_a_run_is_required_for_a_job() -> None:
    assert [one.key for one in session(JOB).problems] == ["app.run_seconds"]


def test_mutual_tls_without_listeners_is_refused_with_a_hint() -> None:
    answers = {**WEB, "needs": ("mtls",), "self_tls": "no", "version": "v133"}
    (problem,) = session(answers, listeners=[], **{"sidecar.mtls.secret": "s"}).problems
    assert problem.key == "sidecar.mtls.allow"
    assert "app.listeners" in problem.hint


def test_the_network_policy_opens_the_port_in_the_address_of_vault() -> None:
    answers = {**WEB, "needs": ("secrets",), "secrets": "renewed", "version": "v133"}
    path = {"sidecar.secrets.secret_path": "secret/data/x"}
    for address, port in (("https://vault.acme.io", 443), ("https://vault.acme.io:8200", 8200)):
        made = bundle(answers, reach="declared", **path, **{"sidecar.secrets.address": address})
        assert ("vault.acme.io", port) in {(one.host, one.port) for one in made.declared.connections()}
        (policy,) = made.of("NetworkPolicy")
        assert port in {one["port"] for rule in policy["spec"]["egress"] for one in rule["ports"]}


def test_a_folder_inside_another_mount_is_refused_at_the_field() -> None:
    made = session(WEB, writable=["/tmp/cache"])
    (problem,) = made.problems
    assert problem.key == "app.writable" and "/tmp" in problem.message


def test_a_field_that_the_oldest_minor_does_not_support_is_reported() -> None:

    made = session(WEB)
    old = made._replace(options=made.options._replace(minor=(1, 29)))
    assert [one.feature for one in old.bundle.contract.fallbacks] == ["sleep_action"]
    assert "Left out, because Kubernetes 1.29 does not support it" in old.bundle.files[0].text
    assert not made.bundle.contract.fallbacks


def test_the_deadline_of_numbered_parts_depends_on_every_number_in_it() -> None:
    made = session({**JOB, "parts": "numbered"}, run_seconds=60, parts=8)
    ref = next(file.ref for file in made.bundle.manifests if file.ref and file.ref.kind == "Job")
    origin = origin_in(made.traced, ref, "spec.activeDeadlineSeconds")
    assert origin is not None
    numbers = {"app.run_seconds", "app.parts", "app.parallelism", "app.backoff_limit_per_index"}
    assert set(origin.parameters) == {*numbers, "app.completion_mode"}


MIGRATED = {**WEB, "copies": "several", "cluster": ("collector",), "needs": ("migrate",), "version": "v133"}
del MIGRATED["two_harm"]


def test_the_migration_has_the_folders_logs_and_secrets_of_the_program() -> None:
    made = bundle(
        {**MIGRATED, "logs": "files_only", "needs": ("migrate", "secrets"), "secrets": "renewed"},
        writable=["/var/cache/web"],
        args=["--serve"],
        env={"LOG_LEVEL": "info"},
        secret_mounts="name=creds",
        registry="secret",
        pull_secret="regcred",
        reach="declared",
        **{
            "sidecar.log-stream.path": "/var/log/web",
            "job.migrate.command": ["/m"],
            "sidecar.secrets.address": "https://vault.acme.io:8200",
            "sidecar.secrets.secret_path": "secret/data/x",
        },
    )
    (job,) = made.of("Job")
    spec = job["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    paths = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert paths == {"/tmp", "/var/cache/web", "/etc/secrets", "/var/log/web", "/vault/secrets"}
    assert container["command"] == ["/m"] and "args" not in container
    assert {"name": "LOG_LEVEL", "value": "info"} in container["env"]
    assert [one["restartPolicy"] for one in spec["initContainers"]] == ["Always", "Always"]
    assert spec["imagePullSecrets"] == [{"name": "regcred"}] and spec["serviceAccountName"] == "web"
    policies = {one["metadata"]["name"]: one["spec"]["egress"] for one in made.of("NetworkPolicy")}
    assert any(port["port"] == 8200 for rule in policies["web-migrate"] for port in rule["ports"])


def test_the_demands_on_a_migration_belong_to_its_job() -> None:
    made = bundle(MIGRATED, **{"job.migrate.command": ["/m"]})
    program, job = made.contract.workloads
    assert (program.kind, job.kind) == ("Deployment", "Job")
    assert [line.parameter for line in job.must] == ["job.migrate.command"]
    assert not any(line.parameter.startswith("job.") for line in program.must)
