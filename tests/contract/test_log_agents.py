"""Log agents in the pod of a program that writes log files: each sends to the destinations it is commonly used for."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.contract.bundles import Rendered
from tests.contract.test_cases import WEB, bundle, session
from tests.contract.test_proxies import config, egress
from tests.shipped import CATALOG
from wizard.faces.leads import line_story
from wizard.render.bundle.provenance import with_parameters
from wizard.render.wire import decode_bundle, encode_bundle

FILES = {**WEB, "logs": "files_only", "cluster": (), "version": "v133"}
GATEWAY = "gateway.observability.svc"
PLACES: dict[str, dict[str, object]] = {
    "fluent-bit": {"host": "loki.logging.svc"},
    "vector": {"bucket": "logs", "region": "eu-central-1", "login_secret": "bucket"},
    "opentelemetry": {"host": GATEWAY},
}


def given(agent: str, **more: object) -> dict[str, Any]:
    named = {"implementation": agent, "path": "/var/log/web", **PLACES[agent], **more}
    return {f"sidecar.log-agent.{name}": value for name, value in named.items()}


def shipped(agent: str, **more: object) -> Rendered:
    return bundle(FILES, reach="declared", **given(agent, **more))


@pytest.mark.parametrize(("agent", "port"), [("fluent-bit", 3100), ("vector", 443), ("opentelemetry", 4317)])
def test_an_agent_reads_the_programs_folder_and_may_only_reach_its_destination(agent: str, port: int) -> None:
    made = shipped(agent)
    helper, program = made.containers
    mounts = {one["name"]: one for one in helper["volumeMounts"]}
    assert mounts["app-logs"]["readOnly"]
    assert {"name": "app-logs", "mountPath": "/var/log/web"} in program["volumeMounts"]
    assert helper["restartPolicy"] == "Always" and "readinessProbe" not in helper
    assert egress(made) == {53, port}


def test_one_agent_is_the_default() -> None:
    chosen = session(FILES).resolved["sidecar.log-agent.implementation"]
    assert (chosen.value, [name for name, _ in chosen.parameter.options]) == ("fluent-bit", list(PLACES))


def test_a_bucket_of_another_store_is_reached_at_its_address_and_port() -> None:
    made = shipped("vector", store="other", endpoint="https://minio.storage.svc:9000")
    sink = yaml.safe_load(config(made, "vector.yaml"))["sinks"]["bucket"]
    assert (sink["endpoint"], sink["key_prefix"]) == ("https://minio.storage.svc:9000", "web/date=%F/")
    assert egress(made) == {53, 9000}
    (secret,) = [one for one in made.contract.first if one.kind == "Secret"]
    assert secret.keys == ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def test_the_identity_of_the_pod_opens_a_bucket_only_if_it_has_one() -> None:
    (problem,) = session(FILES, **given("vector", login="identity")).problems
    assert problem.key == "sidecar.log-agent.login"
    role = {"app.cloud": "aws", "app.cloud_role": "arn:aws:iam::123456789012:role/logs"}
    made = bundle(FILES, **given("vector", login="identity"), **role)
    assert {one["name"] for one in made.containers[0]["env"]} == {"VECTOR_GRACEFUL_SHUTDOWN_LIMIT_SECS"}


@pytest.mark.parametrize(
    ("more", "exporter", "endpoint", "tls"),
    [
        ({}, "otlp_grpc", f"{GATEWAY}:4317", {"insecure": True}),
        ({"host": "otel.example.com"}, "otlp_grpc", "otel.example.com:4317", {"insecure": False}),
        ({"protocol": "http", "tls": "public"}, "otlp_http", f"https://{GATEWAY}:4318", {"insecure": False}),
        ({"protocol": "http", "tls": "none"}, "otlp_http", f"http://{GATEWAY}:4318", {"insecure": True}),
        (
            {"tls": "private", "ca_secret": "ca"},
            "otlp_grpc",
            "gateway.observability.svc:4317",
            {"ca_file": "/ca/ca.crt"},
        ),
    ],
)
def test_records_are_sent_over_otlp_as_chosen(
    more: dict[str, object], exporter: str, endpoint: str, tls: object
) -> None:
    made = yaml.safe_load(config(shipped("opentelemetry", **more), "collector.yaml"))
    assert made["exporters"][exporter]["endpoint"] == endpoint
    assert made["exporters"][exporter]["tls"] == tls
    assert made["service"]["pipelines"]["logs"]["exporters"] == [exporter]
    assert made["receivers"]["file_log"]["resource"]["service.name"] == "web"


def test_a_multiline_record_starts_with_the_given_pattern() -> None:
    first = r"^\[\d+\]"
    collector = yaml.safe_load(config(shipped("opentelemetry", lines="several", first_line=first), "collector.yaml"))
    assert collector["receivers"]["file_log"]["multiline"] == {"line_start_pattern": first}
    vector = yaml.safe_load(config(shipped("vector", lines="several", first_line=first), "vector.yaml"))
    assert vector["sources"]["app"]["multiline"]["start_pattern"] == first
    assert "multiline" not in yaml.safe_load(config(shipped("vector"), "vector.yaml"))["sources"]["app"]


def test_a_rule_of_two_components_is_written_once_and_leads_to_both() -> None:
    proxy = {**FILES, "needs": ("outbound",), "outbound": ("tls",), "client": "cannot"}
    minio = {"store": "other", "endpoint": "https://minio.storage.svc:9443"}
    server = {"host": "files.partner.example", "port": 9443, "local_port": 9444}
    made = bundle(proxy, reach="declared", **given("vector", **minio), **{"ambassador.tls.servers": [server]})
    traced = with_parameters(CATALOG, made.session.request, made.session.bundle)
    file = next(one for one in traced.manifests if one.ref and one.ref.kind == "NetworkPolicy")
    lines = file.text.splitlines()
    (number,) = [at for at, text in enumerate(lines) if text.endswith("port: 9443")]
    origin = file.origins[number]
    assert origin is not None
    assert {origin.component, *origin.also} == {"ambassador.tls", "sidecar.log-agent"}
    assert {"ambassador.tls.servers", "sidecar.log-agent.port"} <= set(origin.parameters)
    assert {"logs", "outbound"} <= set(origin.questions)
    above = "\n".join(lines[number - 6 : number])
    assert "# A server that the program calls over TLS." in above and "# The object store with the bucket." in above
    assert "# <- logs: Only to files" in above
    story = line_story(made.session, origin)
    assert story.pattern == "proxy for outgoing TLS and log-shipping sidecar"
    back = decode_bundle(encode_bundle(traced))
    assert back.files == traced.files
