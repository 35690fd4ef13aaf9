"""The order in which the containers of a pod start."""

from __future__ import annotations

from wizard.catalog.globs import matches_any
from wizard.catalog.model import Component
from wizard.errors import CatalogError, Fault


def start_order(components: tuple[Component, ...]) -> tuple[Component, ...]:
    """Sort the components so that each follows those it needs; otherwise keep their order.

    Raises:
        CatalogError: they need each other in a circle.
    """
    waiting = list(components)
    placed: list[Component] = []
    while waiting:
        ready = next((one for one in waiting if not _needed(one, waiting)), None)
        if ready is None:
            others = ", ".join(one.id for one in waiting)
            message = f"these components need each other in a circle: {others}"
            fault = Fault("needs-circle", message, waiting[0].position)
            raise CatalogError(fault.message, hint="remove one of their `needs`", faults=(fault,))
        waiting.remove(ready)
        placed.append(ready)
    return tuple(placed)


def _needed(component: Component, waiting: list[Component]) -> bool:
    others = [one.id for one in waiting if one is not component]
    return any(matches_any(need, (other,)) for need in component.needs for other in others)
