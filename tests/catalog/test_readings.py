"""Given parameters: each value is parsed once for all sessions derived from one another."""

from __future__ import annotations

import pytest

from tests.shipped import covered
from wizard.catalog import resolve
from wizard.catalog.model import Parameter, Value
from wizard.catalog.values import parse_value
from wizard.session.session import Session

SECRET = "https://user:hunter2hunter2@example.com/x"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the keys of the parameters whose values are parsed."""
    keys: list[str] = []
    covered()  # parses many values, but only on the first call

    def noting(parameter: Parameter, raw: object) -> Value:
        keys.append(parameter.key)
        return parse_value(parameter, raw)

    monkeypatch.setattr(resolve, "parse_value", noting)
    return keys


def api() -> Session:
    """Return a complete session that has derived nothing yet."""
    found = next(one for _, one in covered() if one.verdict and one.verdict.base == "Deployment")
    return found._replace(given={})


@pytest.mark.parametrize("text", ["registry.example/orders:1", "Not An Image", SECRET])
def test_a_given_value_is_parsed_once_when_other_parameters_change(read: list[str], text: str) -> None:
    first = api().give("app.image", text)
    known = first.resolved["app.image"]
    other = first.give("app.name", "orders").give("app.namespace", "shop")
    assert other.resolved["app.image"] == known
    assert read.count("app.image") == 1
    assert known.secret == (text == SECRET)


def test_a_new_value_and_the_same_text_in_another_parameter_are_parsed_again(read: list[str]) -> None:
    first = api().give("app.image", "registry.example/orders:1")
    assert first.resolved["app.image"].state == "given"
    other = first.give("app.image", "registry.example/orders:2").give("app.name", "registry.example/orders:1")
    assert other.resolved["app.image"].text == "registry.example/orders:2"
    assert other.resolved["app.name"].state == "invalid"
    assert read.count("app.image") == 2
