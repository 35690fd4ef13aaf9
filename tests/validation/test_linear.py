"""The work of a check grows with the number of objects, not with its square.

Work is counted in function calls, not in seconds, so that no test depends on the speed of the computer.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.validation.changes import base_objects
from wizard.validation.documents import read_documents
from wizard.validation.run import check_documents

_FEW, _MANY = 12, 48
_BOUND = 1.4 * _MANY / _FEW
"""Four times the objects may take four times the calls plus a margin for sorting; quadratic work takes sixteen."""

Objects = list[dict[str, Any]]


def _calls(work: Callable[[], object]) -> int:
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def _renamed(value: Any, number: int, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(item, number, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, number, names) for item in value]
    return f"{value}-{number}" if isinstance(value, str) and value in names else value


def _separate(count: int) -> Objects:
    """Return whole bundles, each in its own namespace with its own labels."""
    base = base_objects()
    names = frozenset({"shop", "web", *(each["metadata"]["name"] for each in base)})
    return [_renamed(each, number, names) for number in range(count // 4) for each in base]


def _alike(kind: str) -> Callable[[int], Objects]:
    """Return a function that makes objects of one kind, all with the same labels and references."""

    def make(count: int) -> Objects:
        base = base_objects()
        found = [copy.deepcopy(each) for each in base if each["kind"] == kind for _ in range(count)]
        for number, each in enumerate(found):
            each["metadata"]["name"] += f"-{number}"
        return [*base, *found]

    return make


def _namesakes(count: int) -> Objects:
    """Return objects with the same name in many namespaces."""
    spaces = [f"space-{number}" for number in range(count)]
    return [
        {"apiVersion": "v1", "kind": kind, "metadata": {"name": "same", "namespace": space}, **more}
        for space in spaces
        for kind, more in (
            ("ConfigMap", {"data": {}}),
            ("Pod", {"spec": {"containers": [{"name": "c", "image": "a:1", "envFrom": [_FROM]}]}}),
            ("Service", {"spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}),
        )
    ]


_FROM = {"configMapRef": {"name": "same"}}
_KINDS = sorted({each["kind"] for each in base_objects()} - {"Service", "NetworkPolicy", "PodDisruptionBudget"})


@pytest.mark.parametrize(
    "make",
    [_separate, _namesakes, *(_alike(kind) for kind in _KINDS)],
    ids=["bundles", "namesakes", *_KINDS],
)
def test_the_work_grows_linearly_with_the_number_of_objects(make: Callable[[int], Objects]) -> None:
    def work(count: int) -> int:
        text = "---\n" + json.dumps({"apiVersion": "v1", "kind": "List", "items": make(count)})
        return _calls(lambda: check_documents(read_documents(text, "a.yaml").documents))

    work(1)  # warm up what is computed only once, such as the schema
    nothing, few, many = work(0), work(_FEW), work(_MANY)
    assert many - nothing < _BOUND * (few - nothing)


def test_a_workload_that_overlaps_with_many_others_is_reported_only_eight_times() -> None:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": _alike("Deployment")(40)})
    found = check_documents(read_documents(text, "a.json").documents)
    overlaps = [f for f in found if f.rule == "selector-overlap"]
    assert {sum(f.ref == ref for f in overlaps) for ref in {f.ref for f in overlaps}} == {8}
