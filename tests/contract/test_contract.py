"""P6: each demand is one line, and another value changes that line and the leaves that depend on its parameter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest

from tests.contract.bundles import Rendered, bundles, for_each, rendered
from tests.contract.test_cases import WEB
from tests.contract.test_cases import bundle as bundle_of
from tests.render.trees import from_plain
from tests.shipped import CATALOG
from wizard.catalog.model import Parameter
from wizard.catalog.parameters import conditions
from wizard.catalog.types.records import items_of, plain_records
from wizard.catalog.when import IsGiven, parameters_of
from wizard.errors import Position
from wizard.render.compose.tree import walk
from wizard.render.model import Must, WorkloadContract
from wizard.session.session import Session, start
from wizard.session.situations import Situations

FLAGGED = {
    (component.folder, parameter.key): parameter
    for component in CATALOG.components.values()
    for parameter in component.parameters
    if parameter.must is not None
}
KEYS = sorted({key for _, key in FLAGGED})
CHOSEN = {key for (_, key), parameter in FLAGGED.items() if parameter.options}
"""Flagged parameters that decide structure; tracing does not cover choices."""
Place = tuple[int, str]


def lines(bundle: Rendered) -> tuple[Must, ...]:
    return tuple(line for workload in bundle.contract.workloads for line in workload.must)


# --- one line each ----------------------------------------------------------------------------------


def wrong_lines(bundle: Rendered) -> Iterator[str]:
    """Yield flagged parameters with too many or too few lines, and duplicate lines."""
    written = Counter(line.parameter for line in lines(bundle) if line.parameter.startswith(f"{line.component}."))
    for key in KEYS:
        field = bundle.session.resolved.get(key)
        if field is None or field.parameter.must is None:
            continue
        counts = field.shown and bool(field.text) and bundle.declared.holds(field.parameter.must.when)
        items = len(items_of(field.value)) - (not bundle.declared.holds(field.parameter.must.first))
        wanted = int(counts) * (max(items, 0) if field.parameter.fields else 1)
        if written[key] != wanted:
            yield f"{key} has {written[key]} lines, not {wanted}"
    yield from (f"{say} twice" for say, number in Counter(line.say for line in lines(bundle)).items() if number > 1)


@for_each(bundles)
def test_each_flagged_parameter_that_is_shown_has_one_line(bundle: Rendered) -> None:
    assert not list(wrong_lines(bundle))


def with_lines(bundle: Rendered, *changed: Must) -> Rendered:
    contract: Any = bundle.contract
    workload = WorkloadContract("Deployment", "x", changed)
    return bundle._replace(contract=contract.__class__(workloads=(workload,)))


def test_an_extra_and_a_missing_line_are_found() -> None:
    for bundle in bundles():
        if known := lines(bundle):
            assert list(wrong_lines(with_lines(bundle, *known, known[-1])))
            flagged = next((line for line in known if line.parameter in KEYS), None)
            if flagged is not None:
                assert list(wrong_lines(with_lines(bundle, *(line for line in known if line != flagged))))


# --- another value --------------------------------------------------------------------------------


class Change(NamedTuple):
    """A bundle before and after one parameter gets another value."""

    key: str
    before: Rendered
    after: Rendered


def other_values(parameter: Parameter, value: Any) -> Iterator[object]:
    """Yield values that may be valid instead of the current one."""
    if parameter.fields:
        yield [{name: other_field(parameter, name, one) for name, one in item.items()} for item in plain_records(value)]
    yield from (option for option, _ in parameter.options)
    if isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, tuple):
        yield [f"/changed/{number}" for number, _ in enumerate(value)]
    yield from ("/changed/place", "300Mi", "changed")


def other_field(parameter: Parameter, name: str, value: object) -> object:
    """Return another value for a record's field; a choice stays unchanged."""
    if next(one for one in parameter.fields if one.name == name).options:
        return value
    if isinstance(value, str) and "/" in value and value[0].isdigit():
        return "10.77.0.0/16"
    return value + 1 if isinstance(value, int) else f"{value}2"


def sessions_with_lines() -> dict[str, Session]:
    """Return, for each flagged parameter, a session whose contract has its line."""
    found: dict[str, Session] = {}
    for bundle in bundles():
        for line in lines(bundle):
            found.setdefault(line.parameter, bundle.session)
    situations = Situations(start(CATALOG))
    for (pattern, implementation), component in CATALOG.components.items():
        for parameter in component.parameters:
            if parameter.must is not None and parameter.key not in found:
                given = IsGiven(parameter.key, Position(""))
                for session in situations.where(pattern, implementation, parameter.must.when, given):
                    written = () if session.problems else lines(rendered("", session))
                    if any(line.parameter == parameter.key for line in written):
                        found.setdefault(parameter.key, session)
    return found


def listening_on(session: Session, key: str, port: int) -> Session:
    """Return the session with one more port, which nobody calls, in a list of ports."""
    return session.give(
        key, [*plain_records(session.resolved[key].value), {"name": "more", "port": port, "to": "nobody"}]
    )


@cache
def changes() -> tuple[Change, ...]:
    """Return one change of each flagged parameter."""
    found = []
    for key, session in sessions_with_lines().items():
        field = session.resolved.get(key)
        if field is None or field.parameter.must is None:
            continue
        if field.parameter.served == "elsewhere":
            session = listening_on(session, field.parameter.derived_from, int(field.text) + 1)
        for value in other_values(field.parameter, field.value):
            given = session.give(key, value)
            if not given.problems and given.resolved[key].value != field.value:
                found.append(Change(key, rendered(key, session), rendered(key, given)))
                break
    return tuple(found)


def leaves(bundle: Rendered) -> dict[Place, Any]:
    return {
        (number, path): getattr(node, "value", None)
        for number, document in enumerate(bundle.objects)
        for path, node in walk(from_plain(document))
    }


def named(bundle: Rendered, keys: set[str]) -> set[Place]:
    """Return the leaves that depend on one of these parameters according to tracing."""
    return {
        (number, path)
        for number, file in enumerate(bundle.session.traced.manifests)
        for path, origin in file.paths.items()
        if keys & set(origin.parameters)
    }


def followers(bundle: Rendered, key: str) -> set[str]:
    """Return the parameter and all that follow it or are provided from it, directly or indirectly."""
    found = {key}
    ways = [(p.derived_from, p.key) for p in bundle.declared.parameters.values()]
    ways += [(one.value, one.key) for _, one in bundle.declared.each(lambda declares: declares.provides)]
    while more := {to for source, to in ways if source in found} - found:
        found |= more
    return found


def key_in(parameter: Parameter, key: str) -> bool:
    """Return whether a condition of a parameter depends on another one."""
    return any(key in parameters_of(when) for when in conditions(parameter))


def wrong_change(change: Change) -> Iterator[str]:
    """Yield unexpected changes of lines, and leaves that change but do not name the parameter, or the reverse."""
    keys = followers(change.before, change.key)
    moved = {line.parameter for line in set(lines(change.before)) ^ set(lines(change.after))}
    depending = {p.key for p in change.before.declared.parameters.values() if key_in(p, change.key)}
    lines_of = (one for component in change.before.declared.components for one in component.declares.must)
    depending |= {one.field for one in lines_of if change.key in parameters_of(one.when)}
    if change.key not in moved or not moved <= keys | (depending if change.key in CHOSEN else set()):
        yield f"the lines of {sorted(moved)} change"
    if change.key in CHOSEN:
        return
    before, after = leaves(change.before), leaves(change.after)
    changed = {place for place in before if before[place] != after.get(place, before[place])}
    claimed = {place for place in named(change.before, keys) if before.get(place) is not None and place in after}
    yield from (f"{path} changes and does not name {change.key}" for _, path in sorted(changed - claimed))
    yield from (f"{path} names {change.key} and does not change" for _, path in sorted(claimed - changed))
    if not changed:
        yield "no leaf changes"


@pytest.mark.parametrize("key", KEYS)
def test_another_value_changes_its_line_and_the_leaves_that_depend_on_it(key: str) -> None:
    change = next(one for one in changes() if one.key == key)
    assert not list(wrong_change(change))


def test_an_unexpected_change_of_a_leaf_is_found() -> None:
    for change in changes():
        if change.key not in CHOSEN:
            broken = change.after.changed()
            broken.objects[0]["metadata"]["name"] += "-other"
            assert list(wrong_change(change._replace(after=broken)))


def test_an_unexpected_and_a_missing_change_of_a_line_are_found() -> None:
    for change in changes():
        assert list(wrong_change(change._replace(after=with_lines(change.after, *lines(change.before)))))
        more = Must("Do something else.", "app.something")
        assert list(wrong_change(change._replace(after=with_lines(change.after, *lines(change.after), more))))


# --- a program without a health check ---------------------------------------------------------------


@pytest.mark.parametrize("given", [{"health": "none"}, {"listeners": [], "alive": "none"}])
def test_the_reason_for_no_health_check_is_in_the_contract_and_on_the_workload(given: dict[str, Any]) -> None:
    reason = "Its only caller notices at once when it hangs."
    made = bundle_of(WEB, no_health=reason, **given)
    assert made.workload is not None
    notes = made.workload["metadata"]["annotations"]
    assert set(notes.values()) == {reason}
    assert [one for one in made.contract.workloads[0].must if reason in one.say and one.parameter == "app.no_health"]
    checked = bundle_of(WEB).workload
    assert checked is not None and "annotations" not in checked["metadata"]


@for_each(bundles)
def test_each_list_item_of_a_readme_is_on_its_own_line(bundle: Rendered) -> None:
    readme = next(file.text for file in bundle.session.bundle.files if file.path == "README.md")
    assert not [line for line in readme.splitlines() if re.search(r"\S- [A-Z]", line) and line[:1] != "|"]


@for_each(bundles)
def test_the_prerequisites_of_each_bundle_state_that_openshift_is_not_supported(bundle: Rendered) -> None:
    readme = next(file.text for file in bundle.session.bundle.files if file.path == "README.md")
    first = readme.partition("## First: prerequisites in the cluster")[2].partition("\n## ")[0]
    assert "OpenShift is not supported yet" in first


def test_a_demand_without_a_parameter_has_no_gap() -> None:
    demands = [one for component in CATALOG.components.values() for one in component.declares.must if not one.field]
    assert len(demands) > 10
    assert [one.say for one in demands if "{" in one.say] == []
