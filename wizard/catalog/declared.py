"""Read the declarations of a component."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from wizard.catalog.declarations import (
    BINDS,
    CONTAINERS,
    INSTANCES,
    ITEMS,
    OWNERS,
    PEERS,
    PROBES,
    PROTOCOLS,
    WHERE,
    Beside,
    Connection,
    Declaration,
    Declarations,
    Delivery,
    Demand,
    Listener,
    Prerequisite,
    Presence,
    Privilege,
    Provided,
    Pull,
    Replicas,
    Scrape,
    Sink,
    Times,
    every,
    gaps_in,
    numbers_in,
    values_in,
)
from wizard.catalog.globs import matches_any
from wizard.catalog.keys import known as keys_of
from wizard.catalog.model import Component
from wizard.catalog.table import paragraphs
from wizard.catalog.when import ALWAYS, IsScraped, Known, When, atoms, key_of, name_faults, read_when
from wizard.errors import Fault, Position
from wizard.kube.pods import CONTAINER_FIELDS, POD_FIELDS
from wizard.text import did_you_mean, shown

if TYPE_CHECKING:
    from yaml.nodes import Node

    from wizard.catalog.yaml_source import Source

T = TypeVar("T")
_FIELDS = (*CONTAINER_FIELDS, *POD_FIELDS)


def read_declarations(source: Source, fields: Mapping[str, Node], component: str, what: str) -> Declarations:
    """The declarations of a ``component.yaml``; what cannot be read is left out, with a fault."""
    reader = _Reader(source, fields, component, what)
    return Declarations(
        listens=reader.all("listens", "listener", reader.listener),
        connects=reader.all("connects", "connection", reader.connection),
        must=reader.all("must", "demand", reader.demand),
        first=reader.all("first", "prerequisite", reader.prerequisite),
        times=reader.all("times", "times", reader.times),
        scrape=reader.all("scrape", "scrape", reader.scrape),
        provides=reader.all("provides", "provided", reader.provided),
        replicas=reader.all("replicas", "replicas", reader.replicas),
        pods=reader.all("pods", "pod", reader.pod),
        next=reader.all("next", "delivery", reader.delivery),
        present=reader.presence(),
        outputs=reader.all("outputs", "output", reader.output),
        privileged=reader.all("privileged", "privilege", reader.privilege),
        pulls=reader.all("pulls", "pull", reader.pull),
    )


class _Reader:
    """The declarations of one component."""

    def __init__(self, source: Source, fields: Mapping[str, Node], component: str, what: str) -> None:
        self.source = source
        self.fields = fields
        self.component = component
        self.what = what
        self.item: Mapping[str, Node] = {}
        self.position = Position(source.file)

    def all(self, key: str, record: str, read: Callable[[], T]) -> tuple[T, ...]:
        """Every item of one list; an item without a required key is left out."""
        if key not in self.fields:
            return ()
        return tuple(read() for _ in self._each(key, record))

    def _each(self, key: str, record: str) -> Iterator[None]:
        keys = keys_of(record)
        for node in self.source.items(self.fields[key], f"`{key}` of {self.what}"):
            self.item = self.source.fields(node, keys, f"`{key}` of {self.what}")
            self.position = self.source.at(node)
            if all(name in self.item for name, required in keys.items() if required):
                yield

    def listener(self) -> Listener:
        """One port that is listened on."""
        named = self.source.texts(self.item["to"], self._of("to")) if "to" in self.item else []
        for name, node in named:
            if name not in PEERS:
                hint = f"one of: {', '.join(PEERS)}"
                self.source.fault("bad-value", f"{self._of('to')} cannot be '{name}'", node, hint)
        return Listener(
            port=self._value("port"),
            protocol=self._value("protocol", PROTOCOLS),
            to=tuple(name for name, _ in named),
            bind=self._choice("bind", BINDS) or "pod",
            probe=self._choice("probe", PROBES) or "own",
            callers=self._value("callers", WHERE) or "anywhere",
            namespace=self._value("namespace"),
            pods=self._value("pods"),
            each=self._value("each"),
            items=self._choice("items", ITEMS) or "all",
            when=self._when(),
            position=self.position,
        )

    def connection(self) -> Connection:
        """One address that is connected to."""
        container = self._choice("container", CONTAINERS) or "own"
        direct = "direct" in self.item and self.source.flag(self.item["direct"], self._of("direct"))
        return Connection(
            host=self._value("host"),
            port=self._value("port"),
            pod_port=self._value("pod_port"),
            container=container,
            direct=direct,
            protocol=self._value("protocol", ("tcp", "udp")) or "tcp",
            namespace=self._value("namespace"),
            pods=self._value("pods"),
            each=self._value("each"),
            called=self._value("called"),
            when=self._when(),
            position=self.position,
        )

    def demand(self) -> Demand:
        """One line of the contract."""
        field = self._text("field")
        key = key_of(self.component, field) if field else ""
        return Demand(paragraphs(self._text("say")), key, self._when(), self.position)

    def prerequisite(self) -> Prerequisite:
        """One thing that must be there first."""
        owner = self._choice("owner", OWNERS) or "you"
        texts = (self._text("check"), self._text("create"))
        return Prerequisite(paragraphs(self._text("say")), owner, *texts, self._when(), self.position)

    def times(self) -> Times:
        """Read how long it takes to start and to stop."""
        return Times(self._value("start"), self._value("stop"), self._value("before"), self._when(), self.position)

    def scrape(self) -> Scrape:
        """One page with metrics."""
        entries = self.source.entries(self.item["params"], self._of("params")) if "params" in self.item else {}
        params = tuple((name, self.source.text(node, self._of(name))) for name, (_, node) in entries.items())
        return Scrape(
            name=self._value("name"),
            port=self._value("port"),
            path=self._value("path"),
            params=params,
            instance=self._choice("instance", INSTANCES) or "pod",
            each=self._value("each"),
            items=self._choice("items", ITEMS) or "all",
            when=self._when(),
            position=self.position,
        )

    def replicas(self) -> Replicas:
        """Read how many pods run."""
        return Replicas(self._value("least"), self._value("most"), self._when(), self.position)

    def provided(self) -> Provided:
        """One setting of another component."""
        return Provided(self._text("key"), self._value("value"), self._when(), self.position)

    def pod(self) -> Beside:
        """One pod beside the workload."""
        lists = (self._texts("without"), self._texts("drop"))
        return Beside(self._text("file"), *lists, self._text("stages"), self.position)

    def delivery(self) -> Delivery:
        """One command that brings the bundle into the cluster, or takes the version before."""
        back = "back" in self.item and self.source.flag(self.item["back"], self._of("back"))
        return Delivery(self._text("command"), paragraphs(self._text("say")), back, self._when(), self.position)

    def output(self) -> Sink:
        """One place that is written to."""
        return Sink(self._text("say"), self._when(), self.position)

    def privilege(self) -> Privilege:
        """One reason for privileged pods."""
        return Privilege(paragraphs(self._text("say")), self._when(), self.position)

    def pull(self) -> Pull:
        """One image that the bundle does not choose."""
        say, by, image, source = map(self._text, ("say", "by", "image", "source"))
        return Pull(say, by, image, source, self._when(), self.position)

    def presence(self) -> tuple[Presence, ...]:
        """The condition of the whole component; nothing where it has none."""
        node = self.fields.get("when")
        if node is None:
            return ()
        when = read_when(self.source, node, self.component, f"`when` of {self.what}")
        return (Presence(when, self.source.at(node)),)

    def _texts(self, key: str) -> tuple[str, ...]:
        named = self.source.texts(self.item[key], self._of(key)) if key in self.item else []
        return tuple(text for text, _ in named if text)

    def _of(self, key: str) -> str:
        return f"`{key}` of {self.what}"

    def _text(self, key: str) -> str:
        return self.source.text(self.item[key], self._of(key)) if key in self.item else ""

    def _choice(self, key: str, options: tuple[str, ...]) -> str:
        return self.source.choice(self.item[key], self._of(key), options) if key in self.item else ""

    def _value(self, key: str, options: tuple[str, ...] = ()) -> str:
        """A literal, or a parameter's key in full: ``own.port`` becomes ``sidecar.mtls.port``."""
        text = self._text(key)
        if text.startswith(("own.", "app.")):
            return key_of(self.component, text)
        if text.startswith("item."):
            return text
        return self._choice(key, options) if options else text

    def _when(self) -> When:
        if "when" not in self.item:
            return ALWAYS
        return read_when(self.source, self.item["when"], self.component, self._of("when"))


def declaration_faults(component: Component, known: Known) -> Iterator[Fault]:
    """Report parameters, patterns and features that a declaration names and the catalogue does not have."""
    yield from _scrape_faults(component)
    for key, one in every(component.declares):
        where = f"`{key}` of component '{component.folder}'"
        for text in _unknown(component, one, known):
            hint = did_you_mean(text, known.values)
            yield Fault("unknown-parameter", f"{where} names unknown '{shown(text)}'", one.position, hint)
        for text in numbers_in(one):
            if text and not text.isdecimal() and text not in known.values and not text.startswith("item."):
                hint = did_you_mean(text, known.values) or "a number, or a parameter such as own.port"
                yield Fault("bad-value", f"{where} cannot be '{shown(text)}'", one.position, hint)
        for position, message, hint in name_faults(one.when, known):
            yield Fault("unknown-name", f"{where}: {message}", position, hint)
    yield from _pod_faults(component, known)


def _unknown(component: Component, one: Declaration, known: Known) -> Iterator[str]:
    """The parameters, and fields of records, that a declaration names and nothing declares."""
    heads = (component.id, "app")
    for text in (*values_in(one), *gaps_in(component.id, one)):
        if text not in known.values and text.rpartition(".")[0] in heads:
            yield text
    if isinstance(one, Provided) and one.key not in known.values and one.key.rpartition(".")[0] not in heads:
        yield one.key
    if isinstance(one, Listener | Scrape | Connection):
        names = {f"item.{field}" for field in known.fields.get(one.each, ())}
        yield from (text for text in values_in(one) if text.startswith("item.") and text not in names)


def _scrape_faults(component: Component) -> Iterator[Fault]:
    """Report pages with metrics on a port that the component does not listen on, or not for the monitoring."""
    listens = component.declares.listens
    open_ports = {(one.each, one.items, one.port) for one in listens if "monitoring" in one.to}
    for one in component.declares.scrape:
        where = f"`scrape` of component '{component.folder}'"
        if (one.each, one.items, one.port) not in open_ports:
            hint = "name the port in `listens`, too, with `monitoring` in `to`"
            yield Fault("unheard-scrape", f"{where}: port {one.port} has no listener", one.position, hint)
        if any(isinstance(atom, IsScraped) for atom in atoms(one.when)):
            hint = "leave `scraped` out of its `when`"
            yield Fault("cycle", f"{where} cannot depend on how many pages there are", one.position, hint)


def _pod_faults(component: Component, known: Known) -> Iterator[Fault]:
    where = f"component '{component.folder}'"
    for pod in component.declares.pods:
        position = pod.position
        if pod.file not in component.objects:
            hint = did_you_mean(pod.file, component.objects) or "name a file in objects/"
            yield Fault("missing-file", f"{where} has no '{shown(pod.file)}' for its pod", position, hint)
        for glob in pod.without:
            if not matches_any(glob, known.patterns):
                hint = did_you_mean(glob, known.patterns)
                message = f"{where} leaves out '{shown(glob)}', and no pattern matches it"
                yield Fault("unknown-pattern", message, position, hint)
        for name in pod.drop:
            if "/" not in name and not matches_any(name, _FIELDS):
                hint = did_you_mean(name, _FIELDS) or "a field of a container or of a pod, or the key of an annotation"
                yield Fault("unknown-field", f"{where} drops '{shown(name)}', which is not a field", position, hint)
