"""The reader of ``templates/references.yaml``: the names in custom resources, and notes on the objects they name."""

from __future__ import annotations

from wizard.catalog.components import open_optional
from wizard.catalog.folder import Folder
from wizard.catalog.notes import References
from wizard.catalog.record_reader import RecordReader
from wizard.catalog.when import Known, name_faults
from wizard.errors import Fault
from wizard.kube.references import Row


def read_references(folder: Folder, known_names: Known) -> References:
    """Read the file; it is optional."""
    fields = open_optional(folder, "references.yaml", "references")
    found = RecordReader(fields.source).values("references", fields, "references")
    kinds, held = found.get("kinds", {}), found.get("holds", ())
    conditions = [("appends", one.when) for note in kinds.values() for one in note.appends]
    for key, when in (*conditions, *(("holds", one.when) for one in held)):
        for position, message, hint in name_faults(when, known_names):
            folder.faults.append(Fault("unknown-name", f"`{key}`: {message}", position, hint))
    return References(
        rows=tuple(
            Row(one.pop("in"), one.pop("at"), target=one.pop("to", ""), **one) for one in found.get("references", ())
        ),
        makes=found.get("makes", ()),
        outside=found.get("outside", ()),
        holds=held,
        kinds=kinds,
        apis=found.get("apis", {}),
    )
