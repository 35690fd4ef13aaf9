"""Several exporters in one pod: each page is scraped separately, and no port or name is used twice."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from tests.contract.bundles import Rendered, rendered
from tests.contract.policies import reaching
from tests.contract.test_cases import JOB, session
from tests.contract.test_listeners import OTHER, wrong_listeners
from tests.contract.test_own_programs import EXPORTER, own
from tests.contract.test_scrapes import found_by, wrong_scrapes
from tests.shipped import CATALOG

BOTH = {**EXPORTER, "needs": ("helper",), "beside": ()}
SECOND = own("sidecar.helper", "own-helper", metrics="page", metrics_port=9999)
OFFERED = next(rule.implementations for rule in CATALOG.decision.rules if rule.id == "adapter-other")
FORMS = tuple(option.id for option in CATALOG.decision.questions["forms"].options)


def beside(name: str, **given: object) -> Rendered:
    """Return a bundle with one of the exporters and a helper that is also an exporter."""
    made = session(BOTH, **{"adapter.implementation": name, "scrape": "podmonitor"}, **SECOND, **given)
    while made.problems:
        key = made.problems[0].key
        parameter = made.parameter(key)
        made = made.give(key, parameter.type.plain(parameter.sample))
    return rendered(name, made)


@pytest.mark.parametrize(("one", "two"), combinations(FORMS, 2))
def test_two_exporters_are_scraped_on_different_ports(one: str, two: str) -> None:
    made = session({**EXPORTER, "forms": (one, two)})
    assert made.resolved["app.scrape"].text == "podmonitor", "annotations can name only one metrics page"
    while made.problems:
        parameter = made.parameter(made.problems[0].key)
        made = made.give(made.problems[0].key, parameter.type.plain(parameter.sample))
    pair = rendered(f"{one}-{two}", made)
    pages = {(scrape.component, scrape.port) for scrape in pair.declared.scrapes()}
    assert {component for component, _ in pages} == {f"adapter.{one}", f"adapter.{two}"}
    assert len(list(found_by(pair))) == len({port for _, port in pages}) == 2
    assert not list(wrong_scrapes(pair))
    assert not list(wrong_listeners(pair))


@pytest.mark.parametrize("name", OFFERED)
def test_a_second_exporter_is_scraped_in_addition_to_any_first_one(name: str) -> None:
    made = beside(name)
    pages = {(one.component, one.port) for one in made.declared.scrapes()}
    assert ("sidecar.helper", 9999) in pages
    assert len(list(found_by(made))) == len(pages) == len({port for _, port in pages})
    assert not list(wrong_scrapes(made))
    assert not list(wrong_listeners(made))
    assert reaching(made, 9999, "TCP", {"monitoring", OTHER}) == {"monitoring"}


def test_an_agent_in_the_program_is_scraped_in_addition_to_an_exporter() -> None:
    loaded = {**BOTH, "metrics": "loadable"}
    del loaded["source"]
    given: dict[str, Any] = {"adapter.loaded.implementation": "rabbitmq-plugin", "scrape": "servicemonitor"}
    made = rendered("loaded", session(loaded, **given, **SECOND))
    assert {port for _, port in ((one.component, one.port) for one in made.declared.scrapes())} == {15692, 9999}
    assert not list(wrong_scrapes(made))


@pytest.mark.parametrize("port", [9121, 8080])
def test_a_port_of_the_first_exporter_or_of_the_program_is_refused_for_the_second(port: int) -> None:
    given = {"adapter.implementation": "redis-exporter", "adapter.login": "none", "scrape": "podmonitor"}
    made = session(BOTH, **given, **{**SECOND, "sidecar.helper.metrics_port": port})
    assert [one.key for one in made.problems] == ["sidecar.helper.metrics_port"]


def test_a_port_of_the_program_is_refused_for_the_agent() -> None:
    loaded = {**EXPORTER, "metrics": "loadable"}
    del loaded["source"]
    given = {"adapter.loaded.implementation": "java-agent", "adapter.loaded.image": "acme/agent:1"}
    made = session(loaded, **given, **{"adapter.loaded.port": 8080})
    assert [one.key for one in made.problems] == ["adapter.loaded.port"]


def test_two_pages_cannot_be_discovered_by_annotations() -> None:
    made = session(BOTH, **{"adapter.implementation": "redis-exporter", "adapter.login": "none"}, **SECOND)
    assert [one.key for one in made.problems] == ["app.scrape"]


def test_a_helpers_health_check_may_be_on_the_port_of_its_metrics() -> None:
    one = {"sidecar.helper.health": "http", "sidecar.helper.port": 9999, "sidecar.helper.path": "/healthz"}
    made = beside("unmeasured", **one)
    assert not list(wrong_listeners(made))
    assert not list(wrong_scrapes(made))


def test_a_job_has_no_metrics_page() -> None:
    made = session({**JOB, "needs": ("helper",), "version": "v133"}, **own("sidecar.helper", "own-helper"))
    assert not made.resolved["sidecar.helper.metrics"].shown


def test_answers_stored_before_several_exporters_were_supported_still_work() -> None:
    stored = {key: value for key, value in EXPORTER.items() if key != "forms"}
    given = {"adapter.implementation": "redis-exporter", "adapter.login": "none"}
    made = session(stored, **given).assume_missing()
    assert made.verdict is not None and "adapter" in made.verdict.add and "forms" in made.assumed
    assert not made.problems
