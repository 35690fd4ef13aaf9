"""Sessions in which a component is in play and a condition of its holds.

The answers are found exactly, with the decision's diagram: the component's pattern is chosen, patterns that the
condition names are there or not, and the table writes the settings that it looks at. Parameters that a person may give
are then given what the condition wants. So a condition such as ``{has: sidecar.mtls, exposure: ingress}`` of a
Deployment leads to answers that choose a Deployment with that sidecar, and to ``app.exposure=ingress``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, islice

from wizard.catalog.globs import matches_any
from wizard.catalog.model import Parameter
from wizard.catalog.types.records import plain_records
from wizard.catalog.values import format_value
from wizard.catalog.when import (
    ALWAYS,
    Atom,
    Every,
    HasFeature,
    HasPattern,
    IsGiven,
    IsScraped,
    No,
    ParameterIs,
    Some,
    When,
    atoms,
    parameters_of,
)
from wizard.decision.cover import answers_in, clear_of_errors
from wizard.decision.diagram import FALSE
from wizard.decision.functions import Output, allowed, plain
from wizard.decision.model import Answers
from wizard.session.samples import with_samples
from wizard.session.session import Session

Requirement = tuple[Atom, bool]
"""A part of a condition, and what it must be."""
Clause = tuple[Requirement, ...]
"""Parts that make a condition true together."""
_CLAUSES = 64
"""The most ways to make one condition true that are tried."""
_ROUNDS = 3
"""Rounds of giving: a value may hide what was given before; more rounds than this change nothing."""


def clauses(when: When, *, wanted: bool = True) -> Iterator[Clause]:
    """List the ways to make a condition true (or false)."""
    match when:
        case Every(parts) | Some(parts):
            if isinstance(when, Every) == wanted:
                yield from _together(parts, wanted=wanted)
            else:
                for part in parts:
                    yield from clauses(part, wanted=wanted)
        case No(part):
            yield from clauses(part, wanted=not wanted)
        case _:
            yield ((when, wanted),)


def _together(parts: Sequence[When], *, wanted: bool) -> Iterator[Clause]:
    if not parts:
        yield ()
        return
    for head in clauses(parts[0], wanted=wanted):
        for rest in _together(parts[1:], wanted=wanted):
            yield (*head, *rest)


def _counted(when: When, pages: tuple[When, ...]) -> When:
    """The condition with what is true of the pages with metrics in place of their number."""
    match when:
        case Every(parts):
            return Every(tuple(_counted(part, pages) for part in parts))
        case Some(parts):
            return Some(tuple(_counted(part, pages) for part in parts))
        case No(part):
            return No(_counted(part, pages))
        case IsScraped(wanted) if "none" in wanted:
            return ALWAYS if len(wanted) > 1 else No(Some(pages))
        case IsScraped(wanted):
            several = Some(tuple(Every(pair) for pair in combinations(pages, 2)))
            return Some(pages) if "one" in wanted else several
        case _:
            return when


def _taken(parameters: Iterable[Parameter], named: Iterable[str]) -> When:
    """The condition under which none of these parameters is refused because of the named ones."""
    refusals = (one.when for parameter in parameters for one in parameter.refused_when)
    return Every(tuple(No(when) for when in refusals if {*named} & {*parameters_of(when)}))


class Situations:
    """Finds sessions of one catalogue; ``first`` is the session without answers."""

    def __init__(self, first: Session) -> None:
        self.first = first
        self.catalog = first.catalog
        self.compiled = first.compiled
        self.diagram = first.compiled.functions.diagram
        self.outputs = first.compiled.functions.outputs
        self.clear = clear_of_errors(first.compiled)
        self.parameters: dict[str, Parameter] = {}
        """One declaration for each key; several workloads may have a parameter of that key."""
        for component in self.catalog.components.values():
            self.parameters.update({p.key: p for p in component.parameters})

    def where(self, pattern: str, implementation: str, *whens: When, items: str = "") -> Iterator[Session]:
        """Yield sessions that may have the component in play and all conditions true; the caller looks at them.

        ``items`` is the key of a list of records that should have more than one item.
        """
        named = tuple(dict.fromkeys(key for when in whens for key in parameters_of(when)))
        component = self.catalog.components.get((pattern, implementation))
        own = {p.key: p for p in component.parameters} if component is not None else {}
        shown = (*(self.shown(key, own) for key in named), _taken(own.values(), named))
        pages = self._pages(pattern)
        # What a condition excludes need not be shown, so the condition alone is tried, too.
        for whole in (_counted(Every((*whens, *shown)), pages), _counted(Every(whens), pages)):
            for clause in islice(clauses(whole), _CLAUSES):
                node = self._node(pattern, implementation, clause)
                if node != FALSE:
                    session = self._answered(answers_in(self.compiled, node), pattern, implementation)
                    yield self.given(session, clause, items)

    def shown(self, key: str, own: Mapping[str, Parameter] | None = None) -> When:
        """The condition under which a form shows a parameter, with those of the parameters it looks at.

        ``own`` are the parameters of the component that is looked for: another one may have some under the same keys.
        """
        found: dict[str, When] = {}
        todo = [key]
        while todo:
            parameter = {**self.parameters, **(own or {})}.get(todo.pop())
            if parameter is not None and not parameter.decided and parameter.key not in found:
                found[parameter.key] = parameter.shown_when
                todo += parameters_of(parameter.shown_when)
        return Every(tuple(found.values()))

    def _pages(self, pattern: str) -> tuple[When, ...]:
        """List the conditions under which declared pages with metrics are in play, those of one pattern first."""
        found: dict[When, None] = {}
        for (owner, _), component in sorted(self.catalog.components.items(), key=lambda item: item[0][0] != pattern):
            for one in component.declares.scrape:
                there = HasPattern(owner, one.position)
                found[one.when if owner == pattern else Every((there, one.when))] = None
        return tuple(found)

    # --- answers ----------------------------------------------------------------------------------

    def _node(self, pattern: str, implementation: str, clause: Clause) -> int:
        both, negate = self.diagram.both, self.diagram.negate
        node = both(self.clear, both(self._pattern((pattern,)), self._implementation(pattern, implementation)))
        for atom, wanted in clause:
            part = self._part(atom)
            if part is not None and (wanted or not isinstance(atom, IsGiven)):
                node = both(node, part if wanted else negate(part))
            elif wanted and isinstance(atom, ParameterIs):
                node = both(node, self._declaring(atom.key))
        return node

    def _part(self, atom: Atom) -> int | None:
        """The answers that make a part of a condition true; ``None`` where they do not decide it."""
        match atom:
            case HasPattern(glob):
                return self._pattern([one for one in self.catalog.patterns if matches_any(glob, (one,))])
            case IsGiven(key):
                return self._declaring(key)
            case ParameterIs(key, _, values):
                return self._value(key, values)
            case _:
                return None

    def _pattern(self, patterns: Iterable[str]) -> int:
        nodes = (one.node for one in self.outputs if one.section in ("base", "add") and one.name in patterns)
        return self.diagram.any_of(nodes)

    def _implementation(self, pattern: str, implementation: str) -> int:
        """The answers that allow an implementation."""
        others = (
            one.node
            for one in self.outputs
            if one.section == "implementation" and one.name == pattern and implementation not in allowed(one)
        )
        return self.diagram.negate(self.diagram.any_of(others))

    def _declaring(self, key: str) -> int:
        """The answers with a component that declares a parameter."""
        patterns = {p for (p, _), one in self.catalog.components.items() if any(d.key == key for d in one.parameters)}
        return self._pattern(patterns)

    def _value(self, key: str, values: tuple[str, ...]) -> int | None:
        """The answers for which the table gives a parameter one of these values; ``None`` where a person gives it."""
        parameter = self.parameters.get(key)
        if parameter is None or not parameter.decided or parameter.part:
            return None
        written = [one for one in self.outputs if one.section == "set" and one.name == parameter.setting]
        right = self.diagram.any_of(one.node for one in written if _text(parameter, one) in values)
        if format_value(parameter, parameter.default) in values:
            right = self.diagram.either(right, self.diagram.negate(self.diagram.any_of(one.node for one in written)))
        if right == FALSE:
            right = self._pattern(self._providers(key, values))
        return self.diagram.both(right, self._declaring(key))

    def _providers(self, key: str, values: tuple[str, ...]) -> Iterator[str]:
        """The patterns of components that provide one of these values, or another parameter's."""
        for component in self.catalog.components.values():
            if any(p.key == key and (p.value in values or "." in p.value) for p in component.declares.provides):
                yield component.id

    def _answered(self, answers: Answers, pattern: str, implementation: str) -> Session:
        session = replace(self.first, answers=dict(answers))
        if len(session.allowed(pattern)) > 1:
            key = f"{session.scope(pattern)}.implementation"
            session = replace(session, given={key: implementation})
        return session

    # --- parameters -------------------------------------------------------------------------------

    def given(self, session: Session, clause: Clause, items: str = "") -> Session:
        """Give a session what a clause wants of parameters and of the Kubernetes version."""
        session = with_samples(session)
        for _ in range(_ROUNDS):
            before = session
            if items in session.resolved:
                session = self._several(session, items)
            for atom, wanted in clause:
                session = self._made(session, atom, wanted=wanted)
            session = with_samples(session)
            if session.given == before.given and session.options == before.options:
                break
        return session

    def _made(self, session: Session, atom: Atom, *, wanted: bool) -> Session:
        match atom:
            case HasFeature(feature):
                return self._of_version(session, feature, wanted=wanted)
            case IsGiven(key) if key in session.resolved:
                return _filled(session, key, wanted=wanted)
            case ParameterIs(key, field, values) if key in session.resolved:
                parameter = session.resolved[key].parameter
                if parameter.decided:
                    return _with_leader(session, parameter, values, wanted=wanted)
                return (
                    _with_field(session, key, field, values, wanted=wanted)
                    if field
                    else _with_value(session, parameter, values, wanted=wanted)
                )
            case _:
                return session

    def _of_version(self, session: Session, feature: str, *, wanted: bool) -> Session:
        if (feature in session.surroundings.features) == wanted:
            return session
        first = self.catalog.features[feature].first
        fitting = [minor for minor in self.catalog.minors if (minor >= first) == wanted]
        return replace(session, options=replace(session.options, minor=fitting[-1])) if fitting else session

    def _several(self, session: Session, key: str) -> Session:
        """Give a list of records two items, whose names and numbers differ."""
        field = session.resolved[key]
        items = plain_records(field.value)
        if len(items) > 1 or not items or field.parameter.decided:
            return session
        other = {name: _next(value) for name, value in items[0].items()}
        for part in field.parameter.fields:
            if part.options and part.name in items[0]:
                other[part.name] = items[0][part.name]
        return replace(session, given={**session.given, key: [items[0], other]})


def _next(value: object) -> object:
    return value + 1 if isinstance(value, int) and not isinstance(value, bool) else f"{value}2"


def _text(parameter: Parameter, output: Output) -> str:
    return format_value(parameter, plain(output))


def _filled(session: Session, key: str, *, wanted: bool) -> Session:
    """Give a parameter a value, or nothing."""
    field = session.resolved[key]
    if bool(field.text and field.value not in (None, ())) == wanted or field.parameter.decided:
        return session
    if not wanted:
        return replace(session, given={**session.given, key: []})
    parameter = field.parameter
    value = parameter.sample if parameter.sample is not None else parameter.default
    raw = plain_records(value) if parameter.fields else value
    return replace(session, given={**session.given, key: raw})


def _with_value(session: Session, parameter: Parameter, values: tuple[str, ...], *, wanted: bool) -> Session:
    """Give a parameter one of these values, or of a choice another option."""
    if (session.resolved[parameter.key].text in values) == wanted:
        return session
    others = [option for option, _ in parameter.options if option not in values]
    offered = list(values) if wanted else others
    if parameter.leads:
        offered = [one for one in offered if one in session.allowed(parameter.component)]
    return replace(session, given={**session.given, parameter.key: offered[0]}) if offered else session


def _with_leader(session: Session, parameter: Parameter, values: tuple[str, ...], *, wanted: bool) -> Session:
    """Change what a parameter is a part of, so that it has one of these values: an address, or a list of records."""
    leader = session.resolved.get(parameter.derived_from)
    if leader is None or (session.resolved[parameter.key].text in values) == wanted:
        return session
    field = parameter.part.partition(".")[2]
    if leader.parameter.fields:
        return _with_field(session, leader.parameter.key, field, values, wanted=wanted)
    offered = [name for name, _ in leader.parameter.schemes if (name in values) == wanted]
    rest = leader.text.partition("://")[2]
    if parameter.part != "scheme" or not offered or not rest:
        return session
    return replace(session, given={**session.given, leader.parameter.key: f"{offered[0]}://{rest}"})


def _with_field(session: Session, key: str, field: str, values: tuple[str, ...], *, wanted: bool) -> Session:
    """Give a field of every item of a list of records one of these values, or another option."""
    resolved = session.resolved[key]
    part = next((one for one in resolved.parameter.fields if one.name == field), None)
    items = plain_records(resolved.value)
    offered = list(values) if wanted else [option for option, _ in part.options if option not in values] if part else []
    if part is None or not items or not offered:
        return session
    changed = []
    for item in items:
        fits = (format_value(part, item.get(field, part.default)) in values) == wanted  # type: ignore[arg-type]
        new = item if fits else {**item, field: offered[0]}
        for one in resolved.parameter.fields:
            if one.required_when is not None and one.name not in new and _needs(new, one.required_when):
                new[one.name] = one.sample
        changed.append(new)
    return replace(session, given={**session.given, key: changed})


def _needs(item: Mapping[str, object], when: When) -> bool:
    """Tell whether a field of an item is needed beside the others."""
    named = (atom for atom in atoms(when) if isinstance(atom, ParameterIs))
    return any(str(item.get(atom.key.rpartition(".")[2])) in atom.wanted for atom in named)
