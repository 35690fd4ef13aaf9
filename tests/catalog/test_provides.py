"""Settings that one component decides for another, and facts about images in the README."""

from __future__ import annotations

import pytest

from tests.render.kitchen import ALL, CATALOG, COMPONENTS, request
from wizard.catalog.declarations import Declarations, Provided
from wizard.catalog.model import Advisory, Component, Parameter
from wizard.catalog.resolve import resolve
from wizard.catalog.types.registry import TYPES
from wizard.catalog.when import HasPattern, Surroundings
from wizard.errors import Position, UsageError
from wizard.render.bundle.render import render

HERE = Position("fixture")
METRICS = Parameter("app", "metrics", TYPES["text"], "value", "?", HERE, default="none", decided=True)
APP = Component("app", "app", "", (METRICS,), HERE)


def agent(name: str, *provides: Provided) -> Component:
    return Component(name, name, "", (), HERE, declares=Declarations(provides=provides))


def metrics(*components: Component, patterns: tuple[str, ...] = ()) -> object:
    return resolve((APP, *components), {}, {"metrics": "table"}, {}, Surroundings(patterns))["app.metrics"].value


def test_a_setting_that_a_component_provides_overrides_the_table() -> None:
    assert metrics() == "table"
    assert metrics(agent("adapter", Provided("app.metrics", "native"))) == "native"


def test_a_setting_provided_under_a_condition_applies_only_when_it_holds() -> None:
    one = agent("adapter", Provided("app.metrics", "native", HasPattern("sidecar.*", HERE)))
    assert metrics(one) == "table"
    assert metrics(one, patterns=("sidecar.x",)) == "native"


def test_a_parameters_value_is_provided_only_when_it_is_given_and_valid() -> None:
    port = Parameter("adapter", "port", TYPES["port"], "value", "?", HERE, required=True)
    one = agent("adapter", Provided("app.metrics", "adapter.port"))._replace(parameters=(port,))
    for given, wanted in (({"adapter.port": "9000"}, "9000"), ({"adapter.port": "no port"}, "table"), ({}, "table")):
        found = resolve((APP, one), given, {"metrics": "table"}, {}, Surroundings())
        assert found["app.metrics"].value == wanted


def test_two_components_that_disagree_are_both_named() -> None:
    both = (agent("adapter", Provided("app.metrics", "native")), agent("sidecar.x", Provided("app.metrics", "none")))
    with pytest.raises(UsageError, match=r"adapter says native and sidecar\.x says none"):
        metrics(*both)
    assert metrics(both[0], agent("sidecar.x", Provided("app.metrics", "native"))) == "native"


def test_a_known_vulnerability_of_an_image_is_in_the_readme() -> None:
    name = next(image for component in COMPONENTS.values() for image in component.images)
    weak = CATALOG.images[name]._replace(advisory=Advisory("Anyone can log in.", "https://cve.example.org/1", "1.2"))
    text = render(CATALOG._replace(images={**CATALOG.images, name: weak}), request(*ALL)).files[0].text
    assert "Anyone can log in. See https://cve.example.org/1. Fixed in 1.2." in text
    assert "Anyone can log in" not in render(CATALOG, request(*ALL)).files[0].text


def test_the_required_user_of_an_image_is_in_the_readme_with_the_reason() -> None:
    name = next(image for component in COMPONENTS.values() for image in component.images)
    fixed = CATALOG.images[name]._replace(uid=70, uid_fixed="Its files belong to that user.")
    text = render(CATALOG._replace(images={**CATALOG.images, name: fixed}), request(*ALL)).files[0].text
    assert f"`{fixed.reference()}` runs as user 70: Its files belong to that user." in text


def test_a_variable_name_that_another_parameter_sets_is_refused() -> None:
    env = Parameter("app", "env", TYPES["map"], "value", "?", HERE)
    name = Parameter(
        "adapter", "variable", TYPES["variable"], "value", "?", HERE, default="OPTS", distinct=("app.env",)
    )
    parts = (Component("app", "app", "", (env,), HERE), Component("adapter", "adapter", "", (name,), HERE))
    assert not resolve(parts, {"app.env": {"MODE": "x"}}, {}, {}, Surroundings())["adapter.variable"].problem
    assert (
        "OPTS is already in app.env"
        in resolve(parts, {"app.env": {"OPTS": "x"}}, {}, {}, Surroundings())["adapter.variable"].problem
    )
