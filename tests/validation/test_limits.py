"""The tables of limits: every row is tested with values that it accepts and values that it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from wizard.validation import limits
from wizard.validation.limits import check_limits

ROWS: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "limits.yaml").read_text(encoding="utf-8"))
TABLES = {
    "ranges": limits.RANGES,
    "formats": limits.FORMATS,
    "optional_formats": limits.OPTIONAL_FORMATS,
    "list_formats": limits.LIST_FORMATS,
}
LISTS = {"labels": limits.LABELS, "keys": limits.KEYS, "not_empty": limits.NOT_EMPTY, "operators": limits._OPERATORS}


def rules_of(type_name: str, value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (rule, path) of every finding about one object of a type."""
    return [(rule, violation.path) for rule, violation in check_limits(type_name, value, "")]


def values(table: str, quality: str) -> Iterator[tuple[str, str, Any]]:
    for type_name, fields in ROWS[table].items():
        for field, row in fields.items():
            for value in row[quality]:
                yield type_name, field, [value] if table == "list_formats" else value


def every(quality: str) -> list[tuple[str, str, Any]]:
    return [row for table in TABLES for row in values(table, quality)]


@pytest.mark.parametrize("table", TABLES)
def test_every_row_of_a_table_has_good_and_bad_values(table: str) -> None:
    written = {(name, field) for name, fields in ROWS[table].items() for field in fields}
    known = {(name, field) for name, fields in TABLES[table].items() for field in fields}
    assert written == known
    for fields in ROWS[table].values():
        assert all(row["good"] and row["bad"] for row in fields.values())


@pytest.mark.parametrize("table", LISTS)
def test_every_list_of_fields_matches_limits_yaml(table: str) -> None:
    assert {name: list(fields) for name, fields in LISTS[table].items()} == ROWS[table]


@pytest.mark.parametrize(("type_name", "field", "value"), every("good"))
def test_a_good_value_of_a_row_causes_no_finding(type_name: str, field: str, value: Any) -> None:
    assert rules_of(type_name, {field: value}) == []


@pytest.mark.parametrize(("type_name", "field", "value"), every("bad"))
def test_a_bad_value_of_a_row_causes_one_finding_at_its_field(type_name: str, field: str, value: Any) -> None:
    rule = "out-of-range" if isinstance(value, int) else "bad-format"
    place = f"{field}[0]" if isinstance(value, list) else field
    assert rules_of(type_name, {field: value}) == [(rule, place)]


@pytest.mark.parametrize(("type_name", "field"), [(n, f) for n, fs in ROWS["labels"].items() for f in fs])
def test_labels_are_checked_by_key_and_value(type_name: str, field: str) -> None:
    assert rules_of(type_name, {field: {"app.example/x": "a.b_c"}}) == []
    assert [rule for rule, _ in rules_of(type_name, {field: {"a b": "x"}})] == ["label-invalid"]
    assert [rule for rule, _ in rules_of(type_name, {field: {"app": "-x"}})] == ["label-invalid"]


@pytest.mark.parametrize(("type_name", "field"), [(n, f) for n, fs in ROWS["keys"].items() for f in fs])
def test_data_keys_must_be_valid_file_names(type_name: str, field: str) -> None:
    assert rules_of(type_name, {field: {"app.conf": "x"}}) == []
    for key in ("a/b", ".", "..", ""):
        assert [rule for rule, _ in rules_of(type_name, {field: {key: "x"}})] == ["bad-format"], key


@pytest.mark.parametrize(("type_name", "field"), [(n, f) for n, fs in ROWS["not_empty"].items() for f in fs])
def test_an_empty_list_is_reported_where_it_needs_an_item(type_name: str, field: str) -> None:
    assert rules_of(type_name, {field: []}) == [("missing-field", field)]
    assert rules_of(type_name, {}) == []


@pytest.mark.parametrize(("type_name", "operator"), [(n, o) for n, os in ROWS["operators"].items() for o in os])
def test_a_selector_operator_accepts_only_the_number_of_values_it_needs(type_name: str, operator: str) -> None:
    fitting = {"In": 2, "NotIn": 1, "Exists": 0, "DoesNotExist": 0, "Gt": 1, "Lt": 1}[operator]
    for count in range(3):
        found = rules_of(type_name, {"operator": operator, "values": ["1"] * count})
        right = count == fitting or (operator in ("In", "NotIn") and count > 0)
        assert found == ([] if right else [("selector-expression", "values")])


@pytest.mark.parametrize("type_name", ROWS["operators"])
def test_an_unknown_selector_operator_is_reported(type_name: str) -> None:
    assert rules_of(type_name, {"operator": "Like", "values": ["x"]}) == [("selector-expression", "operator")]
