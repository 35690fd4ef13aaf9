"""Sessions in which a component is in play and a condition holds, found from the table and by setting parameters."""

from __future__ import annotations

import pytest

from tests.shipped import CATALOG, with_options
from wizard.catalog.declarations import Declaration, Demand, Listener
from wizard.catalog.when import Every, HasFeature, HasPattern, IsGiven, IsScraped, No, ParameterIs, Some, When
from wizard.decision.budget import Budget, BudgetSpentError
from wizard.errors import Position
from wizard.render.contract.in_play import declarations_of, in_play
from wizard.session.clauses import clauses
from wizard.session.declared import declared_of
from wizard.session.session import start
from wizard.session.situations import Situations
from wizard.session.unused import unused_declarations

FIRST = start(CATALOG)
SITUATIONS = Situations(FIRST)
HERE = Position("here")


def has(pattern: str) -> HasPattern:
    return HasPattern(pattern, HERE)


def value(key: str, *values: str, field: str = "") -> ParameterIs:
    return ParameterIs(key, field, values, HERE)


CONDITIONS: tuple[tuple[str, When], ...] = (
    ("Deployment", has("sidecar.mtls")),
    ("Deployment", Every((has("sidecar.*"), No(has("sidecar.mtls")), value("app.exposure", "httproute")))),
    ("StatefulSet", Every((No(IsGiven("app.listeners", HERE)), value("app.alive", "file")))),
    ("Deployment", Every((value("app.listeners", "udp", field="protocol"), IsGiven("app.writable", HERE)))),
    ("Deployment", Every((value("app.scale", "elastic"), value("app.metrics", "native")))),
    ("Deployment", Some((value("app.scale", "one"), value("app.health", "grpc")))),
    ("CronJob", Every((value("app.concurrency_policy", "Replace"), No(value("app.reach", "anywhere"))))),
    ("Deployment", No(HasFeature("sleep_action", HERE))),
    ("sidecar.log-agent", value("sidecar.log-agent.backend", "elasticsearch")),
    # provided by a component, or set by the table if no component provides it
    ("Deployment", value("app.front", "tls")),
    ("StatefulSet", Every((value("app.front", "none"), value("app.health", "http")))),
    ("Deployment", Every((value("app.front", "none"), has("sidecar.*")))),
    # provided by a component only for one value of its own parameter
    ("shared-files", Every((value("shared-files.claim", "new"), value("app.namespace_is", "create")))),
    ("Deployment", IsScraped(("one", "several"), HERE)),
    ("Deployment", IsScraped(("several",), HERE)),
    ("Deployment", IsScraped(("none",), HERE)),
    ("DaemonSet", Every((No(IsScraped(("none",), HERE)), value("app.scrape", "podmonitor")))),
    # a part of an address or of a list of records, which follows when that changes
    ("init.prepare", Every((value("init.prepare.login", "ssh"), value("init.prepare.scheme", "ssh")))),
    ("Deployment", Every((value("app.speaks", "grpc"), value("app.exposure", "httproute")))),
)


@pytest.mark.parametrize(("pattern", "when"), CONDITIONS)
def test_a_session_is_found_for_each_condition(pattern: str, when: When) -> None:
    implementation = CATALOG.patterns[pattern].implementations[0][0]
    found = SITUATIONS.where(pattern, implementation, when)
    session = next(one for one in found if declared_of(one).holds(when))
    assert pattern in session.implementations
    assert not session.blocked
    assert not [field for field in session.fields if field.state == "missing"]


def test_no_session_is_found_for_a_combination_that_the_table_excludes() -> None:
    assert not list(SITUATIONS.where("Job", "default", has("hpa")))
    assert not list(SITUATIONS.where("DaemonSet", "default", value("app.scale", "elastic")))
    assert not list(SITUATIONS.where("DaemonSet", "default", value("app.front", "tls")))
    assert not list(SITUATIONS.where("sidecar.mtls", "default", value("app.front", "none")))


def test_a_condition_has_a_clause_for_each_way_to_make_it_true() -> None:
    one, two, three = has("a"), has("b"), has("c")
    assert list(clauses(Every((one, Some((two, three)))))) == [((one, True), (two, True)), ((one, True), (three, True))]
    assert list(clauses(No(Some((one, two))))) == [((one, False), (two, False))]
    assert list(clauses(No(Every((one, two))))) == [((one, False),), ((two, False),)]


def test_every_declaration_of_the_shipped_catalogue_is_used_in_some_session() -> None:
    seen = {place for _, session in with_options()[::4] for place in in_play(declared_of(session))}
    assert list(unused_declarations(FIRST, seen, Budget(10**9))) == []


def test_the_search_for_unused_declarations_is_bounded() -> None:
    with pytest.raises(BudgetSpentError):
        list(unused_declarations(FIRST, (), Budget(100)))


def test_a_list_of_records_gets_a_second_item_if_one_is_needed() -> None:
    rest: Declaration = next(
        one
        for _, one in declarations_of(CATALOG.components["Deployment", "default"])
        if isinstance(one, Listener) and one.items == "rest"
    )
    assert isinstance(rest, Listener)
    session = next(SITUATIONS.where("Deployment", "default", rest.when, items=rest.each))
    items = [dict(one) for one in declared_of(session).items(rest.each, "all")]
    assert {one["to"] for one in items} == {"anywhere", "same-namespace", "namespace", "nobody"}
    assert len({one["name"] for one in items}) == len({one["port"] for one in items}) == len(items)
    assert not session.problems


def test_a_contract_line_is_found_with_a_value_of_its_parameter() -> None:
    lines = [one for _, one in declarations_of(CATALOG.components["Deployment", "default"]) if isinstance(one, Demand)]
    writable = next(one for one in lines if one.field == "app.writable")
    session = next(SITUATIONS.where("Deployment", "default", IsGiven(writable.field, HERE)))
    assert session.resolved["app.writable"].text


REFUSED = {("sidecar.mtls.gateway_certificate", "no")}
"""Options that a form offers only to show an alternative."""


def test_every_option_of_each_choice_is_in_a_renderable_session() -> None:
    every = {
        (parameter.key, option)
        for component in CATALOG.components.values()
        for parameter in component.parameters
        if not parameter.decided and parameter.name != "implementation"
        for option, _ in parameter.options
    }
    sessions = [session for _, session in with_options()]
    shown = {(field.parameter.key, field.text) for session in sessions for field in session.fields}
    assert every - shown == REFUSED
    assert not [session.problems for session in sessions if session.problems]


def test_a_value_that_conflicts_with_others_is_found_without_the_conflict() -> None:
    found = list(SITUATIONS.where("operator", "cloudnative-pg", value("app.backups", "snapshots")))
    assert any(not one.problems and one.resolved["app.backups"].text == "snapshots" for one in found)
