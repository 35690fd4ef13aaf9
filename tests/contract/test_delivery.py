"""Delivery in stages: the migration is applied after its prerequisites and before the program, and no pod waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from tests.contract.bundles import Rendered, rendered
from tests.contract.test_beside import pods_beside
from tests.contract.test_cases import MIGRATED, bundle
from wizard.faces.drawing import drawing
from wizard.kube.references import references
from wizard.texts.contract import next_lines

WAVE = "argocd.argoproj.io/sync-wave"
BY_GIT = ("argo-cd", "flux")
STAGES = ("manifests/migration", "manifests/program")


@cache
def delivered(one: Rendered, way: str) -> Rendered:
    return rendered(one.name, one.session.give("job.migrate.delivery", way))


def waves(one: Rendered) -> dict[str, int]:
    """Return the sync wave of each object, by kind and name."""
    return {
        f"{each['kind']}/{each['metadata']['name']}": int(each["metadata"].get("annotations", {}).get(WAVE, 0))
        for each in one.objects
    }


def folders(one: Rendered) -> dict[str, int]:
    """Return the stage of each object, by kind and name: the index of the folder that Flux applies it from."""
    return {
        f"{file.document['kind']}/{file.document['metadata']['name']}": STAGES.index(file.path.rpartition("/")[0])
        for file in one.session.bundle.manifests
    }


def wrong_order(one: Rendered, places: dict[str, int]) -> Iterator[str]:
    """Yield every object that is applied too early or too late."""
    job = next(name for name in places if name.startswith("Job/"))
    rows = one.session.catalog.references.rows
    (made,) = one.of("Job")
    for found in references(made, rows):
        name = f"{found.kind}/{found.name}"
        if name in places and places[name] > places[job]:
            yield f"{name} comes after the Job that names it"
    for name, place in places.items():
        kind = name.partition("/")[0]
        if kind in ("Namespace", "NetworkPolicy", "ConfigMap", "ServiceAccount") and place > places[job]:
            yield f"{name} comes after the Job"
        if kind in ("Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget") and place <= places[job]:
            yield f"{name} comes before the Job has succeeded"


@pytest.mark.parametrize("way", BY_GIT)
def test_the_migration_is_applied_after_its_prerequisites_and_before_the_program(way: str) -> None:
    for one in pods_beside():
        made = delivered(one, way)
        places = waves(made) if way == "argo-cd" else folders(made)
        assert not list(wrong_order(made, places)), one.name
        if way == "argo-cd":
            assert set(places.values()) == {0, 1, 2}


def _program_first(places: dict[str, int]) -> None:
    places[next(name for name in places if name.startswith("Deployment/"))] = 0


def _account_last(places: dict[str, int]) -> None:
    places[next(name for name in places if name.startswith("ServiceAccount/"))] = 2


@pytest.mark.parametrize("change", [_program_first, _account_last])
def test_an_object_in_the_wrong_stage_is_found(change: Callable[[dict[str, int]], None]) -> None:
    for one in pods_beside():
        made = delivered(one, "argo-cd")
        places = waves(made)
        change(places)
        assert list(wrong_order(made, places))


@pytest.mark.parametrize("way", BY_GIT)
def test_no_pod_waits_for_the_migration_or_may_query_the_cluster(way: str) -> None:
    for one in pods_beside():
        made = delivered(one, way)
        assert not any(c["name"] == "wait-migrated" for c in made.containers)
        assert not [each for each in made.of("Role", "RoleBinding") if "migrated" in each["metadata"]["name"]]
        calls_api = "api-access" in made.session.implementations  # the program itself calls the API
        assert calls_api == any("kubernetes.default.svc" in to.host for to in made.declared.connections())
        assert made.workload is not None
        start = made.declared.seconds(lambda times: times.start)
        spec, grace = made.workload["spec"], made.template["spec"]["terminationGracePeriodSeconds"]
        gone = 0 if spec["strategy"].get("rollingUpdate", {}).get("maxSurge") else grace
        assert spec["progressDeadlineSeconds"] == max(600, gone + start + 120 + 60)
        assert all(c.name != "wait-migrated" for c in drawing(made.session).containers)


def test_the_job_is_the_same_for_every_way_of_delivery() -> None:
    for one in pods_beside():
        ways = [next(delivered(one, way).of("Job")) for way in ("kubectl", *BY_GIT)]
        assert len({str(job["spec"]) for job in ways}) == 1
        assert len({job["metadata"]["name"] for job in ways}) == 1


def test_each_folder_for_flux_is_a_kustomization_of_its_own_files() -> None:
    made = delivered(pods_beside()[0], "flux")
    files = {file.path: file for file in made.session.bundle.files}
    assert yaml.safe_load(files["kustomization.yaml"].text)["resources"] == list(STAGES)
    for folder in STAGES:
        own = [path.rpartition("/")[2] for path in files if path.startswith(f"{folder}/")]
        named = yaml.safe_load(files[f"{folder}/kustomization.yaml"].text)["resources"]
        assert sorted([*named, "kustomization.yaml"]) == sorted(own)


def test_a_secret_for_the_migration_is_created_before_it() -> None:
    secrets: dict[str, Any] = {"secret_mounts": "name=creds", "secrets_by": "external-secrets"}
    command = {"job.migrate.command": ["/m"], "job.migrate.delivery": "argo-cd"}
    made = bundle(MIGRATED, secret_store="vault", **secrets, **command)
    assert waves(made)["ExternalSecret/creds"] == 0


@pytest.mark.parametrize(("way", "tool"), [("argo-cd", "argocd app create"), ("flux", "flux create kustomization")])
def test_delivery_through_a_repository_is_in_the_prerequisites_and_the_next_steps(way: str, tool: str) -> None:
    given = {"command": ["/m"], "delivery": way, "run_seconds": 777}
    made = bundle(MIGRATED, **{f"job.migrate.{name}": value for name, value in given.items()})
    assert any(one.create.startswith(tool) for one in made.contract.first)
    lines = next_lines(made.contract, "out", context="kind")
    assert lines[0] == "git add ./out && git commit --message=web && git push"
    assert " wait --for=create job/web-migrate-" in lines[1] and "--context kind" in lines[1]
    assert not any("apply -k" in line for line in lines)
    assert [step.command for step in made.contract.undo] == ["git revert --no-edit HEAD && git push"]
    readme = made.session.bundle.files[0].text
    assert "kubectl delete -k" not in readme and "Init:CrashLoopBackOff" not in readme
    if way == "flux":
        assert any("--health-check-timeout=777s" in one.create for one in made.contract.first)
        assert any("--depends-on=web-migration" in one.create for one in made.contract.first)
