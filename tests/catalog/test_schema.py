"""The JSON Schema: it has the loader's keys, and the shipped table conforms to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from wizard.catalog.folder import shipped_root
from wizard.catalog.keys import RECORDS, Key
from wizard.catalog.schema import _FILES, DIALECT, _property, json_schema
from wizard.catalog.yaml_source import Source

SCHEMA: dict[str, Any] = json_schema()
EXAMPLES: dict[str, Any] = json_schema("examples")
DEFINITIONS = EXAMPLES["$defs"] | SCHEMA["$defs"]
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def misfits(value: Any, schema: dict[str, Any], where: str = "$") -> list[str]:
    """Return the places where a value violates the schema; supports only the keywords that the schema uses."""
    unknown = set(schema) - {
        "$ref", "$defs", "$schema", "$id", "title", "description", "type", "enum", "anyOf", "properties", "required",
        "additionalProperties", "propertyNames", "items", "minItems", "minProperties", "minimum", "maximum", "pattern",
        "not",
    }  # fmt: skip
    assert not unknown, unknown
    found: list[str] = []
    if "$ref" in schema:
        found += misfits(value, DEFINITIONS[schema["$ref"].removeprefix("#/$defs/")], where)
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not isinstance(value, tuple(TYPES[name] for name in names)):
            return [*found, f"{where}: not {names}"]
    if "anyOf" in schema and all(misfits(value, each, where) for each in schema["anyOf"]):
        found.append(f"{where}: fits none")
    if "not" in schema and not misfits(value, schema["not"], where):
        found.append(f"{where}: must not fit")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: not in {schema['enum']}")
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{where}: not like {schema['pattern']}")
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{where}: out of bounds")
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            found.append(f"{where}: too few")
        for at, item in enumerate(value):
            found += misfits(item, schema.get("items", {}), f"{where}[{at}]")
    if isinstance(value, dict):
        found += _misfits_of_mapping(value, schema, where)
    return found


def _misfits_of_mapping(value: dict[str, Any], schema: dict[str, Any], where: str) -> list[str]:
    found = [f"{where}: no '{name}'" for name in schema.get("required", ()) if name not in value]
    if len(value) < schema.get("minProperties", 0):
        found.append(f"{where}: too few")
    properties = schema.get("properties", {})
    for name, item in value.items():
        found += misfits(name, schema.get("propertyNames", {}), f"{where}.{name}")
        more = properties.get(name, schema.get("additionalProperties", {}))
        found += [f"{where}: unknown '{name}'"] if more is False else misfits(item, more, f"{where}.{name}")
    return found


def shipped(path: str = "decision_table.yaml") -> dict[str, Any]:
    faults: list[Any] = []
    source = Source("table", faults)
    node = source.compose((shipped_root() / path).read_bytes())
    assert node is not None
    plain = source.plain(node, "table")
    assert isinstance(plain, dict)
    assert not faults

    def numbered(item: Any) -> Any:
        if isinstance(item, dict):
            flags = dict.fromkeys(("default", "products"), lambda text: text == "true")
            typed: dict[str, Callable[[Any], Any]] = {"format": int, "n": int, **flags}
            return {k: typed.get(k, numbered)(v) for k, v in item.items()}
        return [numbered(each) for each in item] if isinstance(item, list) else item

    return dict(numbered(plain))


def test_the_shipped_table_conforms_to_the_schema() -> None:
    assert misfits(shipped(), SCHEMA) == []


def test_the_shipped_examples_conform_to_their_schema() -> None:
    examples = shipped("templates/examples.yaml")
    assert misfits(examples, EXAMPLES) == []
    examples["examples"]["plain-api"]["with"] = []
    assert misfits(examples, EXAMPLES)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), 1),
        (("format",), 3),
        (("questions", "work", "asks"), "x"),
        (("questions", "work", "type"), "several"),
        (("questions", "work", "options", "server", "say"), {}),
        (("base", "job", "because"), None),
        (("warn", "at-most-one", "level"), "info"),
        (("facts", "any"), {"work": "task"}),
        (("facts", "batch", "any"), []),
        (("questions", "work", "options", "server"), {"say": "x", "trem": "y"}),
        (("examples",), {}),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(path: tuple[str, ...], value: Any) -> None:
    table = shipped()
    place = table
    for name in path[:-1]:
        if not isinstance(place[name], dict):
            place[name] = {}
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    assert misfits(table, SCHEMA)


LISTS = [(name, key) for name, record in RECORDS.items() for key in record if key.one_of and key.shape == "ids"]


@pytest.mark.parametrize(("record", "key"), LISTS, ids=lambda value: getattr(value, "name", value))
def test_a_list_of_fixed_words_is_checked_item_by_item(record: str, key: Key) -> None:
    schema = _property(key, _FILES["table"])
    assert not misfits(list(key.one_of), schema), record
    assert not misfits(key.one_of[0], schema), "the loader takes one word for a list of one"
    assert misfits([key.one_of[0], "nobody-knows-it"], schema)
    assert misfits("nobody-knows-it", schema)


def test_the_schema_has_lists_of_fixed_words() -> None:
    assert ("listener", "to") in {(record, key.name) for record, key in LISTS}


def test_every_record_has_the_loaders_keys() -> None:
    assert SCHEMA["$schema"] == DIALECT
    definitions = SCHEMA["$defs"]
    described = [name for name in RECORDS if name in definitions]
    assert {"document", "question", "option", "pattern", "base", "add", "set", "warn"} <= set(described)
    for name in described:
        assert list(definitions[name]["properties"]) == [key.name for key in RECORDS[name]]
        assert definitions[name]["required"] == [key.name for key in RECORDS[name] if key.required]
        assert definitions[name]["additionalProperties"] is False


def test_a_pattern_needs_its_texts_or_a_family() -> None:
    table = shipped()
    del table["patterns"]["sidecar.helper"]["gives"]
    assert misfits(table, SCHEMA)
    table["patterns"]["sidecar.helper"]["family"] = "ambassador"
    assert misfits(table, SCHEMA) == []
