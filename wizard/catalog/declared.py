"""Read the declarations of a component."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from wizard.catalog.declarations import (
    BINDS,
    CONTAINERS,
    ITEMS,
    OWNERS,
    PEERS,
    PROBES,
    PROTOCOLS,
    WHERE,
    Connection,
    Declarations,
    Demand,
    Listener,
    Prerequisite,
    Provided,
    Replicas,
    Scrape,
    Times,
    named_in,
)
from wizard.catalog.keys import known as keys_of
from wizard.catalog.model import Component
from wizard.catalog.table import paragraphs
from wizard.catalog.when import ALWAYS, Known, When, key_of, name_faults, read_when
from wizard.errors import Fault
from wizard.text import did_you_mean, shown

if TYPE_CHECKING:
    from yaml.nodes import Node

    from wizard.catalog.yaml_source import Source

T = TypeVar("T")


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
    )


class _Reader:
    """The declarations of one component."""

    def __init__(self, source: Source, fields: Mapping[str, Node], component: str, what: str) -> None:
        self.source = source
        self.fields = fields
        self.component = component
        self.what = what
        self.item: Mapping[str, Node] = {}

    def all(self, key: str, record: str, read: Callable[[], T]) -> tuple[T, ...]:
        """Every item of one list; an item without a required key is left out."""
        if key not in self.fields:
            return ()
        return tuple(read() for _ in self._each(key, record))

    def _each(self, key: str, record: str) -> Iterator[None]:
        keys = keys_of(record)
        for node in self.source.items(self.fields[key], f"`{key}` of {self.what}"):
            self.item = self.source.fields(node, keys, f"`{key}` of {self.what}")
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
            each=self._value("each"),
            items=self._choice("items", ITEMS) or "all",
            when=self._when(),
        )

    def connection(self) -> Connection:
        """One address that is connected to."""
        container = self._choice("container", CONTAINERS) or "own"
        return Connection(self._value("host"), self._value("port"), self._value("pod_port"), container, self._when())

    def demand(self) -> Demand:
        """One line of the contract."""
        field = self._text("field")
        return Demand(paragraphs(self._text("say")), key_of(self.component, field) if field else "", self._when())

    def prerequisite(self) -> Prerequisite:
        """One thing that must be there first."""
        owner = self._choice("owner", OWNERS) or "you"
        texts = (self._text("check"), self._text("create"))
        return Prerequisite(paragraphs(self._text("say")), owner, *texts, self._when())

    def times(self) -> Times:
        """Read how long it takes to start and to stop."""
        return Times(self._value("start"), self._value("stop"), self._value("before"), self._when())

    def scrape(self) -> Scrape:
        """One page with metrics."""
        entries = self.source.entries(self.item["params"], self._of("params")) if "params" in self.item else {}
        params = tuple((name, self.source.text(node, self._of(name))) for name, (_, node) in entries.items())
        return Scrape(self._value("port"), self._value("path"), params, self._when())

    def replicas(self) -> Replicas:
        """Read how many pods run."""
        return Replicas(self._value("least"), self._value("most"), self._when())

    def provided(self) -> Provided:
        """One setting of another component."""
        return Provided(self._text("key"), self._value("value"), self._when())

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
    declares = component.declares
    where = f"component '{component.folder}'"
    for text in named_in(declares):
        head, dot, _ = text.rpartition(".")
        if dot and head in (component.id, "app") and text not in known.values:
            hint = did_you_mean(text, known.values)
            yield Fault("unknown-parameter", f"{where} declares unknown '{shown(text)}'", component.position, hint)
    groups = (declares.listens, declares.connects, declares.must, declares.first, declares.times, declares.scrape)
    for one in (item for group in groups for item in group):
        for position, message, hint in name_faults(one.when, known):
            yield Fault("unknown-name", f"{where}: {message}", position, hint)
