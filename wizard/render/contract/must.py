"""Lines of the contract: what the program, or the person who runs it, must do."""

from __future__ import annotations

from wizard.render.compose.declared import Declared
from wizard.render.model import Must


def must(declared: Declared) -> tuple[Must, ...]:
    """The demands of all components in play, each once, those of the workload first.

    A demand about a parameter is left out where a form would not show the parameter, or it has no value.
    """
    found: dict[str, Must] = {}
    for component, demand in declared.each(lambda declares: declares.must):
        value = ""
        if demand.field:
            value = declared.text(demand.field) if declared.shown(demand.field) else ""
            if not value:
                continue
        say = demand.say.replace("*", value, 1)
        found.setdefault(say, Must(say, demand.field, component.id))
    return tuple(found.values())
