"""The reader of ``templates/references.yaml``: the names in custom resources, and notes on the objects they name."""

from __future__ import annotations

from typing import Any

from wizard.catalog.components import open_record
from wizard.catalog.folder import TEMPLATES, Folder
from wizard.catalog.keys import known
from wizard.catalog.notes import ApiNote, Held, KindNote, Outside, References
from wizard.catalog.record_reader import RecordReader
from wizard.catalog.when import ALWAYS, Known, name_faults
from wizard.errors import Fault
from wizard.kube.references import Made, Row


def read_references(folder: Folder, known_names: Known) -> References:
    """Read the file; it is optional."""
    path = f"{TEMPLATES}/references.yaml"
    opened = open_record(folder, path, known("references")) if path in folder.files else None
    if opened is None:
        return References()
    source, _, fields = opened
    found = RecordReader(source).values("references", fields, "references")
    kinds = {kind: _kind(one) for kind, one in found.get("kinds", {}).items()}
    held = tuple(map(_held, found.get("holds", ())))
    conditions = [("appends", when) for note in kinds.values() for _, when in note.appends]
    for key, when in (*conditions, *(("holds", one.when) for one in held)):
        for position, message, hint in name_faults(when, known_names):
            folder.faults.append(Fault("unknown-name", f"`{key}`: {message}", position, hint))
    return References(
        rows=tuple(map(_row, found.get("references", ()))),
        makes=tuple(Made(**{**one, "at": _path(one["at"])}) for one in found.get("makes", ())),
        outside=tuple(map(_outside, found.get("outside", ()))),
        holds=held,
        kinds=kinds,
        apis={api: ApiNote(**one) for api, one in found.get("apis", {}).items()},
    )


def _row(one: dict[str, Any]) -> Row:
    keys_at = _path(one["keys_at"]) if "keys_at" in one else ()
    return Row(one["in"], _path(one["at"]), one["name"], one.get("to", ""), one.get("keys", ()), keys_at)


def _outside(one: dict[str, Any]) -> Outside:
    return Outside(one["in"], _path(one["at"]), one["name"], one["say"], one.get("check", ""), one.get("create", ""))


def _held(one: dict[str, Any]) -> Held:
    return Held(one["in"], one["key"], one["say"], one.get("variable", ""), one.get("when", ALWAYS))


def _path(text: str) -> tuple[str, ...]:
    return () if text == "." else tuple(text.split("."))


def _kind(one: dict[str, Any]) -> KindNote:
    appends = tuple((each["text"], each.get("when", ALWAYS)) for each in one.get("appends", ()))
    return KindNote(**{**one, "appends": appends})
