"""Node agents from the catalogue: they only read folders of the node, and have no further rights."""

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
    """Return, for each mounted folder of the node, whether it is read-only."""
    volumes = {one["name"]: one["hostPath"]["path"] for one in made.template["spec"]["volumes"] if "hostPath" in one}
    mounts = [one for container in made.containers for one in container["volumeMounts"] if one["name"] in volumes]
    assert {one["name"] for one in mounts} == set(volumes)
    return {volumes[one["name"]]: one.get("readOnly", False) for one in mounts}


@pytest.mark.parametrize("given", [LOGS, BUCKET, GPUS])
def test_a_node_agent_mounts_folders_of_the_node_read_only_and_declares_its_privileges(given: dict[str, Any]) -> None:
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


def test_a_log_agent_reads_the_logs_of_a_node_without_root_and_skips_its_own() -> None:
    made = bundle(AGENT, namespace="logging", **LOGS)
    pod = made.template["spec"]["securityContext"]
    assert pod["runAsNonRoot"] and pod["supplementalGroups"] == [0]
    written = yaml.safe_load(config(made, "fluent-bit.yaml"))
    (tail,) = written["pipeline"]["inputs"]
    assert tail["exclude_path"] == "/var/log/containers/web-*_logging_*.log"
    assert set(node_folders(made)) == {"/var/log/containers", "/var/log/pods"}
    # A file name as the kubelet makes it.
    name = re.compile(written["parsers"][0]["regex"].replace("(?<", "(?P<"))
    found = name.match(f"/var/log/containers/orders-7d9f-x2x_shop_my-app-{'0a' * 32}.log")
    assert found and found.groupdict() == {"pod": "orders-7d9f-x2x", "namespace": "shop", "container": "my-app"}


def test_a_bucket_agent_reads_the_logs_of_a_node_without_root_and_skips_its_own() -> None:
    made = bundle(AGENT, namespace="logging", **BUCKET)
    pod = made.template["spec"]["securityContext"]
    assert pod["runAsNonRoot"] and pod["supplementalGroups"] == [0]
    assert set(node_folders(made)) == {"/var/log/pods"}
    written = yaml.safe_load(config(made, "vector.yaml"))
    assert written["sources"]["node"]["exclude"] == ["/var/log/pods/logging_web-*/*/*.log"]
    # A file name as the kubelet makes it, and a line as the container runtime writes it.
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


def test_a_gpu_agent_runs_only_on_gpu_nodes_and_tolerates_their_taint() -> None:
    spec = bundle(AGENT, **GPUS).template["spec"]
    assert spec["nodeSelector"] == {"nvidia.com/gpu.present": "true"}
    assert spec["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
    made = bundle(AGENT, device="nvidia.com/mig-1g.5gb", runtime_class="nvidia", **GPUS)
    assert [one.name for one in made.contract.first if one.kind == "RuntimeClass"] == ["nvidia"]
    other = made.template["spec"]
    assert (other["tolerations"][0]["key"], other["runtimeClassName"]) == ("nvidia.com/mig-1g.5gb", "nvidia")
    # It measures GPUs and requests none.
    assert all("nvidia" not in key for key in spec["containers"][0]["resources"]["limits"])


def test_a_gpu_agent_runs_as_root_without_capabilities() -> None:
    (container,) = bundle(AGENT, **GPUS).containers
    context = container["securityContext"]
    assert (context["runAsUser"], context["capabilities"]) == (0, {"drop": ["ALL"]})
    assert not context["allowPrivilegeEscalation"] and context["readOnlyRootFilesystem"]


def test_the_readme_states_that_network_and_storage_drivers_come_from_their_vendors() -> None:
    made = bundle({**AGENT, "habits": ("rights",)})
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "(CNI, CSI) or a device plugin comes complete from its vendor" in readme


def test_an_agent_from_the_catalogue_is_not_called_your_program() -> None:
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
def test_answers_about_metrics_and_log_files_exclude_the_agents_from_the_catalogue(ticked: dict[str, Any]) -> None:
    made = session({**AGENT, **ticked})
    assert made.allowed("DaemonSet") == ("own-agent",)
    (refused,) = made.give("app.implementation", "node-logs").refusals
    assert "load no Java agent" in refused.message and "own-agent" in refused.hint
    assert len(session(AGENT).allowed("DaemonSet")) > 1
