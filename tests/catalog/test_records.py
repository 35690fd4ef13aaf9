"""Lists of records: typed lines, answers files, and changes to a single field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journeys import answered
from tests.shipped import CATALOG
from wizard.catalog.model import Parameter
from wizard.catalog.resolve import value_texts
from wizard.catalog.typed import JSON_IN_QUOTES, ValueProblem
from wizard.catalog.values import format_value, parse_value

APP = CATALOG.components["Deployment", "default"]
LISTENERS: Parameter = next(one for one in APP.parameters if one.name == "listeners")
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
ITEMS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES, "port": st.integers(1024, 65535)},
        optional={"protocol": st.sampled_from(["http", "grpc", "tcp", "udp"]), "to": st.sampled_from(["nobody"])},
    ),
    max_size=4,
    unique_by=lambda item: item["name"],
)


@given(ITEMS)
def test_a_value_is_the_same_after_formatting_and_as_plain_data(items: list[dict[str, object]]) -> None:
    value = parse_value(LISTENERS, items)
    assert parse_value(LISTENERS, format_value(LISTENERS, value)) == value
    assert parse_value(LISTENERS, LISTENERS.type.plain(value)) == value


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("name=http port=8080", "no comma between two fields", "for example name=http, port=8080"),
        ("http", "`=` is missing", "write name=http, port=8080"),
        ("name=http", "item 1 has no port", "for example name=http, port=8080"),
        ("name=http, port=8080, prot=tcp", "item 1 has no field prot", "did you mean 'port'?"),
        ("name=a, port=8080; name=a, port=9000", "two items are called a", "give each its own name"),
        ("name=a, port=8080, to=namespace", "item 1 has no namespace", "Add namespace=..."),
        ("name=a, port=0", "item 1, port: 0:", "for example 8080"),
        ("name=a, name=b, port=8080", "name: given twice in one item", "separate items with `;`"),
    ],
)
def test_an_invalid_line_is_refused_with_the_item_and_the_fix(text: str, message: str, hint: str) -> None:
    with pytest.raises(ValueProblem) as error:
        parse_value(LISTENERS, text)
    assert message in error.value.message
    assert hint in error.value.hint


def test_a_bare_value_is_the_only_required_field_of_an_item() -> None:
    devices = next(p for c in CATALOG.components.values() for p in c.parameters if p.key == "app.devices")
    assert format_value(devices, parse_value(devices, "nvidia.com/gpu")) == "resource=nvidia.com/gpu"
    with pytest.raises(ValueProblem, match="`=` is missing"):
        parse_value(devices, "nvidia.com/gpu, 2")


def test_the_hint_shows_json_that_can_be_parsed() -> None:
    env = next(p for c in CATALOG.components.values() for p in c.parameters if p.key == "app.env")
    shown = JSON_IN_QUOTES.partition(": ")[2]
    assert parse_value(env, shown) == (("SETTINGS", '{"level": 1, "mode": 2}'),)


def test_the_word_nothing_is_an_empty_list_and_an_empty_text_is_the_default() -> None:
    assert parse_value(LISTENERS, "nothing") == ()
    assert parse_value(LISTENERS, []) == ()
    assert parse_value(LISTENERS, "") is None
    assert format_value(LISTENERS, ()) == "nothing"


def test_one_field_of_an_item_can_be_given_and_the_next_index_adds_an_item() -> None:
    session = answered(CATALOG, {"work": "server", "keeps": "nothing"})
    session = session.give("app.listeners.0.port", "9000").give("app.listeners.1.name", "admin")
    session = session.give("app.listeners.1.port", "9001")
    assert session.given["app.listeners"] == [
        {"name": "http", "port": "9000", "protocol": "http", "to": "anywhere"},
        {"name": "admin", "port": "9001"},
    ]


def test_a_field_without_effect_is_refused_but_a_default_is_accepted() -> None:
    destinations = next(one for one in APP.parameters if one.name == "destinations")
    with pytest.raises(ValueProblem) as error:
        parse_value(destinations, "name=pay, where=outside, cidr=203.0.113.0/24, namespace=data, port=443")
    assert error.value.message == "item 1 has namespace=data, which has no effect with where=outside"
    assert error.value.hint == "remove namespace, or change where"
    plain = destinations.type.plain(parse_value(destinations, "name=db, namespace=data, port=5432"))
    assert parse_value(destinations, plain) == parse_value(destinations, "name=db, namespace=data, port=5432")


def test_a_condition_can_read_a_field_of_all_items_or_of_the_first() -> None:
    value = parse_value(LISTENERS, "name=http, port=8080; name=game, port=7777, protocol=udp")
    assert value_texts(LISTENERS, value, "protocol") == ("http", "udp")
    assert value_texts(LISTENERS, value, "0.protocol") == ("http",)
    assert value_texts(LISTENERS, (), "0.protocol") == value_texts(LISTENERS, value, "0.nothing") == ()


@pytest.mark.parametrize(
    ("text", "low"), [("name=a, port=1024", "no"), ("name=a, port=8080; name=b, port=1023", "yes"), ("nothing", "no")]
)
def test_the_part_any_port_low_is_yes_if_one_item_has_a_low_port(text: str, low: str) -> None:
    value = parse_value(LISTENERS, text)
    assert LISTENERS.type.part(LISTENERS, value, "any.port.low") == low
    assert LISTENERS.type.part(LISTENERS, value, "any.port.high") == "no"
