"""Cluster lookup on a real API server: it finds what the user is allowed to read, and writes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apiserver.rooms import make, revision, writes_since
from tests.apiserver.server import ApiServer
from tests.cluster.dry import namespace
from wizard.catalog.load import load_catalog
from wizard.cluster.dry_run import discovery
from wizard.cluster.kubeconfig import choose
from wizard.cluster.model import CheckFinished
from wizard.faces.services import finished_of

pytestmark = pytest.mark.apiserver

LABELS = {"app": "fluent-bit"}
SPEC = {
    "containers": [{"name": "fluent-bit", "image": "cr.fluentbit.io/fluent/fluent-bit:4.0.1"}],
    "volumes": [{"name": "logs", "hostPath": {"path": "/var/log"}}],
}
AGENT = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "fluent-bit", "namespace": "discovery-logging"},
    "spec": {"selector": {"matchLabels": LABELS}, "template": {"metadata": {"labels": LABELS}, "spec": SPEC}},
    "status": {"desiredNumberScheduled": 2, "currentNumberScheduled": 2, "numberReady": 2, "numberMisscheduled": 0},
}
PATH = "/apis/apps/v1/namespaces/discovery-logging/daemonsets"


@pytest.fixture
def agent(api_server: ApiServer) -> Iterator[None]:
    make(api_server, "/api/v1/namespaces", namespace("discovery-logging"))
    make(api_server, "/api/v1/namespaces", namespace("discovery-mesh", **{"istio-injection": "enabled"}))
    made = make(api_server, PATH, AGENT)
    status = {**made, "status": AGENT["status"]}
    assert api_server.request("PUT", f"{PATH}/fluent-bit/status", status).status == 200
    yield
    api_server.request("DELETE", f"{PATH}/fluent-bit")
    unlabelled = namespace("discovery-mesh")
    assert api_server.request("PUT", "/api/v1/namespaces/discovery-mesh", unlabelled).status == 200


def looked(server: ApiServer, user: str) -> CheckFinished:
    return finished_of(discovery(choose(str(server.kubeconfig), user), load_catalog().clues))


def test_an_administrators_lookup_finds_everything(api_server: ApiServer, agent: None) -> None:
    before = revision(api_server)
    finished = looked(api_server, "admin")
    assert writes_since(api_server, before) == []
    found = {item.clue: item.found for item in finished.evidence}
    expected = {
        "collector": "discovery-logging/fluent-bit",
        "mesh_none": "none",
        "mesh_injected": "discovery-mesh",
    }
    if os.environ.get("PODWIZARD_TEST_CRDS"):
        operators = {name: clue for name, clue in load_catalog().clues.items() if clue.implementations}
        assert len(operators) > 5
        expected |= {name: clue.look.names[0] for name, clue in operators.items()}
        expected["monitoring"] = "monitoring.coreos.com"
    assert found.pop("version_133").startswith("v1.3")
    assert found == expected
    assert (finished.error, finished.unseen) == ("", ())


def test_a_lookup_without_permissions_leaves_questions_open(api_server: ApiServer, agent: None) -> None:
    finished = looked(api_server, "viewer")
    assert {item.clue for item in finished.evidence} >= {"version_133", "mesh_none"}  # everyone can read these
    assert not {"collector", "mesh_injected"} & {item.clue for item in finished.evidence}
    assert sorted(text.partition(":")[0] for text in finished.unseen) == ["DaemonSets", "namespaces", "nodes"]
    assert finished.error == ""


PROMETHEUS = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: prometheuses.monitoring.coreos.com, annotations: {api-approved.kubernetes.io: unapproved}}
spec:
  group: monitoring.coreos.com
  scope: Namespaced
  names: {plural: prometheuses, singular: prometheus, kind: Prometheus, listKind: PrometheusList}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""


@pytest.fixture
def prometheus(api_server: ApiServer, tmp_path: Path) -> Iterator[str]:
    """Create a Prometheus object and yield the name of its namespace."""
    (tmp_path / "crd.yaml").write_text(PROMETHEUS, "utf-8")
    api_server.apply_crd(tmp_path / "crd.yaml")
    make(api_server, "/api/v1/namespaces", namespace("discovery-watch"))
    path = "/apis/monitoring.coreos.com/v1/namespaces/discovery-watch/prometheuses"
    selector = {"matchLabels": {"release": "kps"}}
    spec = {"podMonitorSelector": selector, "serviceMonitorSelector": selector}
    body = {
        "apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "metadata": {"name": "k8s"}, "spec": spec,
    }  # fmt: skip
    make(api_server, path, body)
    yield "discovery-watch"
    api_server.request("DELETE", f"{path}/k8s")
    api_server.delete_crd("prometheuses.monitoring.coreos.com")


def test_prometheus_labels_are_found_only_with_permission(api_server: ApiServer, prometheus: str) -> None:
    before = revision(api_server)
    found = {item.clue: item.found for item in looked(api_server, "admin").evidence}
    assert writes_since(api_server, before) == []
    assert found["prometheus_pods"] == found["prometheus_services"] == "release=kps"
    assert found["prometheus_namespace"] == prometheus
    finished = looked(api_server, "viewer")
    assert not any(item.clue.startswith("prometheus_") for item in finished.evidence)
    assert any(text.startswith("Prometheus objects: ") for text in finished.unseen)
    assert finished.error == ""
