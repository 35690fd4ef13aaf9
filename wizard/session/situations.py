"""Sessions in which a component is in play and one of its conditions is true.

The answers are found exactly, with the decision diagram: the component's pattern is chosen, patterns that the condition
names are present or absent, and the table writes the settings that it tests. Parameters that the user can set then get
the values that the condition wants. For example, the condition ``{has: sidecar.mtls, exposure: ingress}`` of a
Deployment leads to answers that choose a Deployment with that sidecar, and to ``app.exposure=ingress``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice

from wizard.catalog.globs import matches_any
from wizard.catalog.model import Parameter
from wizard.catalog.values import format_value
from wizard.catalog.when import (
    Atom,
    Every,
    HasFeature,
    HasPattern,
    IsGiven,
    No,
    ParameterIs,
    Some,
    When,
    parameters_of,
)
from wizard.decision.cover import answers_in, clear_of_errors
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.functions import allowed, plain
from wizard.decision.model import Answers
from wizard.session.clauses import Clause, clauses, counted
from wizard.session.giving import change, several
from wizard.session.samples import with_samples
from wizard.session.session import Session

_CLAUSES = 64
"""The maximum number of ways tried to make one condition true."""
_ROUNDS = 3
"""Rounds of setting values: a value may hide one set before; more rounds than this change nothing."""


def _taken(parameters: Iterable[Parameter], named: Iterable[str]) -> When:
    """Return the condition under which none of these parameters is refused because of the named ones."""
    # A refusal that depends on the value can still be avoided later with another value.
    refusals = (
        one.when for parameter in parameters for one in parameter.refused_when if not (one.followed or one.equals)
    )
    return Every(tuple(No(when) for when in refusals if {*named} & {*parameters_of(when)}))


class Situations:
    """A search for sessions of one catalogue; ``first`` is the session without answers."""

    def __init__(self, first: Session) -> None:
        self.first = first
        self.catalog = first.catalog
        self.compiled = first.compiled
        self.diagram = first.compiled.functions.diagram
        self.outputs = first.compiled.functions.outputs
        self.clear = clear_of_errors(first.compiled)
        # Cached because conditions of many declarations share their parts.
        self._part: Callable[[Atom], int | None] = cache(self._decided)
        self.declaring: Callable[[str], int] = cache(self._declaring)
        self.parameters: dict[str, Parameter] = {}
        """One declaration per key; several workloads may declare a parameter with the same key."""
        for component in self.catalog.components.values():
            self.parameters.update({p.key: p for p in component.parameters})

    def where(self, pattern: str, implementation: str, *whens: When, items: str = "") -> Iterator[Session]:
        """Yield sessions that may have the component in play and all conditions true; the caller must verify them.

        ``items`` is the key of a list of records that should have more than one item.
        """
        component = self.catalog.components.get((pattern, implementation))
        own = {p.key: p for p in component.parameters} if component is not None else {}
        within = self.with_component(pattern, implementation)
        for clause in self.ways(whens, own, pattern):
            node = self.diagram.both(within, self.possible(clause))
            if node != FALSE:
                session = self._answered(answers_in(self.compiled, node), pattern, implementation)
                yield self.given(session, clause, *([items] if items else ()))

    def ways(self, whens: Iterable[When], own: Mapping[str, Parameter], pattern: str = "") -> Iterator[Clause]:
        """Yield the ways to make all conditions true with their parameters shown and not refused.

        ``own`` are the parameters of the component of ``pattern``.
        """
        named = tuple(dict.fromkeys(key for when in whens for key in parameters_of(when)))
        shown = (*(self.shown(key, own) for key in named), _taken(own.values(), named))
        pages = self._pages(pattern)
        # A parameter that a condition excludes need not be shown, so the condition is also tried alone.
        for whole in (counted(Every((*whens, *shown)), pages), counted(Every(tuple(whens)), pages)):
            yield from islice(clauses(whole), _CLAUSES)

    def shown(self, key: str, own: Mapping[str, Parameter] | None = None) -> When:
        """Return the condition under which a form shows a parameter, including the parameters it depends on.

        ``own`` are the parameters of the wanted component, because another one may use the same keys.
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
        """Return the conditions under which declared metrics pages are in play, those of one pattern first."""
        found: dict[When, None] = {}
        for (owner, _), component in sorted(self.catalog.components.items(), key=lambda item: item[0][0] != pattern):
            for one in component.declares.scrape:
                there = HasPattern(owner, one.position)
                found[one.when if owner == pattern else Every((there, one.when))] = None
        return tuple(found)

    # --- answers ----------------------------------------------------------------------------------

    def with_component(self, pattern: str, implementation: str) -> int:
        """Return the answers that choose or allow an implementation of a pattern, and that block no bundle."""
        both = self.diagram.both
        return both(self.clear, both(self._pattern(pattern), self._implementation(pattern, implementation)))

    def possible(self, clause: Clause) -> int:
        """Return the answers for which a clause can be made true."""
        both, negate = self.diagram.both, self.diagram.negate
        node = TRUE
        for atom, wanted in clause:
            part = self._part(atom)
            if part is not None and (wanted or not isinstance(atom, IsGiven)):
                node = both(node, part if wanted else negate(part))
            elif wanted and isinstance(atom, ParameterIs):
                node = both(node, self.declaring(atom.key))
        return node

    def _decided(self, atom: Atom) -> int | None:
        """Return the answers that make a part of a condition true; ``None`` if answers do not decide it."""
        match atom:
            case HasPattern(glob):
                return self._pattern(glob)
            case IsGiven(key):
                return self.declaring(key)
            case ParameterIs(key, _, values):
                return self.value(key, values)
            case _:
                return None

    def _pattern(self, glob: str) -> int:
        named = (one for one in self.outputs if one.section in ("base", "add") and matches_any(glob, (one.name,)))
        return self.diagram.any_of(one.node for one in named)

    def _implementation(self, pattern: str, implementation: str) -> int:
        """Return the answers that allow an implementation."""
        others = (
            one.node
            for one in self.outputs
            if one.section == "implementation" and one.name == pattern and implementation not in allowed(one)
        )
        return self.diagram.negate(self.diagram.any_of(others))

    def _declaring(self, key: str) -> int:
        """Return the answers with a component that declares a parameter."""
        having = (use for use, one in self.catalog.components.items() if any(d.key == key for d in one.parameters))
        return self.diagram.any_of(self.with_component(*use) for use in having)

    def value(self, key: str, values: tuple[str, ...]) -> int | None:
        """Return the answers that set a parameter to one of these values; ``None`` if the user sets it."""
        parameter = self.parameters.get(key)
        if parameter is None or not parameter.decided or parameter.part:
            return None
        both, negate, any_of = self.diagram.both, self.diagram.negate, self.diagram.any_of
        written = [one for one in self.outputs if one.section == "set" and one.name == parameter.setting]
        right = any_of(one.node for one in written if format_value(parameter, plain(one)) in values)
        if format_value(parameter, parameter.default) in values:
            right = self.diagram.either(right, negate(any_of(one.node for one in written)))
        given = any_of(
            both(self._pattern(component.id), self._allowing(one.when))
            for component in self.catalog.components.values()
            for one in component.declares.provides
            if one.key == key and (one.value in values or "." in one.value)
        )
        owners = dict.fromkeys(owner for owner, _ in self.catalog.components)
        always = any_of(self._providing(pattern, key) for pattern in owners)
        return both(self.diagram.either(both(right, negate(always)), given), self.declaring(key))

    def _providing(self, pattern: str, key: str) -> int:
        """Return the answers for which every implementation of a pattern provides a parameter, whatever the user sets.

        The table never sets the parameter then.
        """
        negate, any_of = self.diagram.negate, self.diagram.any_of
        mine = [one.declares.provides for (owner, _), one in self.catalog.components.items() if owner == pattern]
        whens = [[one.when for one in provides if one.key == key] for provides in mine]
        surely = (any_of(negate(self._allowing(when, wanted=False)) for when in each) for each in whens)
        return self.diagram.both(self._pattern(pattern), self.diagram.all_of(surely))

    def _allowing(self, when: When, *, wanted: bool = True) -> int:
        """Return the answers that allow a condition to be true (or false); what no answer decides may be either."""
        match when:
            case Every(parts) | Some(parts):
                nodes = (self._allowing(part, wanted=wanted) for part in parts)
                return self.diagram.all_of(nodes) if isinstance(when, Every) == wanted else self.diagram.any_of(nodes)
            case No(part):
                return self._allowing(part, wanted=not wanted)
            case HasPattern(glob):
                return self._pattern(glob) if wanted else self.diagram.negate(self._pattern(glob))
            case _:
                return TRUE

    def _answered(self, answers: Answers, pattern: str, implementation: str) -> Session:
        session = self.first._replace(answers=dict(answers))
        if len(session.allowed(pattern)) > 1:
            key = f"{session.scope(pattern)}.implementation"
            session = session.with_given({key: implementation})
        return session

    # --- parameters -------------------------------------------------------------------------------

    def given(self, session: Session, clause: Clause, *lists: str) -> Session:
        """Set the parameters and the Kubernetes version of a session as a clause requires.

        ``lists`` are keys of lists of records that should have items of every kind.
        """
        needed = {p.key: p.sample for c in session.components for p in c.parameters if p.required}
        session = session.with_given({**needed, **session.given})
        changes: dict[str, object] = {}
        for key in lists:
            if key in session.resolved:
                field = session.resolved[key]
                changes[key] = several(field.parameter, field.value)
        for _ in range(_ROUNDS):
            changes.update((f.parameter.key, f.parameter.sample) for f in session.fields if f.state == "missing")
            for atom, wanted in clause:
                if isinstance(atom, HasFeature):
                    session = self._of_version(session, atom.feature, wanted=wanted)
                elif isinstance(atom, ParameterIs | IsGiven) and atom.key in session.resolved:
                    change(session, changes, atom, wanted=wanted)
            if all(session.given.get(key) == raw for key, raw in changes.items()):
                break
            session = session.with_given({**session.given, **changes})
        return with_samples(session)

    def _of_version(self, session: Session, feature: str, *, wanted: bool) -> Session:
        if (feature in session.surroundings.features) == wanted:
            return session
        first = self.catalog.features[feature].first
        fitting = [minor for minor in self.catalog.minors if (minor >= first) == wanted]
        return session._replace(options=session.options._replace(minor=fitting[-1])) if fitting else session
