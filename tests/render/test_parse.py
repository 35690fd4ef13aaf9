"""Parsing of fragments: it keeps comments, and refuses values that YAML parsers read differently."""

from __future__ import annotations

import pytest

from wizard.render.bundle.render import read_back
from wizard.render.compose.emit import emit
from wizard.render.compose.parse import FragmentError, parse
from wizard.render.compose.tree import plain

COMMENTED = """\
# above a
a: 1  # behind a
b:  # behind b
  # above the item
  - x  # behind x
  # above the second
  - # odd place
    y: "# no comment"  # behind y
  - z: |
      # inside a block
      text
# above c
c:
  d: [1, 2]  # behind d
  e: {}  # behind e
"""


def test_comments_survive_parsing_and_emitting() -> None:
    (node,) = parse(COMMENTED)
    text = emit(node).text
    for comment in ("above a", "behind a", "behind b", "above the item", "behind x", "above the second", "behind y"):
        assert text.count(comment) == 1, comment
    for comment in ("inside a block", "above c", "behind d", "behind e"):
        assert text.count(comment) == 1, comment
    (again,) = parse(text)
    assert plain(again) == plain(node)
    assert emit(again).text == text


def test_comments_can_be_dropped() -> None:
    (node,) = parse(COMMENTED)
    text = emit(node, comments=False).text
    assert "above" not in text
    assert "behind" not in text
    assert "# inside a block" in text
    assert plain(parse(text)[0]) == plain(node)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\na: 2\n", 2, "twice"),
        ("a: &x 1\nb: *x\n", 2, "alias"),
        ("a: !!python/object:os.system 1\n", 1, "tag"),
        ("a: !!str 1\n", 1, "tag"),
        ("a: yes\n", 1, "differently"),
        ("a: 12:30:45\n", 1, "differently"),
        ("a: 2001-01-01\n", 1, "differently"),
        ("a: 0x1f\n", 1, "differently"),
        ("<<: {a: 1}\n", 1, "merge"),
        ("a: 1\n b: 2\n", 2, "not YAML"),
        ("? [a]\n: 1\n", 1, "scalar"),
        ("b: 1\na: " + "9" * 5000, 2, "such a long number"),
        ("a: " + "[" * 200_000, 1, "nested more than 100 levels"),
        ("a:\n " + "- " * 100_000, 2, "nested more than 100 levels"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_yaml_that_parsers_read_differently_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(FragmentError, match=message) as caught:
        parse(text)
    assert caught.value.line == line


def test_octal_numbers_are_written_as_decimal_with_a_comment() -> None:
    (node,) = parse("mode: 0440\n")
    assert emit(node).text == "mode: 288  # 0440\n"


def test_an_empty_fragment_is_not_a_document() -> None:
    assert parse("") == ()
    assert parse("# only a comment\n") == ()
    assert len(parse("a: 1\n---\nb: 2\n")) == 2


def test_a_lone_surrogate_in_a_fragment_is_refused() -> None:
    with pytest.raises(FragmentError, match="not YAML"):
        parse("a: \ud800\n")


@pytest.mark.parametrize(
    "text", ["9" * 5000, "2024-99-99", "!!int foo", "!!bool x", "!!float x", "0x_", "\ud800", "[*a]"]
)
def test_reading_back_an_unreadable_value_returns_an_exception(text: str) -> None:
    assert isinstance(read_back(f"a: {text}\n"), Exception)
