"""The declarations that apply in one bundle."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.declarations import Declaration, Demand, Listener, Scrape, every
from wizard.catalog.model import Component
from wizard.errors import Position
from wizard.render.compose.declared import Declared
from wizard.render.contract.must import sentences


def declarations_of(component: Component) -> Iterator[tuple[str, Declaration]]:
    """Yield each declaration of a component, including its parameters' ``must``, with its key in the file."""
    yield from every(component.declares)
    yield from (("must", parameter.must) for parameter in component.parameters if parameter.must is not None)


def in_play(declared: Declared) -> Iterator[Position]:
    """Yield the positions of the declarations that apply in this bundle."""
    for component in declared.components:
        yield from (one.position for _, one in declarations_of(component) if counts(declared, one))


def counts(declared: Declared, one: Declaration) -> bool:
    """Return whether a declaration has an effect in this bundle."""
    if not declared.holds(one.when):
        return False
    if isinstance(one, Demand):
        return any(sentences(declared, one))
    return bool(declared.items(one.each, one.items)) if isinstance(one, Listener | Scrape) else True
