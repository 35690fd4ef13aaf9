"""The part of a bundle that is certain while questions are open: components, values, undecided keys, drawing."""

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
    """Return the drawing of everything that is certain.

    A session never changes, so the drawing is cached on it like every other derived value.
    """
    known: Drawing | None = session.__dict__.get("_drawing")
    if known is None:
        known = session.__dict__["_drawing"] = _draw(session)
    return known


def _draw(session: Details) -> Drawing:
    now = session.evaluation.candidates
    bases = session.catalog.decision.bases
    possible = () if session.base else tuple(one for one in now.possible if one in bases)
    certain, implementations = certain_of(session)
    drawn = Picture(certain, outlines(session.catalog), implementations).drawing(session.base, possible)
    if drawn.product and drawn.product.title and session.pattern(session.base).products:
        given = f"{session.scope(session.base)}.implementation" in session.given
        return drawn._replace(product=drawn.product._replace(proposed=not given))
    return drawn


def certain_of(session: Details) -> tuple[Certain, dict[str, str]]:
    """Return what is certain, and the implementation of each pattern that has only one left."""
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
    """Return the declarations of the components that add something to the bundle."""
    values = {key: field.value for key, field in fields.items()}
    bundle = surroundings(session.catalog, patterns, session.minor) if patterns else session.surroundings
    declared = Declared(components, values, bundle)
    present = tuple(one for one in components if declared.present(one))
    return declared if present == components else Declared(present, values, bundle)


def _missing(fields: Mapping[str, Field]) -> frozenset[str]:
    return frozenset(key for key, field in fields.items() if field.state in ("missing", "invalid"))


def _component(session: Details, pattern: str, name: str, *others: str) -> Component:
    """Return the component of a pattern; with several candidates, only what they have in common."""
    found = session.catalog.components[pattern, name]
    return found._replace(parameters=(), declares=NOTHING, slug=found.role) if others else found


def _allowed(session: Details, pattern: str) -> tuple[str, ...]:
    """Return the implementations that are still possible; a single one if it was given or no open rule can change it.

    Different products all stay possible until the user chooses one.
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
    """Yield the parameters that are decided by components which may still be added."""
    for pattern in session.evaluation.candidates.possible:
        for name, _ in session.pattern(pattern).implementations:
            yield from session.catalog.provided.get((pattern, name), ())


def _settings(session: Details) -> tuple[dict[str, Setting], frozenset[str]]:
    """Return the certain settings, and the names of the settings that an open rule may still write."""
    certain: dict[str, Setting] = {}
    still_open: set[str] = set()
    for status in session.evaluation.rules.values():
        if status.rule.section == "set" and status.state is RuleState.MATCHED:
            certain.update(status.rule.settings)
        elif status.rule.section == "set" and status.state is RuleState.OPEN:
            still_open.update(name for name, _ in status.rule.settings)
    return certain, frozenset(still_open - certain.keys())
