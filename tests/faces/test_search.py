"""The search: common search words find the expected pattern, and every hit can be chosen."""

from __future__ import annotations

import pytest

from wizard.catalog.model import Catalog
from wizard.faces.drawing import drawing
from wizard.faces.search import hits_of, search, take
from wizard.session.goals import Goal, towards
from wizard.session.session import start


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("cron", "CronJob"),
        ("hpa", "HorizontalPodAutoscaler or KEDA"),
        ("redis sentinel", "proxy for Redis"),
        ("envoy retries", "proxy for outgoing HTTP"),
        ("gpu metrics", "DaemonSet"),
        ("s3 vector", "log-shipping sidecar"),
        ("statefulset", "StatefulSet"),
        ("vault", "initContainer or sidecar"),
        ("postgres operator", "Operator"),
        ("memory request", "memory request"),
    ],
)
def test_common_search_words_find_the_expected_term_among_the_first_hits(
    catalog: Catalog, text: str, term: str
) -> None:
    assert term in [hit.term for hit in search(hits_of(catalog), text)[:6]]


def test_the_lag_of_kafka_finds_the_trigger_of_keda_and_sets_it(catalog: Catalog) -> None:
    hit = next(hit for hit in search(hits_of(catalog), "kafka lag")[:3] if hit.parameter == "hpa.trigger")
    found = take(start(catalog), hit)
    assert found is not None
    assert dict(found.session.given) == {"hpa.implementation": "keda", "hpa.trigger": "kafka"}
    assert found.session.answers["copies"] == "elastic"


def test_a_found_field_of_one_workload_leads_to_that_workload(catalog: Catalog) -> None:
    hit = search(hits_of(catalog), "postgres version")[0]
    assert (hit.parameter, hit.goal) == ("app.postgres_version", Goal(pattern="operator"))
    hit = search(hits_of(catalog), "elasticsearch version")[0]
    assert (hit.parameter, hit.product) == ("app.search_version", ("app.implementation", "eck"))


def test_environment_variables_come_before_products_that_contain_their_letters(catalog: Catalog) -> None:
    found = search(hits_of(catalog), "env")
    assert found[0].parameter == "app.env"
    assert "Envoy" not in found[0].title + found[1].title
    assert search(hits_of(catalog), "app.env")[0].parameter == "app.env"


def test_fewer_than_four_letters_are_found_only_at_the_start_of_a_word(catalog: Catalog) -> None:
    assert all(" lag" in hit.words for hit in search(hits_of(catalog), "lag"))
    assert search(hits_of(catalog), "budget")[0].goal == Goal(pattern="pdb")


def test_an_empty_search_lists_the_patterns_and_nonsense_finds_nothing(catalog: Catalog) -> None:
    assert {hit.kind for hit in search(hits_of(catalog), "")} == {"pattern"}
    assert not search(hits_of(catalog), "qqqqzzzz")


def test_a_hit_may_lack_a_word_if_no_hit_has_them_all(catalog: Catalog) -> None:
    assert search(hits_of(catalog), "cron vault")


def test_every_hit_can_be_reached(catalog: Catalog) -> None:
    hits = hits_of(catalog)
    goals = {hit.goal for word in ("", "redis", "log", "port", "disk", "ingress") for hit in search(hits, word)}
    assert all(towards(start(catalog), goal) for goal in goals)


def test_an_option_of_a_field_is_found_by_its_words(catalog: Catalog) -> None:
    hit = search(hits_of(catalog), "ingress")[0]
    assert (hit.parameter, hit.value, hit.goal) == ("app.exposure", "ingress", Goal())
    assert search(hits_of(catalog), "grpc health")[0].value == "grpc"


PRODUCTS = {
    "cloudnativepg": "Cluster", "crunchy": "PostgresCluster", "percona xtradb": "PerconaXtraDBCluster",
    "percona mongodb": "PerconaServerMongoDB", "rabbitmq cluster operator": "RabbitmqCluster", "strimzi": "Kafka",
    "redis operator": "RedisReplication", "elasticsearch eck": "Elasticsearch",
}  # fmt: skip


@pytest.mark.parametrize("text", PRODUCTS)
def test_a_found_product_is_chosen_and_drawn_with_its_own_kind(catalog: Catalog, text: str) -> None:
    hit = search(hits_of(catalog), text)[0]
    after = towards(start(catalog), hit.goal)
    assert after is not None and hit.parameter == "app.implementation"
    drawn = {one.kind for one in drawing(after.give(hit.parameter, hit.value)).around}
    assert drawn & set(PRODUCTS.values()) == {PRODUCTS[text]}


def test_no_product_is_drawn_before_one_is_chosen(catalog: Catalog) -> None:
    session = start(catalog)
    for question, answer in (("work", "server"), ("keeps", "own_disk"), ("operate", "expert"), ("operator", "trusted")):
        session = session.answer(question, answer)
        assert not {one.kind for one in drawing(session).around} & set(PRODUCTS.values())
    assert drawing(session).operated
    assert "Cluster" in {one.kind for one in drawing(session.answer("copies", "several")).around}


def test_a_component_that_some_answers_rule_out_is_found_but_not_chosen(catalog: Catalog) -> None:
    hit = search(hits_of(catalog), "StatsD exporter")[0]
    assert hit.goal.pattern.startswith("adapter") and not hit.parameter


def test_a_field_of_two_components_is_found_with_each_components_name(catalog: Catalog) -> None:
    found = [hit for hit in search(hits_of(catalog), "git repository") if hit.parameter.endswith(".repository")]
    assert len(found) > 1
    assert len({hit.term for hit in found}) == len(found)
