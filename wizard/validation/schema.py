"""The compact structural schemas under ``schemas/``, loaded once per range of minors.

A field's type is a short text: ``string``, ``bool``, ``int`` (32 bits), ``long``, ``number``, ``quantity``, ``intstr``,
``time``, ``bytes``, ``object``, ``any``, ``=A|B`` (one of), ``[T]`` or ``[T;key;key]`` (list, with its unique keys),
``{T}`` (map of T) and ``#Name`` (another type). ``make schemas`` generates them (``tools/make_schemas.py``).
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from wizard.kube.versions import NEWEST, Minor, minor_text

SCHEMAS = Path(__file__).parent / "schemas"
"""The folder of the schemas, one file per minor that has its own, and the history of fields."""


class FieldType(NamedTuple):
    """One field's type. ``name`` is that of the scalar or referenced type; ``item`` is a list's or map's item type."""

    kind: str
    """One of ``scalar``, ``enum``, ``list``, ``map`` and ``type``."""
    name: str = ""
    item: "FieldType | None" = None
    keys: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def parse_type(text: str) -> FieldType:
    """Parse the short text of a field's type."""
    if text.startswith("["):
        end = max(text.rfind("]", 0, -1), text.rfind("}")) + 1 or 1  # a nested type may have semicolons, too
        inner, *keys = text[end:-1].split(";")
        return FieldType("list", item=parse_type(text[1:end] + inner), keys=tuple(keys))
    if text.startswith("{"):
        return FieldType("map", item=parse_type(text[1:-1]))
    if text.startswith("="):
        return FieldType("enum", values=tuple(text[1:].split("|")))
    if text.startswith("#"):
        return FieldType("type", text[1:])
    return FieldType("scalar", text)


class Schema(NamedTuple):
    """The kinds and fields known to API servers in a range of minors."""

    oldest: int
    newest: int
    kinds: Mapping[str, Mapping[str, str]]
    other: Mapping[str, tuple[str, ...]]
    cluster: frozenset[str]
    types: Mapping[str, Mapping[str, Any]]
    since: Mapping[str, Mapping[str, int]]
    gone: Mapping[str, Mapping[str, int]]

    def root(self, api_version: str, kind: str) -> str | None:
        """Return the name of an object's type, or ``None`` if the kind is not checked."""
        return self.kinds.get(api_version, {}).get(kind)

    def serves(self, api_version: str, kind: str) -> bool:
        """Return true if the server has this kind, checked or not."""
        return kind in self.kinds.get(api_version, {}) or kind in self.other.get(api_version, ())

    def versions_with(self, kind: str) -> tuple[str, ...]:
        """Return the API versions that have this kind, newest first."""
        found = [version for version, names in self.kinds.items() if kind in names]
        found += [version for version, names in self.other.items() if kind in names]
        return tuple(sorted(found, reverse=True))

    def is_cluster_scoped(self, api_version: str, kind: str) -> bool:
        """Return true if objects of this kind have no namespace."""
        return f"{api_version} {kind}" in self.cluster

    def first_minor(self, type_name: str, name: str = "") -> int:
        """Return the first minor that has a type or one of its fields."""
        return self.since.get(type_name, {}).get(name, 0)


def load_schema(minors: Iterable[Minor]) -> Schema:
    """Return the schema for a range of minors; an unknown minor counts as the nearest known one."""
    known = [min(max(minor, 0), NEWEST[1]) for _, minor in minors]
    return _load(min(known), max(known))


@lru_cache(maxsize=2)
def _read(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=4)
def _load(oldest: int, newest: int) -> Schema:
    data, past = _read(f"v{minor_text(NEWEST)}.json"), _read("history.json")
    return Schema(
        oldest=oldest,
        newest=newest,
        kinds=data["kinds"],
        other={version: tuple(kinds) for version, kinds in data["other"].items()},
        cluster=frozenset(data["cluster"]),
        types=data["types"],
        since=past["since"],
        gone=past["gone"],
    )
