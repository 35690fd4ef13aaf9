"""Complete sessions for the covering answer sets: the input of rendering, golden files and cluster tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wizard.catalog.model import Catalog, Component
from wizard.catalog.resolve import Field
from wizard.catalog.when import ParameterIs, parameters_of
from wizard.decision.budget import STEPS, Budget, BudgetSpentError
from wizard.decision.cover import covering
from wizard.decision.model import Answers
from wizard.errors import CatalogError, Fault, Position, WizardError
from wizard.render.contract.in_play import in_play
from wizard.render.contract.undeclared import component_at, undeclared
from wizard.render.service import fault_of, is_limit
from wizard.render.templates.places import place_of
from wizard.session.certain import drawn_of
from wizard.session.declared import declared_of
from wizard.session.giving import several
from wizard.session.samples import with_samples
from wizard.session.session import Session, start
from wizard.session.situations import Situations
from wizard.session.unused import unused_declarations
from wizard.text import listed

Chosen = tuple[str, str]
"""A pattern and one of its implementations."""
_BUNDLE = 300
"""Steps of the work budget charged per bundle, in proportion to its running time."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The result of rendering the covering answer sets."""

    faults: tuple[Fault, ...]
    bundles: int
    """The number of bundles rendered and checked."""
    sets: int
    """The number of answer sets behind the bundles; one set may have several bundles, which differ in their options."""
    of_rules: bool
    """True when every two rules that can apply together are covered; else every two patterns, settings and warnings."""
    complete: bool
    """False when the work budget ran out early."""


def covering_sessions(catalog: Catalog) -> Iterator[tuple[str, Session]]:
    """Yield a few sessions that cover every reachable pair of rules, and every implementation at least once.

    Yields (name, session) pairs; parameters without a default have their samples. Some sessions are blocked by a
    warning of level error: check ``session.blocked``. If a table has too many rules for their pairs, the sessions cover
    pairs of the rules' outputs instead, as far as the usual work budget reaches.
    """
    first = start(catalog)
    return _sessions(first, covering(first.compiled).sets)


def _sessions(first: Session, sets: Iterable[Answers]) -> Iterator[tuple[str, Session]]:
    used: Counter[Chosen] = Counter()
    missing: dict[Chosen, Session] = {}
    number = 0
    for number, answers in enumerate(sets, 1):
        session = first
        for question_id, answer in answers.items():
            session = session.answer(question_id, answer)
        if not session.blocked:
            missing = {(p, name): session for p in session.implementations for name in session.allowed(p)} | missing
        # A blocked session is never rendered, so it must not use up an implementation's turn.
        session = _rotate(session, used.copy() if session.blocked else used)
        yield f"cover-{number:02d}-{_name(session)}", with_samples(session)
    # If rules allow only some implementations, one of them may never have been used.
    for (pattern_id, name), session in missing.items():
        if not used[pattern_id, name]:
            number += 1
            chosen = session.with_given({**session.given, f"{session.scope(pattern_id)}.implementation": name})
            yield f"cover-{number:02d}-{_name(chosen)}", with_samples(_rotate(chosen, used))


def with_options(first: Session, sessions: Iterable[tuple[str, Session]]) -> Iterator[tuple[str, Session]]:
    """Yield the covering sessions that nothing blocks, and variants that show each option of each choice once."""
    seen: set[tuple[str, str]] = set()
    for name, session in sessions:
        turned: Session | None = None if session.blocked else session
        tried: set[tuple[str, str]] = set()
        while turned is not None:
            yield name, turned
            seen.update((f.parameter.key, str(f.value)) for f in turned.fields)
            turned = _turned(session, seen, tried)
    yield from _unseen(first, seen)


def _unseen(first: Session, seen: set[tuple[str, str]]) -> Iterator[tuple[str, Session]]:
    """Yield a session for each option that no covering session can have because other values there refuse it."""
    situations: Situations | None = None
    for (pattern, implementation), component in first.catalog.components.items():
        for parameter in component.parameters:
            for option, _ in parameter.options if not parameter.decided and parameter.name != "implementation" else ():
                if (parameter.key, option) in seen:
                    continue
                situations = situations or Situations(first)
                wanted = ParameterIs(parameter.key, "", (option,), parameter.position)
                for session in situations.where(pattern, implementation, wanted):
                    field = session.resolved.get(parameter.key)
                    if not session.problems and field is not None and field.shown and field.text == option:
                        seen.add((parameter.key, option))
                        yield f"option-{parameter.key}-{option}", session
                        break


def rehearse(catalog: Catalog, *, budget: int = STEPS) -> Rehearsal:
    """Render all covering bundles, each option of each choice at least once, to find faults that only rendering shows.

    Every bundle must render, and the offline checks must find no error in it. ``budget`` is the number of steps for
    finding the bundles, and again the number of steps for rendering them.
    """
    first = start(catalog)
    work = Budget(budget)
    cover = covering(first.compiled, work)
    work.renew()
    faults: dict[Fault, None] = {}
    complete, bundles, names, seen = cover.complete, 0, set[str](), set[Position]()
    for name, session in with_options(first, _sessions(first, cover.sets)):
        try:
            work.spend(_BUNDLE)
            names.add(name)
            bundles += 1
            faults.update(dict.fromkeys((*_rejected(session), *_undeclared(session), *_undrawn(session))))
            seen.update(in_play(declared_of(session)))
        except BudgetSpentError:
            complete = False
            break
        except CatalogError as error:
            faults.update(dict.fromkeys(error.faults))
        except WizardError as error:
            faults[fault_of(catalog, error)] = None
            if is_limit(error):
                break  # the next bundle would most likely hit the limit, too
    if complete and not faults:
        try:
            faults.update(dict.fromkeys(unused_declarations(first, seen, work)))
        except BudgetSpentError:
            complete = False
    return Rehearsal(tuple(faults), bundles, len(names), cover.of_rules, complete)


def _rejected(session: Session) -> Iterator[Fault]:
    from wizard.render.bundle.provenance import origin_in

    for finding in session.findings:
        if finding.severity == "error":
            origin = origin_in(session.bundle, finding.ref, finding.path)
            component = _component(session, origin.component if origin else "")
            message = f"it renders what `new` refuses to write: {finding.ref}: {finding.message}"
            yield Fault(f"renders-{finding.rule}", message, component.position, finding.hint)


def _component(session: Session, component_id: str) -> Component:
    """Return the component in play with this id, or else the workload."""
    return next((one for one in session.components if one.id == component_id), session.components[0])


def _undeclared(session: Session) -> Iterator[Fault]:
    """Yield a fault for each port and time in a bundle that no component declares."""
    declared = declared_of(session)
    for file in session.bundle.manifests:
        for leaf in undeclared(file, declared):
            component = _component(session, component_at(file, leaf.path))
            place = place_of(session.catalog.root / "templates", component, leaf.key, leaf.value)
            yield Fault("undeclared-leaf", leaf.message, place, f"{leaf.hint} of {component.folder}/component.yaml")


def _undrawn(session: Session) -> Iterator[Fault]:
    """Yield a fault for each pod that differs from the drawing, which is also the diagram in the bundle's README."""
    drawn, bundle = drawn_of(session), session.bundle
    pods = [(bundle.pod, drawn.containers)] if bundle.pod else []
    for pod, containers in [*pods, *((pod, drawn.beside(pod.component)) for pod in bundle.beside)]:
        wanted, found = [(one.name, one.role) for one in pod.containers], [(one.name, one.role) for one in containers]
        if wanted != found:
            lost = next((one.component for one in pod.containers if (one.name, one.role) not in found), pod.component)
            here, there = listed(name for name, _ in found) or "no container", listed(name for name, _ in wanted)
            message = f"the drawing of {pod.kind} {pod.name} has {here}, the bundle has {there}"
            hint = "decide with comparisons, `and`, `or`, `not`, `has` and `feature`, which the drawing can follow"
            yield Fault("not-drawn", message, _component(session, lost).position, hint)
    if bundle.pod and drawn.replicas != bundle.pod.replicas:
        message = f"no component declares how many pods {bundle.pod.kind} {bundle.pod.name} has ({bundle.pod.replicas})"
        yield Fault("undeclared-leaf", message, session.components[0].position, "add them to `replicas`")


def _turned(session: Session, seen: set[tuple[str, str]], tried: set[tuple[str, str]]) -> Session | None:
    """Return the session with an option not yet seen for each choice that has one; ``None`` if there is none.

    A list gets items from ``_listed``. Options that other values refuse are left for another session; ``tried`` holds
    every option that was tried for this session.
    """
    given: dict[str, object] = {}
    lists: dict[str, tuple[str, str]] = {}
    for f in session.fields:
        if f.parameter.options and not f.parameter.decided and f.parameter.name != "implementation":
            fresh = (option for option, _ in f.parameter.options if (f.parameter.key, option) not in seen | tried)
            if (option := next(fresh, None)) is not None:
                given[f.parameter.key] = option
        elif f.shown and (found := _listed(session, f, seen | tried)):
            lists[f.parameter.key], given[f.parameter.key] = found
    # Record the options here: another changed choice may hide this one, and it would be tried forever.
    tried.update([*((key, str(option)) for key, option in given.items()), *lists.values()])
    if not given:
        return None
    turned = with_samples(session.with_given({**session.given, **given}))
    while refused := [f.parameter for f in turned.fields if f.state == "invalid"]:
        named = {key for p in refused for one in p.refused_when for key in parameters_of(one.when)}
        kept = {key: option for key, option in given.items() if key not in named | {p.key for p in refused}}
        if kept == given:
            return _turned(session, seen, tried)
        given = kept
        turned = with_samples(session.with_given({**session.given, **given}))
    seen.update(one for key, one in lists.items() if key in given)
    return turned


def _listed(session: Session, f: Field, known: set[tuple[str, str]]) -> tuple[tuple[str, str], object] | None:
    """Return a (key, value) pair to mark as seen and the items for a list field; ``None`` if it was seen already.

    A list of records gets items with each option of its fields, once per component; an empty list gets its sample.
    """
    key, parameter = f.parameter.key, f.parameter
    if any(field.options for field in parameter.fields):
        found = (key, f"several of {_component(session, parameter.component).folder}")
        return None if found in known else (found, several(parameter, f.value))
    if parameter.type.plural and parameter.sample and not f.value:
        found = (key, str(parameter.sample))
        return None if found in known else (found, parameter.type.plain(parameter.sample))
    return None


def _rotate(session: Session, used: Counter[Chosen]) -> Session:
    """Return the session with the least used of the allowed implementations chosen for each pattern."""
    given = dict(session.given)
    for pattern_id in session.verdict.patterns if session.verdict else ():
        names, key = session.allowed(pattern_id), f"{session.scope(pattern_id)}.implementation"
        if not names:
            continue
        name = str(given.get(key) or min(names, key=lambda each: used[pattern_id, each]))
        used[pattern_id, name] += 1
        if len(names) > 1:
            given[key] = name
    return session.with_given(given)


def _name(session: Session) -> str:
    base = session.verdict.base if session.verdict else "open"
    return base.lower()
