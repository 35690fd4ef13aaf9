"""Resolve every parameter of the components in play from what a person gave, the table and the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from wizard.catalog.model import Component, Parameter, Value
from wizard.catalog.typed import ValueProblem
from wizard.catalog.values import format_value, parse_value
from wizard.catalog.when import Atom, HasFeature, HasPattern, IsGiven, holds
from wizard.catalog.words import matches_any
from wizard.decision.model import Setting

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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The bundle that the parameters are for."""

    patterns: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    """The features that its oldest minor has."""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    """Decided by the table, by parameter name."""


class _Resolver:
    """Resolves lazily, because a parameter may follow another one of another component."""

    def __init__(self, components: tuple[Component, ...], given: Mapping[str, object], bundle: Surroundings) -> None:
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
        """Tell whether one part of a condition is true; a parameter that is not in play has no value."""
        if isinstance(atom, HasPattern):
            return matches_any(atom.pattern, self.bundle.patterns)
        if isinstance(atom, HasFeature):
            return atom.feature in self.bundle.features
        if atom.key not in self.parameters:
            return False
        found = self.field(atom.key)
        if isinstance(atom, IsGiven):
            return found.value not in (None, (), "")
        return found.text in atom.wanted

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
        if parameter.name not in self.bundle.settings:
            return self._fallback(parameter)[0]
        setting = self.bundle.settings[parameter.name]
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
    components: tuple[Component, ...], given: Mapping[str, object], bundle: Surroundings
) -> Mapping[str, Field]:
    """Every parameter of ``components`` by key, in declaration order.

    ``given`` is raw text or plain YAML data by ``component.name``; keys of components that are not in
    play are ignored. A hidden parameter has its default, whatever was given. A value that is refused beside the
    others keeps its text and is invalid.
    """
    resolver = _Resolver(components, given, bundle)
    fields = {key: resolver.field(key) for key in resolver.parameters}
    return {key: resolver.refused(found) for key, found in fields.items()}


def plain(parameter: Parameter, value: Value) -> object:
    """The value as YAML data: lists and mappings instead of tuples."""
    if parameter.type == "map" and isinstance(value, tuple):
        return {str(pair[0]): pair[1] for pair in value if isinstance(pair, tuple)}
    return list(value) if isinstance(value, tuple) else value
