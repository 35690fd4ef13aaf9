"""Nodes and devices: the pod has the program's requirements for a node, and tolerates the taint of its device."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.contract.bundles import demands
from tests.contract.test_cases import AGENT, JOB, WEB, bundle, session
from wizard.render.contract.devices import devices

GPU = [{"resource": "nvidia.com/gpu", "count": 2}]


@pytest.mark.parametrize(("answers", "given"), [(WEB, {}), (JOB, {"run_seconds": 60}), (AGENT, {})])
def test_a_device_is_a_limit_and_its_taint_is_tolerated(answers: dict[str, Any], given: dict[str, Any]) -> None:
    made = bundle(answers, devices=GPU, **given)
    assert made.containers[0]["resources"]["limits"]["nvidia.com/gpu"] == "2"
    assert made.containers[0]["resources"]["limits"]["memory"] == "256Mi"
    tolerated = made.template["spec"]["tolerations"]
    assert any(one.get("key") in ("nvidia.com/gpu", None) and one["operator"] == "Exists" for one in tolerated)


def test_a_pod_is_placed_by_labels_taints_and_priority() -> None:
    taints = [{"key": "dedicated", "value": "batch"}, {"key": "spot", "effect": "any"}]
    made = bundle(WEB, node_labels={"kubernetes.io/arch": "arm64"}, tolerations=taints, priority_class="shop")
    spec = made.template["spec"]
    assert spec["nodeSelector"] == {"kubernetes.io/arch": "arm64"}
    assert spec["tolerations"] == [
        {"key": "dedicated", "operator": "Equal", "value": "batch", "effect": "NoSchedule"},
        {"key": "spot", "operator": "Exists"},
    ]
    assert spec["priorityClassName"] == "shop"
    assert any((one.kind, one.name) == ("PriorityClass", "shop") for one in made.contract.first)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"devices": [{"resource": "gpu"}]}, "not a valid device name"),
        ({"devices": [{"resource": "kubernetes.io/x"}]}, "Kubernetes' own resources"),
        ({"node_labels": {"a b": "c"}}, "not a valid label name"),
    ],
)
def test_an_invalid_device_or_label_name_is_refused(given: dict[str, Any], says: str) -> None:
    (problem,) = session(WEB, **given).problems
    assert says in problem.message
    assert problem.hint


# --- access of a node agent to its node -------------------------------------------------------------


def enforced(made: Any) -> str:
    (space,) = made.of("Namespace")
    return str(space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"])


def test_a_node_agent_has_only_the_access_that_it_was_given() -> None:
    made = bundle(AGENT)
    assert not [volume for volume in made.template["spec"]["volumes"] if "hostPath" in volume]
    assert "hostPID" not in made.template["spec"]
    assert enforced(made) == "restricted"
    made = bundle(AGENT, host_paths=["/var/log/pods", "/run/metrics"], host_processes="yes")
    folders = [volume["hostPath"]["path"] for volume in made.template["spec"]["volumes"] if "hostPath" in volume]
    assert folders == ["/var/log/pods", "/run/metrics"]
    mounts = {one["mountPath"]: one["readOnly"] for one in made.containers[-1]["volumeMounts"] if "readOnly" in one}
    assert mounts == {"/host/var/log/pods": True, "/host/run/metrics": True}
    assert made.template["spec"]["hostPID"] is True
    assert enforced(made) == "privileged"


@pytest.mark.parametrize(("given", "groups"), [({}, None), ({"host_group": 0}, [0]), ({"host_group": 4}, [4])])
def test_a_node_agent_reads_the_files_of_the_group_that_it_was_given(
    given: dict[str, int], groups: list[int] | None
) -> None:
    made = bundle(AGENT, host_paths=["/var/log"], **given)
    assert made.template["spec"]["securityContext"].get("supplementalGroups") == groups
    expected = "that every user may read" if groups is None else "through the group `app.host_group`"
    assert expected in demands(made)
    assert demands(made).count("Read the node's files") + demands(made).count("Read only files") == 1


def test_the_contract_warns_of_links_that_lead_out_of_the_folders_of_the_node() -> None:
    assert "no absolute link" in demands(bundle(AGENT, host_paths=["/var/log"]))
    assert "no absolute link" not in demands(bundle(AGENT))


@pytest.mark.parametrize("given", [{"host_paths": ["/var/log/pods"]}, {"host_processes": "yes"}])
def test_an_existing_namespace_must_allow_the_access_of_a_node_agent(given: dict[str, Any]) -> None:
    made = bundle(AGENT, create_namespace="existing", **given)
    assert not [one for one in made.session.findings if one.severity == "error"]
    assert [one.kind for one in made.contract.first if one.kind == "Pod Security"]
    assert not [one for one in bundle(AGENT).contract.first if one.kind == "Pod Security"]


def test_the_access_of_a_node_agent_is_an_upfront_parameter() -> None:
    first = [field.parameter.name for field in session(AGENT).fields if field.parameter.upfront]
    assert first == ["listeners", "health", "host_paths", "host_processes"]


def test_a_device_is_a_prerequisite_of_the_nodes() -> None:
    made = bundle(WEB, devices=[{"resource": "nvidia.com/gpu", "count": 2}])
    (line,) = [one for one in made.contract.first if one.kind == "Device"]
    assert "must have 2 free nvidia.com/gpu" in line.say and line.owner == "platform"
    columns = r"NODE:.metadata.name,OFFERS:.status.allocatable.nvidia\.com/gpu"
    assert line.check == f"kubectl get nodes -o custom-columns='{columns}'"
    assert not [one for one in bundle(WEB).contract.first if one.kind == "Device"]


@pytest.mark.parametrize(
    ("init", "containers", "free"), [((), (1, 2), 3), ((4,), (1, 2), 4), ((2,), (1,), 2), ((), (1,), 1)]
)
def test_the_devices_of_one_pod_are_counted_as_the_scheduler_does(
    init: tuple[int, ...], containers: tuple[int, ...], free: int
) -> None:
    def asking(count: int) -> dict[str, Any]:
        return {"resources": {"limits": {"nvidia.com/gpu": count, "cpu": "1"}}}

    (file,) = [one for one in bundle(WEB).session.bundle.manifests if one.document["kind"] == "Deployment"]
    document = copy.deepcopy(file.document)
    document["spec"]["template"]["spec"] = {
        "initContainers": [asking(one) for one in init],
        "containers": [asking(one) for one in containers],
    }
    (line,) = devices((file._replace(document=document),))
    assert f"must have {free} free nvidia.com/gpu" in line.say


def test_an_update_needs_no_spare_device() -> None:
    made, plain = bundle(WEB, devices=GPU), bundle(WEB)
    assert made.workload and plain.workload
    assert made.workload["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 1, "maxSurge": 0}
    assert plain.workload["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": "25%"}


@pytest.mark.parametrize("answers", [WEB, JOB, AGENT])
def test_a_device_is_required_if_the_answers_mention_one(answers: dict[str, Any]) -> None:
    ticked = {**answers, "habits": ("special",)}
    assert "app.devices" in [one.key for one in session(ticked).problems]
    assert "app.devices" not in [one.key for one in session(ticked, devices=GPU).problems]
    assert "app.devices" not in [one.key for one in session({**answers, "habits": ("rights",)}).problems]


def test_rights_over_the_node_are_not_granted_and_cause_a_warning() -> None:
    for answers, rule in ((WEB, "more-than-a-plain-pod"), (AGENT, "more-than-a-plain-agent")):
        made = bundle({**answers, "habits": ("rights",)})
        assert rule in {one.id for one in made.session.warnings}
        assert made.containers[0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}
