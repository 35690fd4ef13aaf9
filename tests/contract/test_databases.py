"""Databases that an operator runs: who reaches them, one instance, snapshots, versions, and the order of the form."""

from __future__ import annotations

from typing import Any

import pytest

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
def test_programs_of_several_namespaces_may_connect_and_no_other_ones(given: dict[str, object]) -> None:
    callers = "where=same-namespace; where=namespace, namespace=shop; where=namespace, namespace=billing"
    one = database(DATABASE, callers=callers, **given)
    found = reaching(one, 5432, "TCP", {"web", "shop", "billing", OTHER, OUTSIDE})
    assert found == {"web", "shop", "billing"}
    none = database(DATABASE, callers="nothing", **given)
    assert not reaching(none, 5432, "TCP", {"web", "shop", OTHER, OUTSIDE})


def test_snapshots_of_the_only_instance_are_refused_with_a_way_out() -> None:
    (problem,) = session(ONE, backups="snapshots", snapshot_class="csi").problems
    assert problem.key == "app.backups"
    assert "stop" in problem.message
    assert all(way in problem.hint for way in ("object-store", "none", "two instances"))
    assert not session(DATABASE, backups="snapshots", snapshot_class="csi").problems


def test_old_snapshots_are_the_users_to_delete() -> None:
    kept = database(DATABASE, backups="snapshots", snapshot_class="csi")
    assert any("Delete old snapshots" in line.say for line in kept.contract.workloads[0].must)
    archived = database(DATABASE, **STORE)
    assert not any("snapshots" in line.say for line in archived.contract.workloads[0].must)
    (store,) = archived.of("ObjectStore")
    assert store["spec"]["retentionPolicy"] == "30d"


def test_the_budget_of_the_only_instance_blocks_no_drain() -> None:
    (alone,) = database(ONE, **STORE).of("Cluster")
    assert (alone["spec"]["instances"], alone["spec"]["enablePDB"]) == (1, False)
    (several,) = database(DATABASE, **STORE).of("Cluster")
    assert "enablePDB" not in several["spec"]


@pytest.mark.parametrize(
    ("version", "tag"), [({}, ":18."), ({"postgres_version": "17"}, ":17."), ({"postgres_version": "own"}, ":16.4-own")]
)
def test_the_version_of_the_database_is_written_down(version: dict[str, object], tag: str) -> None:
    image = {"image": "registry.acme.io/postgresql:16.4-own"} if "own" in version.values() else {}
    (cluster,) = database(DATABASE, **STORE, **version, **image).of("Cluster")
    assert tag in cluster["spec"]["imageName"]


@pytest.mark.parametrize("operator", ["cloudnative-pg", "crunchy"])
def test_the_way_of_backups_is_chosen_before_its_bucket_is_asked(operator: str) -> None:
    keys = [field.parameter.key for field in session(DATABASE, implementation=operator).fields]
    bucket = "app.destination" if operator == "cloudnative-pg" else "app.bucket"
    assert keys.index("app.backups") < keys.index(bucket)
    assert keys.index("app.callers") < keys.index(bucket)


def test_metrics_of_a_version_that_the_exporter_does_not_know_are_refused() -> None:
    made = session(DATABASE, **CRUNCHY, scrape="podmonitor", postgres_version=18)
    assert [one.key for one in made.problems] == ["app.scrape"]
