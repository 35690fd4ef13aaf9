"""The frame a rule stands in: one small function with an id, a severity and a title.

A rule gets a ``Subject`` (one object, with its pod and containers already found) and a ``Context`` (the whole
bundle) and yields hits. A module lists its rules as ``RULES = rules_in(globals())``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any, Literal

from wizard.check.data import as_map
from wizard.check.model import Document, RuleInfo, Severity
from wizard.check.schema import Schema
from wizard.frozen import dataclass
from wizard.render.model import ObjectRef

Layer = Literal["yaml", "structure", "semantic", "cross-object", "pod-security"]
Role = Literal["init", "sidecar", "app", "ephemeral"]
Level = Literal["restricted", "baseline", "privileged"]

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"})
RUNS_PODS = WORKLOADS | {"Pod", "Job", "CronJob", "PodTemplate"}


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found; ``severity`` only where it differs from the rule's own."""

    path: str
    message: str
    hint: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a pod; ``sidecar`` is an init container that keeps running."""

    path: str
    data: Mapping[str, Any]
    name: str
    role: Role

    @property
    def runs(self) -> bool:
        """Whether it runs beside the others, so that it may have probes."""
        return self.role in {"app", "sidecar"}


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod, or the template of one."""

    path: str
    """Of the pod's spec."""
    spec: Mapping[str, Any]
    meta_path: str
    labels: Mapping[str, Any]
    containers: tuple[Container, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """One object to check. ``kind`` is empty for a custom resource."""

    document: Document
    data: Mapping[str, Any]
    api_version: str
    kind: str
    name: str
    namespace: str
    pod: Pod | None
    ref: ObjectRef

    @property
    def spec(self) -> Mapping[str, Any]:
        """The object's ``spec``, or nothing."""
        return as_map(self.data.get("spec"))

    @property
    def meta(self) -> Mapping[str, Any]:
        """The object's ``metadata``, or nothing."""
        return as_map(self.data.get("metadata"))


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a rule may look at besides its own object."""

    subjects: tuple[Subject, ...]
    schema: Schema
    pod_security: Level | None

    @property
    def oldest(self) -> int:
        """The oldest minor the objects must be right for."""
        return self.schema.oldest

    @property
    def newest(self) -> int:
        """The newest minor the objects must be right for."""
        return self.schema.newest

    def of(self, *kinds: str) -> Iterator[Subject]:
        """All objects of these kinds."""
        return (subject for subject in self.subjects if subject.kind in kinds)

    def named(self, kind: str, name: str, namespace: str) -> Subject | None:
        """The object of that name that a thing in this namespace would mean."""
        for subject in self.of(kind):
            if subject.name == name and same_namespace(subject.namespace, namespace):
                return subject
        return None

    def names(self, kind: str, namespace: str) -> list[str]:
        """The names of that kind's objects in a namespace."""
        return [s.name for s in self.of(kind) if same_namespace(s.namespace, namespace)]

    def pods_in(self, namespace: str) -> list[Subject]:
        """The objects in a namespace that run pods."""
        return [s for s in self.subjects if s.pod is not None and same_namespace(s.namespace, namespace)]


Check = Callable[[Subject, Context], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what it is, which kinds it looks at (empty: all), and the function."""

    info: RuleInfo
    kinds: frozenset[str]
    check: Check


def rule(
    rule_id: str,
    severity: Severity,
    title: str,
    kinds: Iterable[str] = (),
    *,
    layer: Layer = "semantic",
    lesson: str = "",
) -> Callable[[Check], Rule]:
    """Make a rule of a function."""

    def wrap(check: Check) -> Rule:
        return Rule(RuleInfo(rule_id, severity, title, layer, lesson), frozenset(kinds), check)

    return wrap


def rules_in(namespace: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules defined in a module, in the order written."""
    return tuple(value for value in namespace.values() if isinstance(value, Rule))


def same_namespace(one: str, other: str) -> bool:
    """Whether two objects can be in one namespace; one without a namespace goes wherever it is applied."""
    return one == other or not one or not other


def beside(one: Subject, other: Subject) -> bool:
    """Whether both come from one folder, and so are applied together; other folders may be overlays or alternatives."""
    return PurePath(one.document.source).parent == PurePath(other.document.source).parent


def containers(subject: Subject, *roles: Role) -> Iterator[Container]:
    """The containers of the object's pod, all or those of some roles."""
    if subject.pod is not None:
        for container in subject.pod.containers:
            if not roles or container.role in roles:
                yield container
