"""The picture of a bundle as a value: the pod's containers, what they share and talk to, and what is around it."""

from typing import NamedTuple

APP = "app"


class DrawnPort(NamedTuple):
    """A port that a container listens on."""

    port: int
    protocol: str
    """``http``, ``grpc``, ``tcp`` or ``udp``."""
    callers: tuple[str, ...] = ()
    """``anywhere``, ``same-namespace``, ``namespace NAME``, ``outside RANGES``, ``entry NAMESPACE``,
    ``monitoring NAMESPACE``, ``kubelet``; none for a port that nobody outside of the pod calls."""
    loopback: bool = False
    """True when it is open to the pod's own containers alone."""
    new: bool = False
    host_port: int = 0
    """The port of the node that leads to it; 0 where there is none."""

    @property
    def text(self) -> str:
        """The port as it is written beside a container: ``:8080``, or ``:5353 (node :53)``."""
        return f":{self.port} (node :{self.host_port})" if self.host_port else f":{self.port}"


class DrawnMount(NamedTuple):
    """A folder of a container that is a volume."""

    path: str
    volume: str
    kind: str
    """``emptyDir``, ``claim``, ``ConfigMap``, ``Secret``, ``hostPath``, ``projected``, ``csi``."""
    new: bool = False


class DrawnContainer(NamedTuple):
    """One container of a pod."""

    name: str
    role: str
    """``init``, ``sidecar``, ``ambassador``, ``adapter`` or ``app``."""
    pattern: str
    """The pattern that puts it there; the workload's for the program."""
    new: bool = False
    """True when the highlighted option makes it certain."""
    image: str = ""
    """Its image for people, such as ``Fluent Bit 5.1``; empty for a program that has none yet."""
    listens: tuple[DrawnPort, ...] = ()
    mounts: tuple[DrawnMount, ...] = ()
    goes_to: tuple[str, ...] = ()
    """The destinations: ``standard output``, ``host:port``."""
    order: str = ""
    """``then`` where the next one starts when it has ended, ``beside`` where it stays; empty for the program."""
    late: bool = False
    """True when it starts together with the program and not before it."""
    cpu_millis: int = 0
    memory_bytes: int = 0
    """Its requests."""


class DrawnObject(NamedTuple):
    """A component beside the pod: one with objects of its own, or with a pod of its own."""

    pattern: str
    title: str
    new: bool = False
    containers: tuple[DrawnContainer, ...] = ()
    """Those of its own pod, where it has one; the last one runs the program with another command."""


class Around(NamedTuple):
    """One Kubernetes object beside the workload, or what an operator makes the pods from."""

    kind: str
    name: str
    """With ``*`` for what is only known when everything is rendered."""
    pattern: str
    new: bool = False


class Drawing(NamedTuple):
    """Everything that is certain, and which workloads are still possible."""

    workload: str
    """The pattern of the workload; empty while it is open."""
    containers: tuple[DrawnContainer, ...]
    objects: tuple[DrawnObject, ...]
    replicas: str = ""
    """``3``, ``2-10``, ``one per node``; empty while it is open, and where an operator decides."""
    operated: bool = False
    """True when an operator makes the pods."""
    possible: tuple[str, ...] = ()
    """The workloads that may still come out."""
    around: tuple[Around, ...] = ()
    """The objects around the pod, in the order of applying."""
    removed: tuple[DrawnContainer | Around, ...] = ()
    """The containers and objects that were certain without the highlighted option, and are not with it."""

    def beside(self, pattern: str) -> tuple[DrawnContainer, ...]:
        """The containers of the pod that belongs to this component."""
        return next((one.containers for one in self.objects if one.pattern == pattern), ())


NOTHING_DRAWN = Drawing("", (), ())
