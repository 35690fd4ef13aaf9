"""The recipe for a new minor: the update of the history of fields."""

from __future__ import annotations

from typing import Any

from tools.make_schemas import next_history


def schema(minor: int, **types: str) -> dict[str, Any]:
    named = {name: {"fields": dict.fromkeys(fields.split(), "string")} for name, fields in types.items()}
    return {"minor": f"1.{minor}", "types": named}


def test_a_new_field_and_a_new_type_have_their_first_minor() -> None:
    found = next_history({"since": {}, "gone": {}}, schema(37, Pod="a"), schema(38, Pod="a b", Claim="c"))
    assert found == {"since": {"Pod": {"b": 38}, "Claim": {"": 38}}, "gone": {}}


def test_a_removed_field_has_its_last_minor_and_no_first() -> None:
    history = {"since": {"Pod": {"b": 33, "a": 31}}, "gone": {"Pod": {"z": 30}}}
    found = next_history(history, schema(37, Pod="a b"), schema(38, Pod="a"))
    assert found == {"since": {"Pod": {"a": 31}}, "gone": {"Pod": {"z": 30, "b": 37}}}


def test_a_restored_field_is_no_longer_gone() -> None:
    found = next_history({"since": {}, "gone": {"Pod": {"z": 30}}}, schema(37, Pod="a"), schema(38, Pod="a z"))
    assert found == {"since": {"Pod": {"z": 38}}, "gone": {}}


def test_a_removed_type_leaves_no_history() -> None:
    history = {"since": {"Old": {"": 35}, "Pod": {"": 30}}, "gone": {"Old": {"x": 36}}}
    found = next_history(history, schema(37, Pod="a", Old="b"), schema(38, Pod="a"))
    assert found == {"since": {"Pod": {"": 30}}, "gone": {}}
