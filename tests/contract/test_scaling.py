"""Scaling by KEDA: one autoscaler, its login, and the fallback when the source cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import WEB, bundle, session
from wizard.texts.contract import first_text

ELASTIC = {**{key: value for key, value in WEB.items() if key != "two_harm"}, "copies": "elastic"}
WORKER: dict[str, Any] = {"listeners": "nothing"}
TRIGGERS: dict[str, tuple[dict[str, Any], dict[str, str], set[str]]] = {
    # given parameters, metadata of the trigger, and the parameters of its login in a Secret
    "rabbitmq": (
        {"queue": "jobs", "secret": "s"},
        {"queueName": "jobs", "mode": "QueueLength", "value": "10"},
        {"host"},
    ),
    "kafka": (
        {"kafka_server": "k.q.svc:9092", "group": "g", "topic": "t", "secret": "s"},
        {"bootstrapServers": "k.q.svc:9092", "consumerGroup": "g", "topic": "t", "lagThreshold": "10"},
        {"sasl", "tls", "username", "password"},
    ),
    "sqs": (
        {"queue_url": "https://sqs.eu.amazonaws.com/1/q", "region": "eu", "secret": "s"},
        {"queueURL": "https://sqs.eu.amazonaws.com/1/q", "awsRegion": "eu", "queueLength": "10"},
        {"awsAccessKeyID", "awsSecretAccessKey"},
    ),
    "redis": (
        {"redis_server": "r.q.svc:6379", "list": "l", "secret": "s"},
        {"address": "r.q.svc:6379", "listName": "l", "listLength": "10", "databaseIndex": "0"},
        {"password"},
    ),
    "postgresql": ({"sql": "SELECT 1", "secret": "s"}, {"query": "SELECT 1", "targetQueryValue": "10"}, {"connection"}),
    "prometheus": (
        {"prometheus": "http://p.m.svc:9090", "promql": "sum(up)"},
        {"serverAddress": "http://p.m.svc:9090", "query": "sum(up)", "threshold": "10", "ignoreNullValues": "false"},
        set(),
    ),
}


def named(given: dict[str, Any]) -> dict[str, Any]:
    return {name if "." in name or name == "listeners" else f"hpa.{name}": value for name, value in given.items()}


def scaled(trigger: str, **changes: Any) -> Rendered:
    given = {**TRIGGERS[trigger][0], "implementation": "keda", "trigger": trigger, **changes}
    return bundle(ELASTIC, **named({name: value for name, value in given.items() if value is not None}))


def test_every_source_of_load_is_tested() -> None:
    made = session(ELASTIC, **{"hpa.implementation": "keda"})
    assert {option for option, _ in made.parameter("hpa.trigger").options} == set(TRIGGERS)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_source_of_load_has_one_autoscaler_and_its_login(trigger: str) -> None:
    _, wanted, login = TRIGGERS[trigger]
    made = scaled(trigger)
    assert not list(made.of("HorizontalPodAutoscaler"))
    assert made.workload is not None and "replicas" not in made.workload["spec"]
    (one,) = made.of("ScaledObject")
    (found,) = one["spec"]["triggers"]
    assert found["metadata"] == wanted
    assert one["spec"]["fallback"] == {"failureThreshold": 3, "replicas": 2}
    logins = list(made.of("TriggerAuthentication"))
    assert bool(logins) == bool(login) == ("authenticationRef" in found)
    for each in logins:
        assert each["metadata"]["name"] == found["authenticationRef"]["name"]
        assert {ref["parameter"] for ref in each["spec"]["secretTargetRef"]} == login
        assert [set(one.keys) for one in made.contract.first if one.kind == "Secret"] == [login]


def test_without_a_secret_keda_reads_a_cloud_queue_with_its_own_identity() -> None:
    (login,) = scaled("sqs", secret=None).of("TriggerAuthentication")
    assert login["spec"] == {"podIdentity": {"provider": "aws"}}


def test_brokers_with_a_private_ca_are_read_over_tls() -> None:
    """Require the CA: an operator's Kafka signs its certificates itself, and KEDA refuses them without it."""
    for secret, others in (("s", {"sasl", "username", "password"}), (None, set())):
        made = scaled("kafka", secret=secret, authority="kafka-cluster-ca-cert")
        (login,) = made.of("TriggerAuthentication")
        refs = {one["parameter"]: (one["name"], one["key"]) for one in login["spec"]["secretTargetRef"]}
        assert refs.pop("ca") == ("kafka-cluster-ca-cert", "ca.crt")
        assert set(refs) == others
        (one,) = made.of("ScaledObject")
        (found,) = one["spec"]["triggers"]
        assert found["metadata"]["tls"] == "enable"
        assert found["authenticationRef"]["name"] == login["metadata"]["name"]
        assert ("kafka-cluster-ca-cert", ("ca.crt",)) in {(one.name, tuple(one.keys)) for one in made.contract.first}


def test_redis_over_tls_is_read_with_a_private_ca_if_one_is_given() -> None:
    for secret, authority, login in (("s", "ca", {"password", "ca"}), (None, "ca", {"ca"}), (None, None, set())):
        made = scaled("redis", secret=secret, authority=authority, redis_tls="yes", redis_database=1)
        (one,) = made.of("ScaledObject")
        (found,) = one["spec"]["triggers"]
        assert (found["metadata"]["enableTLS"], found["metadata"]["databaseIndex"]) == ("true", "1")
        refs = [ref for each in made.of("TriggerAuthentication") for ref in each["spec"]["secretTargetRef"]]
        assert {ref["parameter"] for ref in refs} == login
        assert ("authenticationRef" in found) == bool(login)
        assert all(ref["name"] == "ca" and ref["key"] == "ca.crt" for ref in refs if ref["parameter"] == "ca")


def test_rabbitmq_is_read_with_a_private_ca_if_one_is_given() -> None:
    """Require ``tls`` in the login, because KEDA uses the CA only if ``tls`` is ``enable``."""
    made = scaled("rabbitmq", authority="ca")
    (login,) = made.of("TriggerAuthentication")
    refs = {one["parameter"]: (one["name"], one["key"]) for one in login["spec"]["secretTargetRef"]}
    assert refs == {"host": ("s", "host"), "tls": ("s", "tls"), "ca": ("ca", "ca.crt")}
    assert any("amqps://" in one.holds for one in made.contract.first)
    assert not any("In `tls`" in one.holds for one in scaled("rabbitmq").contract.first)


@pytest.mark.parametrize("trigger", ["postgresql", "prometheus"])
def test_the_notes_state_for_which_sources_keda_supports_no_private_ca(trigger: str) -> None:
    made = scaled(trigger)
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "a private CA" in readme
    assert "hpa.authority" not in {field.parameter.key for field in made.session.fields}


def test_fewer_than_two_replicas_are_refused_if_the_program_is_called() -> None:
    given = named({**TRIGGERS["redis"][0], "implementation": "keda", "trigger": "redis", "min": 0})
    assert [one.key for one in session(ELASTIC, **given).problems] == ["hpa.min"]
    (one,) = bundle(ELASTIC, **given, **WORKER).of("ScaledObject")
    assert one["spec"]["minReplicaCount"] == 0


@pytest.mark.parametrize(
    ("numbers", "refused"),
    [
        ({"min": 50, "max": 10}, "hpa.max"),
        ({"fallback": 999}, "hpa.max"),
        ({"min": 5, "fallback": 4}, "hpa.fallback"),
        ({"min": 5}, ""),
        ({"min": 3, "max": 3, "fallback": 3}, ""),
    ],
)
def test_contradictory_numbers_of_replicas_are_refused_at_the_field(numbers: dict[str, int], refused: str) -> None:
    given = named({**TRIGGERS["redis"][0], "implementation": "keda", "trigger": "redis", **numbers})
    made = session(ELASTIC, **given)
    assert [one.key for one in made.problems] == [refused] * bool(refused)
    assert all("which is more than this" in one.message for one in made.problems)
    if not refused:
        assert made.resolved["hpa.fallback"].value == numbers["min"]


def test_the_default_autoscaler_scales_by_cpu_use() -> None:
    made = bundle(ELASTIC)
    assert len(list(made.of("HorizontalPodAutoscaler"))) == 1
    assert not list(made.of("ScaledObject"))


def test_the_prerequisites_explain_a_secret_key_with_a_misleading_name() -> None:
    made = scaled("rabbitmq")
    (secret,) = (one for one in made.contract.first if one.kind == "Secret")
    assert "amqp://USER:PASSWORD@" in first_text(secret)
    # In zsh, $HOST is the name of the computer.
    assert '--from-literal=host="$AMQP_ADDRESS"' in secret.create
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "amqp://USER:PASSWORD@" in readme
    assert not any("amqp" in first_text(one) for one in bundle(ELASTIC).contract.first)


def test_no_command_that_creates_a_secret_uses_a_variable_that_the_shell_sets() -> None:
    (secret,) = (one for one in scaled("kafka").contract.first if one.kind == "Secret")
    assert '--from-literal=username="$SECRET_USERNAME"' in secret.create


def test_the_metrics_server_is_a_prerequisite_for_scaling_by_cpu_use() -> None:
    (line,) = [one for one in bundle(ELASTIC).contract.first if "metrics server" in one.say]
    assert line.check == "kubectl top pods -n web" and line.owner == "platform"


def test_typing_a_secret_is_explained_only_if_one_must_be_created() -> None:
    secret = [{"variable": "DB_PASSWORD", "secret": "orders-db", "key": "password"}]
    plain, made = (bundle(ELASTIC, priority_class="critical", **more) for more in ({}, {"env_secrets": secret}))
    assert "These create what is missing:\n\n```sh\n" in plain.session.bundle.files[0].text
    assert "read -rs" not in plain.session.bundle.files[0].text
    assert "read -rs" in made.session.bundle.files[0].text
