"""The three-way merge, as ``kubectl apply`` does it with the last applied object."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wizard.cluster.three_way import last_applied, three_way


def spec(**parts: Any) -> dict[str, Any]:
    return {"metadata": {"name": "x"}, "spec": parts}


def merged(live: dict[str, Any], last: dict[str, Any], new: dict[str, Any], *, built_in: bool = True) -> Any:
    return three_way(spec(**live), spec(**last), spec(**new), built_in=built_in)["spec"]


def test_a_dropped_field_is_removed_and_a_field_added_by_others_stays() -> None:
    live = {"a": 1, "b": 2, "theirs": 3, "deep": {"x": 1, "y": 2, "default": 0}}
    assert merged(live, {"a": 1, "b": 2, "deep": {"x": 1, "y": 2}}, {"a": 5, "deep": {"y": 2}}) == {
        "a": 5, "theirs": 3, "deep": {"y": 2, "default": 0},
    }  # fmt: skip


def test_list_items_are_matched_by_their_key() -> None:
    live = {
        "containers": [
            {"name": "app", "image": "a:1", "ports": [{"name": "http", "containerPort": 80, "protocol": "TCP"}]},
            {"name": "old", "image": "o:1"},
            {"name": "injected", "image": "mesh:1"},
        ]
    }
    last = {
        "containers": [
            {"name": "app", "image": "a:1", "ports": [{"name": "http", "containerPort": 80}]},
            {"name": "old", "image": "o:1"},
        ]
    }
    new = {"containers": [{"name": "app", "image": "a:2", "ports": [{"name": "http", "containerPort": 90}]}]}
    assert merged(live, last, new) == {
        "containers": [
            {"name": "app", "image": "a:2", "ports": [{"name": "http", "containerPort": 90}]},
            {"name": "injected", "image": "mesh:1"},
        ]
    }
    assert merged(live, last, new, built_in=False) == new, "a custom kind's lists are replaced whole"


def test_a_list_with_duplicate_keys_is_replaced_as_a_whole() -> None:
    both = [{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]
    assert merged({"ports": both}, {"ports": both}, {"ports": [*both, {"containerPort": 80}]})["ports"] == [
        *both, {"containerPort": 80},
    ]  # fmt: skip


def test_service_ports_are_matched_by_number_and_ingress_rules_are_not() -> None:
    live = {"ports": [{"port": 80, "nodePort": 30000}], "ingress": [{"ports": [{"port": 1}]}, {"theirs": True}]}
    last = {"ports": [{"port": 80}], "ingress": [{"ports": [{"port": 1}]}]}
    new = {"ports": [{"port": 80, "name": "http"}], "ingress": [{"ports": [{"port": 2}]}]}
    assert merged(live, last, new) == {
        "ports": [{"port": 80, "nodePort": 30000, "name": "http"}],
        "ingress": [{"ports": [{"port": 2}]}],
    }


@pytest.mark.parametrize("odd", [None, 3, "x", [], [3], [{"no": "name"}], [{"name": []}], {"a": 1}])
def test_values_of_unexpected_types_are_replaced(odd: Any) -> None:
    new = {"containers": [{"name": "app"}]}
    assert merged({"containers": odd}, {"containers": odd}, new) == new
    assert merged(new, {"containers": odd}, new) == new
    assert merged(new, new, {"containers": odd}) == {"containers": odd}


def test_managed_fields_are_not_sent_back() -> None:
    live = {"metadata": {"name": "x", "resourceVersion": "7", "managedFields": [{}]}}
    assert three_way(live, {}, {"metadata": {"name": "x"}}, built_in=True) == {
        "metadata": {"name": "x", "resourceVersion": "7"}
    }


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 100_000, None, 5, "null"])
def test_an_unreadable_annotation_counts_as_never_applied(text: Any) -> None:
    note = {"kubectl.kubernetes.io/last-applied-configuration": text}
    assert last_applied({"metadata": {"annotations": note}}) is None
    assert last_applied({"metadata": {"annotations": "x"}}) is None
    assert last_applied({"metadata": 3}) is None
    assert last_applied({}) is None


def test_the_last_applied_object_is_read_from_its_annotation() -> None:
    note = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"a": 1})}
    assert last_applied({"metadata": {"annotations": note}}) == {"a": 1}
