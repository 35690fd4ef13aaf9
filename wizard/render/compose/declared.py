"""Declarations of the components in play, with the values that the parameters have."""

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
"""The time that pulling an image may take on a node that does not have it."""

_EVERYWHERE = "0.0.0.0/0 ::/0"
T = TypeVar("T", bound=Conditional)


class Listening(NamedTuple):
    """A port that a container listens on; the fields are those of ``Listener``."""

    component: str
    port: int
    protocol: str
    bind: str
    to: tuple[str, ...]
    callers: str
    namespace: str
    """One namespace, or several with blanks between."""
    pods: str
    probe: str
    host_port: int = 0
    """The port of the node that leads to it; 0 where there is none."""
    ranges: str = ""
    """The ranges of addresses outside the cluster that may call it, with blanks between."""


class Connecting(NamedTuple):
    """An address that a container connects to; the fields are those of ``Connection``."""

    component: str
    host: str
    port: int
    pod_port: int
    direct: bool
    protocol: str
    pods: str
    called: str
    """Its name for people."""
    needed: str = ""

    @property
    def namespace(self) -> str | None:
        """The namespace that a mesh carries it to, empty for the program's own; ``None`` where no mesh does."""
        return None if self.direct else service_namespace(self.host)


class Peer(NamedTuple):
    """One sort of pods in the cluster, as a NetworkPolicy selects them."""

    where: str
    """``anywhere``, ``same-namespace`` or ``namespace``."""
    namespace: str = ""
    pods: str = ""
    """The one label that they have, ``name=value``; empty for all."""


class Scraping(NamedTuple):
    """A page with metrics; the fields are those of ``Scrape``."""

    component: str
    name: str
    port: int
    path: str
    params: tuple[tuple[str, str], ...]
    instance: str
    keys: frozenset[str]
    """The parameters that it is made of."""


class Declared:
    """The declarations of the components of one bundle.

    Args:
        components: those in play, the workload first.
        values: the parameters' values, by key.
        bundle: what conditions look at besides.
    """

    def __init__(self, components: tuple[Component, ...], values: Mapping[str, Value], bundle: Surroundings) -> None:
        self.components = components
        self.values = values
        self.bundle = bundle
        self.parameters = {p.key: p for component in components for p in component.parameters}

    def each(self, of: Callable[[Declarations], tuple[T, ...]]) -> Iterator[tuple[Component, T]]:
        """(component, declaration) of one sort, where its condition holds."""
        for component in self.components:
            for declaration in of(component.declares):
                if self.holds(declaration.when):
                    yield component, declaration

    def holds(self, when: When) -> bool:
        """Tell whether a condition holds in this bundle."""
        return holds(when, self._truth)

    def shown(self, key: str) -> bool:
        """Tell whether a form would show the parameter."""
        parameter = self.parameters.get(key)
        return parameter is not None and (parameter.decided or self.holds(parameter.shown_when))

    def text(self, value: str) -> str:
        """A literal as it is, a parameter's key as the text of its value."""
        parameter = self.parameters.get(value)
        return value if parameter is None else self.value_text(parameter)

    def value_text(self, parameter: Parameter) -> str:
        """The parameter's value as a person would type it; empty when it has none."""
        value = self.values.get(parameter.key)
        return "" if value is None else format_value(parameter, value)

    def listeners(self) -> Iterator[Listening]:
        """Every port that is listened on, with what the parameters say; one port may be here more than once."""
        every = ((component, one) for component in self.components for one in component.declares.listens)
        for component, one in every:
            for item in self.items(one.each, one.items):
                if holds(one.when, about_item(self._truth, one.each, partial(self._field, one.each, item))):
                    yield from self._listening(component, one, partial(self._of_item, one.each, item))

    def _listening(self, component: Component, one: Listener, value: Callable[[str], str]) -> Iterator[Listening]:
        at_node = value(one.at_node)
        if not (port := value(one.port)) or (one.at_node and not at_node):
            return  # not given yet, or about a port of the node, which this item has not
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
        """Every address that is connected to, with what the parameters say."""
        for component, one in self.each(lambda declares: declares.connects):
            for item in self.items(one.each, "all"):
                value = partial(self._of_item, one.each, item)
                port, namespace = value(one.port), value(one.namespace)
                if not port:
                    continue  # not given yet
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

    def _unnamed(self, host: str, given: str) -> str:
        """Give the form's heading for a host that is not given yet, such as ``Log store``; empty where it is."""
        parameter = None if given else self.parameters.get(host)
        return parameter.heading if parameter else ""

    def addressing(self) -> frozenset[str]:
        """The keys of the parameters that the listeners and connections are made of."""
        found = {text for _, one in self.each(lambda declares: declares.listens) for text in values_in(one)}
        found |= {text for _, one in self.each(lambda declares: declares.connects) for text in values_in(one)}
        return frozenset(found & self.parameters.keys())

    def peers(self) -> tuple[Peer, ...]:
        """Everyone who may call one of the pod's TCP ports, each once; the kubelet is not counted."""
        found: dict[Peer, None] = {}
        for one in self.listeners():
            if one.bind == "pod" and one.protocol != "udp":
                found.update(dict.fromkeys(_peers(one)))
        everyone = Peer("anywhere")
        return (everyone,) if everyone in found else tuple(found)

    def tunnels(self) -> set[int]:
        """The ports through which a mesh carries calls for all TCP ports, in both directions."""
        return {one.port for one in self.listeners() if "all-peers" in one.to}

    def destinations(self) -> tuple[Peer, ...]:
        """The pods inside the cluster that the pod's containers connect to, each once."""
        found: dict[Peer, None] = {}
        for one in self.connections():
            if one.namespace is not None and one.protocol != "udp":
                where = "namespace" if one.namespace else "same-namespace"
                found[Peer(where, one.namespace, one.pods)] = None
        return tuple(found)

    def scrapes(self) -> Iterator[Scraping]:
        """Every page with metrics, with what the parameters say."""
        for component, one in self.each(lambda declares: declares.scrape):
            named = (*values_in(one), *gaps_in(component.id, one))
            for item in self.items(one.each, one.items):
                value = partial(self._of_item, one.each, item)
                if not (port := value(one.port)):
                    continue  # not given yet
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
        """A text of a component with the values of parameters in its gaps, each as ``written`` writes it."""
        return GAP.sub(lambda gap: written(self.text(key_of(component, gap[1]))), text)

    def items(self, key: str, which: str) -> tuple[Item, ...]:
        """Give the items of a list of records that a listener stands for: one empty item where there is no list."""
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
        """Tell how many pods run, such as ``3``, ``2-10`` or ``one per node``; empty where nothing says so.

        An end of a range that has no valid value yet is left out: ``up to 10``.
        """
        found = [one for _, one in self.each(lambda declares: declares.replicas)]
        if not found:
            return ""
        least, most = self.text(found[-1].least), self.text(found[-1].most)
        if most and not least:
            return f"up to {most}"
        return f"{least}-{most}" if most else least

    def seconds(self, of: Callable[[Times], str], inside: Callable[[str], bool] = lambda _: True) -> int:
        """The sum of the seconds that the containers of these components take, one after the other."""
        every = self.each(lambda declares: declares.times)
        return sum(int(self.text(of(times)) or 0) for component, times in every if inside(component.id))

    def privileges(self) -> Iterator[str]:
        """The reasons why the namespace must allow privileged pods; none where ``restricted`` is enough."""
        yield from (one.say for _, one in self.each(lambda declares: declares.privileged))

    def pulls(self) -> Iterator[Pull]:
        """The images that the cluster pulls and no object names."""
        yield from (one for _, one in self.each(lambda declares: declares.pulls))

    def present(self, component: Component) -> bool:
        """Tell whether the component puts something into this bundle."""
        return all(self.holds(one.when) for one in component.declares.present)

    def beside(self, owner: str) -> tuple[str, ...]:
        """The components with helpers in the pods beside the workload that belong to ``owner``."""
        pods = [pod for component in self.components if component.id == owner for pod in component.declares.pods]
        return tuple(one.id for one in self.components[1:] if any(pod.holds(one.id) for pod in pods))

    def before(self) -> int:
        """The seconds that a new version's first pod waits for what runs beside it.

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
    """The pods that a port is open to."""
    if "callers" in one.to and one.callers != "nobody":
        spaces = one.namespace.split() if one.callers == "namespace" else [""]
        yield from (Peer(one.callers, space, one.pods) for space in spaces)
    if {"entry", "monitoring"} & set(one.to):
        yield Peer("namespace", one.namespace)
