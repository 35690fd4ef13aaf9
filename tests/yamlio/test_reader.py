"""The YAML reader: it stays within its bounds and reports where a text exceeds them."""

from __future__ import annotations

import pytest
import yaml

from wizard.yamlio import reader
from wizard.yamlio.bounds import Bounds, YamlFault, decode
from wizard.yamlio.nodes import entries, read_node, read_nodes

BOUNDS = Bounds(size=1_000, depth=3, values=20, copies=5)


@pytest.fixture(autouse=True, params=["libyaml", "python"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "python":
        monkeypatch.setattr(reader, "_Parser", yaml.SafeLoader)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: [[[1]]]\n", "too-deep", 1),
        ("a:\n" + "- 1\n" * 30, "too-large", 19),
        ("a: &a [1, 2, 3]\nb: *a\nc: *a\n", "alias", 3),
        ("a:\n  &a [*a]\n", "alias", 2),
        ("a: b\nc: *d\n", "syntax", 2),
        ("a: [1\n", "syntax", 2),
        ("a: \ud800\n", "encoding", 0),
        ("a: 1\n---\nb: 2\n", "syntax", 2),
    ],
)
def test_invalid_yaml_and_yaml_beyond_the_bounds_are_refused_with_a_line(text: str, code: str, line: int) -> None:
    with pytest.raises(YamlFault) as caught:
        read_node(text, BOUNDS)
    if code == "encoding" and caught.value.code == "syntax":
        return  # the pure Python parser reports the character as a syntax error
    assert (caught.value.code, caught.value.line) == (code, line)


@pytest.mark.parametrize(
    ("data", "code"), [("a" * 2_000, "too-large"), (b"a: \xff", "encoding"), ("a".encode("utf-16"), "encoding")]
)
def test_data_that_is_too_large_or_not_utf_8_is_refused(data: bytes | str, code: str) -> None:
    with pytest.raises(YamlFault) as caught:
        decode(data, BOUNDS)
    assert caught.value.code == code


def test_utf_16_is_decoded_on_request() -> None:
    assert decode("a: ä".encode("utf-16"), BOUNDS, utf16=True) == "a: ä"


def test_an_alias_refers_to_the_latest_definition_of_its_anchor() -> None:
    root = read_node("a: &a 1\nb: &a 2\nc: *a\n", BOUNDS)
    assert isinstance(root, yaml.MappingNode)
    assert [value.value for _, _, value, _ in entries(root)] == ["1", "2", "2"]


def test_duplicate_keys_and_keys_that_are_not_plain_text_are_marked() -> None:
    (root,) = read_nodes("a: 1\n? [b]\n: 2\na: 3\n!x a: 4\n", BOUNDS)
    assert isinstance(root, yaml.MappingNode)
    assert [(name, first is not None) for name, _, _, first in entries(root)] == [
        ("a", False),
        (None, False),
        ("a", True),
        (None, False),
    ]
