"""Everything certain of a bundle while questions are open: its components, their values, what is undecided, drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wizard.catalog.declarations import NOTHING
from wizard.catalog.resolve import Field, resolve, surroundings
from wizard.decision.results import RuleState
from wizard.render.compose.declared import Declared
from wizard.render.outline.draw import Picture
from wizard.render.outline.parts import Certain
from wizard.render.service import outlines

if TYPE_CHECKING:
    from wizard.catalog.model import Component
    from wizard.decision.model import Setting
    from wizard.render.drawn import Drawing
    from wizard.session.details import Details


def drawn_of(session: Details) -> Drawing:
    """Draw everything that is certain.

    A session is a value that never changes, so it keeps its drawing, as it keeps all else that follows from it.
    """
    known: Drawing | None = session.__dict__.get("_drawing")
    if known is None:
        known = session.__dict__["_drawing"] = _draw(session)
    return known


def _draw(session: Details) -> Drawing:
    now = session.evaluation.candidates
    bases = [rule.use for rule in session.catalog.decision.rules if rule.section == "base"]
    base = next((one for one in now.certain if one in bases), "")
    possible = () if base else tuple(one for one in now.possible if one in bases)
    certain, implementations = certain_of(session)
    return Picture(certain, outlines(session.catalog), implementations).drawing(base, possible)


def certain_of(session: Details) -> tuple[Certain, dict[str, str]]:
    """Give what is certain, and the implementation of each pattern for which it is certain."""
    if session.verdict is not None:
        fields = session.resolved
        declared = _present(session.components, fields, session)
        return Certain(session.catalog, declared, open_keys=_missing(fields)), dict(session.implementations)
    patterns = session.evaluation.candidates.certain
    allowed = {pattern: found for pattern in patterns if (found := _allowed(session, pattern))}
    settings, still_open = _settings(session)
    components = tuple(_component(session, pattern, *names) for pattern, names in allowed.items())
    defaults = {name: value for name, value in settings.items() if name in session.catalog.decision.defaults}
    bundle = surroundings(session.catalog, patterns, session.minor)
    fields = resolve(components, session.given, settings, defaults, bundle)
    undecided = {key for key, one in fields.items() if one.state != "given" and one.parameter.setting in still_open}
    undecided |= set(_may_be_provided(session))
    undecided |= {
        key for key, one in fields.items() if one.state == "follows" and one.parameter.derived_from in undecided
    }
    certain = Certain(
        session.catalog,
        _present(components, fields, session, patterns),
        settled=False,
        open_keys=_missing(fields) | undecided,
        possible=session.evaluation.candidates.possible,
    )
    return certain, {pattern: names[0] for pattern, names in allowed.items() if len(names) == 1}


def _present(
    components: tuple[Component, ...], fields: Mapping[str, Field], session: Details, patterns: tuple[str, ...] = ()
) -> Declared:
    """The declarations of the components that put something into the bundle."""
    values = {key: field.value for key, field in fields.items()}
    bundle = surroundings(session.catalog, patterns, session.minor) if patterns else session.surroundings
    declared = Declared(components, values, bundle)
    present = tuple(one for one in components if declared.present(one))
    return declared if present == components else Declared(present, values, bundle)


def _missing(fields: Mapping[str, Field]) -> frozenset[str]:
    return frozenset(key for key, field in fields.items() if field.state in ("missing", "invalid"))


def _component(session: Details, pattern: str, name: str, *others: str) -> Component:
    """The component of a pattern; with several that may still come out only what they have in common."""
    found = session.catalog.components[pattern, name]
    return found._replace(parameters=(), declares=NOTHING, slug=found.role) if others else found


def _allowed(session: Details, pattern: str) -> tuple[str, ...]:
    """The implementations that may come out: one where it is given, or no open rule chooses; none without any.

    Of different products all may come out until one is given.
    """
    known = tuple(name for name, _ in session.pattern(pattern).implementations)
    rules = [one for one in session.evaluation.rules.values() if one.rule.use == pattern and one.rule.implementations]
    for status in rules:
        if status.state is RuleState.MATCHED:
            known = status.rule.implementations
            break
    else:
        if any(status.state is RuleState.OPEN for status in rules):
            return known
    given = str(session.given.get(f"{session.scope(pattern)}.implementation", ""))
    if given in known:
        return (given,)
    return known if session.pattern(pattern).products else known[:1]


def _may_be_provided(session: Details) -> Iterator[str]:
    """The parameters that a component which may still be added decides."""
    for pattern in session.evaluation.candidates.possible:
        for name, _ in session.pattern(pattern).implementations:
            yield from session.catalog.provided.get((pattern, name), ())


def _settings(session: Details) -> tuple[dict[str, Setting], frozenset[str]]:
    """The settings that are certain, and the names of those that an open rule may still write."""
    certain: dict[str, Setting] = {}
    still_open: set[str] = set()
    for status in session.evaluation.rules.values():
        if status.rule.section == "set" and status.state is RuleState.MATCHED:
            certain.update(status.rule.settings)
        elif status.rule.section == "set" and status.state is RuleState.OPEN:
            still_open.update(name for name, _ in status.rule.settings)
    return certain, frozenset(still_open - certain.keys())
