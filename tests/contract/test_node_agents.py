"""Agents of a node whose programs podwizard knows: they read the node, write nothing there, and ask for no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.contract.bundles import Rendered
from tests.contract.policies import egress
from tests.contract.test_cases import AGENT, bundle, session
from tests.contract.test_listeners import wrong_rules
from tests.contract.test_proxies import config

LOGS: dict[str, Any] = {"implementation": "node-logs", "host": "loki.logging.svc", "tls": "none"}
BUCKET: dict[str, Any] = {
    "implementation": "node-logs-s3", "bucket": "shop-logs", "region": "eu-central-1", "login_secret": "logs",
}  # fmt: skip
MINIO = {**BUCKET, "store": "other", "endpoint": "https://minio.storage.svc:443", "pod_port": 9000}
ROLE = {"login": "identity", "cloud": "aws", "cloud_role": "arn:aws:iam::111122223333:role/logs"}
GPUS: dict[str, Any] = {"implementation": "gpu-metrics"}


def node_folders(made: Rendered) -> dict[str, bool]:
    """Whether each folder of the node is mounted read-only."""
    volumes = {one["name"]: one["hostPath"]["path"] for one in made.template["spec"]["volumes"] if "hostPath" in one}
    mounts = [one for container in made.containers for one in container["volumeMounts"] if one["name"] in volumes]
    assert {one["name"] for one in mounts} == set(volumes)
    return {volumes[one["name"]]: one.get("readOnly", False) for one in mounts}


@pytest.mark.parametrize("given", [LOGS, BUCKET, GPUS])
def test_a_node_agent_writes_no_folder_of_the_node_and_says_what_it_needs(given: dict[str, Any]) -> None:
    made = bundle(AGENT, **given)
    assert node_folders(made) and all(node_folders(made).values())
    (namespace,) = made.of("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "privileged"
    assert list(made.declared.privileges())
    spec = made.template["spec"]
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec) and spec["automountServiceAccountToken"] is False


OTHERS = [{**LOGS, "backend": "elasticsearch", "pod_port": 9300}, {**LOGS, "backend": "opentelemetry"}]


@pytest.mark.parametrize("given", [LOGS, *OTHERS, BUCKET, MINIO, {**MINIO, **ROLE}, GPUS])
def test_a_node_agent_reaches_its_store_and_nothing_else(given: dict[str, Any]) -> None:
    made = bundle(AGENT, **given)
    connections = tuple(made.declared.connections())
    if connections:
        assert not list(wrong_rules(egress(made), connections, set()))
    else:
        (policy,) = made.of("NetworkPolicy")
        assert "Egress" in policy["spec"]["policyTypes"] and "egress" not in policy["spec"]


def test_the_logs_of_a_node_are_read_without_root_and_never_its_own() -> None:
    made = bundle(AGENT, namespace="logging", **LOGS)
    pod = made.template["spec"]["securityContext"]
    assert pod["runAsNonRoot"] and pod["supplementalGroups"] == [0]
    made_of = yaml.safe_load(config(made, "fluent-bit.yaml"))
    (tail,) = made_of["pipeline"]["inputs"]
    assert tail["exclude_path"] == "/var/log/containers/web-*_logging_*.log"
    assert set(node_folders(made)) == {"/var/log/containers", "/var/log/pods"}
    # As the kubelet names a file.
    name = re.compile(made_of["parsers"][0]["regex"].replace("(?<", "(?P<"))
    found = name.match(f"/var/log/containers/orders-7d9f-x2x_shop_my-app-{'0a' * 32}.log")
    assert found and found.groupdict() == {"pod": "orders-7d9f-x2x", "namespace": "shop", "container": "my-app"}


def test_the_lines_of_a_node_go_into_a_bucket_without_root_and_never_its_own() -> None:
    made = bundle(AGENT, namespace="logging", **BUCKET)
    pod = made.template["spec"]["securityContext"]
    assert pod["runAsNonRoot"] and pod["supplementalGroups"] == [0]
    assert set(node_folders(made)) == {"/var/log/pods"}
    written = yaml.safe_load(config(made, "vector.yaml"))
    assert written["sources"]["node"]["exclude"] == ["/var/log/pods/logging_web-*/*/*.log"]
    # As the kubelet names a file, and as the runtime writes a line of it.
    found = [re.compile(text) for text in re.findall(r"r'(.+?)'\)", written["transforms"]["lines"]["source"])]
    line, place = (pattern.match(text) for pattern, text in zip(found, (LINE, FILE), strict=True))
    assert line and line.groupdict() == {
        "time": LINE.split()[0],
        "stream": "stdout",
        "part": "P",
        "text": "half a line ",
    }
    assert place and place.groupdict() == {"namespace": "shop", "pod": "orders-7d9f-x2x", "container": "my-app"}
    sink = written["sinks"]["bucket"]
    assert (sink["bucket"], sink["key_prefix"], sink["framing"]) == (
        "shop-logs", "web/date=%F/", {"method": "newline_delimited"},
    )  # fmt: skip


FILE = "/var/log/pods/shop_orders-7d9f-x2x_0a1b-2c/my-app/0.log"
LINE = "2026-11-28T10:00:00.123456789+01:00 stdout P half a line "


def test_an_identity_of_the_pod_opens_the_bucket_without_a_key() -> None:
    made = bundle(AGENT, **{**BUCKET, **ROLE})
    (account,) = made.of("ServiceAccount")
    assert account["metadata"]["annotations"] == {"eks.amazonaws.com/role-arn": ROLE["cloud_role"]}
    assert not [one for one in made.contract.first if one.kind == "Secret"]
    assert not [one for one in made.containers[0]["env"] if one["name"].startswith("AWS_")]
    (problem,) = session(AGENT, **{**BUCKET, "login": "identity"}).problems
    assert problem.key == "app.login"


def test_an_agent_of_gpus_runs_on_their_nodes_alone_and_tolerates_the_taint_of_their_name() -> None:
    spec = bundle(AGENT, **GPUS).template["spec"]
    assert spec["nodeSelector"] == {"nvidia.com/gpu.present": "true"}
    assert spec["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
    made = bundle(AGENT, device="nvidia.com/mig-1g.5gb", runtime_class="nvidia", **GPUS)
    assert [one.name for one in made.contract.first if one.kind == "RuntimeClass"] == ["nvidia"]
    other = made.template["spec"]
    assert (other["tolerations"][0]["key"], other["runtimeClassName"]) == ("nvidia.com/mig-1g.5gb", "nvidia")
    # It measures GPUs and takes none.
    assert all("nvidia" not in key for key in spec["containers"][0]["resources"]["limits"])


def test_an_agent_of_gpus_is_root_without_roots_rights() -> None:
    (container,) = bundle(AGENT, **GPUS).containers
    context = container["securityContext"]
    assert (context["runAsUser"], context["capabilities"]) == (0, {"drop": ["ALL"]})
    assert not context["allowPrivilegeEscalation"] and context["readOnlyRootFilesystem"]


def test_a_driver_of_the_network_or_storage_is_its_vendors() -> None:
    made = bundle({**AGENT, "habits": ("rights",)})
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "(CNI, CSI) or a device plugin comes complete from its vendor" in readme


def test_an_agent_that_is_brought_along_is_not_called_the_users_program() -> None:
    readme = next(file.text for file in bundle(AGENT, **BUCKET).session.bundle.files if file.path == "README.md")
    assert "| `web` | Logs of all programs on a node, into a bucket, S3 (Vector) |" in readme
    assert "| `web` | your program |" in bundle(AGENT).session.bundle.files[0].text


@pytest.mark.parametrize(
    "ticked",
    [
        {"metrics": "loadable"},
        {"metrics": "other_form", "source": "no", "forms": (), "version": "v133"},
        {"logs": "files_only", "version": "v133"},
    ],
)
def test_an_agent_that_is_brought_along_loads_no_java_agent_and_needs_no_adapter(ticked: dict[str, Any]) -> None:
    made = session({**AGENT, **ticked})
    assert made.allowed("DaemonSet") == ("own-agent",)
    (refused,) = made.give("app.implementation", "node-logs").refusals
    assert "load no Java agent" in refused.message and "own-agent" in refused.hint
    assert len(session(AGENT).allowed("DaemonSet")) > 1
