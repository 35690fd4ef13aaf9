"""The search: what people type finds what they mean, and each hit can be had."""

from __future__ import annotations

import pytest

from wizard.catalog.model import Catalog
from wizard.faces.search import hits_of, search
from wizard.session.goals import Goal, towards
from wizard.session.session import start


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("cron", "CronJob"),
        ("hpa", "HorizontalPodAutoscaler"),
        ("redis sentinel", "proxy for Redis"),
        ("envoy retries", "proxy for outgoing HTTP"),
        ("gpu metrics", "DaemonSet"),
        ("s3 vector", "log sidecar"),
        ("statefulset", "StatefulSet"),
        ("vault", "initContainer or sidecar"),
        ("postgres operator", "Operator"),
        ("memory request", "memory request"),
    ],
)
def test_words_that_people_type_are_among_the_first_hits(catalog: Catalog, text: str, term: str) -> None:
    assert term in [hit.term for hit in search(hits_of(catalog), text)[:6]]


def test_without_a_word_the_patterns_are_listed_and_nonsense_finds_nothing(catalog: Catalog) -> None:
    assert {hit.kind for hit in search(hits_of(catalog), "")} == {"pattern"}
    assert not search(hits_of(catalog), "qqqqzzzz")


def test_most_of_the_words_will_do_where_nothing_has_them_all(catalog: Catalog) -> None:
    assert search(hits_of(catalog), "cron vault")


def test_every_hit_leads_somewhere(catalog: Catalog) -> None:
    hits = hits_of(catalog)
    goals = {hit.goal for word in ("", "redis", "log", "port", "disk", "ingress") for hit in search(hits, word)}
    assert all(towards(start(catalog), goal) for goal in goals)


def test_an_option_of_a_field_is_found_by_its_words(catalog: Catalog) -> None:
    hit = search(hits_of(catalog), "ingress")[0]
    assert (hit.parameter, hit.value, hit.goal) == ("app.exposure", "ingress", Goal())
    assert search(hits_of(catalog), "grpc health")[0].value == "grpc"
