"""Conditions over a whole bundle, and values that are refused in combination with others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.catalog.model import Component, Parameter, Refusal
from wizard.catalog.resolve import Field, resolve
from wizard.catalog.types.registry import TYPES
from wizard.catalog.when import (
    ALWAYS,
    Atom,
    Every,
    HasFeature,
    HasPattern,
    IsGiven,
    No,
    ParameterIs,
    Some,
    Surroundings,
    When,
    atoms,
    holds,
    key_of,
)
from wizard.errors import Position

HERE = Position("fixture")


def resolved(
    parameter: Parameter, *others: Parameter, patterns: tuple[str, ...] = (), features: tuple[str, ...] = ()
) -> Field:
    components = tuple(Component(p.component, p.component, "", (p,), HERE) for p in (parameter, *others))
    return resolve(components, {}, {}, {}, Surroundings(patterns, frozenset(features)))[parameter.key]


def text(key: str, default: str | None = None, **more: object) -> Parameter:
    component, _, name = key.rpartition(".")
    return Parameter(component, name, TYPES["text"], "value", "?", HERE, default=default, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        (ParameterIs("app.health", "", ("http",), HERE), True),
        (ParameterIs("app.health", "", ("tcp", "http"), HERE), True),
        (ParameterIs("app.health", "", ("tcp",), HERE), False),
        (ParameterIs("init.wait.host", "", ("db",), HERE), False),
        (No(ParameterIs("init.wait.host", "", ("db",), HERE)), True),
        (IsGiven("app.health", HERE), True),
        (IsGiven("init.wait.host", HERE), False),
        (HasPattern("sidecar.*", HERE), True),
        (HasPattern("adapter", HERE), False),
        (HasFeature("sleep", HERE), True),
        (HasFeature("other", HERE), False),
    ],
)
def test_a_parameter_can_be_shown_depending_on_values_patterns_and_features(when: When, shown: bool) -> None:
    field = resolved(
        text("sidecar.log.path", "/x", shown_when=when),
        text("app.health", "http"),
        patterns=("Deployment", "sidecar.log"),
        features=("sleep",),
    )
    assert field.shown is shown


def test_a_refused_value_keeps_its_text_and_has_a_hint() -> None:
    refusal = Refusal(ParameterIs("app.callers", "", ("nobody",), HERE), "Nobody calls it.", "Drop mutual TLS.")
    own = text("sidecar.mtls.allow", "any", refused_when=(refusal,))
    field = resolved(own, text("app.callers", "nobody"))
    assert (field.state, field.text, field.problem, field.hint) == (
        "invalid", "any", "Nobody calls it.", "Drop mutual TLS.",
    )  # fmt: skip
    assert resolved(own, text("app.callers", "anywhere")).state == "default"


def test_a_hidden_value_is_not_refused() -> None:
    refusal = Refusal(ALWAYS, "Never.", "Leave it out.")
    field = resolved(text("app.x", "1", shown_when=Some(()), refused_when=(refusal,)))
    assert (field.shown, field.state) == (False, "default")


def test_a_value_can_be_refused_only_when_it_equals_the_one_it_follows() -> None:
    refusal = Refusal(ALWAYS, "The same port.", "Name another one.", followed=True)
    own = text("app.health", "8080", derived_from="app.port", refused_when=(refusal,))
    main = text("app.port", "9000")
    assert resolved(own, main).problem == "The same port."
    given = {"app.health": "9000"}, {"app.health": "9001"}
    states = [resolve((Component("app", "app", "", (own, main), HERE),), one, {}, {}, Surroundings()) for one in given]
    assert [one["app.health"].state for one in states] == ["invalid", "given"]


CONDITIONS = st.recursive(
    st.sampled_from([HasFeature(name, HERE) for name in "abc"]),
    lambda inner: (
        st.builds(No, inner)
        | st.builds(Every, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Some, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@given(CONDITIONS, st.sets(st.sampled_from("abc")))
def test_a_condition_and_its_negation_never_agree(when: When, true: set[str]) -> None:
    truth: Callable[[Atom], bool] = lambda atom: isinstance(atom, HasFeature) and atom.feature in true  # noqa: E731
    assert holds(No(when), truth) is not holds(when, truth)
    assert {atom.feature for atom in atoms(when) if isinstance(atom, HasFeature)} <= set("abc")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("port", "init.x.port"),
        ("own.port", "init.x.port"),
        ("app.port", "app.port"),
        ("sidecar.mtls.p", "sidecar.mtls.p"),
    ],
)
def test_a_name_in_a_condition_is_resolved_to_a_key(name: str, key: str) -> None:
    assert key_of("init.x", name) == key
