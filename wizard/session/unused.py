"""Declarations that never apply in any bundle of a catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from wizard.catalog.declarations import Declaration, Demand, Listener, Scrape
from wizard.catalog.model import Catalog
from wizard.catalog.when import ALWAYS, IsGiven
from wizard.decision.budget import Budget
from wizard.errors import Fault, Position
from wizard.render.contract.in_play import counts, declarations_of
from wizard.session.declared import declared_of
from wizard.session.session import Session
from wizard.session.situations import Situations

_LOOK = 50
"""Steps of the work budget charged per search for a session, in proportion to its running time."""


def unused_declarations(first: Session, seen: Collection[Position], budget: Budget) -> Iterator[Fault]:
    """Yield a fault for each declaration that never applies.

    Args:
        first: the session without answers.
        seen: the places of the declarations that applied in some bundle.
        budget: the work budget for searching for the others.

    Raises:
        BudgetSpentError: the budget is not enough.
    """
    situations: Situations | None = None
    for position, (key, folder, uses) in _by_place(first.catalog).items():
        if position in seen:
            continue
        situations = situations or Situations(first)
        budget.spend(_LOOK)
        if not any(_found(situations, *use) for use in uses):
            message = f"`{key}` of component '{folder}' never applies in any bundle"
            yield Fault("unused-declaration", message, position, "remove it, or change its `when`")


_Use = tuple[str, str, Declaration]


def _by_place(catalog: Catalog) -> dict[Position, tuple[str, str, list[_Use]]]:
    """Return each declaration by its place: its key, its folder, and the implementations that have it."""
    found: dict[Position, tuple[str, str, list[_Use]]] = {}
    for (pattern, implementation), component in catalog.components.items():
        for key, one in declarations_of(component):
            uses = found.setdefault(one.position, (key, component.folder, []))[2]
            uses.append((pattern, implementation, one))
    return found


def _found(situations: Situations, pattern: str, implementation: str, one: Declaration) -> bool:
    items = one.each if isinstance(one, Listener | Scrape) else ""
    given = IsGiven(one.field, one.position) if isinstance(one, Demand) and one.field and one.has_gap else ALWAYS
    sessions = situations.where(pattern, implementation, one.when, given, items=items)
    return any(counts(declared_of(session), one) for session in sessions)
