"""The contract's lines on what the program, or the person who runs it, must do."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.declarations import GAP, Demand
from wizard.catalog.model import Component, Parameter
from wizard.catalog.types.records import Item, field_of, items_of
from wizard.catalog.values import format_value
from wizard.catalog.when import key_of
from wizard.render.compose.declared import Declared
from wizard.render.model import Must


def must(declared: Declared, components: tuple[Component, ...]) -> tuple[Must, ...]:
    """Return the demands of these components in their order, each once.

    A demand about a parameter is left out if a form would not show the parameter, or if it has no value for the gap.
    """
    found: dict[str, Must] = {}
    for component in components:
        flagged = (parameter.must for parameter in component.parameters if parameter.must is not None)
        for demand in (*flagged, *component.declares.must):
            if declared.holds(demand.when):
                named = demand._replace(say=_named(declared, component, demand.say))
                for say in sentences(declared, named):
                    found.setdefault(say, Must(say, demand.field, component.id))
    return tuple(found.values())


def sentences(declared: Declared, demand: Demand) -> Iterator[str]:
    """Yield the sentence with the value filled in; for a list of records, one per item, with fields in braces.

    A sentence without a gap is yielded unchanged, even if the parameter has no value: it may be about that.
    """
    if demand.field and not declared.shown(demand.field):
        return
    if not demand.field or not demand.has_gap:
        yield demand.say
        return
    parameter = declared.parameters[demand.field]
    if parameter.fields:
        items = items_of(declared.values.get(demand.field))[0 if declared.holds(demand.first) else 1 :]
        yield from (_filled(demand.say, parameter, item) for item in items)
    elif text := declared.value_text(parameter):
        yield demand.say.replace("*", text, 1)


def _named(declared: Declared, component: Component, say: str) -> str:
    """Fill gaps such as ``{own.host}`` with values of other parameters; a gap without a dot is an item's field."""
    return GAP.sub(lambda gap: declared.text(key_of(component.id, gap[1])) if "." in gap[1] else gap[0], say)


def _filled(say: str, parameter: Parameter, item: Item) -> str:
    for field in parameter.fields:
        text = format_value(field, field_of(item, field.name))
        say = say.replace(f"{{{field.name}}}", _brief(text, dict(field.options).get(text, text)))
    return say


def _brief(option: str, label: str) -> str:
    """Return the word of the label that is the option's id (TCP in "Another protocol over TCP"), else the label."""
    return next((word for word in label.split() if word.casefold() == option), label)
