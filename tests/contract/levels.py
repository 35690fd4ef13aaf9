"""The factors of a catalogue that templates can depend on, and the levels of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.catalog.model import Catalog, Parameter
from wizard.catalog.resolve import Field
from wizard.catalog.types.records import field_of, items_of, plain_records
from wizard.catalog.values import format_value
from wizard.catalog.when import Atom, ParameterIs, atoms
from wizard.errors import Position
from wizard.session.giving import several
from wizard.session.session import Session

Level = tuple[str, str]
"""A factor and its value."""
EMPTY, GIVEN, SEVERAL = "empty", "given", "several"
"""The levels of a list."""
FEATURE = "feature."
_HERE = Position("")


def all_levels(catalog: Catalog) -> Iterator[Level]:
    """Yield every level of every factor."""
    yield from catalog.components
    for component in catalog.components.values():
        for parameter in component.parameters:
            if not parameter.leads:
                yield from _levels(parameter)
    for feature in catalog.features:
        yield from ((f"{FEATURE}{feature}", GIVEN), (f"{FEATURE}{feature}", EMPTY))


def _levels(parameter: Parameter) -> Iterator[Level]:
    key = parameter.key
    if parameter.options:
        yield from ((key, option) for option, _ in parameter.options)
    elif parameter.type.widget == "switch":
        yield from ((key, "true"), (key, "false"))
    elif parameter.type.loops and not parameter.decided:
        yield key, GIVEN
        if not parameter.required and not _wanted(parameter):
            yield key, EMPTY
    if parameter.fields:
        yield key, SEVERAL
        for field in _deciding(parameter):
            yield from ((f"{key}.{field.name}", option) for option, _ in field.options)


def _wanted(parameter: Parameter) -> bool:
    """Return whether a parameter is required wherever a form shows it, and so is never empty there."""
    needed, shown = parameter.required_when, parameter.shown_when
    return needed is not None and {*map(_unplaced, atoms(needed))} == {*map(_unplaced, atoms(shown))}


def _unplaced(atom: Atom) -> Atom:
    return atom._replace(position=_HERE) if isinstance(atom, ParameterIs) else atom


def _deciding(parameter: Parameter) -> tuple[Parameter, ...]:
    """Return the fields of a list of records that decide structure."""
    return tuple(field for field in parameter.fields if field.options and field.kind == "choice")


def homes_of(catalog: Catalog) -> dict[Level, tuple[tuple[str, str], ...]]:
    """Return the implementations that have each level, in catalogue order so that the rows are deterministic."""
    found: dict[Level, list[tuple[str, str]]] = {}
    for use, component in catalog.components.items():
        shown = {use, *(level for parameter in component.parameters for level in _levels(parameter))}
        for level in shown:
            found.setdefault(level, []).append(use)
    return {level: tuple(uses) for level, uses in found.items()}


def slots_by_pattern(homes: Iterable[tuple[str, str]], catalog: Catalog) -> dict[str, set[tuple[str, str]]]:
    """Return implementations by component id; a session chooses only one per component."""
    found: dict[str, set[tuple[str, str]]] = {}
    for use in homes:
        found.setdefault(catalog.components[use].id, set()).add(use)
    return found


def levels_of(session: Session) -> Iterator[Level]:
    """Yield the levels that a session shows."""
    yield from session.implementations.items()
    have = session.surroundings.features
    for feature in session.catalog.features:
        yield f"{FEATURE}{feature}", GIVEN if feature in have else EMPTY
    for key, one in session.resolved.items():
        if one.shown or one.parameter.decided:
            if one.parameter.type.plural:
                yield from _levels_of_list(one)
            else:
                yield key, one.text


def _levels_of_list(one: Field) -> Iterator[Level]:
    key, parameter = one.parameter.key, one.parameter
    yield key, GIVEN if one.value else EMPTY
    items = items_of(one.value) if parameter.fields else ()
    if len(items) > 1:
        yield key, SEVERAL
    for field in _deciding(parameter):
        yield from ((f"{key}.{field.name}", format_value(field, field_of(item, field.name))) for item in items)


def offers_of(field: Field) -> Iterator[tuple[tuple[Level, ...], object]]:
    """Yield (levels, value) for each value that a parameter can be given."""
    parameter = field.parameter
    key = parameter.key
    if parameter.options:
        yield from ((((key, option),), option) for option, _ in parameter.options)
    elif parameter.type.widget == "switch":
        yield from ((((key, text),), text) for text in ("true", "false"))
    elif parameter.type.plural and not field.required:
        full = parameter.sample or parameter.default
        if full:
            yield ((key, GIVEN),), plain_records(full) if parameter.fields else parameter.type.plain(full)
        if parameter.fields and full:
            options = ((f"{key}.{part.name}", option) for part in _deciding(parameter) for option, _ in part.options)
            yield ((key, GIVEN), (key, SEVERAL), *options), several(parameter, full)
        if parameter.type.empty or not parameter.default:
            yield ((key, EMPTY),), []
