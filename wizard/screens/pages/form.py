"""The rows of the details form: what must be given first, then the defaults under their headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.catalog.resolve import Field
    from wizard.session.session import Session

GO_ON = "go-on"


@dataclass(frozen=True, slots=True)
class Row:
    """Something the highlight can stand on: a field, a heading, or the way on."""

    id: str
    field: Field | None = None
    heading: str = ""
    fields: tuple[Field, ...] = ()
    """Of a heading: what is folded under it."""


def rows(session: Session, unfolded: frozenset[str]) -> tuple[Row, ...]:
    """The rows on show, from top to bottom."""
    found = [Row(f.parameter.key, field=f) for f in session.fields if at_top(f)]
    found.append(Row(GO_ON))
    for heading, fields in _headings(session):
        found.append(Row(f"heading:{heading}", heading=heading, fields=fields))
        if heading in unfolded:
            found += [Row(f.parameter.key, field=f) for f in fields]
    return tuple(found)


def at_top(field: Field) -> bool:
    """Whether it comes before the way on: it is needed, or decides what is."""
    return field.required or field.parameter.leads


def undecided(session: Session, after: str = "") -> str:
    """The next choice that decides what else is needed and that nobody has made; empty: there is none below."""
    keys = [f.parameter.key for f in session.fields]
    below = session.fields[keys.index(after) + 1 if after in keys else 0 :]
    return next((f.parameter.key for f in below if f.parameter.leads and f.state == "default"), "")


def heading_of(session: Session, key: str) -> str:
    """The heading a default is folded under; empty for what is required."""
    for heading, fields in _headings(session):
        if any(f.parameter.key == key for f in fields):
            return heading
    return ""


def first_missing(session: Session, after: str = "") -> str:
    """The next field that needs something, from ``after`` on and then from the top; empty: none does."""
    keys = [f.parameter.key for f in session.fields]
    needy = [f.parameter.key for f in session.fields if f.state in ("missing", "invalid")]
    if not needy:
        return ""
    start = keys.index(after) if after in keys else -1
    return next((key for key in needy if keys.index(key) > start), needy[0])


def label(field: Field) -> str:
    """The parameter's name in words."""
    return field.parameter.name.replace("_", " ")


def value_text(field: Field) -> str:
    """What stands in the field, for reading; a choice in its own words."""
    said = dict(field.parameter.options).get(field.text)
    return said or {"true": "yes", "false": "no"}.get(field.text, field.text)


def choices(field: Field) -> tuple[tuple[str, str], ...]:
    """(raw text, sentence) of a field that is chosen, not typed."""
    if field.parameter.type.widget == "switch":
        return (("true", "Yes"), ("false", "No"))
    return field.parameter.options


def _headings(session: Session) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    groups: dict[str, list[Field]] = {}
    for item in session.fields:
        if not at_top(item):
            groups.setdefault(_heading(session, item), []).append(item)
    return tuple((heading, tuple(fields)) for heading, fields in groups.items())


def _heading(session: Session, item: Field) -> str:
    own = item.parameter.heading or "Other"
    if item.parameter.component == "app":
        return own
    name = wording.pattern_name(session.catalog, item.parameter.component)
    return f"{name[:1].upper()}{name[1:]}: {wording.lower_first(own)}"
