"""Volumes that a replica does not own: files that all replicas share, and the disk of another program."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import AGENT, JOB, WEB, bundle, session

SHARED: dict[str, Any] = {
    **{key: value for key, value in WEB.items() if key != "two_harm"},
    "keeps": "shared_files",
    "copies": "several",
}
BACKUP = {**JOB, "work": "schedule", "overlap": "skip", "late": "late_ok", "needs": ("claim",)}
DISK: dict[str, Any] = {
    "namespace": "shop",
    "schedule": "0 2 * * *",
    "run_seconds": 600,
    "mounted-claim.claim": "data-orders-0",
    "mounted-claim.program": "app.kubernetes.io/name=orders",
}


def volume(made: Rendered, name: str) -> dict[str, Any]:
    return next(one for one in made.template["spec"]["volumes"] if one["name"] == name)


def test_all_replicas_of_a_deployment_mount_one_new_claim() -> None:
    made = bundle(SHARED, **{"shared-files.storage_class": "nfs"})
    assert made.workload is not None and made.workload["kind"] == "Deployment"
    (claim,) = made.of("PersistentVolumeClaim")
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert claim["spec"]["storageClassName"] == "nfs"
    assert volume(made, "shared-files")["persistentVolumeClaim"] == {"claimName": claim["metadata"]["name"]}
    mounts = made.template["spec"]["containers"][0]["volumeMounts"]
    assert {"name": "shared-files", "mountPath": "/srv/common"} in mounts
    assert any(one.kind == "StorageClass" and one.name == "nfs" for one in made.contract.first)
    assert any("/srv/common" in line.say for line in made.contract.workloads[0].must)


def test_the_storage_class_of_shared_files_is_required_because_the_default_seldom_fits() -> None:
    assert [one.key for one in session(SHARED).problems] == ["shared-files.storage_class"]


def test_an_existing_claim_is_mounted_and_listed_as_a_prerequisite() -> None:
    made = bundle(SHARED, **{"shared-files.claim": "existing", "shared-files.claim_name": "uploads"}, namespace="shop")
    assert not list(made.of("PersistentVolumeClaim"))
    assert volume(made, "shared-files")["persistentVolumeClaim"] == {"claimName": "uploads", "readOnly": True}
    assert any(one.kind == "PersistentVolumeClaim" and one.name == "uploads" for one in made.contract.first)


def test_files_in_an_existing_claim_are_read_only_unless_the_user_chooses_to_write() -> None:
    claim = {"namespace": "shop", "shared-files.claim": "existing", "shared-files.claim_name": "models"}
    read, write = bundle(SHARED, **claim), bundle(SHARED, **claim, **{"shared-files.use": "write"})
    mounts = read.template["spec"]["containers"][0]["volumeMounts"]
    assert {"name": "shared-files", "mountPath": "/srv/common", "readOnly": True} in mounts
    assert volume(write, "shared-files")["persistentVolumeClaim"] == {"claimName": "models"}
    lines = [[line.say for line in one.contract.workloads[0].must] for one in (read, write)]
    first = [[line.say for line in one.contract.first] for one in (read, write)]
    assert "Do not change the shared files; they are mounted read-only." in lines[0]
    assert not any(
        "Keep everything that must survive a restart in the shared files" in line or "Never let two" in line
        for line in lines[0]
    )
    assert any("Keep everything that must survive a restart in the shared files" in line for line in lines[1])
    assert not any("mounted read-only" in line for line in lines[1])
    assert any("ReadOnlyMany or ReadWriteMany" in line for line in first[0])
    assert not any("ReadOnlyMany" in line for line in first[1])
    readmes = [one.session.bundle.files[0].text for one in (read, write)]
    assert "must be writable for the group" not in readmes[0] and "keep their owner" in readmes[0]
    assert "must be writable for the group" in readmes[1] and "OnRootMismatch" in readmes[1]


@pytest.mark.parametrize(
    ("answers", "given"),
    [
        (BACKUP, {**DISK, "namespace": ""}),
        (SHARED, {"shared-files.claim": "existing", "shared-files.claim_name": "models"}),
    ],
    ids=["another program's claim", "shared files"],
)
def test_a_bundle_that_mounts_a_claim_needs_the_claims_namespace_and_does_not_create_it(
    answers: dict[str, Any], given: dict[str, Any]
) -> None:
    (problem,) = session(answers, **given).problems
    assert problem.key == "app.namespace"
    made = bundle(answers, **{**given, "namespace": "shop"})
    assert not list(made.of("Namespace"))
    assert any(one.kind == "Namespace" and one.name == "shop" for one in made.contract.first)
    assert not session(answers, **{**given, "namespace": "web"}).problems, "a namespace may have the program's name"


def test_a_new_claim_is_mounted_writable() -> None:
    made = bundle(SHARED, **{"shared-files.storage_class": "nfs"})
    assert "readOnly" not in volume(made, "shared-files")["persistentVolumeClaim"]
    assert any(
        "Keep everything that must survive a restart in the shared files" in line.say
        for line in made.contract.workloads[0].must
    )


def test_a_migration_also_mounts_the_shared_files() -> None:
    made = bundle(
        {**SHARED, "needs": ("migrate",)},
        **{"shared-files.storage_class": "nfs", "job.migrate.command": "/app migrate"},
    )
    (job,) = made.of("Job")
    mounts = job["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    assert "shared-files" in {one["name"] for one in mounts}


def test_a_backup_runs_on_the_node_of_the_disk_and_mounts_it_read_only() -> None:
    made = bundle(BACKUP, **DISK)
    (term,) = made.template["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["topologyKey"] == "kubernetes.io/hostname"
    assert term["labelSelector"] == {"matchLabels": {"app.kubernetes.io/name": "orders"}}
    claim = volume(made, "mounted-claim")["persistentVolumeClaim"]
    assert claim == {"claimName": "data-orders-0", "readOnly": True}
    assert made.workload is not None
    assert made.workload["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 0
    assert any(one.kind == "PersistentVolumeClaim" and one.name == "data-orders-0" for one in made.contract.first)


def test_a_disk_that_many_nodes_can_mount_needs_no_affinity() -> None:
    made = bundle(BACKUP, **{**DISK, "mounted-claim.claim": "files", "mounted-claim.access": "many"})
    assert "affinity" not in made.template["spec"]


def test_writing_to_another_programs_disk_needs_its_group() -> None:
    made = bundle(BACKUP, **DISK, **{"mounted-claim.use": "write"})
    assert "readOnly" not in volume(made, "mounted-claim")["persistentVolumeClaim"]
    lines = [line.say for line in made.contract.workloads[0].must]
    assert any("Use the files' group as" in line for line in lines)
    assert not any("Use the files' group" in line.say for line in bundle(BACKUP, **DISK).contract.workloads[0].must)


def test_the_contract_the_prerequisites_and_the_form_state_that_a_backup_must_be_able_to_read_the_files() -> None:
    made = bundle(BACKUP, uid=33, **DISK)
    assert any("with its user and group (`app.uid`)" in line.say for line in made.contract.workloads[0].must)
    (line,) = [
        one for one in made.contract.first if "must be able to read the files of the claim data-orders-0" in one.say
    ]
    assert "The user 33" in line.say and "app.uid" in line.say and "mounted-claim.group" in line.say
    assert line.check == "kubectl -n shop exec POD -- ls -ln PATH"
    help_of = {one.parameter.key: one.parameter.help for one in made.session.fields}
    assert "app.uid" in help_of["mounted-claim.claim"]


def test_a_backup_can_have_the_group_of_the_files_as_a_supplemental_group() -> None:
    context = bundle(BACKUP, **DISK, **{"mounted-claim.group": 33}).template["spec"]["securityContext"]
    assert context["supplementalGroups"] == [33]
    assert context["runAsGroup"] == 10001
    assert "supplementalGroups" not in bundle(BACKUP, **DISK).template["spec"]["securityContext"]


@pytest.mark.parametrize("answers", [WEB, AGENT], ids=["service", "node agent"])
def test_only_jobs_are_offered_the_disk_of_another_program(answers: dict[str, Any]) -> None:
    assert "claim" not in {option.id for option in session(answers).offered("needs")}
    assert "claim" in {option.id for option in session(JOB).offered("needs")}
