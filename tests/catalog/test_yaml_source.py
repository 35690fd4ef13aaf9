"""The strict YAML reader: it refuses what YAML would silently convert, and never crashes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.catalog.folder import BOUNDS
from wizard.catalog.yaml_source import PlainData, Source
from wizard.errors import Fault


def read(text: str | bytes) -> tuple[PlainData, list[Fault]]:
    faults: list[Fault] = []
    source = Source("file.yaml", faults)
    node = source.compose(text)
    return (source.plain(node, "the file") if node is not None else None), faults


def test_every_scalar_is_read_as_written() -> None:
    plain, faults = read("a: no\nb: 1.10\nc: 012\nd: 2026-11-22\ne: ~\nf: 'null'\ng:\nh: [on, 0x1]\n")
    assert not faults
    assert plain == {
        "a": "no",
        "b": "1.10",
        "c": "012",
        "d": "2026-11-22",
        "e": None,
        "f": "null",
        "g": None,
        "h": ["on", "0x1"],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "file.yaml:3:1: 'a' is defined twice in the file (first in line 1)"),
        ("a: !!python/object:os.system x\n", "file.yaml:1:4: the file has the tag"),
        ("a: !!str x\n", "file.yaml:1:4: the file has the tag"),
        ("? [a, b]\n: c\n", "file.yaml:1:3: a key of the file is not plain text"),
        ("a: b: c\n", "file.yaml:1:5: not valid YAML: mapping values are not allowed"),
        ("a:\n\t- b\n", "file.yaml:2:1: not valid YAML: found character that cannot start any token (indent"),
        ("a: [b\n", "file.yaml:2:1: not valid YAML"),
        ('a: "\\e[31mred"\n', "file.yaml:1:4: the file holds control characters (remove them)"),
        ('"\\x00": b\n', "file.yaml:1:1: a key of the file is empty or holds control characters"),
        ("a: b\n---\nc: d\n", "file.yaml:2:1: not valid YAML: there is a second document"),
        ("", "file.yaml: the file is empty"),
        (b"a: b\nc: \xff\n", "file.yaml:2:4: the file is not UTF-8 (save it as UTF-8)"),
        ("a: \ud800", "file.yaml: the text is not valid Unicode"),
        ("a: *b\n", "file.yaml:1:4: not valid YAML: found undefined alias"),
        ("<<: {a: b}\na: c\n", ""),
    ],
)  # fmt: skip
def test_a_refused_text_is_reported_with_its_position_and_reason(text: str | bytes, expected: str) -> None:
    _, faults = read(text)
    assert not expected or str(faults[0]).startswith(expected), faults


def test_aliases_are_accepted_unless_they_expand_without_bound() -> None:
    assert read("a: &x [1, 2]\nb: *x\n") == ({"a": ["1", "2"], "b": ["1", "2"]}, [])
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    assert [fault.code for fault in read(bomb)[1]] == ["yaml-alias"]
    assert [fault.code for fault in read("a: &a [*a]\n")[1]] == ["yaml-alias"]


def test_a_large_file_with_one_alias_is_not_an_alias_bomb() -> None:
    assert read("a: &x [1]\nb: *x\nc:\n" + "- 1\n" * 100_100)[1] == []


def test_a_lone_surrogate_is_a_fault() -> None:
    assert [fault.code for fault in read("a: \ud800\n")[1]] == ["yaml-encoding"]


@pytest.mark.parametrize(
    "text", ["[" * 200_000, "{a: " * 5_000, "- " * 100_000, "? " * 50_000], ids=["flow", "maps", "lists", "keys"]
)
def test_deep_nesting_is_refused_and_does_not_crash(text: str) -> None:
    assert read(text)[1]


def test_a_large_file_is_refused() -> None:
    assert read("a: " + "x" * BOUNDS.size)[1][0].code == "yaml-too-large"


def test_all_unknown_and_missing_keys_are_reported() -> None:
    faults: list[Fault] = []
    source = Source("f", faults)
    node = source.compose("when: 1\nbecouse: 2\n")
    assert node is not None
    assert set(source.fields(node, {"when": True, "because": True, "use": False}, "rule 'x'")) == {"when"}
    assert [str(fault) for fault in faults] == [
        "f:2:1: unknown key 'becouse' in rule 'x' (did you mean 'because'?)",
        "f:1:1: rule 'x' has no 'because' (add 'because:')",
    ]


@pytest.mark.parametrize("text", ["--5", "5-", "²", "1.0", "1_000", "9" * 30], ids=lambda text: text[:6])
def test_a_value_that_is_not_a_whole_number_is_reported_once(text: str) -> None:
    faults: list[Fault] = []
    source = Source("f", faults)
    node = source.compose(text)
    assert node is not None
    assert source.integer(node, "format") == 0
    assert [fault.code for fault in faults] == ["bad-value"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"a\\x1b"', "yaml-control"),
        ("!x a", "yaml-tag"),
        ("[a]", "wrong-type"),
        ("b", "bad-value"),
        ("''", "bad-value"),
    ],
)
def test_an_invalid_choice_is_reported_once(text: str, code: str) -> None:
    faults: list[Fault] = []
    source = Source("f", faults)
    node = source.compose(text)
    assert node is not None
    assert source.choice(node, "form", ("a", "c")) == ""
    assert source.integer(node, "format") == 0
    assert faults[0].code == code and len(faults) == 2


@given(st.text(alphabet=st.sampled_from("ab:-? \n[]{}&*!|>'\"#,%@`\t\\0~"), max_size=60))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_any_text_is_read_as_data_or_faults(text: str) -> None:
    plain, faults = read(text)
    assert faults or plain is None or isinstance(plain, str | list | dict)
