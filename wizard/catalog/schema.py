"""JSON Schemas of decision_table.yaml and examples.yaml for editors, generated from the loader's own key lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from wizard.catalog.keys import (
    ALL_OF,
    ANY_OF,
    AT_LEAST,
    CONDITION_WORDS,
    FACT,
    INHERITED,
    NOT,
    RECORDS,
    TABLE_FORMAT,
    TEMPLATE_FORMAT,
    Key,
)

JsonSchema = dict[str, object]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_Root = Literal["table", "examples"]
_ID = "^[A-Za-z][A-Za-z0-9_.-]*$"


class _File(NamedTuple):
    name: str
    record: str
    format: int
    title: str
    says: str


_FILES: Mapping[_Root, _File] = {
    "table": _File(
        "decision_table",
        "document",
        TABLE_FORMAT,
        "podwizard decision table",
        "Questions, rules and container patterns; `podwizard check` proves what a schema cannot.",
    ),
    "examples": _File(
        "examples",
        "examples",
        TEMPLATE_FORMAT,
        "podwizard examples",
        "Answers with their expected verdict; `podwizard check` runs them.",
    ),
}


def json_schema(root: _Root = "table") -> JsonSchema:
    """Return the schema (draft 2020-12) of decision_table.yaml or of examples.yaml."""
    file = _FILES[root]
    return {
        "$schema": DIALECT,
        "$id": f"{file.name}-{file.format}.schema.json",
        "title": file.title,
        "description": file.says,
        "$ref": f"#/$defs/{file.record}",
        "$defs": {**_SHAPES, **{name: _record(name, file) for name in _reachable(file.record)}},
    }


def _reachable(start: str) -> list[str]:
    """Return the records that a file uses, in the order of their first reference."""
    found = [start]
    for name in found:
        for key in RECORDS[name]:
            kind, _, record = key.shape.partition(":")
            record = "option" if kind == "options" else record
            if record and record not in found:
                found.append(record)
    return [*found, "at_least"]


def _record(name: str, file: _File) -> JsonSchema:
    keys = RECORDS[name]
    schema: JsonSchema = {
        "type": "object",
        "properties": {key.name: _property(key, file) for key in keys},
        "required": [key.name for key in keys if key.required],
        "additionalProperties": False,
    }
    if name == "pattern":
        schema["anyOf"] = [{"required": ["family"]}, {"required": list(INHERITED)}]
    return schema


def _property(key: Key, file: _File) -> JsonSchema:
    if key.name == "format":
        return {"type": "integer", "minimum": file.format, "maximum": file.format, "description": key.says}
    if key.one_of and key.shape != "value":  # a `value` may also be a parameter's key
        word: JsonSchema = {"enum": list(key.one_of)}
        return {**(_one_or_list(word) if key.shape in ("ids", "globs") else word), "description": key.says}
    return {**_shape(key.shape), "description": key.says}


def _shape(shape: str) -> JsonSchema:
    kind, _, record = shape.partition(":")
    if kind == "map":
        return _map(_ref(record))
    if kind == "list":
        return {"type": "array", "items": _ref(record)}
    if kind == "record":
        return _ref(record)
    return _ref(kind)


def _ref(name: str) -> JsonSchema:
    return {"$ref": f"#/$defs/{name}"}


def _map(values: JsonSchema) -> JsonSchema:
    return {"type": "object", "propertyNames": {"pattern": _ID}, "additionalProperties": values}


def _one_or_list(item: JsonSchema) -> JsonSchema:
    return {"anyOf": [item, {"type": "array", "items": item}]}


# The loader reads every scalar as its literal text, so an unquoted 2026.1 or yes is fine.
_TEXT: JsonSchema = {"type": ["string", "number", "boolean"]}
_SCALAR: JsonSchema = {"type": ["string", "number", "boolean", "null"]}

_CONDITION: JsonSchema = {
    "type": "object",
    "description": "All entries must be true. A list of options means any one of them.",
    "properties": {
        ALL_OF: _ref("conditions"),
        ANY_OF: _ref("conditions"),
        NOT: _ref("condition"),
        AT_LEAST: _ref("at_least"),
        FACT: _ref("id"),
    },
    "propertyNames": {"pattern": _ID},
    "additionalProperties": _one_or_list(_ref("id")),
}

_SHAPES: Mapping[str, object] = {
    "integer": {"type": "integer"},
    "flag": {"type": "boolean"},
    "text": _TEXT,
    "prose": _TEXT,
    "value": _TEXT,
    "parameter-key": _TEXT,
    "parameter-keys": _one_or_list(_ref("id")),
    "path": {"type": "string", "pattern": "^[^/]"},
    "id": _TEXT,
    "ids": _one_or_list(_ref("id")),
    "globs": _one_or_list(_TEXT),
    "condition": _CONDITION,
    "conditions": {"type": "array", "items": _ref("condition"), "minItems": 1},
    "map-of-conditions": {
        "type": "object",
        "propertyNames": {"pattern": _ID, "not": {"enum": list(CONDITION_WORDS)}},
        "additionalProperties": _ref("condition"),
    },
    "options": {**_map({"anyOf": [_TEXT, _ref("option")]}), "minProperties": 1},
    "implementations": {**_map(_ref("path")), "minProperties": 1},
    "settings": {**_map(_SCALAR), "minProperties": 1},
    "answers": _map({"anyOf": [_ref("id"), {"type": "array", "items": _ref("id")}]}),
}
