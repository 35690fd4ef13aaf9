"""Hostile values: no text that a user types can change the structure of a written file."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.kitchen import ALL, CATALOG, COMPONENTS, request
from tests.render.trees import leaves
from wizard.catalog.model import Value
from wizard.errors import RenderError
from wizard.render.bundle.provenance import with_parameters
from wizard.render.bundle.render import render
from wizard.render.templates.escaping import code, escape_for, fenced, markdown, prose
from wizard.render.templates.filters import quoted_word
from wizard.render.templates.markdown_source import prepared

WORDS = r"""
it's | > $slot *alias &a !!python/object:os.system null true 1e3 ../../etc a/b $(rm) </script> a|b \ % --- ```
${x} %{x}
"""
HOSTILE = [
    *WORDS.split(),
    "a: b",
    "{{ 7*7 }}",
    "{% raw %}",
    "{# x",
    "a\nb: c",
    'x" y',
    "# no",
    "x # y",
    "- x",
    "ü",
    "👩\u200d👩\u200d👧",
    "\x00\x1b[31m",
    "[a, b]",
    "{a: b}",
    "`rm -rf`",
    "\u2028x",
    "- $slot: egress",
    "\u202eabc",
    "EOF\n",
    "x" * 300,
]
TEXT_KEYS = [
    p.key
    for c in COMPONENTS.values()
    for p in c.parameters
    if p.kind == "value" and isinstance(p.sample, str) and p.name != "endpoint"
]
BASE = render(CATALOG, request(*ALL))
DEPENDS = {
    (f.path, path): origin.parameters
    for f in with_parameters(CATALOG, request(*ALL), BASE).manifests
    for path, origin in f.paths.items()
    if origin.parameters
}


def check(key: str, text: str) -> None:
    bundle = render(CATALOG, request(*ALL, given={key: text}))
    before, after = leaves(BASE), leaves(bundle)
    assert list(before) == list(after)
    sample: Any = request(*ALL).parameters[key]
    for place, value in after.items():
        if key not in DEPENDS.get(place, ()):
            assert value == before[place], place
        elif "data[" not in place[1] and "checksum" not in place[1]:
            assert value == str(before[place]).replace(sample, text), place
    for file in bundle.files:
        assert re.fullmatch(r"(manifests/)?[A-Za-z0-9][A-Za-z0-9.-]*", file.path)
        assert ".." not in file.path
        assert all(c.isprintable() or c in "\n\t" for c in file.text)
    check_config(next(f.document["data"] for f in bundle.manifests if f.document["kind"] == "ConfigMap"), key, text)


def read_hcl(quoted: str) -> str:
    """Return the value of an HCL string, which is a JSON string that also has escapes of eight digits."""
    wide = re.sub(r"(\\\\)|\\U([0-9a-f]{8})", lambda m: m[1] or json.dumps(chr(int(m[2], 16)))[1:-1], quoted)
    text: str = json.loads(wide)
    return text


def check_config(data: dict[str, str], key: str, text: str) -> None:
    tag = text if key == "sidecar.shipper.tag" else "shop"
    path = text if key == "sidecar.shipper.path" else "/var/log/app"
    assert yaml.safe_load(data["shipper.yaml"])["inputs"] == [{"path": f"{path}/*.log", "tag": tag}]
    assert read_hcl(data["agent.hcl"].removeprefix("tag = ").rstrip("\n")) == tag
    if "\0" not in tag:
        assert shlex.split(data["start.sh"].partition("\n")[2]) == ["exec", "shipper", f"--tag={tag}"]


@pytest.mark.parametrize("text", HOSTILE)
def test_known_injections_stay_text_in_every_position(text: str) -> None:
    everywhere: dict[str, Value] = dict.fromkeys(TEXT_KEYS, text)
    if "\0" in text:
        with pytest.raises(RenderError, match="NUL"):
            render(CATALOG, request(*ALL, given=everywhere))
        everywhere.pop("sidecar.shipper.tag")
    bundle = render(CATALOG, request(*ALL, given=everywhere))
    assert list(leaves(bundle)) == list(leaves(BASE))
    for key in everywhere:
        check(key, text)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from(TEXT_KEYS), st.text(min_size=1, max_size=30).filter(lambda t: "\0" not in t))
def test_any_text_stays_text(key: str, text: str) -> None:
    check(key, text)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    st.lists(st.text(max_size=10), min_size=1, max_size=3),
    st.dictionaries(st.text(min_size=1), st.text(), min_size=1, max_size=3),
)
def test_lists_and_maps_keep_their_items(words: list[str], settings_: dict[str, str]) -> None:
    bundle = render(CATALOG, request(given={"app.args": tuple(words), "app.settings": tuple(settings_.items())}))
    spec = next(f for f in bundle.manifests if f.document["kind"] == "Deployment").document["spec"]["template"]["spec"]
    assert spec["containers"][0]["args"] == words
    assert {e["name"]: e["value"] for e in spec["containers"][0]["env"]} == settings_


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_not_change_the_lines_of_the_readme(text: str) -> None:
    given_: dict[str, Value] = dict.fromkeys(
        [k for k in TEXT_KEYS if k != "app.pull_secret" and ("\0" not in text or k != "sidecar.shipper.tag")], text
    )  # two Secrets with the same name would be one line
    plain: dict[str, Value] = {"app.image": "shop:1.2", "init.wait.host": "db"}  # not a host reserved for examples
    lines, before = (
        render(CATALOG, request(*ALL, given=values)).files[0].text.splitlines() for values in (given_, plain)
    )
    assert len(lines) == len(before)
    assert [line for line in lines if line.startswith("```")] == [line for line in before if line.startswith("```")]
    for old, new in zip(before, lines, strict=True):
        if old.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", new)) == len(re.findall(r"(?<!\\)\|", old)), new


HCL = re.compile(r'"(?:[^"\\\n$%]|\\.|[$%](?!\{))*"')


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.text(max_size=30).filter(lambda t: "\0" not in t))
def test_each_format_escapes_text_in_its_own_way(text: str) -> None:
    assert HCL.fullmatch(escape_for("hcl")(text))
    assert shlex.split(escape_for("sh")(text)) == [text]
    assert json.loads(escape_for("json")(text)) == text
    assert tomllib.loads(f"a = {escape_for('toml')(text)}")["a"] == text
    assert "\n" not in markdown(text)
    assert "\n" not in code(text)
    assert "```" not in fenced(text)
    assert "`" in text or prose(text) == markdown(text)
    assert "\n" not in prose(text)
    if text.isprintable():
        assert escape_for("conf")(text) == text
    else:
        with pytest.raises(RenderError, match="line break"):
            escape_for("ini")(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("set `app.name` to *x*", "set `app.name` to \\*x\\*"),
        ("one ` alone <b>", "one \\` alone &lt;b&gt;"),
        ("`a|b`", "`a\\|b`"),
        ("`` x", "\\`\\` x"),
        ("`<script>` <script>", "`<script>` &lt;script&gt;"),
    ],
)
def test_only_pairs_of_backticks_keep_their_meaning_in_prose(text: str, written: str) -> None:
    assert prose(text) == written


def test_an_unknown_format_refuses_values() -> None:
    with pytest.raises(RenderError, match="of this kind"):
        escape_for("exe")("x")


def test_values_in_code_spans_and_fences_are_written_as_code() -> None:
    source = "a `x {{ own.a }}-y` {{ own.b }}\n```sh\nrun {{ own.a }}\n```\n`{{ c }}` `plain`\n"
    assert prepared(source) == (
        "a {{ ('x ' ~ ( own.a ) ~ '-y') | code }} {{ own.b }}\n```sh\nrun {{ ( own.a ) | fenced }}\n```\n"
        "{{ (( c )) | code }} `plain`\n"
    )


def test_a_comment_is_one_line_of_limited_length() -> None:
    question = CATALOG.decision.questions["logs"]
    evil = question._replace(options=(question.options[0]._replace(say="x\nkind: Secret\x1b[31m" + "y" * 300),))
    catalog = CATALOG._replace(decision=CATALOG.decision._replace(questions={"logs": evil}))
    bundle = render(catalog, request("sidecar.shipper"))
    assert leaves(bundle) == leaves(render(CATALOG, request("sidecar.shipper")))
    assert max(len(line) for f in bundle.manifests for line in f.text.splitlines()) < 160


@pytest.mark.parametrize("text", HOSTILE)
def test_a_quoted_word_is_one_word_or_is_refused(text: str) -> None:
    if "$" in text or not text.isprintable():
        with pytest.raises(RenderError, match="no word of this file can hold"):
            quoted_word(text)
    else:
        word = quoted_word(text)
        assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', word)
        assert re.sub(r"\\(.)", r"\1", word[1:-1]) == text
