"""Declarations of a component: what listens, what is connected to, what the program must do, what must exist first.

Templates write the manifests; declarations say in one place what those must agree with, so that the contract of a
bundle can be derived and proved. A number, text or time is written as it is, or as the parameter that holds it
(``own.port``, ``app.stop_seconds``).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from wizard.catalog.globs import matches_any
from wizard.catalog.when import ALWAYS, When, key_of, parameters_of
from wizard.errors import Position

PROTOCOLS = ("http", "grpc", "tcp", "udp")
BINDS = ("pod", "loopback", "injected")
PEERS = ("callers", "outside", "entry", "monitoring", "kubelet", "all-peers", "nobody")
PROBES = ("own", "exec", "none")
WHERE = ("anywhere", "same-namespace", "namespace", "nobody")
ITEMS = ("all", "first", "rest")
AT_NODE = ("inside", "outside")
OWNERS = ("you", "platform")
CONTAINERS = ("app", "own")
NEEDED = ("start", "work", "store")
INSTANCES = ("pod", "node")
_UNPLACED = Position("")


class Listener(NamedTuple):
    """A port that one of the component's containers listens on."""

    port: str
    """A number, or the key of the parameter with it."""
    protocol: str
    to: tuple[str, ...]
    """The peers that may call it, of ``PEERS``; ``all-peers`` are those of all other TCP ports of the pod together."""
    bind: str = "pod"
    """``injected`` for a port of a proxy that is not in the manifests, such as that of a mesh."""
    probe: str = "own"
    callers: str = "anywhere"
    """With ``callers`` in ``to``: where they are, of ``WHERE``, or the key of the parameter that says so."""
    namespace: str = ""
    """The namespace of the callers (or several), the entry or the monitoring; usually a parameter's key."""
    pods: str = ""
    """With ``callers`` in ``to``: the one label that they have; empty for all pods."""
    at_node: str = ""
    """Of ``AT_NODE``, or the parameter that says so: where that is empty the declaration, or the item, says nothing."""
    host_port: str = ""
    """The port of the node, which leads to this one; with ``at_node`` the same number where it is empty."""
    ranges: str = ""
    """With ``outside`` in ``to``, unless ``at_node`` is ``inside``: the ranges of its callers; empty for all."""
    each: str = ""
    """The key of a list of records: one listener for each item, whose fields are ``item.port`` and the like."""
    items: str = "all"
    when: When = ALWAYS
    position: Position = _UNPLACED


class Connection(NamedTuple):
    """An address that one of the component's containers, or the program, connects to."""

    host: str
    port: str
    pod_port: str = ""
    """The port behind a Service, where it differs: NetworkPolicies see that one."""
    container: str = "own"
    direct: bool = False
    """True for what no mesh carries, such as the API server."""
    protocol: str = "tcp"
    namespace: str = ""
    """The namespace of the pods it connects to; empty where the host tells it, or is outside the cluster."""
    pods: str = ""
    """The one label that these pods have; empty for all of the namespace."""
    each: str = ""
    """The key of a list of records: one connection for each item, whose fields are ``item.port`` and the like."""
    called: str = ""
    """Its name for people; the host where it is empty."""
    needed: str = ""
    """Of ``NEEDED``: what the program cannot do before it is reached; empty where it can do without."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Demand(NamedTuple):
    """One line of the contract: what the program, or the person who runs it, must do."""

    say: str
    """The sentence; ``*`` stands for the parameter's value, and ``{own.host}`` for that of another one."""
    field: str = ""
    """The key of the parameter that changes it; empty where none does."""
    when: When = ALWAYS
    position: Position = _UNPLACED
    first: When = ALWAYS
    """The condition under which the first item of a list of records has a line, too."""

    @property
    def has_gap(self) -> bool:
        """Tell whether the parameter's value, or a field of its items, goes into the sentence."""
        return "*" in self.say or any("." not in gap for gap in GAP.findall(self.say))


class Sum(NamedTuple):
    """Amounts that must fit into a parameter's value together."""

    of: tuple[str, ...]
    """The keys of the parameters that are added up; one that is not shown counts as nothing."""
    say: str
    """The sentence; ``*`` stands for the sum."""
    plus: str = ""
    when: When = ALWAYS


class Prerequisite(NamedTuple):
    """Something that must be in the cluster and that no field of an object shows."""

    say: str
    owner: str
    check: str = ""
    create: str = ""
    """Commands; ``{own.name}`` stands for a parameter's value, quoted for a shell."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Times(NamedTuple):
    """Times that the component's container takes, in seconds."""

    start: str = ""
    stop: str = ""
    """From the signal to stop to its end; what passes before the signal counts, too."""
    before: str = ""
    """Seconds that the first pod of a new version waits for something beside itself, such as a migration."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Scrape(NamedTuple):
    """A page with metrics that the monitoring reads."""

    name: str
    """The name of the container's port; with ``each`` usually a field of the item."""
    port: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    """Query parameters; ``{own.port}`` in one stands for a parameter's value."""
    instance: str = "pod"
    """``node``: the metrics tell of the node, so its name and not the pod's tells them apart."""
    each: str = ""
    """The key of a list of records, as for a listener."""
    items: str = "all"
    when: When = ALWAYS
    position: Position = _UNPLACED


class Provided(NamedTuple):
    """A setting of another component that this one decides."""

    key: str
    value: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class Replicas(NamedTuple):
    """The number of pods that run; of several that hold the last one counts."""

    least: str
    """A number, the parameter with it, or words such as ``one per node``."""
    most: str = ""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Beside(NamedTuple):
    """A pod beside the workload that is the workload's own pod, but for what its file says and what is left out.

    A migration is the program with another command: it needs the same variables, folders, secrets and proxies, and
    has no callers.
    """

    file: str
    """The object's file in the component's folder, such as ``objects/job.yaml``."""
    without: tuple[str, ...] = ()
    """Globs of the patterns that put nothing into this pod."""
    drop: tuple[str, ...] = ()
    """Globs of fields of the program's container and of the pod, and of its labels and annotations."""
    stages: str = ""
    """The template that marks what comes before the object (stage 0), the object (1), and what comes after it (2)."""
    position: Position = _UNPLACED

    @property
    def when(self) -> When:
        """It stands in every bundle of its component."""
        return ALWAYS

    def holds(self, pattern: str) -> bool:
        """Tell whether a pattern puts something into this pod."""
        return not any(matches_any(glob, (pattern,)) for glob in self.without)


class Delivery(NamedTuple):
    """A command that brings the bundle into the cluster, in place of ``kubectl apply``."""

    command: str
    """``{path}`` stands for the bundle's folder, ``{own.name}`` for a parameter's value, quoted for a shell."""
    say: str = ""
    back: bool = False
    """True for a command that goes back to the version before, in place of ``kubectl rollout undo``."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Sink(NamedTuple):
    """A place that the component's container writes to and that is no address, such as its standard output."""

    say: str
    """Its name for people."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Address(NamedTuple):
    """A sentence on where programs call what the component brings, where no Service of the bundle shows it."""

    say: str
    """With the parameters in its gaps."""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Operated(NamedTuple):
    """An object whose pods an operator makes, and the signs by which a person sees that they run, or why not."""

    kind: str
    """Its resource as ``kubectl get`` takes it, such as ``kafkas.kafka.strimzi.io``."""
    ready: str
    """A sentence on what ``kubectl get`` shows once all is ready."""
    pods: str
    """The one label that its pods have; ``{app.name}`` stands for a parameter's value."""
    operator: str
    """The command that shows the operator."""
    watches: str
    """A sentence on the namespaces that the operator watches."""
    source: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class Privilege(NamedTuple):
    """The reason why the namespace must allow privileged pods."""

    say: str
    when: When = ALWAYS
    position: Position = _UNPLACED


class Pull(NamedTuple):
    """An image that the cluster pulls and no object of the bundle names, since an operator or a mesh chooses it."""

    say: str
    """Its name for people, such as ``PostgreSQL``."""
    by: str
    """The one who chooses it, and the setting that does."""
    image: str = ""
    """The repository, where it is known."""
    source: str = ""
    when: When = ALWAYS
    position: Position = _UNPLACED


class Presence(NamedTuple):
    """The condition without which a component puts nothing into a bundle, although the answers chose it."""

    when: When = ALWAYS
    position: Position = _UNPLACED


class Declarations(NamedTuple):
    """All declarations of one component."""

    listens: tuple[Listener, ...] = ()
    connects: tuple[Connection, ...] = ()
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


NOTHING = Declarations()

Declaration = (
    Listener
    | Connection
    | Demand
    | Prerequisite
    | Times
    | Scrape
    | Provided
    | Replicas
    | Beside
    | Delivery
    | Presence
    | Sink
    | Privilege
    | Pull
    | Address
    | Operated
)
GAP = re.compile(r"\{([a-z][\w.-]*)\}")
"""A parameter in a sentence or command, or in a query of a page with metrics."""


def every(declares: Declarations) -> Iterator[tuple[str, Declaration]]:
    """Each declaration with the key of its list: ``listens``, ``connects`` and so on."""
    for key in declares._fields:
        for one in getattr(declares, key):
            yield key, one


def values_in(one: Declaration) -> tuple[str, ...]:
    """Every text of a declaration that may be a parameter's key: ports, hosts, times."""
    match one:
        case Listener():
            where = (one.callers, one.namespace, one.pods, one.at_node, one.host_port, one.ranges)
            return (one.port, one.protocol, *where, one.each)
        case Connection():
            return (one.host, one.port, one.pod_port, one.protocol, one.namespace, one.pods, one.each)
        case Times():
            return (one.start, one.stop, one.before)
        case Scrape():
            return (one.name, one.port, one.path, one.each)
        case Replicas():
            return (one.least, one.most)
        case Provided():
            return (one.key, one.value)
        case Demand():
            return (one.field,)
        case _:
            return ()


def numbers_in(one: Declaration) -> tuple[str, ...]:
    """Those of them that are numbers, or parameters with numbers."""
    match one:
        case Listener():
            return (one.port, one.host_port)
        case Scrape():
            return (one.port,)
        case Connection():
            return (one.port, one.pod_port)
        case Times():
            return (one.start, one.stop, one.before)
        case _:
            return ()


def gaps_in(component: str, one: Declaration) -> tuple[str, ...]:
    """The keys of the parameters in sentences and commands, and in the queries of a page."""
    match one:
        case Prerequisite():
            texts: tuple[str, ...] = (one.say, one.check, one.create)
        case Scrape():
            texts = tuple(text for _, text in one.params)
        case Delivery():
            texts = (one.command.replace("{path}", ""), one.say)
        case Address():
            texts = (one.say,)
        case Operated():
            texts = (one.ready, one.pods, one.operator, one.watches)
        case Demand():  # a gap without a dot is a field of the list of records that it is about
            texts = tuple(f"{{{gap}}}" for gap in GAP.findall(one.say) if "." in gap)
        case _:
            texts = ()
    return tuple(key_of(component, gap) for text in texts for gap in GAP.findall(text))


def named_in(component: str, declares: Declarations) -> set[str]:
    """The keys of all parameters that the declarations of a component read, and that their conditions look at."""
    found: set[str] = set()
    for _, one in every(declares):
        found.update(values_in(one), gaps_in(component, one), parameters_of(one.when))
    return found
