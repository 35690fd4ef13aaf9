"""Lines of the contract: what the program, or the person who runs it, must do."""

from __future__ import annotations

from wizard.catalog.declarations import Demand
from wizard.render.compose.declared import Declared
from wizard.render.model import Must


def must(declared: Declared) -> tuple[Must, ...]:
    """The demands of all components in play, each once, those of the workload first.

    A demand about a parameter is left out where a form would not show the parameter, or it has no value.
    """
    found: dict[str, Must] = {}
    for component in declared.components:
        flagged = (parameter.must for parameter in component.parameters if parameter.must is not None)
        for demand in (*flagged, *component.declares.must):
            if declared.holds(demand.when) and (say := _sentence(declared, demand)):
                found.setdefault(say, Must(say, demand.field, component.id))
    return tuple(found.values())


def _sentence(declared: Declared, demand: Demand) -> str:
    if not demand.field:
        return demand.say
    value = declared.text(demand.field) if declared.shown(demand.field) else ""
    return demand.say.replace("*", value, 1) if value else ""
