"""Rows of the details form: what must be given first, then the defaults under their headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.catalog.resolve import Field
    from wizard.faces.form import DetailsForm

GO_ON = "go-on"


@dataclass(frozen=True, slots=True)
class FormRow:
    """Something the highlight can be on: a field, a heading, or the way on."""

    id: str
    field: Field | None = None
    heading: str = ""
    fields: tuple[Field, ...] = ()
    """Of a heading: what is folded under it."""


def rows(form: DetailsForm, unfolded: frozenset[str]) -> tuple[FormRow, ...]:
    """List the rows on show, from top to bottom."""
    found = [FormRow(f.parameter.key, field=f) for f in form.top]
    found.append(FormRow(GO_ON))
    for group in form.groups:
        found.append(FormRow(f"heading:{group.heading}", heading=group.heading, fields=group.fields))
        if group.heading in unfolded:
            found += [FormRow(f.parameter.key, field=f) for f in group.fields]
    return tuple(found)
