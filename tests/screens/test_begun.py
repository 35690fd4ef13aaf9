"""Texts that are not complete yet: while a user types, only what cannot become right is refused."""

from __future__ import annotations

import pytest

from tests.journeys import CASES, answered
from tests.screens.drive import wizard
from tests.screens.test_written import case
from tests.shipped import CATALOG
from wizard.catalog.values import format_value
from wizard.faces.form import DetailsForm, choices, example_of, may_grow, value_text
from wizard.screens.pages.details import DetailsView
from wizard.screens.pages.form import status_of
from wizard.screens.text import line, plain_text, wrap
from wizard.session.session import Session


def open_case(name: str) -> Session:
    """Return the session of a case with the answers only."""
    return answered(CATALOG, CASES[name][0])


@pytest.mark.parametrize("name", CASES)
def test_no_beginning_of_an_example_is_refused_while_it_is_typed(name: str) -> None:
    for field in open_case(name).fields:
        parameter = field.parameter
        if field.state != "missing" or choices(field):
            continue
        whole = format_value(parameter, parameter.sample)
        for end in range(1, len(whole)):
            typed = open_case(name).give(parameter.key, whole[:end]).resolved[parameter.key]
            assert typed.state != "invalid" or may_grow(typed), whole[:end]


@pytest.mark.parametrize(
    ("key", "begun", "wrong"),
    [
        ("app.image", ["r", "registry.example.com/shop", "shop:"], ["shop app:1", "-x"]),
        ("app.name", [], ["a_b", "-a", "A"]),
        ("sidecar.log-agent.host", ["loki."], ["lo ki", "https://loki"]),
    ],
)
def test_a_text_that_cannot_become_right_is_refused_at_once(key: str, begun: list[str], wrong: list[str]) -> None:
    session = open_case("web-app-with-file-logs")
    fields = [(text, session.give(key, text).resolved[key]) for text in (*begun, *wrong)]
    assert all(field.state == "invalid" for _, field in fields)
    assert [text for text, field in fields if may_grow(field)] == begun


async def test_an_unfinished_text_is_refused_by_enter_and_not_before() -> None:
    async with wizard(open_case("simple-api"), size=(120, 40)) as person:
        await person.press("enter")
        screen = await person.type("r")
        assert "✗" not in screen and "refused" not in screen and "a value above is needed" in screen
        screen = await person.press("enter")
        assert "✗ r: the version is missing" in screen and "✗ 1 refused" in screen
        assert "image is not accepted: see ✗ below its text" in screen
        assert "✗ a value above is refused" in screen
        screen = await person.type("egistry")
        assert "✗" not in screen
        screen = await person.press("escape")
        assert "✗" in screen, "the field was left"


async def test_a_wrong_text_is_refused_while_it_is_typed() -> None:
    async with wizard(open_case("simple-api"), size=(120, 40)) as person:
        await person.press("enter")
        assert "✗" in await person.type("A B")


def test_a_refused_value_has_the_sign_of_an_error_and_a_needed_one_that_of_a_warning() -> None:
    session = open_case("web-app-with-file-logs").give("app.image", "a b")
    assert plain_text(status_of(session, "")).endswith("still needed · ✗ 1 refused")
    assert plain_text(status_of(session, "app.image")).endswith("still needed")


def test_lists_of_records_are_shown_in_words() -> None:
    listeners = case("simple-api").resolved["app.listeners"]
    assert (listeners.text, value_text(listeners)) == ("name=http, port=8080", "http, port 8080")
    assert value_text(case("postgres").resolved["app.callers"]) == "from its own namespace"
    two = case("simple-api").give("app.listeners", "name=http, port=8080; name=api, port=9090, protocol=grpc")
    assert value_text(two.resolved["app.listeners"]) == "http, port 8080; api, port 9090, protocol: gRPC"
    wrong = case("simple-api").give("app.listeners", "port 80")
    assert value_text(wrong.resolved["app.listeners"]) == "port 80"


@pytest.mark.parametrize("name", CASES)
def test_each_needed_text_has_an_example_in_a_narrow_column(name: str) -> None:
    for field in DetailsForm.of(open_case(name)).top:
        if field.state == "missing" and not choices(field):
            assert example_of(field, 50), field.parameter.key


def test_a_long_word_is_broken_after_a_sign_and_a_text_at_its_spaces() -> None:
    image = "registry.example.com/shop/orders:1.4.2"
    assert [plain_text(each) for each in wrap(line(image), 29)] == ["registry.example.com/shop/", "orders:1.4.2"]
    assert [plain_text(each) for each in wrap(line("a" * 12), 5)] == ["aaaaa", "aaaaa", "aa"]
    assert [plain_text(each) for each in wrap(line("one two/three"), 9)] == ["one", "two/three"]


def test_the_form_opens_a_wrong_value_with_its_reason() -> None:
    view = DetailsView.of(open_case("simple-api").give("app.image", "r"), key="app.image")
    assert view._begun == ""
