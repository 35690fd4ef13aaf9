"""Databases that an operator runs: network access, single instances, snapshots, versions, the order of the form."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.contract.bundles import Rendered, rendered
from tests.contract.policies import OUTSIDE, reaching
from tests.contract.test_cases import session
from tests.contract.test_listeners import OTHER

DATABASE = {"work": "server", "keeps": "own_disk", "operate": "expert", "operator": "trusted", "copies": "several"}
ONE = {**DATABASE, "copies": "one"}
STORE = {"destination": "s3://acme/web", "endpoint": "https://s3.acme.io", "backup_secret": "keys"}
CRUNCHY = {
    "implementation": "crunchy", "bucket": "acme", "endpoint": "s3.acme.io", "region": "eu", "backup_secret": "keys",
}  # fmt: skip


def database(answers: dict[str, Any], **given: object) -> Rendered:
    named = {key: value for key, value in given.items() if key != "image"}
    made = session(answers, **named).reset("app.image")
    if "image" in given:
        made = made.give("app.image", given["image"])
    assert not made.problems
    return rendered("case", made)


@pytest.mark.parametrize("given", [STORE, CRUNCHY], ids=["cloudnative-pg", "crunchy"])
def test_only_programs_of_the_named_namespaces_may_connect(given: dict[str, object]) -> None:
    callers = "where=same-namespace; where=namespace, namespace=shop; where=namespace, namespace=billing"
    one = database(DATABASE, callers=callers, **given)
    found = reaching(one, 5432, "TCP", {"web", "shop", "billing", OTHER, OUTSIDE})
    assert found == {"web", "shop", "billing"}
    none = database(DATABASE, callers="nothing", **given)
    assert not reaching(none, 5432, "TCP", {"web", "shop", OTHER, OUTSIDE})


def test_snapshots_of_a_single_instance_are_refused_with_a_hint() -> None:
    (problem,) = session(ONE, backups="snapshots", snapshot_class="csi").problems
    assert problem.key == "app.backups"
    assert "stop" in problem.message
    assert all(way in problem.hint for way in ("object-store", "none", "two or more instances"))
    assert not session(DATABASE, backups="snapshots", snapshot_class="csi").problems


def test_the_contract_asks_the_user_to_delete_old_snapshots() -> None:
    kept = database(DATABASE, backups="snapshots", snapshot_class="csi")
    assert any("Delete old snapshots" in line.say for line in kept.contract.workloads[0].must)
    archived = database(DATABASE, **STORE)
    assert not any("snapshots" in line.say for line in archived.contract.workloads[0].must)
    (store,) = archived.of("ObjectStore")
    assert store["spec"]["retentionPolicy"] == "30d"


def test_the_disruption_budget_of_a_single_instance_is_disabled() -> None:
    (alone,) = database(ONE, **STORE).of("Cluster")
    assert (alone["spec"]["instances"], alone["spec"]["enablePDB"]) == (1, False)
    (several,) = database(DATABASE, **STORE).of("Cluster")
    assert "enablePDB" not in several["spec"]


@pytest.mark.parametrize(
    ("version", "tag"), [({}, ":18."), ({"postgres_version": "17"}, ":17."), ({"postgres_version": "own"}, ":16.4-own")]
)
def test_the_version_of_the_database_is_in_the_manifest(version: dict[str, object], tag: str) -> None:
    image = {"image": "registry.acme.io/postgresql:16.4-own"} if "own" in version.values() else {}
    (cluster,) = database(DATABASE, **STORE, **version, **image).of("Cluster")
    assert tag in cluster["spec"]["imageName"]


@pytest.mark.parametrize("operator", ["cloudnative-pg", "crunchy"])
def test_the_kind_of_backup_is_chosen_before_its_bucket(operator: str) -> None:
    keys = [field.parameter.key for field in session(DATABASE, implementation=operator).fields]
    bucket = "app.destination" if operator == "cloudnative-pg" else "app.bucket"
    assert keys.index("app.backups") < keys.index(bucket)
    assert keys.index("app.callers") < keys.index(bucket)


def test_metrics_of_a_version_that_the_exporter_does_not_support_are_refused() -> None:
    made = session(DATABASE, **CRUNCHY, scrape="podmonitor", postgres_version=18)
    assert [one.key for one in made.problems] == ["app.scrape"]


READ = {"scrape": "podmonitor", "scrape_labels": "release=prom"}
SNAPSHOTS = {"backups": "snapshots", "snapshot_class": "csi"}


@pytest.mark.parametrize(
    ("given", "metrics"),
    [
        (STORE, "barman_cloud_cloudnative_pg_io_last_(available|failed)_backup_timestamp"),
        (SNAPSHOTS, "cnpg_collector_last_(available|failed)_backup_timestamp"),
        (CRUNCHY, "ccp_backrest_last_diff_backup_time_since_completion_seconds"),
    ],
    ids=["object store", "snapshots", "crunchy"],
)
def test_old_and_failed_backups_have_alerts_if_the_metrics_are_scraped(given: dict[str, Any], metrics: str) -> None:
    made = database(DATABASE, **given, **READ)
    (rule,) = made.of("PrometheusRule")
    (monitor,) = made.of("PodMonitor")
    assert rule["metadata"]["labels"]["release"] == monitor["metadata"]["labels"]["release"] == "prom"
    (group,) = rule["spec"]["groups"]
    assert "PostgresBackupOld" in [one["alert"] for one in group["rules"]]
    for one in group["rules"]:
        read = re.findall(r"([a-z_]+)\{([^}]*)\}", one["expr"])
        assert read and all(re.fullmatch(metrics, name) for name, _ in read)
        assert all(labels.startswith('namespace="web", pod=~"web-') for _, labels in read)
    assert any("ruleSelector" in one.say for one in made.contract.first)
    plain = database(DATABASE, **given)
    assert not list(plain.of("PrometheusRule"))
    assert "Nothing alerts you when a backup fails" in readme(plain)


def test_without_backups_there_are_no_backup_alerts_and_no_restore_instructions() -> None:
    made = database(DATABASE, backups="none", **READ)
    assert not list(made.of("PrometheusRule"))
    assert "-restored" not in readme(made) and "when a backup fails" not in readme(made)


@pytest.mark.parametrize("given", [STORE, SNAPSHOTS, CRUNCHY], ids=["object store", "snapshots", "crunchy"])
@pytest.mark.parametrize("own", [{}, {"postgres_version": "17"}], ids=["newest", "17"])
def test_the_restore_manifest_references_the_objects_of_the_product(given: dict[str, Any], own: dict[str, Any]) -> None:
    made = database(DATABASE, **{**given, **own})
    (text,) = re.findall(r"```yaml\n(.*?)```", readme(made), re.DOTALL)
    restored = yaml.safe_load(text)
    source = next(one for one in made.objects if one["kind"] == restored["kind"])
    assert restored["apiVersion"] == source["apiVersion"]
    assert restored["metadata"] == {"name": "web-restored", "namespace": "web"}
    spec = restored["spec"]
    assert spec.get("imageName") == source["spec"].get("imageName")
    assert spec.get("postgresVersion") == source["spec"].get("postgresVersion")
    if "dataSource" in spec:
        assert spec["dataSource"]["postgresCluster"]["clusterName"] == source["metadata"]["name"]
        assert (
            spec["dataSource"]["postgresCluster"]["repoName"]
            == source["spec"]["backups"]["pgbackrest"]["repos"][0]["name"]
        )
    elif given is STORE:
        (store,) = made.of("ObjectStore")
        (archive,) = spec["externalClusters"]
        assert archive["name"] == spec["bootstrap"]["recovery"]["source"]
        assert archive["plugin"]["parameters"]["barmanObjectName"] == store["metadata"]["name"]
        assert archive["plugin"]["name"] == source["spec"]["plugins"][0]["name"]
    else:
        assert set(spec["bootstrap"]["recovery"]["volumeSnapshots"]) == {"storage", "walStorage"}


def test_the_prerequisites_name_the_operators_namespace_that_the_policy_admits() -> None:
    for namespace in ("cnpg-system", "operators"):
        made = database(DATABASE, **STORE, operator_namespace=namespace)
        (first,) = (one for one in made.contract.first if "the network policy admits it only from there" in one.say)
        assert f"namespace {namespace}:" in first.say and namespace in first.check
        assert reaching(made, 8000, "TCP", {namespace, OTHER}) == {namespace}


def readme(made: Rendered) -> str:
    return next(file.text for file in made.session.bundle.files if file.path == "README.md")


@pytest.mark.parametrize("given", [STORE, SNAPSHOTS, CRUNCHY], ids=["object store", "snapshots", "crunchy"])
def test_a_restored_database_has_the_same_disks_as_the_original(given: dict[str, Any]) -> None:
    """Require the storage class, because a snapshot cannot become a disk of another driver, such as the default's."""
    (text,) = re.findall(r"```yaml\n(.*?)```", readme(database(DATABASE, **given, storage_class="fast")), re.DOTALL)
    spec = yaml.safe_load(text)["spec"]
    if "instances" in spec and given is CRUNCHY:
        (disk,) = (one["dataVolumeClaimSpec"] for one in spec["instances"])
        (repo,) = spec["backups"]["pgbackrest"]["repos"]
        assert disk == repo["volume"]["volumeClaimSpec"]
        assert disk["storageClassName"] == "fast"
        # Without `users`, the operator creates a database named after the cluster, and no Secret for these users.
        assert spec["users"] == [{"name": "app", "databases": ["app"]}]
    else:
        assert spec["storage"]["storageClass"] == spec["walStorage"]["storageClass"] == "fast"


def test_a_restore_may_read_backups_on_a_disk_of_the_original_database() -> None:
    """Allow the restore Job, which has the new cluster's labels, to connect to the old cluster's backup host."""
    job = "web postgres-operator.crunchydata.com/pgbackrest-restore="
    kept = database(DATABASE, implementation="crunchy", backups="volume")
    assert reaching(kept, 8432, "TCP", {job, "web", OTHER}) == {job}
    assert not reaching(database(DATABASE, **CRUNCHY), 8432, "TCP", {job, "web", OTHER})
