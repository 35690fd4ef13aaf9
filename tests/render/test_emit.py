"""The emitter: it writes data as YAML that parsers of versions 1.1 and 1.2 read the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.trees import from_plain
from wizard.errors import RenderError
from wizard.render.compose.emit import emit, scalar_text
from wizard.render.templates.escaping import yaml_value
from wizard.yamlio.quoting import is_bare, quoted

WORDS = r"""
- --- ... *alias &anchor !!python/object !x %d @a `b $slot null ~ yes No ON y n 1e3 0x1F 0o17 017 1_000 12:30:45
2001-01-01 .5 5. +1 -1 .inf .nan = << 1.0 0b1 1.28-alpine 10.0.0.0/8 100m 2001-01-01T00:00:00Z 1:20 0 00 -0 ? : , [
] { } > | ' " \ a\nb {} [] {a a] key: 8080:80 --x=1 -e
"""
"""Texts without blanks that a parser could read as something else."""
BARE = "shop 100m 128Mi 25% /var/log --config=/x registry.example/a:1 app.kubernetes.io/name $(VAR) 1.28-alpine"
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from([*WORDS.split(), "x" * 300]),
    st.sampled_from(
        [
            "a: b",
            "{{ 7*7 }}",
            "# no",
            "a # b",
            "- x",
            " a",
            "a ",
            "a\tb",
            "a\nb",
            "\n",
            "a\n",
            "a\n\n",
            "\na",
            " \na",
            "a\n b\n",
            "a\n\tb\n",
            "a\n  \nb",
            "|\n>\n",
            "a: b\n- c\n#d\n",
            "\x85",
            "a\x85b",
            "\u2028",
            "\ufeff",
            "\x00",
            "\x1b[31m",
            "\x7f",
            "\u202e",
            "é",
            "日本",
            "👩\u200d👩\u200d👧",
            "a\r\nb",
            "🙂\n🙂\n",
        ]
    ),
)
DATA = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(DATA)
def test_emitted_yaml_reads_back_as_the_same_data(data: Any) -> None:
    text = emit(from_plain(data)).text
    assert yaml.safe_load(text) == data
    assert yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == data


@settings(max_examples=300, derandomize=True, deadline=None)
@given(TEXTS)
def test_a_text_stays_text_in_every_position(text: str) -> None:
    for shape in (text, [text], {"k": text}, {text: "v"}, {"k": [[text], {"a": text}]}):
        assert yaml.safe_load(emit(from_plain(shape)).text) == shape
    assert yaml.safe_load(quoted(text)) == text
    assert "\n" not in quoted(text)
    assert quoted(text).isprintable()


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.dictionaries(TEXTS, st.one_of(TEXTS, st.lists(TEXTS, min_size=1, max_size=3)), min_size=1, max_size=3))
def test_a_value_in_a_template_is_one_flow_node(data: dict[str, Any]) -> None:
    assert yaml.safe_load(f"a: {yaml_value(data)}  # c\nb: 1\n") == {"a": data, "b": 1}


@pytest.mark.parametrize("text", BARE.split())
def test_text_that_every_parser_reads_as_text_is_bare(text: str) -> None:
    assert is_bare(text)


@pytest.mark.parametrize(
    "text",
    ["8080", "1.2", "on", "12:30", "0x1f", "1e3", "", "a: b", "a #b", "*", "2001-01-01", "0777", "é", "3d4e32a7"],
)
def test_text_that_a_parser_could_misinterpret_is_quoted(text: str) -> None:
    assert not is_bare(text)


def test_numbers_with_exponents_are_numbers_in_yaml_1_1() -> None:
    for number in (1e16, 1e-7, 1.5e300, -2e20):
        assert yaml.safe_load(scalar_text(number)) == number


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(RenderError, match="Unicode"):
        quoted("\ud800")


def test_empty_values_are_written_as_null_and_others_as_json() -> None:
    assert yaml_value(()) == "null"
    assert yaml_value({}) == "null"
    assert yaml_value(("a", 1, True)) == '["a", 1, true]'
    assert json.loads(yaml_value({"a": "b"})) == {"a": "b"}
    with pytest.raises(RenderError, match="not a value"):
        yaml_value(object())


def test_top_level_keys_have_a_fixed_order() -> None:
    data = {
        "data": {},
        "spec": 1,
        "kind": "K",
        "metadata": {"labels": {}, "namespace": "n", "name": "x"},
        "apiVersion": "v1",
    }
    back = yaml.safe_load(emit(from_plain(data)).text)
    assert list(back) == ["apiVersion", "kind", "metadata", "spec", "data"]
    assert list(back["metadata"]) == ["name", "namespace", "labels"]
