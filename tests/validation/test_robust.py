"""Checks on data of any shape: they never raise, are deterministic and report only printable text."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.validation.changes import base_objects, check
from wizard.validation.model import Document
from wizard.validation.run import check_documents

SCALARS: Any = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["", "None", "80", "25%", "a/b", "*", "\x1b[31m", "Always", "1Gi", "ALL", "x" * 400]),
)
JUNK: Any = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.text(max_size=6), st.sampled_from(["name", "spec", "kind", "port"])), inner, max_size=3
        ),
    ),
    max_leaves=8,
)
JUNKS: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 1.5, float("nan"), "", "x", "\x1b[2J\u202e", [], [None], [[]], [1, "a", {}], {}, {"": {}},
    {"name": []}, [{"name": {}, "key": [], "port": {}}], {"matchLabels": 3},
    {"matchExpressions": [{"operator": [], "values": 1}]},
)  # fmt: skip
LEVELS: Any = st.sampled_from([None, "baseline", "restricted", "privileged"])


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from _places(item, (*path, key))


def _with(target: Any, path: tuple[Any, ...], value: Any) -> Any:
    target = copy.deepcopy(target)
    inner = target
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return target


BASE = base_objects()


@pytest.mark.parametrize("index", range(len(BASE)), ids=[f"{o['kind']}-{o['metadata']['name']}" for o in BASE])
def test_junk_in_any_field_never_raises(index: int) -> None:
    """Put two kinds of junk into each field; over all fields, every kind of junk occurs."""
    places = [path for path in _places(BASE[index]) if path]
    for turn, path in enumerate(places):
        for junk in (JUNKS[turn % len(JUNKS)], JUNKS[(turn * 7 + 3) % len(JUNKS)]):
            around = [o for o in BASE if o is not BASE[index]] if turn % 6 == 0 else BASE[:1]
            for finding in check([*around, _with(BASE[index], path, copy.deepcopy(junk))]):
                assert finding.message.isprintable() and finding.hint.isprintable(), finding


@settings(max_examples=120, derandomize=True, deadline=None)
@given(
    objects=st.lists(JUNK, max_size=3),
    kinds=st.lists(st.sampled_from([o["kind"] for o in BASE]), max_size=3),
    level=LEVELS,
)
def test_checking_any_data_never_raises_and_is_deterministic(objects: list[Any], kinds: list[str], level: Any) -> None:
    versions = {o["kind"]: o["apiVersion"] for o in BASE}
    shaped = [
        {"apiVersion": versions[kind], "kind": kind, "metadata": {"name": "a"}, "spec": data}
        for kind, data in zip(kinds, objects, strict=False)
    ]
    documents = [Document(data, "a.yaml", {}) for data in [*objects, *shaped]]
    findings = check_documents(documents, pod_security=level)
    assert findings == check_documents(documents, pod_security=level)


@pytest.mark.parametrize("minor", range(26, 40))
def test_every_minor_can_be_checked(minor: int) -> None:
    rules = {f.rule for f in check(BASE, minor=minor)}
    assert rules <= ({"field-too-new"} if minor < 30 else set())


def test_findings_are_sorted_by_document_and_position() -> None:
    objects = [copy.deepcopy(o) for o in BASE]
    for o in objects:
        if o["kind"] == "Deployment":
            o["spec"]["template"]["spec"]["volumes"] = [{"name": f"v{n}", "emptyDir": {}, "odd": n} for n in range(12)]
            o["metadata"]["labels"] = {"bad key": "x"}
    paths = [f.path for f in check(objects) if f.rule == "unknown-field"]
    assert paths == [f"spec.template.spec.volumes[{n}].odd" for n in range(12)]


def test_checking_imports_nothing_heavy() -> None:
    code = "import sys, wizard.validation.run; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"yaml", "jinja2", "textual", "kubernetes"} & set(done.stdout.split())
