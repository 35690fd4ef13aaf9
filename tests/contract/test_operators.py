"""Products that an operator runs: who reaches them, how many instances, backups, and what must be there first.

The objects were created on a real API server with the operators' definitions (``tests/apiserver/test_covering.py``);
no operator has run them here.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.policies import OUTSIDE, reaching
from tests.contract.test_databases import DATABASE, ONE, database
from tests.contract.test_listeners import OTHER

S3 = {"bucket": "acme", "endpoint": "https://s3.acme.io", "region": "eu", "backup_secret": "keys"}
PRODUCTS: dict[str, tuple[str, int, str, dict[str, Any]]] = {
    # implementation: kind, port, the operator's namespace where it connects, and what must be given
    "percona-xtradb": ("PerconaXtraDBCluster", 3306, "", S3),
    "percona-mongodb": ("PerconaServerMongoDB", 27017, "psmdb-operator", S3),
    "redis": ("RedisReplication", 6379, "ot-operators", {"password_secret": "login"}),
    "rabbitmq": ("RabbitmqCluster", 5672, "", {}),
    "eck": ("Elasticsearch", 9200, "elastic-system", {}),
}


def product(name: str, answers: dict[str, Any] = DATABASE, **given: object) -> Rendered:
    return database(answers, implementation=name, **{**PRODUCTS[name][3], **given})


def made_by(bundle: Rendered, name: str) -> dict[str, Any]:
    (found,) = bundle.of(PRODUCTS[name][0])
    return found["spec"]  # type: ignore[no-any-return]


def sizes(spec: dict[str, Any]) -> set[int]:
    """Each number of instances in the object."""
    found = (
        spec.get("replicas"),
        spec.get("clusterSize"),
        *(spec.get(part, {}).get("size") for part in ("pxc", "haproxy")),
    )
    nested = (one.get("size", one.get("count")) for one in (*spec.get("replsets", ()), *spec.get("nodeSets", ())))
    return {number for number in (*found, *nested) if number is not None}


@pytest.mark.parametrize("name", PRODUCTS)
def test_only_callers_and_the_operator_reach_the_products_port(name: str) -> None:
    _, port, operator, _ = PRODUCTS[name]
    callers = "where=same-namespace; where=namespace, namespace=shop"
    peers = {"web", "shop", OTHER, OUTSIDE, *((operator,) if operator else ())}
    found = reaching(product(name, callers=callers), port, "TCP", peers)
    assert found == peers - {OTHER, OUTSIDE}


@pytest.mark.parametrize("name", PRODUCTS)
def test_one_instance_is_one_and_several_are_three(name: str) -> None:
    alone, several = (made_by(product(name, answers), name) for answers in (ONE, DATABASE))
    assert sizes(alone) == {1}
    assert sizes(several) == {3}
    assert "sentinel" not in alone


@pytest.mark.parametrize("name", ["percona-xtradb", "percona-mongodb"])
def test_fewer_instances_than_the_operator_likes_are_meant(name: str) -> None:
    assert set(made_by(product(name, ONE), name)["unsafeFlags"].values()) == {True}
    assert "unsafeFlags" not in made_by(product(name), name)
    assert sizes(made_by(product(name, instances="5"), name)) >= {5}


@pytest.mark.parametrize("name", ["percona-xtradb", "percona-mongodb"])
def test_backups_go_into_a_folder_of_their_own_with_the_keys_of_a_secret(name: str) -> None:
    bundle = product(name)
    store = made_by(bundle, name)["backup"]["storages"]["store"]["s3"]
    assert store["credentialsSecret"] == "keys"
    assert "/web" in f"{store['bucket']}/{store.get('prefix', '')}"
    secrets = {one.name: set(one.keys) for one in bundle.contract.first if one.kind == "Secret"}
    assert secrets == {"keys": {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}}
    none = product(name, backups="none")
    assert "backup" not in made_by(none, name)
    assert not [one for one in none.contract.first if one.kind == "Secret"]


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_operator_is_named_first_and_that_it_was_not_run_is_said(name: str) -> None:
    bundle = product(name)
    kind = next(bundle.of(PRODUCTS[name][0]))
    assert any(kind["apiVersion"].partition("/")[0] in f"{one.say} {one.check}" for one in bundle.contract.first)
    readme = next(file.text for file in bundle.session.bundle.files if file.path == "README.md")
    assert "Not run: podwizard's tests hold this object against the operator's definition" in readme
    assert bundle.contract.workloads[0].must or name == "cloudnative-pg"


def test_the_metrics_of_the_broker_are_read_where_that_is_chosen() -> None:
    bundle = product("rabbitmq", scrape="podmonitor")
    (monitor,) = bundle.of("PodMonitor")
    assert [one["port"] for one in monitor["spec"]["podMetricsEndpoints"]] == ["prometheus"]
    assert reaching(bundle, 15692, "TCP", {"monitoring", OTHER}) == {"monitoring"}
    assert not list(product("rabbitmq").of("PodMonitor"))


def test_the_password_of_redis_is_in_a_secret_that_must_be_there() -> None:
    bundle = product("redis")
    assert {one.name: one.keys for one in bundle.contract.first if one.kind == "Secret"} == {"login": ("password",)}
    assert made_by(bundle, "redis")["sentinel"]["redisSecret"] == {"name": "login", "key": "password"}
