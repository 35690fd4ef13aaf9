"""The other ends of connections: they are prerequisites if the program cannot start or work without them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered, bundles, for_each
from tests.contract.test_cases import AGENT, WEB, bundle
from wizard.render.model import First

REDIS = {**WEB, "needs": ("outbound",), "outbound": ("redis",), "client": "cannot", "version": "v133"}
WAIT = {**WEB, "needs": ("wait",)}


def lines(made: Rendered, word: str) -> list[First]:
    return [one for one in made.contract.first if word in one.say]


def test_a_redis_cluster_that_the_program_waits_for_is_a_prerequisite() -> None:
    made = bundle(REDIS, **{"ambassador.redis.host": "redis-cluster.data.svc"})
    (found,) = lines(made, "redis-cluster.data.svc must accept connections on port 6379 from the namespace web")
    assert "starts only then" in found.say
    slices = "kubectl -n data get endpointslices.discovery.k8s.io -l kubernetes.io/service-name=redis-cluster"
    assert found.check == slices
    readme = made.session.bundle.files[0].text
    assert found.check in readme
    assert "There are no other prerequisites" not in readme


def test_the_variables_with_the_address_of_redis_are_named_in_the_contract() -> None:
    made = bundle(REDIS, **{"ambassador.redis.host": "r.data.svc", "ambassador.redis.host_variable": "CACHE_HOST"})
    must = [line.say for line in made.contract.workloads[0].must]
    assert "Read the Redis host from the environment variable CACHE_HOST." in must
    assert "Read the Redis port from the environment variable REDIS_PORT." in must


@pytest.mark.parametrize(
    ("host", "check"),
    [
        ("db", "kubectl -n web get endpointslices.discovery.k8s.io -l kubernetes.io/service-name=db"),
        ("db-0.db.data.svc", "kubectl -n data get endpointslices.discovery.k8s.io -l kubernetes.io/service-name=db"),
        ("db.example.com", "nslookup db.example.com"),
        ("192.0.2.7", ""),
    ],
)
def test_the_check_queries_the_endpoints_of_a_service_or_resolves_an_outside_name(host: str, check: str) -> None:
    (found,) = lines(bundle(WAIT, **{"init.wait.host": host, "init.wait.port": 5432}), f"{host} must accept")
    assert found.check == check


def test_an_end_that_nothing_waits_for_is_still_a_prerequisite() -> None:
    given: dict[str, Any] = {"host": "pg.data.svc", "database": "orders", "login_secret": "pool"}
    pool = {"ambassador.other.implementation": "pgbouncer", **{f"ambassador.other.{k}": v for k, v in given.items()}}
    made = bundle({**REDIS, "outbound": ("protocol",)}, **pool)
    (found,) = lines(made, "pg.data.svc must accept")
    assert "cannot use it until then" in found.say


LOGS = {**WEB, "logs": "files_only", "cluster": (), "version": "v133"}
AGENT_OF_LOGS = {**AGENT, "metrics": "none", "logs": "stdout"}


@pytest.mark.parametrize(
    ("answers", "pattern", "implementation"),
    [
        (LOGS, "sidecar.log-agent", "fluent-bit"),
        (LOGS, "sidecar.log-agent", "opentelemetry"),
        (AGENT_OF_LOGS, "app", "node-logs"),
    ],
)
def test_the_log_store_is_a_prerequisite(answers: dict[str, Any], pattern: str, implementation: str) -> None:
    given = {f"{pattern}.implementation": implementation, f"{pattern}.host": "loki.logging.svc"}
    given |= {} if pattern == "app" else {f"{pattern}.path": "/var/log/app"}
    made = bundle(answers, **given)
    (found,) = lines(made, "loki.logging.svc must accept connections on port")
    assert "log lines wait in the pod until then" in found.say
    assert found.check == "kubectl -n logging get endpointslices.discovery.k8s.io -l kubernetes.io/service-name=loki"


@pytest.mark.parametrize(
    ("answers", "pattern", "implementation"),
    [(LOGS, "sidecar.log-agent", "vector"), (AGENT_OF_LOGS, "app", "node-logs-s3")],
)
@pytest.mark.parametrize("store", ["aws", "other"])
def test_the_bucket_for_the_logs_is_a_prerequisite(
    answers: dict[str, Any], pattern: str, implementation: str, store: str
) -> None:
    values = {"bucket": "shop-logs", "region": "eu-central-1", "login_secret": "logs", "store": store}
    values |= {"endpoint": "https://minio.storage.svc:9000"} if store == "other" else {}
    values |= {} if pattern == "app" else {"path": "/var/log/app"}
    made = bundle(answers, **{f"{pattern}.{k}": v for k, v in {"implementation": implementation, **values}.items()})
    (found,) = lines(made, "The bucket shop-logs must exist")
    at = " --endpoint-url=https://minio.storage.svc:9000" if store == "other" else ""
    assert found.check == f"aws s3api head-bucket --bucket=shop-logs --region=eu-central-1{at}"
    assert len(lines(made, "must accept connections on port")) == 1


def test_the_database_of_a_migration_is_a_prerequisite() -> None:
    made = bundle({**WEB, "needs": ("migrate",)}, **{"init.migrate.command": "/app migrate"})
    assert len(lines(made, "The database that is migrated")) == 1


@for_each(bundles)
def test_every_needed_end_is_listed_once(made: Rendered) -> None:
    wanted = {(one.host, one.port) for one in made.declared.connections() if one.needed and one.host}
    first = [one.say for one in made.contract.first]
    for host, port in wanted:
        assert sum(say.startswith(f"{host} must accept connections on port {port} ") for say in first) == 1
