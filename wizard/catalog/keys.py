"""The keys of every catalogue file, from ``keys.toml``: the loader and the JSON Schema both use them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wizard.catalog.types.registry import TYPES

TABLE_FORMAT = 2
TABLE_MOVED = (
    "move each `lesson` to templates/lessons/PATTERN.md, move `examples` to templates/examples.yaml, "
    "and write `format: 2`"
)
"""The hint for a table of format 1."""
TEMPLATE_FORMAT = 1
ANY_OF, ALL_OF, NOT, AT_LEAST, FACT = "any", "all", "not", "at_least", "fact"
CONDITION_WORDS = (ALL_OF, ANY_OF, NOT, AT_LEAST, FACT)
INHERITED = ("gives", "costs", "use_when", "avoid_when")
"""The keys that a pattern inherits from its family's record unless it has its own."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping; ``shape`` names the type of its value, and ``map:x`` and ``list:x`` hold records ``x``."""

    name: str
    shape: str
    says: str
    required: bool = False
    one_of: tuple[str, ...] = ()


Record = tuple[Key, ...]


def _records() -> dict[str, Record]:
    data = tomllib.loads(Path(__file__).with_name("keys.toml").read_text("utf-8"))
    found = {record: tuple(_key(name, *row) for name, row in rows.items()) for record, rows in data.items()}
    return {**found, "add": found["base"]}


def _key(name: str, shape: str, says: str, *words: str) -> Key:
    bare = shape.removesuffix("!")
    return Key(name, bare, says, required=bare != shape, one_of=tuple(TYPES) if bare == "type" else words)


RECORDS: Mapping[str, Record] = _records()


@cache
def known(record: str) -> Mapping[str, bool]:
    """Return the key names of a record, each with a flag that is true if the key is required."""
    return {key.name: key.required for key in RECORDS[record]}


def words(record: str, name: str) -> tuple[str, ...]:
    """Return the words that are allowed under a key; empty if any text is."""
    return next(key.one_of for key in RECORDS[record] if key.name == name)
