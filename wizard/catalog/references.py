"""Read ``templates/references.yaml``: what custom resources name, and who makes what a bundle only names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wizard.catalog.components import open_record
from wizard.catalog.declarations import OWNERS
from wizard.catalog.folder import TEMPLATES, Folder
from wizard.catalog.keys import known
from wizard.catalog.notes import ApiNote, KindNote, Made, References
from wizard.catalog.when import ALWAYS, Known, When, name_faults, read_when
from wizard.errors import Fault
from wizard.kube.references import Row

if TYPE_CHECKING:
    from yaml.nodes import Node

    from wizard.catalog.yaml_source import Source

_FILE = known("references")


def read_references(folder: Folder, known_names: Known) -> References:
    """The file of a catalogue, which may do without it."""
    path = f"{TEMPLATES}/references.yaml"
    opened = open_record(folder, path, _FILE) if path in folder.files else None
    if opened is None:
        return References()
    source, _, fields = opened
    rows = tuple(_row(source, item) for item in _records(source, fields, "references", "reference"))
    makes = tuple(_made(source, item) for item in _records(source, fields, "makes", "made"))
    kinds = _kinds(source, fields)
    for _, when in (each for note in kinds.values() for each in note.appends):
        for position, message, hint in name_faults(when, known_names):
            folder.faults.append(Fault("unknown-name", f"`appends`: {message}", position, hint))
    return References(rows, makes, kinds, _apis(source, fields))


def _records(source: Source, fields: Mapping[str, Node], key: str, record: str) -> Iterator[Mapping[str, Node]]:
    keys = known(record)
    for node in source.items(fields[key], f"`{key}`") if key in fields else ():
        found = source.fields(node, keys, f"`{key}`")
        if all(name in found for name, required in keys.items() if required):
            yield found


def _row(source: Source, item: Mapping[str, Node]) -> Row:
    texts = {name: source.text(node, f"`{name}` of a reference") for name, node in item.items() if name != "keys"}
    keys = source.texts(item["keys"], "`keys` of a reference") if "keys" in item else []
    return Row(
        kind=texts["in"],
        holder=_path(texts["at"]),
        name=texts["name"],
        target=texts.get("to", ""),
        keys=tuple(key for key, _ in keys),
        keys_at=_path(texts["keys_at"]) if "keys_at" in texts else (),
    )


def _path(text: str) -> tuple[str, ...]:
    return () if text == "." else tuple(text.split("."))


def _made(source: Source, item: Mapping[str, Node]) -> Made:
    by, at, name, kind = (source.text(item[key], f"`{key}` of `makes`") for key in ("by", "at", "name", "kind"))
    marks = source.texts(item["annotated"], "`annotated` of `makes`") if "annotated" in item else []
    return Made(by, _path(at), name, kind, tuple(mark for mark, _ in marks))


def _kinds(source: Source, fields: Mapping[str, Node]) -> dict[str, KindNote]:
    found = {}
    for kind, (_, node) in source.entries(fields["kinds"], "`kinds`").items() if "kinds" in fields else ():
        item = source.fields(node, known("kind_note"), f"kind '{kind}'")
        if "owner" in item:
            found[kind] = KindNote(
                owner=source.choice(item["owner"], f"`owner` of kind '{kind}'", OWNERS),
                create=source.text(item["create"], f"`create` of kind '{kind}'") if "create" in item else "",
                cluster="cluster" in item and source.flag(item["cluster"], f"`cluster` of kind '{kind}'"),
                appends=tuple(_append(source, each) for each in _records(source, item, "appends", "append")),
            )
    return found


def _append(source: Source, item: Mapping[str, Node]) -> tuple[str, When]:
    what = "`appends` of a kind"
    when = read_when(source, item["when"], "app", what) if "when" in item else ALWAYS
    return source.text(item["text"], what), when


def _apis(source: Source, fields: Mapping[str, Node]) -> dict[str, ApiNote]:
    found = {}
    for api, (_, node) in source.entries(fields["apis"], "`apis`").items() if "apis" in fields else ():
        item = source.fields(node, known("api_note"), f"API '{api}'")
        if len(item) == len(known("api_note")):
            found[api] = ApiNote(*(source.text(item[key], f"`{key}` of '{api}'") for key in ("product", "install")))
    return found
