"""Files as kubectl reads them: JSON, UTF-16, lists, templates, and the text that hints quote."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from wizard.errors import Position
from wizard.validation.documents import read_documents
from wizard.validation.model import Finding
from wizard.validation.reading import BOUNDS
from wizard.validation.run import check_documents

_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}
_OTHER = {**_MAP, "metadata": {"name": "b"}}
_YAML = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n"
_SECOND = _YAML.replace("name: a", "name: b")


def _check(text: str | bytes, source: str = "a.yaml") -> list[Finding]:
    reading = read_documents(text, source)
    return [*reading.findings, *check_documents(reading.documents)]


def _names(text: str | bytes) -> list[str]:
    return [document.ref.name for document in read_documents(text, "a").documents]


# --- JSON ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (json.dumps(_MAP) + json.dumps(_OTHER), ["a", "b"]),
        (json.dumps(_MAP) + "\n" + json.dumps(_OTHER) + "\n", ["a", "b"]),
        ("\t" + json.dumps(_MAP, indent="\t"), ["a"]),
        (
            '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "\\ud83d\\ude80"}}',
            ["a"],
        ),
        ('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "\x7f\ufffe"}}', ["a"]),
        ("\ufeff" + json.dumps(_MAP), ["a"]),
        (json.dumps(_MAP).encode("utf-16"), ["a"]),
    ],
    ids=["joined", "lines", "tabs", "surrogates", "letters-yaml-refuses", "mark", "utf-16"],
)
def test_json_is_read_as_json(text: str | bytes, names: list[str]) -> None:
    assert _check(text) == []
    assert _names(text) == names


def test_a_surrogate_pair_is_one_character() -> None:
    assert read_documents('{"a": "\\ud83d\\ude80 \\ud83d"}', "a").documents[0].object == {"a": "\U0001f680 \ufffd"}


def test_json_fields_have_positions() -> None:
    lines = read_documents('{\n  "kind": "A",\n  "list": [1, {"a.b": 2}]}', "a.json").documents[0].lines
    assert lines["kind"] == Position("a.json", 2, 3)
    assert lines["list[1]"] == Position("a.json", 3, 15)
    assert lines["list[1][a.b]"] == Position("a.json", 3, 16)


def test_a_hint_quotes_a_json_number_as_written() -> None:
    hints = [f.hint for f in _check(json.dumps(_MAP).replace('"v"', "1.10"))]
    assert hints == ['Put it in quotes: "1.10".']


@pytest.mark.parametrize(
    ("text", "says", "column"),
    [
        ('{"a": 1,}', "a key in double quotes", 9),
        ("{apiVersion: v1}", "a key in double quotes", 2),
        ('{"a": v1}', "expected a value", 7),
        ('{"a" 1}', "expected a colon", 6),
        ('{"a": [1 2]}', "a comma or `]`", 10),
        ('{"a": 1', "the end of the file", 8),
        ('{"a": "b\n"}', "control character", 9),
        ('{"a": 1e999}', "too large", 7),
        ('{"a": 1}\n# no comment', "expected a value", 1),
        ('{"a": ' + "[" * 200, "nested", 107),
    ],
)
def test_invalid_json_is_reported_with_a_position_and_a_reason(text: str, says: str, column: int) -> None:
    found = read_documents(text, "a.json").findings
    assert len(found) == 1 and says in found[0].message and found[0].hint
    assert found[0].position is not None and found[0].position.column == column


def test_a_duplicate_key_in_json_is_a_warning_because_kubectl_accepts_it() -> None:
    found = read_documents('{"a": 1, "a": 2}', "a.json").findings
    assert [(f.rule, f.severity) for f in found] == [("yaml-duplicate-key", "warning")]


def test_flow_yaml_is_accepted_only_after_a_separator() -> None:
    assert _check("---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n") == []
    assert "`---`" in _check("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n")[0].hint


# --- characters and encodings ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [_YAML.encode("utf-16"), f"{_YAML}---\n{_SECOND}".encode("utf-16"), b"\xfe\xff" + _YAML.encode("utf-16-be")],
)
def test_utf_16_with_a_byte_order_mark_is_read(text: bytes) -> None:
    assert _check(text) == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_utf_32_and_utf_16_without_a_byte_order_mark_are_refused_with_a_hint(encoding: str) -> None:
    found = _check(_YAML.encode(encoding))
    assert [f.rule for f in found] == ["yaml-encoding"] and "UTF-16" in found[0].hint


def test_truncated_utf_16_is_a_finding() -> None:
    assert [f.rule for f in _check(_YAML.encode("utf-16")[:-1])] == ["yaml-encoding"]


def test_a_byte_order_mark_may_start_each_document() -> None:
    assert _check(f"\ufeff{_YAML}---\n\ufeff{_SECOND}") == []


@pytest.mark.parametrize("text", [f"{_YAML}---\n# c\n\ufeff{_SECOND}", f"{_YAML}\ufeffdata: {{}}\n"])
def test_a_byte_order_mark_elsewhere_is_reported(text: str) -> None:
    found = _check(text)
    assert "U+FEFF" in found[0].message + found[0].hint
    assert found[0].position is not None and found[0].position.line > 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("spec:\n  \u2013 name: c\n    image: x\n", "U+2013"),
        ("a:\n  b: c\n\u00a0\u00a0d: e\n", "U+00A0"),
        ("a: {b: \u201cc, d: e}}\n", "U+201C"),
    ],
)
def test_a_character_that_looks_like_yaml_syntax_is_named_in_the_hint(text: str, says: str) -> None:
    found = read_documents(text, "a.yaml").findings
    assert says in found[0].hint and "Replace" in found[0].hint


def test_a_dash_that_turns_a_list_into_a_mapping_is_named_in_the_hint() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    \u2013 name: c\n"
    assert "U+2013" in next(f for f in _check(text) if f.rule == "wrong-type").hint


@pytest.mark.parametrize(
    "text",
    [
        '{{- if .Values.enabled }}\nkind: ConfigMap\nmetadata:\n  name: "{{ .Release.Name }}"\n{{- end }}\n',
        'kind: A\nmetadata:\n  name: {{ include "x.name" . }}\n  labels:\n    {{- include "x.labels" . | nindent }}\n',
        "spec:\n  replicas: {{ .Values.replicas }}\n",
        "{% for i in x %}\nkind: A\nmetadata:\n  name: {{ i }}\n{% endfor %}\n",
        "kind: A\n{{- with .Values.a }}\na: b\n{{- end }}\n",
    ],
)
def test_the_hint_for_a_template_is_to_render_it_first(text: str) -> None:
    found = read_documents(text, "a.yaml").findings
    assert len(found) == 1
    assert "This is a template; render it first (`helm template`" in found[0].hint


# --- documents and lists ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head", ["%YAML 1.2\n---\n", "%YAML 1.1\n---\n", "%TAG ! tag:x,2000:\n---\n", "--- {a: b}\n---\n"]
)
def test_a_file_that_yaml_allows_and_kubectl_refuses_is_an_error(head: str) -> None:
    found = _check(head + _YAML)
    assert found[0].rule == "yaml-syntax" and found[0].position == Position("a.yaml", 1, 1)
    assert "kubectl" in found[0].message


@pytest.mark.parametrize("head", ["---\n", "# c\n---\n", "--- # c\n", f"{_SECOND}...\n%YAML 1.1\n---\n"])
def test_a_file_that_kubectl_reads_is_not_an_error(head: str) -> None:
    assert _check(head + _YAML) == []


def test_the_items_of_a_typed_list_inherit_its_kind_and_version() -> None:
    items = "- {metadata: {name: a}}\n- {kind: ConfigMap, metadata: {name: b}}\n"
    text = f"apiVersion: v1\nkind: ConfigMapList\nitems:\n{items}"
    assert [(f.rule, f.ref.name) for f in _check(text)] == [("api-version-missing", "b")]


@pytest.mark.parametrize("items", ["items: null", "items:", "items: {}", "metadata: {}"])
def test_a_list_without_items_is_reported(items: str) -> None:
    found = _check(f"apiVersion: v1\nkind: List\n{items}\n")
    assert [f.rule for f in found] == ["yaml-not-an-object"]
    assert found[0].message.startswith("The List has ") and "items" in found[0].message


def test_a_list_in_a_list_is_an_error() -> None:
    inner = "{apiVersion: v1, kind: ConfigMapList, items: [{metadata: {name: a}}]}"
    assert "does not expand" in _check(f"apiVersion: v1\nkind: List\nitems:\n- {inner}\n")[0].message


# --- values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["1.10", "01234", "on", "no", "0755", "1234e5", "1_000", "0x10", "1e3", "12345678901234567890", "0o17", "+1", "08"],
)
@pytest.mark.parametrize(
    "form", ["data: {{k: {}}}\n", "data:\n  j: &a {}\n  k: *a\n", "data: {{<<: {{k: 5}}, k: {}}}\n"]
)
def test_a_hint_quotes_the_value_as_written(text: str, form: str) -> None:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    found = [f for f in _check(head + form.format(text)) if f.path == "data.k"]
    assert [f.hint for f in found] == [f'Put it in quotes: "{text}".']
    assert f"but is {text}" in found[0].message


@pytest.mark.parametrize(
    "text", ["2024-01-01", "2024-99-99", "0o9", "22:22", "0x", "1e400", "!!python/name:os.system x"]
)
def test_a_value_that_kubernetes_reads_as_text_needs_no_quotes(text: str) -> None:
    assert _check(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{k: {text}}}\n") == []


@pytest.mark.parametrize(("text", "name"), [("1.10", "1.1"), ("01234", "668"), ("1e3", "1000"), ("on", "true")])
def test_the_hint_for_a_key_that_is_not_text_quotes_it_as_written(text: str, name: str) -> None:
    found = _check(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{{text}: x}}\n")
    assert [(f.rule, f.hint) for f in found] == [("yaml-boolean-key", f'Write "{text}".')]
    assert f"reads it as {name}." in found[0].message


@pytest.mark.parametrize(
    "text",
    [".inf", "-.INF", ".nan", "!!int foo", "!!timestamp 2024-99-99", '!!binary "%"', "!!float x", "!!bool 3"],
)
def test_a_value_that_kubectl_refuses_is_an_error(text: str) -> None:
    found = read_documents(f"data:\n  k: {text}\n", "a.yaml").findings
    assert [f.rule for f in found] == ["yaml-syntax"] and found[0].position == Position("a.yaml", 2, 6)


def test_a_merge_key_without_a_mapping_is_an_error() -> None:
    found = read_documents("a:\n  <<: [{b: 1}, 3]\n", "a.yaml").findings
    assert [f.rule for f in found] == ["yaml-syntax"] and "merge" in found[0].message


# --- limits -------------------------------------------------------------------------------------------


def test_only_aliases_count_as_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.validation.reading.BOUNDS", BOUNDS._replace(copies=20))
    plain = "".join(f"  k{number}: v\n" for number in range(30))
    assert read_documents(f"x: &x\n{plain}", "a.yaml").findings == ()
    found = read_documents(f"x: &x\n{plain}z: *x\n", "a.yaml").findings
    assert [f.rule for f in found] == ["yaml-anchors"] and "aliases" in found[0].message


def test_a_file_with_too_many_values_is_refused_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.validation.reading.BOUNDS", BOUNDS._replace(values=200))
    for text in ("a: [" + "1, " * 300 + "1]\n", '{"a": [' + "1, " * 300 + "1]}"):
        found = read_documents(text, "a").findings
        assert [f.rule for f in found] == ["yaml-too-large"] and "Split" in found[0].hint


@pytest.mark.parametrize("quote", ["", '"'])
def test_the_paths_of_long_keys_stay_short(quote: str) -> None:
    key = quote + "k" * 900 + quote
    text = f"{{{quote}a{quote}: {{{key}: {{{key}: {{{key}: [{', '.join(['1'] * 100)}]}}}}}}}}"
    document = read_documents(text if quote else f"---\n{text}", "a").documents[0]
    assert sum(map(len, document.lines)) < 10_000


def test_reading_json_does_not_import_yaml() -> None:
    code = f"import sys; from wizard.validation.documents import *; read_documents({json.dumps(_MAP)!r}, 'a')"
    code += "; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "yaml" not in done.stdout.split()
