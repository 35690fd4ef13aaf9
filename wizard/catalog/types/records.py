"""The type whose values are lists of records: ``name=http, port=8080; name=admin, port=9000``, or a YAML list.

A value is a tuple of items; an item is a tuple of (field, value) pairs in the declared order, which contains every
field, with its default if none was given. Reading, writing and tracing a field is up to its type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.typed import NOTHING, CredentialProblem, ValueProblem, quote_item, split_items
from wizard.catalog.types.names import Name, VariableName
from wizard.catalog.values import format_value, parse_value
from wizard.catalog.when import Atom, ParameterIs, atoms, holds
from wizard.errors import UsageError
from wizard.text import did_you_mean, shown

Item = tuple[tuple[str, Value], ...]
_MOST = 20
_ANY = "any"
"""The prefix of a field's part that means any item: ``any.port.low``."""


class Records(ParameterType):
    name = "records"
    takes = (
        "a list of mappings with the declared `fields`; on one line `name=http, port=8080; name=admin, port=9000`, "
        "or `nothing`; one field by `--set app.listeners.0.port=9000`"
    )
    widget = "records"
    keys = ("fields", "max")
    needs = ("fields",)
    plural = loops = empty = True

    def parse(self, parameter: Parameter, raw: object) -> Value:
        if raw in (NOTHING, (), []):
            return ()
        if isinstance(raw, str):
            texts = [text for text in _split_records(raw) if text.strip(" ")]
            mappings = [_mapping(parameter, split_items(text)) for text in texts]
        elif isinstance(raw, Sequence):
            mappings = [_plain(item) for item in raw]
        else:
            raise ValueProblem("expected a list", hint=f"for example {example(parameter)}")
        most = parameter.maximum if isinstance(parameter.maximum, int) else _MOST
        if len(mappings) > most:
            raise ValueProblem(f"{len(mappings)} items, at most {most} are allowed", hint="leave some out")
        items = tuple(_item(parameter, number, given) for number, given in enumerate(mappings, start=1))
        _check_names(parameter, items)
        return items

    def format(self, parameter: Parameter, value: Value) -> str:
        return "; ".join(", ".join(_pairs(parameter, item)) for item in items_of(value)) or NOTHING

    def sentinel(self, parameter: Parameter, number: int, value: Value) -> Value:
        numbered = enumerate(items_of(value), start=1)
        return tuple(_marked(parameter, item, number + 100 * at) for at, item in numbered) or None

    def plain(self, value: Value) -> object:
        return plain_records(value)

    def for_templates(self, value: Value) -> object:
        return [dict(item) for item in items_of(value)]

    def part(self, parameter: Parameter, value: Value, part: str) -> Value:
        """Return one field of one item (``0.port``), or ``yes`` or ``no`` for a part in any item (``any.port.low``)."""
        number, _, name = part.partition(".")
        items = items_of(value)
        if number == _ANY:
            name, _, rest = name.partition(".")
            parts = [f.type.part(f, field_of(i, name), rest) for f in parameter.fields if f.name == name for i in items]
            return "yes" if "yes" in parts else "no"
        at = int(number) if number.isdigit() else len(items)
        return field_of(items[at], name) if at < len(items) else None


def _split_records(line: str) -> Iterator[str]:
    """Yield the texts between semicolons, except for semicolons in double quotes."""
    part, quoted = "", False
    for char in line:
        if char == ";" and not quoted:
            yield part
            part = ""
            continue
        quoted ^= char == '"'
        part += char
    yield part


def _mapping(parameter: Parameter, pairs: list[str]) -> dict[str, object]:
    """Read the fields of one item; a value without a name belongs to the one required field."""
    needed = [field for field in parameter.fields if field.required]
    if len(pairs) == len(needed) == 1 and "=" not in pairs[0] and _takes(needed[0], pairs[0].strip(" ")):
        return {needed[0].name: pairs[0].strip(" ")}
    found: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueProblem(f"{shown(pair)}: `=` is missing", hint=f"write {_example_with(parameter, pair)}")
        names = "|".join(re.escape(field.name) for field in parameter.fields)
        if re.search(rf" (?:{names})=", value):
            message = f"{shown(pair)}: no comma between two fields"
            raise ValueProblem(message, hint=f"for example {example(parameter)}")
        if name.strip(" ") in found:
            raise ValueProblem(f"{shown(name)}: given twice in one item", hint="separate items with `;`")
        found[name.strip(" ")] = value.strip(" ")
    return found


def _plain(item: object) -> dict[str, object]:
    if isinstance(item, Mapping):
        return {str(name): value for name, value in item.items()}
    if isinstance(item, tuple):
        return {str(pair[0]): pair[1] for pair in item}
    raise ValueProblem(
        f"{shown(str(item))}: an item must be a mapping of its fields", hint="one `field: value` per line"
    )


def _item(parameter: Parameter, number: int, given: Mapping[str, object]) -> Item:
    names = [field.name for field in parameter.fields]
    for name in given:
        if name not in names:
            hint = did_you_mean(name, names) or f"known: {', '.join(names)}"
            raise ValueProblem(f"item {number} has no field {shown(name)}", hint=hint)
    found = []
    for field in parameter.fields:
        try:
            value = parse_value(field, given.get(field.name))
        except CredentialProblem:
            raise
        except ValueProblem as problem:
            raise ValueProblem(f"item {number}, {field.name}: {problem.message}", hint=problem.hint) from None
        if value is None and field.required:
            raise ValueProblem(f"item {number} has no {field.name}", hint=f"for example {example(parameter)}")
        found.append((field.name, field.default if value is None else value))
    item = tuple(found)
    for field in parameter.fields:
        _check_beside(field, number, item)
    return item


def _check_beside(field: Parameter, number: int, item: Item) -> None:
    """Refuse a missing field that others of its item require, and a value that has no effect with them."""
    truth, value = partial(_truth, item), field_of(item, field.name)
    if field.required_when is not None and value is None and holds(field.required_when, truth):
        raise ValueProblem(f"item {number} has no {field.name}", hint=f"{field.ask} Add {field.name}=...")
    if value != field.default and not holds(field.shown_when, truth):
        keys = (atom.key for atom in atoms(field.shown_when) if isinstance(atom, ParameterIs))
        names = tuple(dict.fromkeys(key.rpartition(".")[2] for key in keys))
        empty = [name for name in names if field_of(item, name) is None]
        beside = ", ".join(f"{name}={shown(str(field_of(item, name)))}" for name in names)
        why = f"without {', '.join(empty)}" if empty else f"with {beside}"
        given = f"{field.name}={shown(format_value(field, value))}"
        hint = f"remove {field.name}, or change {' or '.join(names)}"
        raise ValueProblem(f"item {number} has {given}, which has no effect {why}", hint=hint)


def _truth(item: Item, atom: Atom) -> bool:
    """Return whether a field of the same item has one of the values in a condition."""
    return isinstance(atom, ParameterIs) and str(field_of(item, atom.key.rpartition(".")[2])) in atom.wanted


def _check_names(parameter: Parameter, items: tuple[Item, ...]) -> None:
    """Refuse two items with the same name; a first field of type name identifies the items."""
    if not parameter.fields or parameter.fields[0].type not in (Name(), VariableName()):
        return
    names = [item[0][1] for item in items]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueProblem(f"two items are called {shown(str(twice))}", hint="give each its own name")


def _pairs(parameter: Parameter, item: Item) -> Iterator[str]:
    for field in parameter.fields:
        value = field_of(item, field.name)
        if value is not None and (field.required or value != field.default):
            text = quote_item(f"{field.name}={format_value(field, value)}")
            yield f'"{text}"' if ";" in text and not text.startswith('"') else text


def _marked(parameter: Parameter, item: Item, number: int) -> Item:
    """Replace an item's ``value`` fields by sentinels; fields that decide structure are unchanged."""
    found = []
    for at, field in enumerate(parameter.fields):
        value = field_of(item, field.name)
        marks = field.kind == "value" and value is not None
        found.append((field.name, field.type.sentinel(field, number + at, value) if marks else value))
    return tuple(found)


def items_of(value: Value) -> tuple[Item, ...]:
    """Return the items of a value; none if it is empty."""
    return value if isinstance(value, tuple) else ()  # type: ignore[return-value]  # the tuples of such a value are items


def chosen(items: tuple[Item, ...], which: str) -> tuple[Item, ...]:
    """Return the items that a declaration applies to: the ``first``, the ``rest``, or all."""
    return {"first": items[:1], "rest": items[1:]}.get(which, items)


def field_of(item: Item, name: str) -> Value:
    """Return one field of an item; ``None`` if it is empty."""
    return dict(item).get(name)


def plain_records(value: Value) -> list[dict[str, object]]:
    """Return the items as YAML data, without empty fields."""
    return [{name: field for name, field in item if field is not None} for item in items_of(value)]


def field_key(key: str) -> tuple[str, int | None, str]:
    """Split ``app.listeners.0.port`` into the list's key, the item's index and the field."""
    head, _, field = key.rpartition(".")
    whole, _, number = head.rpartition(".")
    return (whole, int(number), field) if number.isdigit() and len(number) < 4 else (key, None, "")


def with_field(
    key: str, items: list[dict[str, object]], number: int, field: str, raw: object
) -> list[dict[str, object]]:
    """Return the items as YAML data with one field changed; the index after the last one adds an item.

    Raises:
        UsageError: there is no such item.
    """
    if number > len(items):
        raise UsageError(f"{key} has {len(items)} items", hint=f"the next number is {len(items)}")
    changed = {**(items[number] if number < len(items) else {}), field: raw}
    return [*items[:number], changed, *items[number + 1 :]]


def _example_with(parameter: Parameter, text: str) -> str:
    """Return an example item with ``text`` in the first field that accepts it."""
    typed = text.strip()
    needed = [one for one in parameter.fields if one.required and isinstance(one.sample, int) == typed.isdigit()]
    taking = next((one for one in needed if typed != NOTHING and _takes(one, typed)), None)
    fields = tuple(one._replace(sample=typed) if one is taking else one for one in parameter.fields)
    return example(parameter._replace(fields=fields))


def _takes(field: Parameter, text: str) -> bool:
    try:
        return parse_value(field, text) is not None
    except ValueProblem:
        return False


def example(parameter: Parameter) -> str:
    """Return an example item as the user would type it."""
    fields = [field for field in parameter.fields if field.required]
    return ", ".join(f"{field.name}={field.sample if field.sample is not None else field.default}" for field in fields)
