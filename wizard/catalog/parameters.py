"""The reader of parameter declarations, and the checks of each one and of their references to others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from yaml.nodes import MappingNode, Node

from wizard.catalog.conditions import find_cycle
from wizard.catalog.declarations import Demand
from wizard.catalog.keys import known
from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.record_reader import RecordReader
from wizard.catalog.table import good_id
from wizard.catalog.typed import ValueProblem
from wizard.catalog.types.registry import TYPES, Types
from wizard.catalog.values import parse_value
from wizard.catalog.when import ALWAYS, IsScraped, Known, When, atoms, key_of, name_faults, parameters_of, split_field
from wizard.catalog.yaml_source import Fields, Source
from wizard.errors import Fault, Position
from wizard.text import did_you_mean, shown
from wizard.yamlio.nodes import is_null

_OTHERS = ("type", "default", "sample", "from", "fields", "schemes", "options", "min", "max", "must")
"""The keys whose values depend on the parameter's type or are not records."""
RESERVED = "implementation"


def read_parameters(
    source: Source, node: Node, component: str, what: str, types: Types = TYPES
) -> dict[str, Parameter]:
    """Read all parameters of a mapping; ``types`` are the allowed types."""
    found: dict[str, Parameter] = {}
    for name, (key, value) in source.entries(node, f"`parameters` of {what}").items():
        if not good_id(name) or name == RESERVED:
            source.fault("bad-id", f"a parameter cannot be called '{shown(name)}'", key, "letters, digits, `_` and `-`")
        fields = source.fields(value, known("parameter"), f"parameter '{name}'")
        if fields:
            found[name] = _parameter(fields, component, name, source.at(key), types)
    return found


def _parameter(fields: Fields, component: str, name: str, position: Position, types: Types) -> Parameter:
    source, what = fields.source, fields.what
    word = fields.choice("type", types)
    kind = types[word or "text"]
    if word:
        _check_keys(fields, kind, types)
    reader = RecordReader(source, component)
    plain = {key: each for key, each in fields.items() if key not in _OTHERS}
    values: dict[str, Any] = {"kind": "value", "ask": "", **reader.values("parameter", plain, what)}
    values |= {
        "component": component,
        "name": name,
        "type": kind,
        "position": position,
        "fields": _fields(fields, f"{component}.{name}", types) if "fields" in fields else (),
        "schemes": _schemes(fields),
        "options": _options(fields),
        "minimum": _bound(fields, "min", kind),
        "maximum": _bound(fields, "max", kind),
        "must": _must(reader, fields, f"{component}.{name}") if "must" in fields else None,
    }
    if "from" in fields:
        values |= _follows(reader, fields)
    bare = Parameter(**values)
    _check_sense(fields, bare)
    _check_values(fields, bare)
    for word in ("default", "sample"):
        if word in fields:
            values[word] = read_value(source, bare, fields[word], fields.of(word))
    return Parameter(**values)


def _must(reader: RecordReader, fields: Fields, key: str) -> Demand:
    node = fields["must"]
    position = reader.source.at(node)
    if not isinstance(node, MappingNode):
        return Demand(fields.prose("must"), key, position=position)
    values = reader.record("must", node, fields.of("must")) or {"say": ""}
    return Demand(**values, field=key, position=position)


def _check_keys(fields: Fields, kind: ParameterType, types: Types) -> None:
    """Report keys that only other types allow, and missing keys that this type requires."""
    fault, what = fields.source.fault, fields.what
    others = {key for each in types.values() for key in each.keys} - set(kind.keys)
    for key in fields.keys() & others:
        fault("bad-value", f"`{key}` of {what} is not allowed for type {kind.name}", fields[key])
    for key in kind.needs:
        if key not in fields:
            fault("missing-key", f"{what} has no '{key}'", fields["type"], f"type {kind.name} needs them")


def _check_values(fields: Fields, bare: Parameter) -> None:
    """Report values that `from` would produce but that are not valid for the parameter."""
    for _, value in bare.follows_as:
        try:
            parse_value(bare, value)
        except ValueProblem as problem:
            message = f"`from` of {fields.what} cannot produce '{value}'"
            fields.source.fault("bad-value", message, fields["from"], problem.message)


def _fields(fields: Fields, key: str, types: Types) -> tuple[Parameter, ...]:
    """Read the fields of each item of a list of records."""
    source, node = fields.source, fields["fields"]
    found = tuple(read_parameters(source, node, key, fields.what, types).values())
    for field in found:
        if field.name in ("items", "keys", "values", "get", "pop", "copy", "update", "clear"):
            source.fault("bad-id", f"a field cannot be called '{field.name}'", node, "templates could not read it")
        if field.type.plural:
            source.fault("bad-value", f"field '{field.name}' cannot be a list", node, "a field holds one value")
    return found


def _schemes(fields: Fields) -> tuple[tuple[str, int], ...]:
    entries, read = fields.entries("schemes").items(), fields.source.integer
    return tuple((name, read(value, f"the port of {name}")) for name, (_, value) in entries)


def _follows(reader: RecordReader, fields: Fields) -> dict[str, Any]:
    source, node = reader.source, fields["from"]
    if not isinstance(node, MappingNode):
        return {"derived_from": _leader(reader, fields.text("from"))}
    values = reader.record("from", node, fields.of("from")) or {}
    template = values.get("template", "")
    if template and template.count("*") != 1:
        source.fault("bad-value", f"`template` of {fields.what} needs exactly one `*`", node)
    return {
        "derived_from": _leader(reader, values.get("parameter", "")),
        "template": template,
        "part": values.get("part", ""),
        "follows_when": values.get("when", ALWAYS),
        "follows_as": values.get("values", ()),
    }


def _leader(reader: RecordReader, name: str) -> str:
    return key_of(reader.component, name) if name else ""


def _bound(fields: Fields, name: str, kind: ParameterType) -> int | str | None:
    if name not in fields or name not in kind.keys:
        return None
    source = fields.source
    if kind.bounds == "number":
        return source.integer(fields[name], fields.of(name))
    bound = Parameter("", name, kind, "value", "", source.at(fields[name]))
    value = read_value(source, bound, fields[name], fields.of(name))
    return value if isinstance(value, str) else None


def _options(fields: Fields) -> tuple[tuple[str, str], ...]:
    source, entries = fields.source, fields.entries("options")
    for name, (key, _) in entries.items():
        if not name.isascii() or any(char in name for char in ", ="):
            source.fault("bad-id", f"'{shown(name)}' cannot be an option of {fields.what}", key)
    return tuple((name, source.prose(say, f"option '{name}'")) for name, (_, say) in entries.items())


def _check_sense(fields: Fields, parameter: Parameter) -> None:
    fault, what, node = fields.source.fault, fields.what, fields.node
    if parameter.decided and parameter.required:
        fault("bad-value", f"{what} is never asked for", node, "leave `required` out")
    if parameter.required and "default" in fields:
        fault("bad-value", f"{what} is required and has a default", node, "drop one of them")
    asked = parameter.required or "required_when" in fields
    if asked and "sample" not in fields and "default" not in fields:
        fault("missing-key", f"{what} has no 'sample'", node, "tests need a value to render with")
    if any(one.followed for one in parameter.refused_when) and not parameter.derived_from:
        fault("bad-value", f"{what} does not follow another one", node, "leave `followed` out, or add `from`")
    low, high = parameter.minimum, parameter.maximum
    if isinstance(low, int) and isinstance(high, int) and low > high:
        fault("bad-value", f"{what}: `min` is greater than `max`", node)


def read_value(source: Source, parameter: Parameter, node: Node, what: str) -> Value:
    """Read a value of a catalogue file by the parameter's type; report it and return ``None`` if it is not valid."""
    if is_null(node):
        return None
    try:
        return parse_value(parameter, source.plain(node, what))
    except ValueProblem as problem:
        source.fault("bad-value", f"{what}: {problem.message}", node, problem.hint)
        return None


def check_references(parameters: Iterable[Parameter], known: Known, faults: list[Fault]) -> None:
    """Report every `from` and condition with an unknown name, and parameters that depend on themselves."""
    graph: dict[str, tuple[str, ...]] = {}
    places: dict[str, Position] = {}
    for parameter in parameters:
        for when in conditions(parameter):
            faults.extend(
                Fault("unknown-name", f"parameter '{parameter.name}': {message}", position, hint)
                for position, message, hint in name_faults(when, known)
            )
        for where, name, key in _references(parameter):
            if key not in known.values:
                message, hint = f"{where} unknown '{shown(name)}'", did_you_mean(name, known.values)
                faults.append(Fault("unknown-parameter", message, parameter.position, hint))
        follows = (parameter.derived_from,) if parameter.derived_from else ()
        graph[parameter.key] = (*graph.get(parameter.key, ()), *follows, *_depends_on(parameter, known))
        places[parameter.key] = parameter.position
    cycle = find_cycle(graph)
    if cycle:
        way = " → ".join((*cycle, cycle[0]))
        faults.append(Fault("cycle", f"parameters that depend on each other in a circle: {way}", places[cycle[0]]))


def _references(parameter: Parameter) -> Iterator[tuple[str, str, str]]:
    """Yield each reference outside of conditions: the beginning of a message, the text, and the parameter's key."""
    if parameter.derived_from:
        yield f"parameter '{parameter.key}' follows", parameter.derived_from, parameter.derived_from
    for other in parameter.distinct:
        yield f"`distinct` of parameter '{parameter.key}' names", other, other
    for one in parameter.refused_when:
        if one.equals:
            yield f"`equals` of parameter '{parameter.key}' names", one.equals, split_field(one.equals)[0]


def _depends_on(parameter: Parameter, known: Known) -> Iterator[str]:
    """Yield the keys of the parameters that conditions make this parameter's value depend on."""
    for when in deciding(parameter):
        yield from parameters_of(when)
        if any(isinstance(atom, IsScraped) for atom in atoms(when)):
            yield from known.scraped


def deciding(parameter: Parameter) -> tuple[When, ...]:
    """Return the conditions that a parameter's value may depend on."""
    needed = () if parameter.required_when is None else (parameter.required_when,)
    return (*needed, parameter.shown_when, parameter.follows_when)


def conditions(parameter: Parameter) -> tuple[When, ...]:
    """Return all conditions of a parameter; refusals may use its own value, since they are evaluated last."""
    return (*deciding(parameter), *(refusal.when for refusal in parameter.refused_when))
