"""Port conflicts in a pod: its containers share one network address, so only one of them can listen on a port.

For example, if the field ``ambassador.other.local_port`` is 6432 and a listener of the program has port 6432 too, the
proxy's field is refused, because it comes after the program's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from wizard.catalog.declarations import Listener
from wizard.catalog.model import Component, Parameter, Value
from wizard.catalog.types.records import Item, chosen, field_of, items_of
from wizard.catalog.values import format_value
from wizard.catalog.when import Atom, about_item, holds

_ITEM = "item."


class PodPort(NamedTuple):
    """A port that a component listens on."""

    number: str
    """The number, such as ``8080``, or ``53 of the node``."""
    udp: bool
    component: Component
    key: str
    """The parameter that sets the port; empty if it is fixed."""
    item: int
    """The index of the item, if the parameter is a list of records."""

    def clashes(self, other: "PodPort") -> bool:
        """Return whether the two cannot be in the same pod.

        One component may declare a port for several callers, or serve metrics and health on one port. Two ports of the
        pod cannot share a port of the node, either.
        """
        if (self.number, self.udp) != (other.number, other.udp):
            return False
        if self.component is not other.component:
            return True
        return self.key == other.key and self.item != other.item


def clashing(ports: Iterable[PodPort], decided: Callable[[str], bool]) -> dict[str, PodPort]:
    """Return the parameters whose port something else already uses, each with that other port.

    Of two parameters that the user may change, the later one is returned; ``decided`` returns whether a parameter is
    not the user's to change.
    """
    found: dict[str, PodPort] = {}
    alike: dict[tuple[str, bool], list[PodPort]] = {}
    for one in ports:
        for other in alike.setdefault((one.number, one.udp), []):
            if one.clashes(other):
                late, early = (one, other) if one.key and not decided(one.key) else (other, one)
                found.setdefault(late.key, early)
        alike[one.number, one.udp].append(one)
    return found


def ports_of(
    components: tuple[Component, ...],
    parameters: Mapping[str, Parameter],
    truth: Callable[[Atom], bool],
    value_of: Callable[[str], Value],
) -> Iterator[PodPort]:
    """Yield the ports that components declare.

    Init containers are left out: they have released their ports before the program starts. So are ports of a proxy that
    a mesh adds: the mesh's own component refuses the ports that it reserves.
    """
    for component in components:
        for one in component.declares.listens if component.role != "init" else ():
            if one.bind != "injected":
                yield from _ports(one, component, parameters, truth, value_of)


def _ports(
    one: Listener,
    component: Component,
    parameters: Mapping[str, Parameter],
    truth: Callable[[Atom], bool],
    value_of: Callable[[str], Value],
) -> Iterator[PodPort]:
    """Yield the port of a declaration, or one port per item of its list of records."""
    fields = parameters[one.each].fields if one.each in parameters else ()
    items: tuple[Item, ...] = chosen(items_of(value_of(one.each)), one.items) if one.each else ((),)
    for at, item in enumerate(items, start=1 if one.items == "rest" else 0):

        def of_item(name: str, item: Item = item) -> str:
            return _text(next(one for one in fields if one.name == name), field_of(item, name))

        def text(written: str, of_item: Callable[[str], str] = of_item) -> str:
            if written.startswith(_ITEM):
                return of_item(written.removeprefix(_ITEM))
            return _text(parameters[written], value_of(written)) if written in parameters else written

        if not holds(one.when, about_item(truth, one.each, of_item)):
            continue

        from_item = one.port.startswith(_ITEM)
        key = one.each if from_item else one.port if one.port in parameters else ""
        if number := text(one.port):
            found = PodPort(number, text(one.protocol) == "udp", component, key, at if from_item else 0)
            yield found
            if one.at_node and text(one.at_node):
                yield found._replace(number=f"{text(one.host_port) or number} of the node")


def _text(parameter: Parameter, value: Value) -> str:
    return "" if value is None else format_value(parameter, value)
