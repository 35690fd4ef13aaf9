"""The JSON Schema of decision_table.yaml, for editors; made from the key lists that the loader reads by."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.keys import ALL_OF, ANY_OF, AT_LEAST, CONDITION_WORDS, FACT, NOT, RECORDS, TABLE_FORMAT, Key

JsonSchema = dict[str, object]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ROOT = "document"
_ID = "^[A-Za-z][A-Za-z0-9_.-]*$"


def json_schema() -> JsonSchema:
    """The schema of decision_table.yaml, draft 2020-12."""
    definitions: JsonSchema = dict(_SHAPES)
    for name in _reachable(_ROOT):
        definitions[name] = _record(name)
    return {
        "$schema": DIALECT,
        "$id": f"decision_table-{TABLE_FORMAT}.schema.json",
        "title": "podwizard decision table",
        "description": "Questions, rules and container patterns; `podwizard check` proves what a schema cannot.",
        "$ref": f"#/$defs/{_ROOT}",
        "$defs": definitions,
    }


def _reachable(start: str) -> list[str]:
    """The records of the table's own file, in the order in which they are first named."""
    found = [start]
    for name in found:
        shapes = [key.shape for key in RECORDS[name]]
        for shape in shapes:
            found.extend(record for record in _records_of(shape) if record not in found)
    return [*found, "at_least"]


def _records_of(shape: str) -> tuple[str, ...]:
    kind, _, record = shape.partition(":")
    if record:
        return (record,)
    return ("option",) if kind == "options" else ()


def _record(name: str) -> JsonSchema:
    keys = RECORDS[name]
    return {
        "type": "object",
        "properties": {key.name: _property(key) for key in keys},
        "required": [key.name for key in keys if key.required],
        "additionalProperties": False,
    }


def _property(key: Key) -> JsonSchema:
    if key.name == "format":
        return {"type": "integer", "minimum": 1, "maximum": TABLE_FORMAT, "description": key.says}
    if key.one_of:
        return {"enum": list(key.one_of), "description": key.says}
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


# The loader reads every scalar as the text it is written as, so an unquoted 2026.1 or yes is fine.
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
    "text": _TEXT,
    "prose": _TEXT,
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
