"""The article's cases, checked on the rendered objects."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import CASES, session_of
from wizard.catalog.model import Catalog
from wizard.session.session import Session

Pod = dict[str, Any]


def object_of(session: Session, kind: str) -> Any:
    found = [f.document for f in session.bundle.manifests if f.document["kind"] == kind]
    assert len(found) == 1, f"{kind}: {[f.path for f in session.bundle.manifests]}"
    return found[0]


def pod_of(workload: Any) -> Pod:
    spec = workload["spec"]
    pod: Pod = (spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec)["template"]["spec"]
    return pod


def container(pod: Pod, part: str, name: str) -> Any:
    return next(c for c in pod[part] if name in c["name"])


def mounts(one: Any) -> dict[str, Any]:
    return {m["name"]: m for m in one.get("volumeMounts", [])}


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_rendered_without_a_finding_of_level_error(catalog: Catalog, name: str) -> None:
    session = session_of(catalog, name)
    assert session.bundle.manifests
    assert [f for f in session.findings if f.severity == "error"] == []


def test_a_simple_api_is_a_plain_deployment_with_nothing_added(catalog: Catalog) -> None:
    session = session_of(catalog, "simple-api")
    assert session.verdict is not None
    assert (session.verdict.base, session.verdict.add) == ("Deployment", ())
    pod = pod_of(object_of(session, "Deployment"))
    assert len(pod["containers"]) == 1
    assert not pod.get("initContainers")


def test_file_logs_get_a_native_sidecar_that_shares_a_volume_with_the_app(catalog: Catalog) -> None:
    pod = pod_of(object_of(session_of(catalog, "web-app-with-file-logs"), "Deployment"))
    shipper = container(pod, "initContainers", "log")
    assert shipper["restartPolicy"] == "Always"
    app = mounts(pod["containers"][0])
    shared = set(app) & set(mounts(shipper))
    assert [app[name]["mountPath"] for name in shared] == ["/var/log/shop"]
    assert all(mounts(shipper)[name].get("readOnly") and not app[name].get("readOnly") for name in shared)


def test_a_redis_cluster_without_a_client_gets_an_ambassador_on_localhost(catalog: Catalog) -> None:
    session = session_of(catalog, "redis-cluster-client")
    assert session.verdict is not None and "ambassador.redis" in session.verdict.add
    pod = pod_of(object_of(session, "Deployment"))
    env = {e["name"]: e.get("value") for e in pod["containers"][0]["env"]}
    assert env["REDIS_HOST"] in ("127.0.0.1", "localhost")
    assert env["REDIS_PORT"] == "6379"
    proxy = next(c for c in pod["initContainers"] if c.get("restartPolicy") == "Always")
    assert "startupProbe" in proxy


def test_legacy_metrics_get_an_adapter(catalog: Catalog) -> None:
    session = session_of(catalog, "legacy-metrics")
    assert session.verdict is not None and "adapter" in session.verdict.add
    pod = pod_of(object_of(session, "Deployment"))
    assert any("json-exporter" in c["image"] for c in pod["initContainers"])


def test_init_containers_start_with_the_secrets(catalog: Catalog) -> None:
    pod = pod_of(object_of(session_of(catalog, "ordered-start"), "Deployment"))
    names = [c["name"] for c in pod["initContainers"]]
    assert len(names) == 3
    assert "secret" in names[0] and "wait" in names[1] and "migrat" in names[2]
    secrets = set(mounts(pod["initContainers"][0])) & set(mounts(pod["containers"][0]))
    assert secrets & set(mounts(pod["initContainers"][2])), "the migration cannot see the secrets"


def test_a_migration_with_several_replicas_is_a_job_that_the_pods_wait_for(catalog: Catalog) -> None:
    session = session_of(catalog, "racing-migration")
    job = object_of(session, "Job")
    pod = pod_of(object_of(session, "Deployment"))
    waiting = next(c for c in pod["initContainers"] if "kubectl" in c["image"])
    assert any(job["metadata"]["name"] in word for word in waiting["args"])
    role = object_of(session, "Role")
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} <= {"get", "list", "watch"}


def test_postgres_with_failover_and_backups_is_an_operator_resource(catalog: Catalog) -> None:
    session = session_of(catalog, "postgres")
    assert session.verdict is not None and session.verdict.base == "operator"
    kinds = {f.document["kind"] for f in session.bundle.manifests}
    assert "Cluster" in kinds and "ScheduledBackup" in kinds
    assert not kinds & {"Deployment", "StatefulSet", "PodDisruptionBudget"}


def test_a_one_off_migration_is_a_job_that_never_runs_twice(catalog: Catalog) -> None:
    job = object_of(session_of(catalog, "one-off-migration"), "Job")
    assert job["spec"]["backoffLimit"] == 0
    assert pod_of(job)["restartPolicy"] == "Never"
    assert job["spec"]["activeDeadlineSeconds"] > 0
    assert job["spec"]["ttlSecondsAfterFinished"] > 0


def test_a_nightly_backup_has_a_time_zone_a_deadline_and_a_concurrency_policy(catalog: Catalog) -> None:
    spec = object_of(session_of(catalog, "nightly-backup"), "CronJob")["spec"]
    assert spec["schedule"] == "0 2 * * *"
    assert spec["timeZone"] == "Europe/Berlin"
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["startingDeadlineSeconds"] >= 10
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 0


def test_node_metrics_run_on_every_node_and_read_its_files(catalog: Catalog) -> None:
    session = session_of(catalog, "node-metrics")
    pod = pod_of(object_of(session, "DaemonSet"))
    paths = {v["hostPath"]["path"] for v in pod["volumes"] if "hostPath" in v}
    assert {"/proc", "/sys", "/"} <= paths
    assert any(t.get("operator") == "Exists" for t in pod["tolerations"])
    assert session.bundle.privileged
