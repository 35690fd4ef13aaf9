"""The search: what people type finds what they mean, and each hit can be had."""

from __future__ import annotations

import pytest

from wizard.catalog.model import Catalog
from wizard.faces.search import search
from wizard.session.goals import towards
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
    ],
)
def test_words_that_people_type_are_among_the_first_hits(catalog: Catalog, text: str, term: str) -> None:
    assert term in [hit.term for hit in search(catalog, text)[:6]]


def test_without_a_word_the_patterns_are_listed_and_nonsense_finds_nothing(catalog: Catalog) -> None:
    assert {hit.kind for hit in search(catalog, "")} == {"pattern"}
    assert not search(catalog, "qqqqzzzz")


def test_most_of_the_words_will_do_where_nothing_has_them_all(catalog: Catalog) -> None:
    assert search(catalog, "cron vault")


def test_every_hit_leads_somewhere(catalog: Catalog) -> None:
    goals = {hit.goal for word in ("", "redis", "log", "port", "disk") for hit in search(catalog, word)}
    assert all(towards(start(catalog), goal) for goal in goals)
