"""Read parameter declarations, and check what they say about themselves and each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from yaml.nodes import MappingNode, Node, SequenceNode

from wizard.catalog.conditions import find_cycle
from wizard.catalog.keys import KINDS, PARAMETER_TYPES, known
from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.table import good_id, paragraphs
from wizard.catalog.typed import ValueProblem
from wizard.catalog.values import parse_value
from wizard.catalog.yaml_source import Source, is_null
from wizard.errors import Fault, Position
from wizard.text import did_you_mean, shown

_PARAMETER = known("parameter")
_FROM = known("from")
_BOUNDED = ("integer", "port", "quantity", "duration")
_MEASURED = ("text", "name", "subdomain", "path", "url", "host", "endpoint", "image", "key", "secret-name")
RESERVED = "implementation"

Conditions = tuple[tuple[str, tuple[Value, ...]], ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter with its place; its conditions are read once the whole component is known."""

    parameter: Parameter
    source: Source
    required_when: Node | None
    shown_when: Node | None


def read_parameters(source: Source, node: Node, component: str, what: str) -> dict[str, Declared]:
    """Every parameter of a mapping, without its conditions."""
    found: dict[str, Declared] = {}
    for name, (key, value) in source.entries(node, f"`parameters` of {what}").items():
        if not good_id(name) or name == RESERVED:
            source.fault("bad-id", f"a parameter cannot be called '{shown(name)}'", key, "letters, digits, `_` and `-`")
        fields = source.fields(value, _PARAMETER, f"parameter '{name}'")
        if fields:
            parameter = _parameter(source, component, name, key, fields, value)
            found[name] = Declared(parameter, source, fields.get("required_when"), fields.get("shown_when"))
    return found


def _parameter(
    source: Source, component: str, name: str, key: Node, fields: Mapping[str, Node], node: Node
) -> Parameter:
    what = f"parameter '{name}'"
    kind = source.choice(fields["type"], f"`type` of {what}", PARAMETER_TYPES) if "type" in fields else ""
    role = source.choice(fields["kind"], f"`kind` of {what}", KINDS) if "kind" in fields else "value"
    follows, template = _follows(source, fields["from"], what) if "from" in fields else ("", "")
    said = {
        "component": component,
        "name": name,
        "type": kind or "text",
        "kind": role or "value",
        "ask": paragraphs(source.text(fields["ask"], f"`ask` of {what}")) if "ask" in fields else "",
        "position": source.at(key),
        "help": paragraphs(source.text(fields["help"], f"`help` of {what}")) if "help" in fields else "",
        "derived_from": follows,
        "template": template,
        "decided": "decided" in fields and source.flag(fields["decided"], f"`decided` of {what}"),
        "required": "required" in fields and source.flag(fields["required"], f"`required` of {what}"),
        "minimum": _bound(source, fields, "min", kind, what),
        "maximum": _bound(source, fields, "max", kind, what),
        "max_length": _max_length(source, fields, kind, what),
        "starts": _starts(source, fields, kind, what),
        "options": _options(source, fields, kind, what),
        "heading": source.text(fields["heading"], f"`heading` of {what}") if "heading" in fields else "",
    }
    bare = Parameter(**said)  # type: ignore[arg-type]
    _check_sense(source, fields, bare, node)
    for word in ("default", "sample"):
        if word in fields:
            said[word] = read_value(source, bare, fields[word], f"`{word}` of {what}")
    return Parameter(**said)  # type: ignore[arg-type]


def _max_length(source: Source, fields: Mapping[str, Node], kind: str, what: str) -> int | None:
    if "max_length" not in fields:
        return None
    if kind not in _MEASURED:
        source.fault("bad-value", f"`max_length` does not go with type {kind or 'unknown'}", fields["max_length"])
    return source.integer(fields["max_length"], f"`max_length` of {what}")


def _starts(source: Source, fields: Mapping[str, Node], kind: str, what: str) -> str:
    if "starts" not in fields:
        return ""
    if kind != "text":
        source.fault("bad-value", f"`starts` does not go with type {kind or 'unknown'}", fields["starts"])
    return source.text(fields["starts"], f"`starts` of {what}")


def _follows(source: Source, node: Node, what: str) -> tuple[str, str]:
    if not isinstance(node, MappingNode):
        return source.text(node, f"`from` of {what}"), ""
    fields = source.fields(node, _FROM, f"`from` of {what}")
    template = source.text(fields["template"], f"`template` of {what}") if "template" in fields else ""
    if template and template.count("*") != 1:
        source.fault("bad-value", f"`template` of {what} needs exactly one `*`", fields["template"])
    return source.text(fields["parameter"], f"`from` of {what}") if "parameter" in fields else "", template


def _bound(source: Source, fields: Mapping[str, Node], name: str, kind: str, what: str) -> int | str | None:
    if name not in fields:
        return None
    if kind not in _BOUNDED:
        source.fault("bad-value", f"`{name}` does not go with type {kind or 'unknown'}", fields[name])
        return None
    if kind in ("integer", "port"):
        return source.integer(fields[name], f"`{name}` of {what}")
    bound = Parameter("", name, cast(ParameterType, kind), "value", "", source.at(fields[name]))
    value = read_value(source, bound, fields[name], f"`{name}` of {what}")
    return value if isinstance(value, str) else None


def _options(source: Source, fields: Mapping[str, Node], kind: str, what: str) -> tuple[tuple[str, str], ...]:
    if "options" not in fields:
        if kind == "choice":
            source.fault("missing-key", f"{what} has no 'options'", fields["type"], "a choice needs them")
        return ()
    if kind != "choice":
        source.fault("bad-value", f"{what} is not a choice but has options", fields["options"])
    entries = source.entries(fields["options"], f"`options` of {what}")
    for name, (key, _) in entries.items():
        if not name or not name.isascii() or not name.isprintable() or "," in name or " " in name or "=" in name:
            source.fault("bad-id", f"'{shown(name)}' cannot be an option of {what}", key)
    return tuple((name, paragraphs(source.text(say, f"option '{name}'"))) for name, (_, say) in entries.items())


def _check_sense(source: Source, fields: Mapping[str, Node], parameter: Parameter, node: Node) -> None:
    name = parameter.name
    if parameter.decided and parameter.required:
        source.fault("bad-value", f"parameter '{name}' is never asked for", node, "leave `required` out")
    if parameter.required and "default" in fields:
        source.fault("bad-value", f"parameter '{name}' is required and has a default", node, "drop one of them")
    asked = parameter.required or "required_when" in fields
    if asked and "sample" not in fields and "default" not in fields:
        source.fault("missing-key", f"parameter '{name}' has no 'sample'", node, "tests need a value to render with")
    low, high = parameter.minimum, parameter.maximum
    if isinstance(low, int) and isinstance(high, int) and low > high:
        source.fault("bad-value", f"parameter '{name}': the least value is above the greatest", node)


def read_value(source: Source, parameter: Parameter, node: Node, what: str) -> Value:
    """A value of a catalogue file, valid for the parameter's type; ``None`` after noting that it is not."""
    if is_null(node):
        return None
    try:
        return parse_value(parameter, source.plain(node, what))
    except ValueProblem as problem:
        source.fault("bad-value", f"{what}: {problem.message}", node, problem.hint)
        return None


def with_conditions(declared: Mapping[str, Declared], others: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """The parameters with their conditions, which may name each other and ``others``."""
    found = {name: one.parameter for name, one in declared.items()}
    by_name = {**others, **found}
    graph: dict[str, tuple[str, ...]] = {}
    for name, one in declared.items():
        if one.required_when is None and one.shown_when is None:
            continue
        required = _conditions(one.source, one.required_when, by_name, f"`required_when` of parameter '{name}'")
        offered = _conditions(one.source, one.shown_when, by_name, f"`shown_when` of parameter '{name}'")
        found[name] = replace(one.parameter, required_when=required, shown_when=offered)
        graph[name] = tuple(other for other, _ in (*required, *offered))
    cycle = find_cycle(graph)
    if cycle:
        one = declared[cycle[0]]
        way = " → ".join((*cycle, cycle[0]))
        one.source.fault("cycle", f"conditions that lead back to themselves: {way}", one.shown_when)
    return found


def _conditions(source: Source, node: Node | None, by_name: Mapping[str, Parameter], what: str) -> Conditions:
    if node is None:
        return ()
    found: list[tuple[str, tuple[Value, ...]]] = []
    for name, (key, value) in source.entries(node, what).items():
        if name not in by_name:
            hint = did_you_mean(name, by_name)
            source.fault("unknown-parameter", f"{what} names unknown parameter '{shown(name)}'", key, hint)
            continue
        nodes = value.value if isinstance(value, SequenceNode) else [value]
        found.append((name, tuple(read_value(source, by_name[name], item, what) for item in nodes)))
    return tuple(found)


def check_references(parameters: Iterable[Parameter], faults: list[Fault]) -> None:
    """Every `from` names a declared parameter, and following them comes to an end."""
    everything = list(parameters)
    known_keys = {parameter.key for parameter in everything}
    graph: dict[str, tuple[str, ...]] = {}
    places: dict[str, Position] = {}
    for parameter in everything:
        if not parameter.derived_from:
            continue
        if parameter.derived_from not in known_keys:
            message = f"parameter '{parameter.key}' follows unknown '{shown(parameter.derived_from)}'"
            hint = did_you_mean(parameter.derived_from, known_keys)
            faults.append(Fault("unknown-parameter", message, parameter.position, hint))
        graph[parameter.key] = (*graph.get(parameter.key, ()), parameter.derived_from)
        places[parameter.key] = parameter.position
    cycle = find_cycle(graph)
    if cycle:
        way = " → ".join((*cycle, cycle[0]))
        faults.append(Fault("cycle", f"parameters that follow each other in a circle: {way}", places[cycle[0]]))
