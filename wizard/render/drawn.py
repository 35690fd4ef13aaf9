"""The drawing of a bundle as a value: the pod's containers, their volumes and peers, and the objects around it."""

from typing import Literal, NamedTuple

APP = "app"
OBJECTS = ("ConfigMap", "Secret", "claim")
"""The kinds of volumes that are objects with a name of their own."""


class DrawnPort(NamedTuple):
    """A port that a container listens on."""

    port: int
    protocol: str
    """``http``, ``grpc``, ``tcp`` or ``udp``."""
    callers: tuple[str, ...] = ()
    """``anywhere``, ``same-namespace``, ``namespace NAME``, ``outside RANGES``, ``entry NAMESPACE``,
    ``monitoring NAMESPACE``, ``kubelet``; empty for a port without callers outside the pod.
    """
    loopback: bool = False
    """True if only the pod's own containers can reach it."""
    new: bool = False
    host_port: int = 0
    """The port of the node that leads to it; 0 if there is none."""

    @property
    def only_monitored(self) -> bool:
        """True if the monitoring calls it, and at most the kubelet besides."""
        callers = [one for one in self.callers if one != "kubelet"]
        return bool(callers) and all(one.startswith("monitoring") for one in callers)

    @property
    def read_by_monitoring(self) -> bool:
        """True if the monitoring calls it, perhaps among others."""
        return any(one.startswith("monitoring") for one in self.callers)

    @property
    def text(self) -> str:
        """The port as shown next to a container: ``:8080``, or ``:5353 (node :53)``."""
        return f":{self.port} (node :{self.host_port})" if self.host_port else f":{self.port}"


class DrawnMount(NamedTuple):
    """A volume mounted into a folder of a container."""

    path: str
    volume: str
    kind: str
    """``emptyDir``, ``claim``, ``ConfigMap``, ``Secret``, ``hostPath``, ``projected``, ``csi``."""
    new: bool = False
    source: str = ""
    """The name of the ConfigMap, Secret or claim in the manifests; empty for other kinds, and until it is known."""

    @property
    def called(self) -> str:
        """The volume as shown: ``ConfigMap orders-nginx``, ``emptyDir cache``; only the kind while it has no name."""
        return f"{self.kind} {self.name}".strip()

    @property
    def name(self) -> str:
        """The name of the object in the manifests, or of another volume in the pod; empty until an object has one."""
        return self.source if self.kind in OBJECTS else self.volume


class DrawnContainer(NamedTuple):
    """One container of a pod."""

    name: str
    role: str
    """``init``, ``sidecar``, ``ambassador``, ``adapter`` or ``app``."""
    pattern: str
    """The pattern that adds it; the workload's pattern for the program."""
    new: bool = False
    """True when the highlighted option makes it certain."""
    image: str = ""
    """The image's display name, such as ``Fluent Bit 5.1``; empty for a program without an image."""
    listens: tuple[DrawnPort, ...] = ()
    mounts: tuple[DrawnMount, ...] = ()
    goes_to: tuple[str, ...] = ()
    """The destinations: ``standard output``, ``host:port``."""
    order: str = ""
    """``then`` if the next one starts after it has ended, ``beside`` if it keeps running; empty for the program."""
    late: bool = False
    """True if it starts together with the program, not before it."""
    called: tuple[str, ...] = ()
    """The ports at which the program calls it inside the pod: ``localhost:6379``; ``localhost`` while it is open."""
    calls: tuple[str, ...] = ()
    """The ports, with paths, at which it calls the program: ``:8080/status``."""
    needed: bool = False
    """True if it keeps running and an init container starts only after it."""
    cpu_millis: int = 0
    memory_bytes: int = 0
    """The container's requests."""
    implementation: str = ""
    """The pattern's implementation; empty while several are possible, and for the program."""
    metrics: Literal["", "read", "sent"] = ""
    """For an adapter: ``read`` from the program, or ``sent`` by it to a port that only the pod can reach."""

    @property
    def monitored(self) -> tuple[DrawnPort, ...]:
        """The ports that the monitoring calls; of a helper, only those that at most the kubelet calls besides."""
        program = self.role == APP
        return tuple(port for port in self.listens if port.only_monitored or (program and port.read_by_monitoring))


class DrawnObject(NamedTuple):
    """A component outside the workload's pod: one with its own objects, or with its own pod."""

    pattern: str
    title: str
    new: bool = False
    containers: tuple[DrawnContainer, ...] = ()
    """The containers of its own pod, if it has one; the last one runs the program with another command."""
    implementation: str = ""
    """The pattern's implementation; empty while several are possible."""


class DrawnProduct(NamedTuple):
    """The program that an operator runs."""

    title: str
    """Empty while several products are possible."""
    instances: str = ""
    """``3``; empty while it is open."""
    lines: tuple[str, ...] = ()
    """The facts about its instances: the Services, the disk."""
    goes_to: tuple[str, ...] = ()
    proposed: bool = False
    """True if it is the first of several products, and the user has not chosen one."""


class DrawnInjected(NamedTuple):
    """A container that is in no manifest, because a mesh adds it to each pod."""

    name: str
    by: str
    pattern: str
    new: bool = False

    @property
    def text(self) -> str:
        """The container as shown: ``proxy, added by the mesh``."""
        return f"{self.name}, added by {self.by}"


class Around(NamedTuple):
    """One Kubernetes object next to the workload, or the one that an operator creates the pods from."""

    kind: str
    name: str
    """With ``*`` for a part that only rendering determines."""
    pattern: str
    new: bool = False


class DrawnSetting(NamedTuple):
    """A field of the workload's manifest that says when its pods run."""

    field: str
    value: str
    new: bool = False

    @property
    def text(self) -> str:
        """The field as shown: ``schedule: 0 2 * * *``."""
        return f"{self.field}: {self.value}"


class Drawing(NamedTuple):
    """Everything that is certain of a bundle, and the workloads that are still possible."""

    workload: str
    """The pattern of the workload; empty while it is open."""
    containers: tuple[DrawnContainer, ...]
    objects: tuple[DrawnObject, ...]
    replicas: str = ""
    """``3``, ``2-10``, ``one per node``; empty while it is open, or if an operator decides."""
    at_once: bool = False
    """True if ``replicas`` counts pods that share one piece of work and end, as a Job's do."""
    settings: tuple[DrawnSetting, ...] = ()
    """The fields that say when the pods run, such as a CronJob's; those with an open value are left out."""
    operated: bool = False
    """True if an operator creates the pods."""
    product: DrawnProduct | None = None
    """The program that the operator runs; ``None`` without an operator."""
    injected: tuple[DrawnInjected, ...] = ()
    """The containers that a mesh adds to the pod, which ``containers`` lacks."""
    possible: tuple[str, ...] = ()
    """The workloads that are still possible."""
    around: tuple[Around, ...] = ()
    """The objects around the pod, in the order of applying."""
    replaced: tuple[tuple[DrawnContainer, DrawnContainer], ...] = ()
    """Pairs of a new container and the one that it replaces if the highlighted option is chosen."""
    removed: tuple[DrawnContainer | Around | DrawnInjected, ...] = ()
    """The containers and objects that the highlighted option would remove without a replacement."""

    def beside(self, pattern: str) -> tuple[DrawnContainer, ...]:
        """Return the containers of the pod that belongs to this component."""
        return next((one.containers for one in self.objects if one.pattern == pattern), ())


NOTHING_DRAWN = Drawing("", (), ())
