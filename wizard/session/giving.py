"""Parameter values that make a part of a condition true."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from wizard.catalog.model import Parameter, Value
from wizard.catalog.typed import ValueProblem
from wizard.catalog.types.records import plain_records
from wizard.catalog.values import format_value, parse_value
from wizard.catalog.when import IsGiven, ParameterIs, When, atoms

if TYPE_CHECKING:
    from wizard.catalog.resolve import Field
    from wizard.session.session import Session


def change(session: Session, changes: dict[str, object], atom: ParameterIs | IsGiven, *, wanted: bool) -> None:
    """Add to ``changes`` the values that make one part of a condition true, or false if ``wanted`` is false."""
    field = session.resolved[atom.key]
    if field.parameter.decided:
        if isinstance(atom, ParameterIs):
            _lead(session, field, changes, atom, wanted=wanted)
    elif isinstance(atom, IsGiven):
        _fill(field, changes, wanted=wanted)
    elif atom.field:
        _give_field(field, changes, atom, wanted=wanted)
    elif (field.text in atom.wanted) != wanted:
        offered = list(atom.wanted) if wanted else [o for o, _ in field.parameter.options if o not in atom.wanted]
        if field.parameter.leads:
            offered = [one for one in offered if one in session.allowed(field.parameter.component)]
        if offered:
            changes[atom.key] = offered[0]


def _lead(session: Session, field: Field, changes: dict[str, object], atom: ParameterIs, *, wanted: bool) -> None:
    """Change the address or list of records that a parameter is derived from, so that it gets one of the values."""
    parameter, leader = field.parameter, session.resolved.get(field.parameter.derived_from)
    if leader is None or (field.text in atom.wanted) == wanted:
        return
    if leader.parameter.fields:
        _give_field(leader, changes, atom._replace(field=parameter.part.partition(".")[2]), wanted=wanted)
        return
    offered = [name for name, _ in leader.parameter.schemes if (name in atom.wanted) == wanted]
    rest = leader.text.partition("://")[2]
    if parameter.part == "scheme" and offered and rest:
        changes[leader.parameter.key] = f"{offered[0]}://{rest}"


def _fill(field: Field, changes: dict[str, object], *, wanted: bool) -> None:
    """Set a parameter to a value, or empty it."""
    key, parameter = field.parameter.key, field.parameter
    there = changes[key] not in ([], "") if key in changes else bool(field.text and field.value not in (None, ()))
    if there == wanted:
        return
    value = parameter.sample if parameter.sample is not None else parameter.default
    changes[key] = [] if not wanted else plain_records(value) if parameter.fields else value


def _give_field(field: Field, changes: dict[str, object], atom: ParameterIs, *, wanted: bool) -> None:
    """Set a field of a list of records to one of the values in some item, or to another option in every item."""
    key, parameter = field.parameter.key, field.parameter
    part = next((one for one in parameter.fields if one.name == atom.field), None)
    known = changes.get(key)
    items = known if isinstance(known, list) else plain_records(field.value)
    options = [option for option, _ in part.options if option not in atom.wanted] if part else []
    offered = list(atom.wanted) if wanted else options
    if part is None or not items or not offered:
        return
    fits = [(_text(part, item) in atom.wanted) == wanted for item in items]
    if not all(fits) and not (wanted and any(fits)):
        pairs = zip(items, fits, strict=True)
        changes[key] = [dict(i) if fit else _completed(_put(i, part, offered[0]), parameter) for i, fit in pairs]


def _put(item: Mapping[str, object], part: Parameter, value: str) -> dict[str, object]:
    """Return the item with a value in one field, and with the value of another field that the first one depends on."""
    found = {**item, part.name: value}
    beside = next((atom for atom in atoms(part.shown_when) if isinstance(atom, ParameterIs)), None)
    if beside is not None and not _needs(found, part.shown_when):
        found[beside.key.rpartition(".")[2]] = beside.wanted[0]
    return found


def _text(part: Parameter, item: Mapping[str, object]) -> str:
    return format_value(part, item.get(part.name, part.default))  # type: ignore[arg-type]


def several(parameter: Parameter, value: Value) -> list[dict[str, object]]:
    """Return items of a list of records that differ: one for each option of its choices, and at least two."""
    items = plain_records(value if value else parameter.sample or parameter.default)
    if not items:
        return []
    first = items[0]
    choices = {part.name: _offered(part) for part in parameter.fields if part.options}
    parts = {part.name: part for part in parameter.fields}
    found = []
    for number in range(max([2, *map(len, choices.values())])):
        item = {name: _numbered(parts[name], one, number) for name, one in first.items()}
        item.update({name: offered[number % len(offered)] for name, offered in choices.items()})
        found.append(_completed(item, parameter))
    return found[: parameter.maximum] if isinstance(parameter.maximum, int) else found


def one_more(parameter: Parameter, value: Value, name: str, wanted: object) -> list[dict[str, object]]:
    """Return the items of a list of records and another one with the value ``wanted`` in the field ``name``."""
    items = plain_records(value)
    required = [part for part in parameter.fields if part.required]
    return [*items, {**{part.name: _numbered(part, part.sample, len(items)) for part in required}, name: wanted}]


def _offered(part: Parameter) -> list[str | None]:
    """Return the options of a field, with ``None`` first if the field may be left out."""
    nothing = [] if part.required or part.default is not None else [None]
    return [*nothing, *(option for option, _ in part.options)]


def _numbered(part: Parameter, value: object, number: int) -> object:
    """Return a different value for each number above 0, or ``value`` itself if the result would not be valid."""
    other = value + 100 * number if isinstance(value, int) and not isinstance(value, bool) else f"{value}{number}"
    with suppress(ValueProblem):
        return parse_value(part, other) if number else value
    return value


def _completed(item: dict[str, object], parameter: Parameter) -> dict[str, object]:
    """Return the item with samples for fields that its other fields require, without fields that they rule out."""
    for part in parameter.fields:
        if any(atoms(part.shown_when)) and not _needs(item, part.shown_when):
            item.pop(part.name, None)
        if part.required_when is None:
            continue
        if not _needs(item, part.required_when):
            item.pop(part.name, None)
        elif item.get(part.name) is None:
            item[part.name] = part.sample
    return item


def _needs(item: Mapping[str, object], when: When) -> bool:
    """Return true if the other fields of an item make a field necessary."""
    named = (atom for atom in atoms(when) if isinstance(atom, ParameterIs))
    return any(str(item.get(atom.key.rpartition(".")[2])) in atom.wanted for atom in named)
