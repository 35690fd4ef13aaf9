"""The outline of a template: built with Jinja, evaluated without it."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tests.render.kitchen import CATALOG
from wizard.render.outline.following import OPEN, text_of
from wizard.render.outline.model import Steps
from wizard.render.outline.pruning import headers_only, shape_only
from wizard.render.outline.reading import _Reader, outlines_of
from wizard.render.outline.tree import documents
from wizard.render.templates.environment import Templates
from wizard.render.wire import decode_outlines, encode_outlines, line_of


def steps_of(tmp_path: Path, text: str) -> Steps:
    (tmp_path / "one.yaml").write_text(text)
    return _Reader(Templates(tmp_path))._steps("one.yaml")


def followed(tmp_path: Path, text: str, **names: Any) -> str:
    """Return the text that the steps of a template produce."""
    return text_of(steps_of(tmp_path, text), names)


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("{% if own.a == 'x' %}\nyes\n{% elif own.a %}\nelse\n{% endif %}\n", {"own": {"a": "y"}}, "else\n"),
        ("{% if own.a in ('x', 'y') and not own.b %}\nyes\n{% endif %}\n", {"own": {"a": "y", "b": ""}}, "yes\n"),
        ("{% for one in own.a %}\n{{ one.b ~ loop.index }}\n{% endfor %}\n", {"own": {"a": [{"b": "c"}]}}, "c1\n"),
        ("{% for k, v in own.a.items() %}\n{{ k }}{{ v }}\n{% endfor %}\n", {"own": {"a": {"b": "c"}}}, ""),
        ("{% filter indent(2, first=True) %}\na: 1\n\n{% endfilter %}\n", {}, "  a: 1\n\n"),
        ("{% set all = own.a | map(attribute='b') | list %}\n{{ all | join }}\n", {"own": {"a": [{"b": "c"}]}}, "c\n"),
        ("{{ own.a | selectattr('b', 'equalto', 1) | list | length }}\n", {"own": {"a": [{"b": 1}, {"b": 2}]}}, "1\n"),
        ("{{ 'x' if own.a else 'y' }}{{ own.b.split('=', 1)[0] }}\n", {"own": {"a": 0, "b": "c=d"}}, "yc\n"),
        ("a: {{ own.a }}\n", {"own": {"a": "x\ny: z"}}, "a: x y: z\n"),
    ],
)
def test_steps_evaluate_the_supported_parts_of_a_template(
    tmp_path: Path, text: str, names: dict[str, Any], expected: str
) -> None:
    assert followed(tmp_path, text, **names) == expected


def test_a_condition_on_an_open_value_produces_neither_branch(tmp_path: Path) -> None:
    text = "{% if own.a == 'x' %}\none\n{% else %}\ntwo\n{% endif %}\n{{ own.a }}three\n"
    assert followed(tmp_path, text, own={"a": OPEN}) == "three\n"
    assert followed(tmp_path, "{% if own.b or own.a %}\none\n{% endif %}\n", own={"a": OPEN, "b": True}) == "one\n"
    text = "{% if own.b and own.a %}\n{% else %}\ntwo\n{% endif %}\n"
    assert followed(tmp_path, text, own={"a": OPEN, "b": 0}) == "two\n"


def test_a_template_that_takes_too_long_produces_nothing(tmp_path: Path) -> None:
    text = "{% for a in own.a %}{% for b in own.a %}{% for c in own.a %}x{% endfor %}{% endfor %}{% endfor %}\n"
    assert followed(tmp_path, text, own={"a": list(range(100))}) == ""


DOUBLED = "{% set a = '" + "x" * 80 + "' %}"
LARGE = {
    "joined": DOUBLED + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "added": DOUBLED + "{% set a = a + a %}" * 40 + "{{ a }}",
    "a list of lists": "{% set a = ['x'] %}" + "{% set a = [a, a] %}" * 40 + "{{ a }}",
    "compared": "{% set a = [1] %}{% set b = [1] %}" + "{% set a = [a, a] %}{% set b = [b, b] %}" * 40 + "{{ a == b }}",
    "replaced": DOUBLED + "{% set a = a.replace('x', a) %}" * 10 + "{{ a }}",
    "a filter": DOUBLED + "{% set a = a | replace('x', a) %}" * 10 + "{{ a }}",
    "a list as one text": DOUBLED + "{% set a = a | list | join(a) %}" * 10 + "{{ a }}",
    "before each": DOUBLED + "{% set a = a | list | prefixed(a) | join %}" * 10 + "{{ a }}",
    "numbers": "{% set a = 4611686018427387904 %}" + "{% set a = a + a %}" * 1000 + "{{ a }}",
    "a large number": "{{ " + "9" * 6000 + " }}",
    "moved to the right": "{% filter indent(900000000) %}" * 2 + "x" + "{% endfilter %}" * 2,
    "lists in lists": "{% set a = [1] %}" + "{% set a = [a] %}" * 3000 + "{{ a }}",
    "included": "{% include 'one.yaml' %}" * 2,
    "loops": "{% for a in [1, 2] %}" * 40 + "x" + "{% endfor %}" * 40,
    "many texts": "{% for a in [1, 2, 3, 4, 5, 6, 7, 8] %}" * 5 + "x" * 100_000 + "{% endfor %}" * 5,
    "a long name": DOUBLED + "{% set a = a ~ a %}" * 5 + "{{ has(a) }}",
}


@pytest.mark.parametrize("what", LARGE)
def test_hostile_steps_end_soon_and_use_little_memory(what: str, tmp_path: Path) -> None:
    steps = steps_of(tmp_path, LARGE[what])
    tracemalloc.start()
    try:
        text = text_of(steps, {"has": lambda name: name})
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(text) < 2_000_000
    assert most < 64 << 20


def test_outlines_are_decoded_as_they_were_encoded() -> None:
    outlines = outlines_of(CATALOG)
    assert decode_outlines(json.loads(line_of({"all": encode_outlines(outlines)}))["all"]) == outlines
    assert any(outline.pod for outline in outlines.values())


@pytest.mark.parametrize(
    "steps",
    [
        [{"Verbatim": [1]}],
        [{"Verbatim": []}],
        [{"Const": ["x"]}],
        [{"Out": [{"Verbatim": ["x"]}]}],
        [{"For": ["ab", {"Identifier": ["a"]}, []]}],
        [{"Indent": ["2", []]}],
        [{"system": ["x"]}],
        ["x"],
        "x",
        None,
    ],
    ids=str,
)
def test_data_that_is_not_an_outline_is_refused(steps: object) -> None:
    with pytest.raises((TypeError, ValueError, LookupError)):
        decode_outlines([["a", "b", {"Outline": [{"Fragment": ["p", steps]}, None, [], []]}]])


@pytest.mark.parametrize("text", ["{{ own.a.__class__ }}", "{{ own.a.format('x') }}", "{{ f.__globals__ }}"])
def test_only_items_and_fields_can_be_accessed(tmp_path: Path, text: str) -> None:
    assert followed(tmp_path, f"{text}\n", own={"a": "b"}, f=len) == "\n"


def test_a_template_that_cannot_be_parsed_has_no_steps(tmp_path: Path) -> None:
    assert followed(tmp_path, "{% if %}\n") == ""


SHAPE = """\
init_containers:
  # A comment.
  - name: helper
    image: {{ own.image }}
    command:
      - sh
      - |
        name: not-a-name
    env:
      - name: PORT
        value: 1
    volumeMounts:
      - name: data
        mountPath: /data
volumes:
- name: data
  emptyDir: {}
"""


def test_pruning_keeps_the_lines_that_a_drawing_shows(tmp_path: Path) -> None:
    steps = shape_only(steps_of(tmp_path, SHAPE))
    (whole,) = documents(text_of(steps, {"own": {"image": "a/b:1"}}))
    helper = whole["init_containers"][0]
    assert helper["image"] == "a/b:1"
    assert helper["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]
    assert [one["name"] for one in whole["init_containers"]] == ["helper"]
    assert whole["volumes"] == [{"name": "data", "emptyDir": {}}]


def test_headers_are_the_kinds_and_names_of_objects(tmp_path: Path) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  labels:\n    name: x\n  name: y\nspec:\n  name: z\n"
    found = documents(text_of(headers_only(steps_of(tmp_path, f"{secret}---\nkind: Job\n")), {}))
    assert [(one["kind"], (one.get("metadata") or {}).get("name")) for one in found] == [("Secret", "y"), ("Job", None)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: {b: 10m, c: [x, y z, 'q, r'], d: {}}\n", {"a": {"b": "10m", "c": ["x", "y z", "q, r"], "d": {}}}),
        ('a: {"b":"c, d", e: http://f:1/g, h: null}\n', {"a": {"b": "c, d", "e": "http://f:1/g", "h": None}}),
        ("- {name: data, mountPath: /data}\n- name: x\n", [{"name": "data", "mountPath": "/data"}, {"name": "x"}]),
        ("a: [{b: c}, {b: d}]  # said\n", {"a": [{"b": "c"}, {"b": "d"}]}),
        ("a: {b: c\n", {"a": {"b": "c"}}),
    ],
)
def test_flow_collections_are_read_as_in_yaml(text: str, found: object) -> None:
    assert documents(text) == (found,)


@pytest.mark.parametrize("sign", ["[", "{a: ", "{a: [", ",", "}", '"', "':"])
def test_reading_many_brackets_never_raises(sign: str) -> None:
    documents(f"a: [{sign * 20_000}\n")


def test_yaml_that_is_nested_too_deeply_has_no_documents() -> None:
    assert documents("\n".join(f"{' ' * depth}a:" for depth in range(3000))) == ()


@pytest.mark.parametrize("text", ["- - x\n", ": \n", "a:\n  - b\n c: d\n", "x\n", "a: [1\n", "- |\n  x\n"])
def test_reading_unusual_yaml_never_raises(text: str) -> None:
    documents(text)
