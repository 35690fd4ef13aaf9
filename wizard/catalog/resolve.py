"""Resolve every parameter of the components in play from what a person gave, the table and the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from wizard.catalog.model import Catalog, Component, Parameter, Value
from wizard.catalog.typed import ValueProblem
from wizard.catalog.values import format_value, parse_value
from wizard.catalog.when import Atom, Surroundings, holds, true_in
from wizard.decision.model import Setting
from wizard.kube.versions import Minor

FieldState = Literal["missing", "given", "default", "follows", "invalid"]


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter as a form shows it; ``text`` is what stands in the field."""

    parameter: Parameter
    text: str
    state: FieldState
    value: Value = None
    required: bool = False
    shown: bool = True
    problem: str = ""
    hint: str = ""


class _Resolver:
    """Resolves lazily, because a parameter may follow another one of another component."""

    def __init__(
        self,
        components: tuple[Component, ...],
        given: Mapping[str, object],
        settings: Mapping[str, Setting],
        bundle: Surroundings,
    ) -> None:
        self.settings = settings
        self.bundle = bundle
        self.parameters = {p.key: p for component in components for p in component.parameters}
        self.given = given
        self.fields: dict[str, Field] = {}

    def field(self, key: str) -> Field:
        """The resolved field of one parameter of a component in play."""
        if key not in self.fields:
            self.fields[key] = self._resolve(self.parameters[key])
        return self.fields[key]

    def truth(self, atom: Atom) -> bool:
        """Tell whether one part of a condition is true."""
        return true_in(atom, self.bundle, self._texts)

    def _texts(self, key: str, _field: str) -> tuple[str, ...]:
        return (self.field(key).text,) if key in self.parameters else ()

    def refused(self, found: Field) -> Field:
        """The field with what is wrong with it beside the others; each other one is resolved by now."""
        if not found.shown or found.problem or found.state == "missing":
            return found
        for refusal in found.parameter.refused_when:
            if holds(refusal.when, self.truth):
                return replace(found, state="invalid", problem=refusal.say, hint=refusal.instead)
        return found

    def _resolve(self, parameter: Parameter) -> Field:
        shown = not parameter.decided and holds(parameter.shown_when, self.truth)
        if parameter.decided:
            value = self._decided(parameter)
            return Field(parameter, format_value(parameter, value), "default", value, shown=False)
        needed = parameter.required_when
        required = shown and (parameter.required or (needed is not None and holds(needed, self.truth)))
        raw = self.given.get(parameter.key)
        if shown and raw is not None and raw != "":
            return self._given(parameter, raw, required=required)
        value, follows = self._fallback(parameter)
        if value is None and required:
            return Field(parameter, "", "missing", None, required=True)
        state: FieldState = "follows" if follows else "default"
        return Field(parameter, format_value(parameter, value), state, value, required=required, shown=shown)

    def _decided(self, parameter: Parameter) -> Value:
        if parameter.name not in self.settings:
            return self._fallback(parameter)[0]
        setting = self.settings[parameter.name]
        return setting if setting is None else parse_value(parameter, setting)

    def _given(self, parameter: Parameter, raw: object, *, required: bool) -> Field:
        try:
            value = parse_value(parameter, raw)
        except ValueProblem as problem:
            text = raw if isinstance(raw, str) else str(raw)
            return Field(parameter, text, "invalid", None, required, problem=problem.message, hint=problem.hint)
        return Field(parameter, format_value(parameter, value), "given", value, required=required)

    def _fallback(self, parameter: Parameter) -> tuple[Value, bool]:
        source = parameter.derived_from
        if not source or source not in self.parameters:
            return parameter.default, False
        followed = self.field(source).value
        if followed is None:
            return parameter.default, False
        if not parameter.template:
            return followed, True
        text = parameter.template.replace("*", format_value(self.parameters[source], followed))
        try:
            return parse_value(parameter, text), True
        except ValueProblem:
            return parameter.default, False


def resolve(
    components: tuple[Component, ...],
    given: Mapping[str, object],
    settings: Mapping[str, Setting],
    bundle: Surroundings,
) -> Mapping[str, Field]:
    """Every parameter of ``components`` by key, in declaration order.

    ``given`` is raw text or plain YAML data by ``component.name``; keys of components that are not in
    play are ignored. ``settings`` are the table's. A hidden parameter has its default, whatever was given. A value
    that is refused beside the others keeps its text and is invalid.
    """
    resolver = _Resolver(components, given, settings, bundle)
    fields = {key: resolver.field(key) for key in resolver.parameters}
    return {key: resolver.refused(found) for key, found in fields.items()}


def surroundings(catalog: Catalog, patterns: tuple[str, ...], minor: Minor) -> Surroundings:
    """What the conditions of a bundle with these patterns, for this oldest minor, look at."""
    return Surroundings(patterns, frozenset(f.id for f in catalog.features.values() if minor >= f.first))


def plain(parameter: Parameter, value: Value) -> object:
    """The value as YAML data: lists and mappings instead of tuples."""
    if parameter.type == "map" and isinstance(value, tuple):
        return {str(pair[0]): pair[1] for pair in value if isinstance(pair, tuple)}
    return list(value) if isinstance(value, tuple) else value
