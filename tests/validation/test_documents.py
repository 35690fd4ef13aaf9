"""Reading manifests: YAML as Kubernetes reads it, positions, and findings instead of exceptions."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.errors import Position
from wizard.validation.documents import YAML_RULES, read_documents
from wizard.validation.model import Document
from wizard.validation.reading import BOUNDS
from wizard.validation.run import check_documents

BROKEN = {
    "yaml-syntax": "a: [1\nb: 2\n",
    "yaml-encoding": "a: b\x07\n",
    "yaml-duplicate-key": "kind: A\nspec:\n  x: 1\n  x: 2\n",
    "yaml-not-an-object": "kind: A\n---\n- 1\n",
    "yaml-bad-key": "? [a]\n: b\n",
    "yaml-boolean-key": "data:\n  on: x\n",
    "yaml-anchors": "a: &a [*a]\n",
    "yaml-too-deep": "[" * 150 + "]" * 150,
    "yaml-too-large": "a: [" + "1, " * 300 + "1]\n",
}
GOOD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: a}\ndata: {"on": x, y: |\n    two\n    lines\n}\n'


@pytest.mark.parametrize("rule", [info.id for info in YAML_RULES])
def test_each_yaml_rule_reports_its_broken_file(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.validation.reading.BOUNDS", BOUNDS._replace(values=200))
    findings = read_documents(BROKEN[rule], "a.yaml").findings
    assert [f.rule for f in findings] == [rule]
    position = findings[0].position
    assert position is not None and position.file == "a.yaml" and position.line > 0
    assert findings[0].hint


def test_valid_documents_have_no_findings() -> None:
    text = "# only a comment\n---\napiVersion: v1\n---\n\n---\n{kind: B}\n...\n"
    reading = read_documents(text, "a.yaml")
    assert reading.findings == ()
    assert [d.object for d in reading.documents] == [{"apiVersion": "v1"}, {"kind": "B"}]


def test_every_field_has_its_position() -> None:
    text = "\ufeffkind: A\nspec:\n  list:\n    - name: x\n    - name: y\n      a.b: 1\n"
    lines = read_documents(text.encode(), "a.yaml").documents[0].lines
    assert lines["spec.list[1].name"] == Position("a.yaml", 5, 7)
    assert lines["spec.list[1]"] == Position("a.yaml", 5, 7)
    assert lines["spec.list[1][a.b]"] == Position("a.yaml", 6, 7)


def test_a_missing_field_is_reported_at_its_parent() -> None:
    text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template: {}\n"
    found = {f.path: f.position for f in check_documents(read_documents(text, "a.yaml").documents)}
    assert found["spec.selector"] == Position("a.yaml", 4, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("y", True),
        ("off", False),
        ("yes", True),
        ("~", None),
        ("010", 8),
        ("0o14", 12),
        ("0x1F", 31),
        ("1_000", 1000),
        ("1e3", 1000.0),
        ("08", 8.0),
        ("22:22", "22:22"),
        ("2026-01-31", "2026-01-31"),
        ("1.2.3", "1.2.3"),
        ("'y'", "y"),
        ("!!str 8080", "8080"),
        ("!!float 3", 3.0),
        ("!anything x", "x"),
        ("-", [None]),
        ("+.inf", float("inf")),
    ],
)
def test_scalars_are_read_as_kubernetes_reads_them(text: str, value: object) -> None:
    assert read_documents(f"a: {text}\n" if text != "-" else "a:\n- \n", "x").documents[0].object == {"a": value}


def test_aliases_merge_keys_and_lists_are_expanded() -> None:
    text = "kind: List\nitems:\n- &one {kind: A, x: 1}\n- {<<: *one, kind: B}\n- 3\n"
    reading = read_documents(text, "a.yaml")
    assert [d.object for d in reading.documents] == [{"kind": "A", "x": 1}, {"kind": "B", "x": 1}]
    assert reading.documents[1].lines["kind"] == Position("a.yaml", 4, 14)
    assert [f.rule for f in reading.findings] == ["yaml-not-an-object"]


def test_an_alias_bomb_is_refused_without_expanding_it() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert [f.rule for f in read_documents("\n".join(rows), "a.yaml").findings] == ["yaml-anchors"]


def test_bytes_that_are_not_utf_8_are_reported_with_their_position() -> None:
    finding = read_documents(b"a: 1\nb: \xff\n", "a.yaml").findings[0]
    assert (finding.rule, finding.position) == ("yaml-encoding", Position("a.yaml", 2, 4))


def _web(namespace: str = "") -> dict[str, Any]:
    labels = {"app": "web"}
    meta = {"name": "web", **({"namespace": namespace} if namespace else {})}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


@pytest.mark.parametrize(
    ("files", "severity", "says"),
    [
        (("base/a.yaml", "base/b.yaml"), "error", "in a.yaml"),
        (("base/a.yaml", "base/a.yaml"), "error", "in a.yaml"),
        (("base/a.yaml", "overlays/dev/b.yaml"), "note", "in ../../base/a.yaml"),
    ],
)
def test_a_duplicate_object_is_an_error_unless_it_may_be_an_overlay(
    files: tuple[str, str], severity: str, says: str
) -> None:
    documents = [Document(_web(), file, {}) for file in files]
    found = [f for f in check_documents(documents) if f.rule == "duplicate-object"]
    assert [f.severity for f in found] == [severity]
    assert says in found[0].message


@pytest.mark.parametrize(
    ("folder", "namespace", "meet"),
    [("one", "", True), ("two", "", False), ("two", "shop", True), ("one", "shop", True)],
)
def test_selectors_overlap_only_within_one_folder_or_namespace(folder: str, namespace: str, *, meet: bool) -> None:
    other = _web(namespace)
    other["metadata"]["name"] = "other"
    documents = [Document(_web(namespace), "one/a.yaml", {}), Document(other, f"{folder}/b.yaml", {})]
    assert ("selector-overlap" in {f.rule for f in check_documents(documents)}) is meet
