"""Declarations of a component: its listeners and connections, the program's duties, and prerequisites.

Templates write the manifests; declarations state in one place the facts that the manifests must agree with, so that the
contract of a bundle can be derived and proved. A number, text or time is either literal or the key of the parameter
that holds it (``own.port``, ``app.stop_seconds``). ``keys.toml`` describes the fields; a note below a field adds what
authors need not know.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from wizard.catalog.globs import matches_any
from wizard.catalog.when import ALWAYS, When, key_of, parameters_of
from wizard.errors import Position

_UNPLACED = Position("")


class Declaration(Protocol):
    """Any of the declarations below."""

    @property
    def when(self) -> When:
        """The condition under which it applies."""

    @property
    def position(self) -> Position:
        """Its place in the file."""


class Listener(NamedTuple):
    """A port that one of the component's containers listens on."""

    port: str
    protocol: str
    to: tuple[str, ...]
    """The peers that may call it; ``all-peers`` means the peers of all other TCP ports of the pod."""
    bind: str = "pod"
    """``injected`` for a port of a proxy that is not in the manifests, such as a mesh's."""
    probe: str = "own"
    callers: str = "anywhere"
    namespace: str = ""
    """The namespace (or namespaces) of the callers, the entry or the monitoring; usually a parameter's key."""
    pods: str = ""
    """With ``callers`` in ``to``: the one label that their pods have; empty for all pods."""
    at_node: str = ""
    """``inside`` or ``outside``; if it is a parameter without a value, the listener or item does not apply."""
    host_port: str = ""
    """The port of the node that leads to this one; if it is empty and ``at_node`` is set, the same number."""
    ranges: str = ""
    """With ``outside`` in ``to``, unless ``at_node`` is ``inside``: the IP ranges of its callers; empty for all."""
    each: str = ""
    items: str = "all"
    when: When = ALWAYS
    position: Position = _UNPLACED


class Connection(NamedTuple):
    """An address that one of the component's containers, or the program, connects to."""

    host: str
    port: str
    pod_port: str = ""
    """The port behind a Service, if it differs; NetworkPolicies apply to this one."""
    container: str = "own"
    direct: bool = False
    protocol: str = "tcp"
    namespace: str = ""
    """The namespace of the target pods; empty if the host shows it or is outside the cluster."""
    pods: str = ""
    """The one label that the target pods have; empty for all pods of the namespace."""
    each: str = ""
    called: str = ""
    needed: str = ""
    """The phase that fails if the address is unreachable; empty if the program works without it."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Local(NamedTuple):
    """A port on 127.0.0.1 over which the program and the component's container talk."""

    port: str
    by: str
    """``app`` if the program calls it, ``own`` if the container calls the program."""
    path: str = ""
    each: str = ""
    items: str = "all"
    when: When = ALWAYS
    position: Position = _UNPLACED


class Demand(NamedTuple):
    """One line of the contract: a duty of the program or of the person who runs it."""

    say: str
    field: str = ""
    when: When = ALWAYS
    position: Position = _UNPLACED
    first: When = ALWAYS
    """The condition under which the first item of a list of records gets a line, too."""

    @property
    def has_gap(self) -> bool:
        """Return whether the sentence contains the parameter's value or a field of its items."""
        return "*" in self.say or any("." not in gap for gap in GAP.findall(self.say))


class Sum(NamedTuple):
    """Amounts whose total must not exceed a parameter's value."""

    of: tuple[str, ...]
    """The keys of the parameters that are added up; a parameter that is not shown counts as zero."""
    say: str
    plus: str = ""
    when: When = ALWAYS


class Prerequisite(NamedTuple):
    """A prerequisite in the cluster that no field of an object reveals."""

    say: str
    owner: str
    check: str = ""
    create: str = ""
    """In both commands, ``{own.name}`` is replaced by a parameter's value, quoted for a shell."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Times(NamedTuple):
    """Durations of the component's container, in seconds."""

    start: str = ""
    stop: str = ""
    """The time from the pod's stop signal until the container has ended, including a wait before its own signal."""
    before: str = ""
    """The time that the first pod of a new version waits for something outside it, such as a migration."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Scrape(NamedTuple):
    """A metrics endpoint that the monitoring scrapes."""

    name: str
    port: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    instance: str = "pod"
    """``node`` for metrics of the node: series are then told apart by the node's name instead of the pod's."""
    each: str = ""
    items: str = "all"
    when: When = ALWAYS
    position: Position = _UNPLACED


class Provided(NamedTuple):
    """A setting of another component that this component decides."""

    key: str
    value: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class Replicas(NamedTuple):
    """The number of pods that run; if several declarations apply, the last one counts."""

    least: str
    most: str = ""
    at_once: bool = False
    """True for pods that share one piece of work and end, which are not replicas."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Beside(NamedTuple):
    """A pod next to the workload: the workload's own pod, except for what its file changes and what is left out.

    A migration, for example, is the program with another command: it needs the same variables, folders, secrets and
    proxies, and has no callers.
    """

    file: str
    without: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    stages: str = ""
    """The template that marks what comes before the object (stage 0), the object (1), and what follows it (2)."""
    position: Position = _UNPLACED

    @property
    def when(self) -> When:
        """The condition of the pod: it is in every bundle of its component."""
        return ALWAYS

    def holds(self, pattern: str) -> bool:
        """Return whether a pattern adds something to this pod."""
        return not any(matches_any(glob, (pattern,)) for glob in self.without)


class Delivery(NamedTuple):
    """A command that brings the bundle into the cluster, in place of ``kubectl apply``."""

    command: str
    say: str = ""
    back: bool = False
    when: When = ALWAYS
    position: Position = _UNPLACED


class Sink(NamedTuple):
    """A destination of the container's output that is not an address, such as its standard output."""

    say: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class Address(NamedTuple):
    """A sentence on how other programs reach what the component provides, if no Service of the bundle shows it."""

    say: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class Operated(NamedTuple):
    """An object whose pods an operator creates, and the signs that show the user if they run, or why not."""

    kind: str
    """For example ``kafkas.kafka.strimzi.io``."""
    ready: str
    pods: str
    operator: str
    watches: str
    source: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class ProductLine(NamedTuple):
    """A line in the drawing about pods that an operator creates, such as a Service or a disk."""

    say: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class Injected(NamedTuple):
    """A container that something in the cluster, such as a mesh, adds to each pod."""

    name: str
    by: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class Privilege(NamedTuple):
    """The reason why the namespace must allow privileged pods."""

    say: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class Pull(NamedTuple):
    """An image that the cluster pulls but no object of the bundle names, since an operator or a mesh chooses it."""

    say: str
    by: str
    image: str = ""
    source: str = ""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Presence(NamedTuple):
    """The condition without which a component adds nothing to a bundle, although the answers chose it."""

    when: When = ALWAYS
    position: Position = _UNPLACED


class Declarations(NamedTuple):
    """All declarations of one component."""

    listens: tuple[Listener, ...] = ()
    connects: tuple[Connection, ...] = ()
    local: tuple[Local, ...] = ()
    must: tuple[Demand, ...] = ()
    first: tuple[Prerequisite, ...] = ()
    times: tuple[Times, ...] = ()
    scrape: tuple[Scrape, ...] = ()
    provides: tuple[Provided, ...] = ()
    replicas: tuple[Replicas, ...] = ()
    pods: tuple[Beside, ...] = ()
    next: tuple[Delivery, ...] = ()
    present: tuple[Presence, ...] = ()
    outputs: tuple[Sink, ...] = ()
    privileged: tuple[Privilege, ...] = ()
    pulls: tuple[Pull, ...] = ()
    addresses: tuple[Address, ...] = ()
    operated: tuple[Operated, ...] = ()
    shows: tuple[ProductLine, ...] = ()
    injects: tuple[Injected, ...] = ()


NOTHING = Declarations()

GAP = re.compile(r"\{([a-z][\w.-]*)\}")
"""A parameter in a sentence, in a command, or in a query parameter of a metrics endpoint."""


def every(declares: Declarations) -> Iterator[tuple[str, Declaration]]:
    """Yield each declaration with the key of its list: ``listens``, ``connects`` and so on."""
    for key in declares._fields:
        for one in getattr(declares, key):
            yield key, one


_VALUES: Mapping[type, tuple[str, ...]] = {
    Listener: ("port", "protocol", "callers", "namespace", "pods", "at_node", "host_port", "ranges", "each"),
    Connection: ("host", "port", "pod_port", "protocol", "namespace", "pods", "each"),
    Local: ("port", "path", "each"),
    Times: ("start", "stop", "before"),
    Scrape: ("name", "port", "path", "each"),
    Replicas: ("least", "most"),
    Provided: ("key", "value"),
    Demand: ("field",),
}
_NUMBERS: Mapping[type, tuple[str, ...]] = {
    Listener: ("port", "host_port"),
    Scrape: ("port",),
    Connection: ("port", "pod_port"),
    Local: ("port",),
    Times: ("start", "stop", "before"),
}


def values_in(one: Declaration) -> tuple[str, ...]:
    """Return every text of a declaration that may be a parameter's key: ports, hosts, times."""
    return tuple(getattr(one, name) for name in _VALUES.get(type(one), ()))


def numbers_in(one: Declaration) -> tuple[str, ...]:
    """Return the texts of a declaration that must be numbers or parameters with numbers."""
    return tuple(getattr(one, name) for name in _NUMBERS.get(type(one), ()))


def gaps_in(component: str, one: Declaration) -> tuple[str, ...]:
    """Return the keys of the parameters in a declaration's sentences, commands and query parameters."""
    match one:
        case Prerequisite():
            texts: tuple[str, ...] = (one.say, one.check, one.create)
        case Scrape():
            texts = tuple(text for _, text in one.params)
        case Delivery():
            texts = (one.command.replace("{path}", ""), one.say)
        case Address() | ProductLine():
            texts = (one.say,)
        case Operated():
            texts = (one.ready, one.pods, one.operator, one.watches)
        case Demand():  # a gap without a dot is a field of the demand's own list of records
            texts = tuple(f"{{{gap}}}" for gap in GAP.findall(one.say) if "." in gap)
        case _:
            texts = ()
    return tuple(key_of(component, gap) for text in texts for gap in GAP.findall(text))


def named_in(component: str, declares: Declarations) -> set[str]:
    """Return the keys of all parameters that a component's declarations read or use in their conditions."""
    found: set[str] = set()
    for _, one in every(declares):
        found.update(values_in(one), gaps_in(component, one), parameters_of(one.when))
    return found
