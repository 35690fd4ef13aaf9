"""The frame a rule stands in: one small function with an id, a severity and a title.

A rule gets a ``Subject`` (one object, with its pod and containers already found) and a ``Context`` (the whole
bundle) and yields hits. A module lists its rules as ``RULES = rules_in(globals())``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeVar

from wizard.render.model import ObjectRef
from wizard.validation.data import as_map
from wizard.validation.model import Document, RuleInfo, Severity
from wizard.validation.schema import Schema

K = TypeVar("K")
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


@dataclass(frozen=True)
class Context:
    """Everything a rule may look at besides its own object; what it looks up is found once."""

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

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that objects of known kinds name."""
        return tuple(sorted({s.namespace for s in self.subjects if s.kind and s.namespace}))

    @cached_property
    def _of_kinds(self) -> dict[tuple[str, ...], tuple[Subject, ...]]:
        return {}

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], list[Subject]]:
        return _grouped(((subject.ref.kind, subject.name), subject) for subject in self.subjects)

    @cached_property
    def _by_label(self) -> Mapping[tuple[object, object], list[Subject]]:
        pods = ((subject, subject.pod.labels) for subject in self.subjects if subject.pod is not None)
        return _grouped(((label, subject) for subject, labels in pods for label in labels.items() if _is_text(label)))

    def of(self, *kinds: str) -> Iterator[Subject]:
        """All objects of these kinds."""
        if kinds not in self._of_kinds:
            self._of_kinds[kinds] = tuple([subject for subject in self.subjects if subject.kind in kinds])
        return iter(self._of_kinds[kinds])

    def namesakes(self, subject: Subject) -> list[Subject]:
        """The objects of the same kind and name, wherever they are, this one included."""
        return self._by_name[subject.ref.kind, subject.name]

    def named(self, kind: str, name: str, namespace: str) -> Subject | None:
        """The object of that name that a thing in this namespace would mean."""
        for subject in self._by_name.get((kind, name), ()):
            if subject.kind == kind and same_namespace(subject.namespace, namespace):
                return subject
        return None

    def names(self, kind: str, namespace: str) -> list[str]:
        """The names of that kind's objects in a namespace."""
        return [s.name for s in self.of(kind) if same_namespace(s.namespace, namespace)]

    def pods_in(self, namespace: str) -> list[Subject]:
        """The objects in a namespace that run pods."""
        return [s for s in self._with_pods if same_namespace(s.namespace, namespace)]

    @cached_property
    def _with_pods(self) -> tuple[Subject, ...]:
        return tuple([subject for subject in self.subjects if subject.pod is not None])

    def pods_with(self, labels: Mapping[str, Any], namespace: str) -> list[Subject]:
        """The objects in a namespace whose pods have all these labels."""
        found = min(
            (self._by_label.get(label, []) for label in labels.items() if _is_text(label)), key=len, default=None
        )
        return [
            subject
            for subject in (self._with_pods if found is None else found)
            if subject.pod is not None
            and same_namespace(subject.namespace, namespace)
            and all(subject.pod.labels.get(key) == value for key, value in labels.items())
        ]


def _grouped(pairs: Iterable[tuple[K, Subject]]) -> dict[K, list[Subject]]:
    groups: dict[K, list[Subject]] = {}
    for key, subject in pairs:
        groups.setdefault(key, []).append(subject)
    return groups


def _is_text(label: tuple[object, object]) -> bool:
    return isinstance(label[0], str) and isinstance(label[1], str)


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
    return os.path.dirname(one.document.source) == os.path.dirname(other.document.source)  # noqa: PTH120 - compared often


def containers(subject: Subject, *roles: Role) -> Iterator[Container]:
    """The containers of the object's pod, all or those of some roles."""
    if subject.pod is not None:
        for container in subject.pod.containers:
            if not roles or container.role in roles:
                yield container
