"""Declarations of the components in play, evaluated with the values of the parameters."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from wizard.catalog.declarations import GAP, Declarations, Listener, Pull, Times, gaps_in, values_in
from wizard.catalog.model import Component, Parameter, Value
from wizard.catalog.resolve import targets, value_texts
from wizard.catalog.types.addresses import host_of
from wizard.catalog.types.records import Item, chosen, field_of, items_of
from wizard.catalog.values import format_value
from wizard.catalog.when import Atom, Surroundings, When, about_item, holds, key_of, true_in
from wizard.kube.names import service_namespace


class Conditional(Protocol):
    """A declaration that holds only under a condition."""

    @property
    def when(self) -> When:
        """The condition."""


PULL_SECONDS = 120
"""The time allowed for pulling an image to a node that does not have it."""

_EVERYWHERE = "0.0.0.0/0 ::/0"
T = TypeVar("T", bound=Conditional)


class Listening(NamedTuple):
    """A port that a container listens on; the fields match those of ``Listener``."""

    component: str
    port: int
    protocol: str
    bind: str
    to: tuple[str, ...]
    callers: str
    namespace: str
    """One namespace, or several separated by spaces."""
    pods: str
    probe: str
    host_port: int = 0
    """The port of the node that leads to it; 0 if there is none."""
    ranges: str = ""
    """The address ranges outside the cluster that may call it, separated by spaces."""


class Connecting(NamedTuple):
    """An address that a container connects to; the fields match those of ``Connection``."""

    component: str
    host: str
    port: int
    pod_port: int
    direct: bool
    protocol: str
    pods: str
    called: str
    """Its display name."""
    needed: str = ""

    @property
    def namespace(self) -> str | None:
        """The namespace to which a mesh routes it, empty for the workload's own; ``None`` if no mesh routes it."""
        return None if self.direct else service_namespace(self.host)


class Peer(NamedTuple):
    """A group of pods in the cluster, as a NetworkPolicy selects them."""

    where: str
    """``anywhere``, ``same-namespace`` or ``namespace``."""
    namespace: str = ""
    pods: str = ""
    """The label that selects them, ``name=value``; empty for all pods."""


class Scraping(NamedTuple):
    """A page with metrics; the fields match those of ``Scrape``."""

    component: str
    name: str
    port: int
    path: str
    params: tuple[tuple[str, str], ...]
    instance: str
    keys: frozenset[str]
    """The parameters that it depends on."""


class Declared:
    """The declarations of the components of one bundle.

    Args:
        components: those in play, the workload first.
        values: the parameters' values, by key.
        bundle: the other facts that conditions test.
    """

    def __init__(self, components: tuple[Component, ...], values: Mapping[str, Value], bundle: Surroundings) -> None:
        self.components = components
        self.values = values
        self.bundle = bundle
        self.parameters = {p.key: p for component in components for p in component.parameters}

    def each(self, of: Callable[[Declarations], tuple[T, ...]]) -> Iterator[tuple[Component, T]]:
        """Yield (component, declaration) of one type for each declaration whose condition holds."""
        for component in self.components:
            for declaration in of(component.declares):
                if self.holds(declaration.when):
                    yield component, declaration

    def holds(self, when: When) -> bool:
        """Return whether a condition holds in this bundle."""
        return holds(when, self._truth)

    def shown(self, key: str) -> bool:
        """Return whether a form would show the parameter."""
        parameter = self.parameters.get(key)
        return parameter is not None and (parameter.decided or self.holds(parameter.shown_when))

    def text(self, value: str) -> str:
        """Return a literal unchanged, and for a parameter's key the text of its value."""
        parameter = self.parameters.get(value)
        return value if parameter is None else self.value_text(parameter)

    def value_text(self, parameter: Parameter) -> str:
        """Return the parameter's value as a user would type it; empty if it has none."""
        value = self.values.get(parameter.key)
        return "" if value is None else format_value(parameter, value)

    def listeners(self) -> Iterator[Listening]:
        """Yield every port that a container listens on, with values filled in; a port may occur more than once."""
        every = ((component, one) for component in self.components for one in component.declares.listens)
        for component, one in every:
            for item in self.items(one.each, one.items):
                if holds(one.when, about_item(self._truth, one.each, partial(self._field, one.each, item))):
                    yield from self._listening(component, one, partial(self._of_item, one.each, item))

    def _listening(self, component: Component, one: Listener, value: Callable[[str], str]) -> Iterator[Listening]:
        at_node = value(one.at_node)
        if not (port := value(one.port)) or (one.at_node and not at_node):
            return  # no value yet, or about a node's port, which this item lacks
        yield Listening(
            component=component.id,
            port=int(port),
            protocol=value(one.protocol),
            bind=one.bind,
            to=one.to,
            callers=value(one.callers),
            namespace=value(one.namespace),
            pods=value(one.pods),
            probe=one.probe,
            host_port=int(value(one.host_port) or (port if at_node else 0)),
            ranges=(value(one.ranges) or _EVERYWHERE) if "outside" in one.to and at_node != "inside" else "",
        )

    def connections(self) -> Iterator[Connecting]:
        """Yield every address that a container connects to, with values filled in."""
        for component, one in self.each(lambda declares: declares.connects):
            for item in self.items(one.each, "all"):
                value = partial(self._of_item, one.each, item)
                port, namespace = value(one.port), value(one.namespace)
                if not port:
                    continue  # no value yet
                yield Connecting(
                    component=component.id if one.container == "own" else self.components[0].id,
                    host=f"*.{namespace}.svc" if namespace else host_of(value(one.host)),
                    port=int(port),
                    pod_port=int(value(one.pod_port) or port),
                    direct=one.direct,
                    protocol=value(one.protocol),
                    pods=value(one.pods),
                    called=value(one.called) or self._unnamed(one.host, value(one.host)),
                    needed=one.needed,
                )

    def local(self) -> Iterator[tuple[str, str, str]]:
        """Yield (component, caller, address) of each port over which a container and the program talk.

        The caller is ``app`` or ``own``; the address is a port with a path, such as ``:8080/status``, and empty while
        the port has no value.
        """
        for component, one in self.each(lambda declares: declares.local):
            for item in self.items(one.each, one.items):
                value = partial(self._of_item, one.each, item)
                port = value(one.port)
                yield component.id, one.by, f":{port}{value(one.path)}" if port else ""

    def unplaced(self) -> Iterator[tuple[str, str]]:
        """Yield (component, name) of each address without a port yet, named by the form's heading for it."""
        for component, one in self.each(lambda declares: declares.connects):
            if not one.each and not self.text(one.port) and (name := self._unnamed(one.host, self.text(one.host))):
                yield component.id if one.container == "own" else self.components[0].id, name

    def _unnamed(self, host: str, given: str) -> str:
        """Return the form's heading for a host without a value, such as ``Log store``; empty if it has a value."""
        parameter = None if given else self.parameters.get(host)
        return parameter.heading if parameter else ""

    def addressing(self) -> frozenset[str]:
        """Return the keys of the parameters that listeners and connections use."""
        found = {text for _, one in self.each(lambda declares: declares.listens) for text in values_in(one)}
        found |= {text for _, one in self.each(lambda declares: declares.connects) for text in values_in(one)}
        return frozenset(found & self.parameters.keys())

    def peers(self) -> tuple[Peer, ...]:
        """Return the pods that may call one of the pod's TCP ports, each once; the kubelet is not included."""
        found: dict[Peer, None] = {}
        for one in self.listeners():
            if one.bind == "pod" and one.protocol != "udp":
                found.update(dict.fromkeys(_peers(one)))
        everyone = Peer("anywhere")
        return (everyone,) if everyone in found else tuple(found)

    def tunnels(self) -> set[int]:
        """Return the ports through which a mesh tunnels calls to all TCP ports, in both directions."""
        return {one.port for one in self.listeners() if "all-peers" in one.to}

    def destinations(self) -> tuple[Peer, ...]:
        """Return the pods inside the cluster that the pod's containers connect to, each once."""
        found: dict[Peer, None] = {}
        for one in self.connections():
            if one.namespace is not None and one.protocol != "udp":
                where = "namespace" if one.namespace else "same-namespace"
                found[Peer(where, one.namespace, one.pods)] = None
        return tuple(found)

    def scrapes(self) -> Iterator[Scraping]:
        """Yield every page with metrics, with values filled in."""
        for component, one in self.each(lambda declares: declares.scrape):
            named = (*values_in(one), *gaps_in(component.id, one))
            for item in self.items(one.each, one.items):
                value = partial(self._of_item, one.each, item)
                if not (port := value(one.port)):
                    continue  # no value yet
                yield Scraping(
                    component=component.id,
                    name=value(one.name),
                    port=int(port),
                    path=value(one.path),
                    params=tuple((name, self.filled(component.id, text)) for name, text in one.params),
                    instance=one.instance,
                    keys=frozenset(key for key in named if key in self.parameters),
                )

    def filled(self, component: str, text: str, written: Callable[[str], str] = str) -> str:
        """Fill the named gaps of a component's text with parameter values, each formatted by ``written``."""
        return GAP.sub(lambda gap: written(self.text(key_of(component, gap[1]))), text)

    def items(self, key: str, which: str) -> tuple[Item, ...]:
        """Return the items of a list of records that a declaration applies to: one empty item if it names no list."""
        if not key:
            return ((),)
        return chosen(items_of(self.values.get(key)), which)

    def _of_item(self, key: str, item: Item, value: str) -> str:
        if not value.startswith("item."):
            return self.text(value)
        return self._field(key, item, value.removeprefix("item."))

    def _field(self, key: str, item: Item, name: str) -> str:
        field = next(one for one in self.parameters[key].fields if one.name == name)
        found = field_of(item, field.name)
        return "" if found is None else format_value(field, found)

    def replicas(self) -> str:
        """Return the number of pods, such as ``3``, ``2-10`` or ``one per node``; empty if nothing declares it.

        An end of a range without a valid value is left out: ``up to 10``.
        """
        found = [one for _, one in self.each(lambda declares: declares.replicas)]
        if not found:
            return ""
        least, most = self.text(found[-1].least), self.text(found[-1].most)
        if most and not least:
            return f"up to {most}"
        return f"{least}-{most}" if most else least

    def at_once(self) -> bool:
        """Return True if the pods share one piece of work, so that their number is not one of replicas."""
        found = [one for _, one in self.each(lambda declares: declares.replicas)]
        return bool(found) and found[-1].at_once

    def seconds(self, of: Callable[[Times], str], inside: Callable[[str], bool] = lambda _: True) -> int:
        """Return the total seconds that the containers of these components take, one after the other."""
        every = self.each(lambda declares: declares.times)
        return sum(int(self.text(of(times)) or 0) for component, times in every if inside(component.id))

    def privileges(self) -> Iterator[str]:
        """Yield the reasons why the namespace must allow privileged pods; nothing if ``restricted`` is enough."""
        yield from (one.say for _, one in self.each(lambda declares: declares.privileged))

    def pulls(self) -> Iterator[Pull]:
        """Yield the images that the cluster pulls although no object names them."""
        yield from (one for _, one in self.each(lambda declares: declares.pulls))

    def present(self, component: Component) -> bool:
        """Return whether the component contributes to this bundle."""
        return all(self.holds(one.when) for one in component.declares.present)

    def beside(self, owner: str) -> tuple[str, ...]:
        """Return the components with helpers in the pods beside the workload that belong to ``owner``."""
        pods = [pod for component in self.components if component.id == owner for pod in component.declares.pods]
        return tuple(one.id for one in self.components[1:] if any(pod.holds(one.id) for pod in pods))

    def before(self) -> int:
        """Return the seconds that the first pod of a new version waits for the pods beside it.

        A pod beside the workload pulls its image and starts its helpers before its own work begins.
        """
        whole = 0
        for component, times in self.each(lambda declares: declares.times):
            if times.before:
                starts = self.seconds(lambda other: other.start, self.beside(component.id).__contains__)
                whole += int(self.text(times.before) or 0) + starts
                whole += PULL_SECONDS * len(component.declares.pods)
        return whole

    def _truth(self, atom: Atom) -> bool:
        return true_in(atom, self.bundle, self._texts, lambda: targets(self.components, self._truth, self.values.get))

    def _texts(self, key: str, field: str) -> tuple[str, ...]:
        return value_texts(self.parameters[key], self.values.get(key), field) if key in self.parameters else ()


def _peers(one: Listening) -> Iterator[Peer]:
    if "callers" in one.to and one.callers != "nobody":
        spaces = one.namespace.split() if one.callers == "namespace" else [""]
        yield from (Peer(one.callers, space, one.pods) for space in spaces)
    if {"entry", "monitoring"} & set(one.to):
        yield Peer("namespace", one.namespace)
