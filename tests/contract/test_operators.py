"""Products that an operator runs: network access, number of instances, backups and prerequisites.

The objects were created on a real API server with the operators' CRDs (``tests/apiserver/test_covering.py``); no
operator was run.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.policies import OUTSIDE, reaching
from tests.contract.test_databases import CRUNCHY, DATABASE, ONE, STORE, database, readme
from tests.contract.test_listeners import OTHER

S3 = {"bucket": "acme", "endpoint": "https://s3.acme.io", "region": "eu", "backup_secret": "keys"}
PRODUCTS: dict[str, tuple[str, int, str, dict[str, Any]]] = {
    # implementation: kind, port, the operator's namespace if it connects, and the required parameters
    "percona-xtradb": ("PerconaXtraDBCluster", 3306, "pxc-operator", S3),
    "percona-mongodb": ("PerconaServerMongoDB", 27017, "psmdb-operator", S3),
    "redis": ("RedisReplication", 6379, "ot-operators", {"password_secret": "login"}),
    "rabbitmq": ("RabbitmqCluster", 5672, "", {}),
    "strimzi": ("Kafka", 9093, "", {}),
    "eck": ("Elasticsearch", 9200, "elastic-system", {}),
}


def product(name: str, answers: dict[str, Any] = DATABASE, **given: object) -> Rendered:
    return database(answers, implementation=name, **{**PRODUCTS[name][3], **given})


def made_by(bundle: Rendered, name: str) -> dict[str, Any]:
    (found,) = bundle.of(PRODUCTS[name][0])
    return found["spec"]  # type: ignore[no-any-return]


def sizes(bundle: Rendered) -> set[int]:
    """Return every number of instances in the objects."""
    found: set[int | None] = set()
    for spec in (one["spec"] for one in bundle.objects if "spec" in one):
        nested = (one.get("size", one.get("count")) for one in (*spec.get("replsets", ()), *spec.get("nodeSets", ())))
        parts = (spec.get(part, {}).get("size") for part in ("pxc", "haproxy"))
        found |= {spec.get("replicas"), spec.get("clusterSize"), *parts, *nested}
    return {number for number in found if number is not None}


@pytest.mark.parametrize("name", PRODUCTS)
def test_only_callers_and_the_operator_reach_the_products_port(name: str) -> None:
    _, port, operator, _ = PRODUCTS[name]
    callers = "where=same-namespace; where=namespace, namespace=shop"
    peers = {"web", "shop", OTHER, OUTSIDE, *((operator,) if operator else ())}
    found = reaching(product(name, callers=callers), port, "TCP", peers)
    assert found == peers - {OTHER, OUTSIDE}


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_answer_one_means_one_instance_and_several_means_three(name: str) -> None:
    alone, several = (product(name, answers) for answers in (ONE, DATABASE))
    assert sizes(alone) == {1}
    assert sizes(several) == {3}
    assert "sentinel" not in made_by(alone, name)


@pytest.mark.parametrize("name", ["percona-xtradb", "percona-mongodb"])
def test_unsafe_flags_are_set_only_for_a_single_instance(name: str) -> None:
    assert set(made_by(product(name, ONE), name)["unsafeFlags"].values()) == {True}
    assert "unsafeFlags" not in made_by(product(name), name)
    assert sizes(product(name, instances="5")) >= {5}


@pytest.mark.parametrize("name", ["percona-xtradb", "percona-mongodb"])
def test_backups_use_a_separate_folder_and_the_keys_of_a_secret(name: str) -> None:
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
def test_the_prerequisites_name_the_operator_and_the_readme_states_that_it_was_not_run(name: str) -> None:
    bundle = product(name)
    kind = next(bundle.of(PRODUCTS[name][0]))
    assert any(kind["apiVersion"].partition("/")[0] in f"{one.say} {one.check}" for one in bundle.contract.first)
    readme = next(file.text for file in bundle.session.bundle.files if file.path == "README.md")
    assert re.search(
        r"Not tested with the real operator: th\w+ objects? \w+ (only )?checked against the operator", readme
    )
    assert bundle.contract.workloads[0].must or name == "cloudnative-pg"


def test_the_login_is_in_the_secret_that_the_readme_names() -> None:
    """Require the name in the object: without it, the operator calls the Secret ``percona-server-mongodb-users``."""
    bundle = product("percona-mongodb")
    assert made_by(bundle, "percona-mongodb")["secrets"]["users"] == "web-secrets"
    readme = next(file.text for file in bundle.session.bundle.files if file.path == "README.md")
    assert "Secret `web-secrets`" in readme


def test_old_backups_are_deleted_by_the_field_that_newer_operators_support() -> None:
    for name, where in (("percona-xtradb", "schedule"), ("percona-mongodb", "tasks")):
        (one,) = made_by(product(name, keep_backups=7), name)["backup"][where]
        assert one["retention"] == {"type": "count", "count": 7, "deleteFromStorage": True}
        assert "keep" not in one


@pytest.mark.parametrize(
    ("name", "port", "namespace"),
    [("percona-xtradb", 33062, "pxc-operator"), ("rabbitmq", 15672, "rabbitmq-system")],
)
def test_only_the_operator_reaches_the_administration_port(name: str, port: int, namespace: str) -> None:
    assert reaching(product(name), port, "TCP", {namespace, "web", OTHER}) == {namespace}
    assert reaching(product(name, operator_namespace="ops"), port, "TCP", {namespace, "ops"}) == {"ops"}


def test_the_metrics_of_the_broker_are_scraped_only_on_request() -> None:
    bundle = product("rabbitmq", scrape="podmonitor")
    (monitor,) = bundle.of("PodMonitor")
    assert [one["port"] for one in monitor["spec"]["podMetricsEndpoints"]] == ["prometheus"]
    assert reaching(bundle, 15692, "TCP", {"monitoring", OTHER}) == {"monitoring"}
    assert not list(product("rabbitmq").of("PodMonitor"))


def test_the_secret_with_the_redis_password_is_a_prerequisite() -> None:
    bundle = product("redis")
    assert {one.name: one.keys for one in bundle.contract.first if one.kind == "Secret"} == {"login": ("password",)}
    assert made_by(bundle, "redis")["sentinel"]["redisSecret"] == {"name": "login", "key": "password"}


def test_the_redis_operator_reaches_the_sentinels_if_there_are_any() -> None:
    assert reaching(product("redis"), 26379, "TCP", {"ot-operators", "web", OTHER}) == {"ot-operators"}
    assert reaching(product("redis"), 26379, "TCP", {"web app=web-s", "web app=another"}) == set()
    assert not reaching(product("redis", ONE), 26379, "TCP", {"ot-operators", OTHER})


def made_by_strimzi(**given: Any) -> tuple[dict[str, Any], list[dict[str, Any]], Rendered]:
    """Return the Kafka object's spec, its node pools and the bundle."""
    bundle = product("strimzi", **given)
    return made_by(bundle, "strimzi"), list(bundle.of("KafkaNodePool")), bundle


def test_messages_are_replicated_to_all_brokers_and_one_may_fail() -> None:
    several, pools, _ = made_by_strimzi()
    assert {pool["metadata"]["name"]: pool["spec"]["roles"] for pool in pools} == {
        "web-broker": ["broker"],
        "web-controller": ["controller"],
    }
    alone = product("strimzi", ONE)
    (pool,) = alone.of("KafkaNodePool")
    assert pool["spec"]["roles"] == ["controller", "broker"]
    for config, brokers in ((several["kafka"]["config"], 3), (made_by(alone, "strimzi")["kafka"]["config"], 1)):
        factors = {key: value for key, value in config.items() if key.endswith("replication.factor")}
        assert set(factors.values()) == {brokers}
        assert config["min.insync.replicas"] == config["transaction.state.log.min.isr"] == max(1, brokers - 1)
    assert all(one["metadata"]["labels"]["strimzi.io/cluster"] == "web" for one in pools)


@pytest.mark.parametrize(("login", "port", "tls"), [("scram", 9093, True), ("tls", 9093, True), ("none", 9092, False)])
def test_the_listener_and_the_policy_admit_the_same_peers(login: str, port: int, tls: bool) -> None:
    callers = "where=same-namespace; where=namespace, namespace=shop"
    spec, _, bundle = made_by_strimzi(login=login, callers=callers)
    (listener,) = spec["kafka"]["listeners"]
    assert (listener["port"], listener["tls"]) == (port, tls)
    assert (
        ("authentication" in listener)
        == ("authorization" in spec["kafka"])
        == ("userOperator" in spec["entityOperator"])
    )
    (policy,) = bundle.of("NetworkPolicy")
    rules = policy["spec"]["ingress"]
    allowed = [
        peer for rule in rules if {"protocol": "TCP", "port": port} in rule.get("ports", ()) for peer in rule["from"]
    ]
    (inner,) = (rule["from"] for rule in rules if "ports" not in rule)
    assert listener["networkPolicyPeers"] == [*inner, *allowed]
    assert reaching(bundle, 9091, "TCP", {"strimzi", OTHER}) == {"strimzi"}


def test_consumer_lag_is_measured_only_if_the_metrics_are_scraped() -> None:
    spec, _, bundle = made_by_strimzi(scrape="podmonitor")
    assert "kafkaExporter" in spec
    assert "metricsConfig" in spec["kafka"]
    (monitor,) = bundle.of("PodMonitor")
    assert [one["port"] for one in monitor["spec"]["podMetricsEndpoints"]] == ["tcp-prometheus"]
    assert reaching(bundle, 9404, "TCP", {"monitoring", OTHER}) == {"monitoring"}
    assert "kafkaExporter" not in made_by_strimzi(scrape="podmonitor", lag="ignored")[0]
    assert "kafkaExporter" not in made_by_strimzi()[0]


def test_a_name_that_would_make_a_pods_name_too_long_is_refused() -> None:
    """Limit the name because a pod is called CLUSTER-POOL-NUMBER, which is also its host name."""
    session = product("strimzi").session
    assert not session.give("app.name", "x" * 22).problems
    assert [one.key for one in session.give("app.name", "x" * 23).problems] == ["app.name"]
    assert len("x" * 22 + "-" + "x" * 22 + "-controller-" + "999") <= 63


TOPICS = "name=orders-placed, partitions=6, replicas=1; name=orders-paid"
USERS = "name=shop, topics=orders-placed orders-paid, access=both; name=audit, topics=orders, match=prefix"


def test_each_topic_and_user_is_an_object_of_the_kafka_cluster() -> None:
    bundle = product("strimzi", topics=TOPICS, users=USERS, login="tls")
    made = {(one["kind"], one["metadata"]["name"]): one for one in bundle.of("KafkaTopic", "KafkaUser")}
    assert all(one["metadata"]["labels"]["strimzi.io/cluster"] == "web" for one in made.values())
    # A topic without a number of replicas has the cluster's. With one replica, two in sync would block all writes.
    assert made["KafkaTopic", "orders-paid"]["spec"] == {"partitions": 12}
    alone = made["KafkaTopic", "orders-placed"]["spec"]
    assert alone == {"partitions": 6, "replicas": 1, "config": {"min.insync.replicas": 1}}
    shop, audit = (made["KafkaUser", name]["spec"] for name in ("shop", "audit"))
    (listener,) = made_by(bundle, "strimzi")["kafka"]["listeners"]
    assert shop["authentication"] == audit["authentication"] == listener["authentication"]
    rights = {(one["resource"]["name"], *one["operations"]) for one in shop["authorization"]["acls"]}
    both = ("Describe", "Read", "Write")
    assert rights == {("orders-placed", *both), ("orders-paid", *both), ("shop", "Read")}
    (topic, group) = audit["authorization"]["acls"]
    assert topic["resource"] == {"type": "topic", "name": "orders", "patternType": "prefix"}
    assert (topic["operations"], group["operations"]) == (["Describe", "Read"], ["Read"])
    lines = [one.say for one in bundle.contract.workloads[0].must]
    assert any("Secret shop in this namespace" in one for one in lines)


def test_users_exist_only_with_a_login_and_a_writer_has_no_right_to_a_group() -> None:
    assert not list(product("strimzi", topics=TOPICS, login="none").of("KafkaUser"))
    (user,) = product("strimzi", users="name=shop, topics=orders, access=write").of("KafkaUser")
    (only,) = user["spec"]["authorization"]["acls"]
    assert only["operations"] == ["Describe", "Write"]


def test_a_topic_on_more_brokers_than_there_are_is_refused() -> None:
    alone = product("strimzi", ONE).session
    assert not alone.give("app.topics", TOPICS).problems
    (problem,) = alone.give("app.topics", "name=orders, replicas=3").problems
    assert (problem.key, problem.message) == (
        "app.topics",
        "There is only one broker, so a message cannot be on several",
    )


def test_two_topics_with_the_same_name_are_refused() -> None:
    (problem,) = product("strimzi").session.give("app.topics", "name=orders; name=orders").problems
    assert problem.key == "app.topics"


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_policy_has_a_comment_with_the_source_of_labels_and_ports(name: str) -> None:
    policy = next(file.text for file in product(name).session.bundle.manifests if "networkpolicy" in file.path)
    assert re.search(r"^# (Labels and ports|Strimzi).*https://", policy, flags=re.MULTILINE)


ADDRESSES = {
    "cloudnative-pg": ("web-rw.web.svc:5432", "web-ro.web.svc:5432"),
    "crunchy": ("web-primary.web.svc:5432", "web-replicas.web.svc:5432"),
    "percona-xtradb": ("web-haproxy.web.svc:3306",),
    "percona-mongodb": ("web-rs0.web.svc:27017",),
    "redis": ("web-master.web.svc:6379", "web-replica.web.svc:6379"),
    "rabbitmq": ("web.web.svc:5672",),
    "strimzi": ("web-kafka-bootstrap.web.svc:9093",),
    "eck": ("web-es-http.web.svc:9200",),
}


def operated(name: str, **given: Any) -> Rendered:
    if name in PRODUCTS:
        return product(name, **given)
    needed: dict[str, Any] = CRUNCHY if name == "crunchy" else STORE
    return database(DATABASE, **{**needed, **given})


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_readme_shows_the_full_address_and_how_to_copy_the_login(name: str) -> None:
    made = operated(name)
    addresses = made.contract.addresses
    assert [re.search(r"[\w.-]+\.svc:\d+", one)[0] for one in addresses] == list(ADDRESSES[name])  # type: ignore[index]
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "## Its address" in readme
    assert all(address in readme for address in ADDRESSES[name])
    assert "A pod can only read Secrets in its own namespace, and this one is in `web`" in readme
    # The pipe would be escaped outside a code block.
    assert "| base64 -d)" in readme
    assert f"Service `{ADDRESSES[name][0].partition('.')[0]}`" not in readme


@pytest.mark.parametrize("name", ADDRESSES)
def test_one_program_of_another_namespace_can_be_admitted_by_its_label(name: str) -> None:
    shop = "where=namespace, namespace=shop, pods=app.kubernetes.io/name=orders"
    callers = f"{shop}; where=same-namespace, pods=tier=jobs"
    made = operated(name, callers=callers)
    port = int(ADDRESSES[name][0].rpartition(":")[2])
    peers = {"shop", "shop app.kubernetes.io/name=orders", "web", "web tier=jobs", OTHER, OUTSIDE}
    assert reaching(made, port, "TCP", peers) == {"shop app.kubernetes.io/name=orders", "web tier=jobs"}
    assert "pods=" in made.session.parameter("app.callers").help


OPERATED = ("cloudnative-pg", "crunchy", *PRODUCTS)


def operated_by(name: str) -> Rendered:
    given = {"cloudnative-pg": STORE, "crunchy": CRUNCHY}
    return database(DATABASE, **given[name]) if name in given else product(name)


@pytest.mark.parametrize("name", OPERATED)
def test_the_readme_has_commands_for_a_product_that_does_not_start(name: str) -> None:
    made = operated_by(name)
    section = readme(made).partition("## When it does not start")[2].partition("\n## ")[0]
    (one,) = made.session.components[0].declares.operated
    assert one.source.startswith("https://")
    group = {item["apiVersion"].partition("/")[0] for item in made.objects}
    assert one.kind.partition(".")[2] in group
    assert any(one.kind.startswith(item["kind"].lower()) for item in made.objects)
    for command in (f"get {one.kind} web", f"describe {one.kind} web", "get pods,persistentvolumeclaims -l "):
        assert f"kubectl -n web {command}" in section
    assert "does not watch this namespace" in section and "`app.storage_class`" in section
    assert "{" not in section.replace("{.", "")


@pytest.mark.parametrize("name", OPERATED)
def test_the_label_in_the_commands_selects_the_pods_of_the_network_policy(name: str) -> None:
    made = operated_by(name)
    (one,) = made.session.components[0].declares.operated
    key, _, value = one.pods.replace("{app.name}", "web").partition("=")
    (policy,) = made.of("NetworkPolicy")
    selector = policy["spec"]["podSelector"]
    meant = {key: [value] for key, value in selector.get("matchLabels", {}).items()}
    meant |= {item["key"]: item["values"] for item in selector.get("matchExpressions", ())}
    assert value in meant[key]


@pytest.mark.parametrize("name", ["percona-mongodb", "percona-xtradb", "strimzi"])
def test_the_prerequisites_state_that_the_operator_must_watch_the_namespace(name: str) -> None:
    made = operated_by(name)
    (line,) = [one for one in made.contract.first if "must watch this namespace" in one.say]
    assert line.owner == "platform" and line.check.startswith("kubectl ")
