"""The reader of parameter declarations, and the checks of each one and of their references to others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from wizard.catalog.yaml_source import Source
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
            found[name] = _parameter(source, component, name, key, fields, value, types)
    return found


def _parameter(
    source: Source, component: str, name: str, key: Node, fields: Mapping[str, Node], node: Node, types: Types
) -> Parameter:
    what = f"parameter '{name}'"
    word = source.choice(fields["type"], f"`type` of {what}", tuple(types)) if "type" in fields else ""
    kind = types[word or "text"]
    if word:
        _check_keys(source, fields, kind, types, what)
    reader = RecordReader(source, component)
    plain = {key: each for key, each in fields.items() if key not in _OTHERS}
    said: dict[str, Any] = {"kind": "value", "ask": "", **reader.values("parameter", plain, what)}
    said |= {
        "component": component,
        "name": name,
        "type": kind,
        "position": source.at(key),
        "fields": _fields(source, fields["fields"], f"{component}.{name}", what, types) if "fields" in fields else (),
        "schemes": _schemes(source, fields["schemes"], what) if "schemes" in fields else (),
        "options": _options(source, fields["options"], what) if "options" in fields else (),
        "minimum": _bound(source, fields, "min", kind, what),
        "maximum": _bound(source, fields, "max", kind, what),
        "must": _must(reader, fields["must"], f"{component}.{name}", what) if "must" in fields else None,
    }
    if "from" in fields:
        said |= _follows(reader, fields["from"], what)
    bare = Parameter(**said)
    _check_sense(source, fields, bare, node)
    _check_values(source, fields, bare, what)
    for word in ("default", "sample"):
        if word in fields:
            said[word] = read_value(source, bare, fields[word], f"`{word}` of {what}")
    return Parameter(**said)


def _must(reader: RecordReader, node: Node, key: str, what: str) -> Demand:
    position = reader.source.at(node)
    if not isinstance(node, MappingNode):
        return Demand(reader.source.prose(node, f"`must` of {what}"), key, position=position)
    values = reader.record("must", node, f"`must` of {what}") or {"say": ""}
    return Demand(**values, field=key, position=position)


def _check_keys(source: Source, fields: Mapping[str, Node], kind: ParameterType, types: Types, what: str) -> None:
    """Report keys that only other types allow, and missing keys that this type requires."""
    others = {key for each in types.values() for key in each.keys} - set(kind.keys)
    for key in fields.keys() & others:
        source.fault("bad-value", f"`{key}` of {what} is not allowed for type {kind.name}", fields[key])
    for key in kind.needs:
        if key not in fields:
            source.fault("missing-key", f"{what} has no '{key}'", fields["type"], f"type {kind.name} needs them")


def _check_values(source: Source, fields: Mapping[str, Node], bare: Parameter, what: str) -> None:
    """Report values that `from` would produce but that are not valid for the parameter."""
    for _, value in bare.follows_as:
        try:
            parse_value(bare, value)
        except ValueProblem as problem:
            source.fault("bad-value", f"`from` of {what} cannot produce '{value}'", fields["from"], problem.message)


def _fields(source: Source, node: Node, key: str, what: str, types: Types) -> tuple[Parameter, ...]:
    """Read the fields of each item of a list of records."""
    found = tuple(read_parameters(source, node, key, what, types).values())
    for field in found:
        if field.name in ("items", "keys", "values", "get", "pop", "copy", "update", "clear"):
            source.fault("bad-id", f"a field cannot be called '{field.name}'", node, "templates could not read it")
        if field.type.plural:
            source.fault("bad-value", f"field '{field.name}' cannot be a list", node, "a field holds one value")
    return found


def _schemes(source: Source, node: Node, what: str) -> tuple[tuple[str, int], ...]:
    entries = source.entries(node, f"`schemes` of {what}")
    return tuple((name, source.integer(value, f"the port of {name}")) for name, (_, value) in entries.items())


def _follows(reader: RecordReader, node: Node, what: str) -> dict[str, Any]:
    source = reader.source
    if not isinstance(node, MappingNode):
        return {"derived_from": _leader(reader, source.text(node, f"`from` of {what}"))}
    values = reader.record("from", node, f"`from` of {what}") or {}
    template = values.get("template", "")
    if template and template.count("*") != 1:
        source.fault("bad-value", f"`template` of {what} needs exactly one `*`", node)
    return {
        "derived_from": _leader(reader, values.get("parameter", "")),
        "template": template,
        "part": values.get("part", ""),
        "follows_when": values.get("when", ALWAYS),
        "follows_as": values.get("values", ()),
    }


def _leader(reader: RecordReader, name: str) -> str:
    return key_of(reader.component, name) if name else ""


def _bound(source: Source, fields: Mapping[str, Node], name: str, kind: ParameterType, what: str) -> int | str | None:
    if name not in fields or name not in kind.keys:
        return None
    if kind.bounds == "number":
        return source.integer(fields[name], f"`{name}` of {what}")
    bound = Parameter("", name, kind, "value", "", source.at(fields[name]))
    value = read_value(source, bound, fields[name], f"`{name}` of {what}")
    return value if isinstance(value, str) else None


def _options(source: Source, node: Node, what: str) -> tuple[tuple[str, str], ...]:
    entries = source.entries(node, f"`options` of {what}")
    for name, (key, _) in entries.items():
        if not name or not name.isascii() or not name.isprintable() or "," in name or " " in name or "=" in name:
            source.fault("bad-id", f"'{shown(name)}' cannot be an option of {what}", key)
    return tuple((name, source.prose(say, f"option '{name}'")) for name, (_, say) in entries.items())


def _check_sense(source: Source, fields: Mapping[str, Node], parameter: Parameter, node: Node) -> None:
    name = parameter.name
    if parameter.decided and parameter.required:
        source.fault("bad-value", f"parameter '{name}' is never asked for", node, "leave `required` out")
    if parameter.required and "default" in fields:
        source.fault("bad-value", f"parameter '{name}' is required and has a default", node, "drop one of them")
    asked = parameter.required or "required_when" in fields
    if asked and "sample" not in fields and "default" not in fields:
        source.fault("missing-key", f"parameter '{name}' has no 'sample'", node, "tests need a value to render with")
    if any(one.followed for one in parameter.refused_when) and not parameter.derived_from:
        source.fault(
            "bad-value", f"parameter '{name}' does not follow another one", node, "leave `followed` out, or add `from`"
        )
    low, high = parameter.minimum, parameter.maximum
    if isinstance(low, int) and isinstance(high, int) and low > high:
        source.fault("bad-value", f"parameter '{name}': `min` is greater than `max`", node)


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
        if parameter.derived_from and parameter.derived_from not in known.values:
            message = f"parameter '{parameter.key}' follows unknown '{shown(parameter.derived_from)}'"
            hint = did_you_mean(parameter.derived_from, known.values)
            faults.append(Fault("unknown-parameter", message, parameter.position, hint))
        for other in parameter.distinct:
            if other not in known.values:
                message = f"`distinct` of parameter '{parameter.key}' names unknown '{shown(other)}'"
                faults.append(
                    Fault("unknown-parameter", message, parameter.position, did_you_mean(other, known.values))
                )
        for one in parameter.refused_when:
            if one.equals and split_field(one.equals)[0] not in known.values:
                message = f"`equals` of parameter '{parameter.key}' names unknown '{shown(one.equals)}'"
                hint = did_you_mean(one.equals, known.values)
                faults.append(Fault("unknown-parameter", message, parameter.position, hint))
        follows = (parameter.derived_from,) if parameter.derived_from else ()
        graph[parameter.key] = (*graph.get(parameter.key, ()), *follows, *_looked_at(parameter, known))
        places[parameter.key] = parameter.position
    cycle = find_cycle(graph)
    if cycle:
        way = " → ".join((*cycle, cycle[0]))
        faults.append(Fault("cycle", f"parameters that depend on each other in a circle: {way}", places[cycle[0]]))


def _looked_at(parameter: Parameter, known: Known) -> Iterator[str]:
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
