"""Values that are lists of records: one line ``name=http, port=8080; name=admin, port=9000``, or a YAML list.

A value is a tuple of items, an item a tuple of (field, value) pairs in the order in which the fields are declared;
every field is there, with its default where nothing was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from wizard.catalog.model import Parameter, Value
from wizard.catalog.typed import CredentialProblem, ValueProblem
from wizard.catalog.when import Atom, ParameterIs, holds
from wizard.errors import UsageError
from wizard.text import did_you_mean, shown

Item = tuple[tuple[str, Value], ...]
Parse = Callable[[Parameter, object], Value]
Format = Callable[[Parameter, Value], str]
NOTHING = "nothing"
"""The text of a list without items, where empty would mean the default."""
_MOST = 20


def parse_records(parameter: Parameter, raw: object, parse: Parse, pairs: Callable[[str], list[str]]) -> Value:
    """The items of a text or of plain data; ``parse`` reads one field, ``pairs`` splits a text at commas.

    Raises:
        ValueProblem: an item lacks a field, has one that is not known, or a field's value is wrong.
    """
    if raw in (NOTHING, (), []):
        return ()
    if isinstance(raw, str):
        texts = [text for text in split_items(raw) if text.strip(" ")]
        mappings = [_mapping(parameter, pairs(text)) for text in texts]
    elif isinstance(raw, Sequence):
        mappings = [_plain(item) for item in raw]
    else:
        raise ValueProblem("a list is wanted here", hint=f"for example {example(parameter)}")
    most = parameter.maximum if isinstance(parameter.maximum, int) else _MOST
    if len(mappings) > most:
        raise ValueProblem(f"{len(mappings)} items, at most {most} fit", hint="leave some out")
    items = tuple(_item(parameter, number, given, parse) for number, given in enumerate(mappings, start=1))
    _check_names(parameter, items)
    return items


def split_items(line: str) -> Iterator[str]:
    """The parts between semicolons; one in double quotes does not count."""
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
    found: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueProblem(f"{shown(pair)}: no `=` in it", hint=f"for example {example(parameter)}")
        if name.strip(" ") in found:
            raise ValueProblem(f"{shown(name)}: given twice in one item", hint="`;` stands between two items")
        found[name.strip(" ")] = value.strip(" ")
    return found


def _plain(item: object) -> dict[str, object]:
    if isinstance(item, Mapping):
        return {str(name): value for name, value in item.items()}
    if isinstance(item, tuple):
        return {str(pair[0]): pair[1] for pair in item}
    raise ValueProblem(f"{shown(str(item))}: an item is a mapping of its fields", hint="one `field: value` per line")


def _item(parameter: Parameter, number: int, given: Mapping[str, object], parse: Parse) -> Item:
    names = [field.name for field in parameter.fields]
    for name in given:
        if name not in names:
            hint = did_you_mean(name, names) or f"known: {', '.join(names)}"
            raise ValueProblem(f"item {number} has no field {shown(name)}", hint=hint)
    found = []
    for field in parameter.fields:
        try:
            value = parse(field, given.get(field.name))
        except CredentialProblem:
            raise
        except ValueProblem as problem:
            raise ValueProblem(f"item {number}, {field.name}: {problem.message}", hint=problem.hint) from None
        if value is None and field.required:
            raise ValueProblem(f"item {number} has no {field.name}", hint=f"for example {example(parameter)}")
        found.append((field.name, field.default if value is None else value))
    item = tuple(found)
    for field in parameter.fields:
        needed = field.required_when
        if needed is not None and field_of(item, field.name) is None and holds(needed, partial(_truth, item)):
            raise ValueProblem(f"item {number} has no {field.name}", hint=f"{field.ask} Add {field.name}=...")
    return item


def _truth(item: Item, atom: Atom) -> bool:
    """Tell whether a field of the same item has one of the values that a condition wants."""
    return isinstance(atom, ParameterIs) and str(field_of(item, atom.key.rpartition(".")[2])) in atom.wanted


def _check_names(parameter: Parameter, items: tuple[Item, ...]) -> None:
    """A first field that is a name tells the items apart, so no two have the same."""
    if not parameter.fields or parameter.fields[0].type != "name":
        return
    names = [item[0][1] for item in items]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueProblem(f"two items are called {shown(str(twice))}", hint="give each a name of its own")


def format_records(parameter: Parameter, value: Value, form: Format, quote: Callable[[str], str]) -> str:
    """The line that a person would type."""
    items = value if isinstance(value, tuple) else ()
    if not items:
        return NOTHING
    return "; ".join(", ".join(_fields(parameter, item, form, quote)) for item in items)


def _fields(parameter: Parameter, item: Value, form: Format, quote: Callable[[str], str]) -> Iterator[str]:
    for field in parameter.fields:
        value = field_of(item, field.name)
        if value is not None and (field.required or value != field.default):
            text = quote(f"{field.name}={form(field, value)}")
            yield f'"{text}"' if ";" in text and not text.startswith('"') else text


def field_of(item: Value, name: str) -> Value:
    """One field of an item; ``None`` when it is empty."""
    pairs = (pair for pair in item if isinstance(pair, tuple)) if isinstance(item, tuple) else ()
    return next((pair[1] for pair in pairs if pair[0] == name), None)


def plain_records(value: Value) -> list[dict[str, object]]:
    """The items as YAML data, without what is empty."""
    items = value if isinstance(value, tuple) else ()
    return [
        {str(pair[0]): pair[1] for pair in item if isinstance(pair, tuple) and pair[1] is not None}
        for item in items
        if isinstance(item, tuple)
    ]


def field_key(key: str) -> tuple[str, int | None, str]:
    """Split ``app.listeners.0.port`` into the list's key, the number of the item and the field."""
    head, _, field = key.rpartition(".")
    whole, _, number = head.rpartition(".")
    return (whole, int(number), field) if number.isdigit() and len(number) < 4 else (key, None, "")


def with_field(
    key: str, items: list[dict[str, object]], number: int, field: str, raw: object
) -> list[dict[str, object]]:
    """The items as YAML data with one field changed; the number after the last adds an item.

    Raises:
        UsageError: there is no such item.
    """
    if number > len(items):
        raise UsageError(f"{key} has {len(items)} items", hint=f"the number of the next one is {len(items)}")
    changed = {**(items[number] if number < len(items) else {}), field: raw}
    return [*items[:number], changed, *items[number + 1 :]]


def example(parameter: Parameter) -> str:
    """One item, as a person would type it."""
    fields = [field for field in parameter.fields if field.required]
    return ", ".join(f"{field.name}={field.sample if field.sample is not None else field.default}" for field in fields)
