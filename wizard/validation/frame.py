"""The framework for rules: a rule is one small function with an id, a severity and a title.

A rule receives a ``Subject`` (one object, with its pod and containers already extracted) and a ``Context`` (the whole
bundle) and yields violations. A rule about pods or containers receives one of these instead of the object.
"""

import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar

from wizard.kube.data import Items, as_map, items
from wizard.kube.kinds import kinds_with_pods
from wizard.kube.objects import ObjectRef
from wizard.validation.model import Document, RuleInfo, Severity
from wizard.validation.schema import Schema

K = TypeVar("K")
T = TypeVar("T")
Role = Literal["init", "sidecar", "app", "ephemeral"]
PodSecurityLevel = Literal["restricted", "baseline", "privileged"]

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"})
RUNS_PODS = kinds_with_pods()


class Violation(NamedTuple):
    """A place where a rule is violated; ``severity`` is set only if it differs from the rule's own."""

    path: str
    message: str
    hint: str = ""
    severity: Severity | None = None


class Container(NamedTuple):
    """One container of a pod; ``sidecar`` is an init container that keeps running."""

    path: str
    data: Mapping[str, Any]
    name: str
    role: Role
    pod_spec: Mapping[str, Any]

    @property
    def security(self) -> Mapping[str, Any]:
        """The container's own ``securityContext``; empty if it is not a mapping."""
        return as_map(self.data.get("securityContext"))

    def items(self, field: str) -> Items:
        """Yield (path, mapping) for each item of one of the container's lists, such as ``env``."""
        return items(self.data.get(field), f"{self.path}.{field}")


class Pod(NamedTuple):
    """A pod, or the pod template of a workload."""

    path: str
    """The path of the pod's spec."""
    spec: Mapping[str, Any]
    meta_path: str
    labels: Mapping[str, Any]
    containers: tuple[Container, ...]

    @property
    def security(self) -> Mapping[str, Any]:
        """The pod's ``securityContext``; empty if it is not a mapping."""
        return as_map(self.spec.get("securityContext"))

    def items(self, field: str) -> Items:
        """Yield (path, mapping) for each item of one of the pod's lists, such as ``volumes``."""
        return items(self.spec.get(field), f"{self.path}.{field}")


class Subject(NamedTuple):
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
        """The object's ``spec``; empty if it is not a mapping."""
        return as_map(self.data.get("spec"))

    @property
    def meta(self) -> Mapping[str, Any]:
        """The object's ``metadata``; empty if it is not a mapping."""
        return as_map(self.data.get("metadata"))


class Context:
    """Everything that a rule may read apart from its own object; lookups are cached."""

    def __init__(self, subjects: tuple[Subject, ...], schema: Schema, pod_security: PodSecurityLevel | None) -> None:
        self.subjects = subjects
        self.schema = schema
        self.oldest, self.newest = schema.oldest, schema.newest
        self.pod_security = pod_security
        self._kept: dict[Hashable, Any] = {}

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces of the objects of known kinds."""
        return tuple(sorted({s.namespace for s in self.subjects if s.kind and s.namespace}))

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the result of ``make``, which is called only once per key."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    @cached_property
    def _by_name(self) -> "Mapping[tuple[str, str], _ByNamespace]":
        return _indexed(((subject.kind, subject.name), subject) for subject in self.subjects if subject.kind)

    @cached_property
    def _by_reference(self) -> "Mapping[tuple[str, str, str], _ByNamespace]":
        return _indexed(((s.ref.kind, s.name, s.api_version), s) for s in self.subjects)

    @cached_property
    def _by_label(self) -> "Mapping[tuple[object, object], _ByNamespace]":
        pods = ((subject, subject.pod.labels) for subject in self.subjects if subject.pod is not None)
        return _indexed(((label, subject) for subject, labels in pods for label in labels.items() if _is_text(label)))

    def of(self, *kinds: str) -> Iterator[Subject]:
        """Return an iterator over all objects of these kinds."""
        return iter(self.once(("of", kinds), lambda: tuple([s for s in self.subjects if s.kind in kinds])))

    def first(self, subject: Subject) -> Subject:
        """Return the first object that the server would treat as the same as this one; often the object itself."""
        alike = self._by_reference[subject.ref.kind, subject.name, subject.api_version]
        return alike.first(subject.namespace) or subject

    def named(self, kind: str, name: str, namespace: str) -> Subject | None:
        """Return the object that a reference by name from this namespace would find."""
        group = self._by_name.get((kind, name))
        return group.first(namespace) if group is not None else None

    def names(self, kind: str, namespace: str) -> list[str]:
        """Return the sorted names of the objects of a kind in a namespace."""
        group = self.once(("group", kind), lambda: _ByNamespace(self.of(kind)))
        return self.once(("names", kind, namespace), lambda: sorted([s.name for s in group.within(namespace)]))

    def pods_in(self, namespace: str) -> list[Subject]:
        """Return the objects in a namespace that run pods."""
        return self._with_pods.within(namespace)

    @cached_property
    def _with_pods(self) -> "_ByNamespace":
        return _ByNamespace(subject for subject in self.subjects if subject.pod is not None)

    def pods_with(self, labels: Mapping[str, Any], namespace: str) -> Iterator[Subject]:
        """Yield the objects in a namespace whose pods have all these labels."""
        nothing = _ByNamespace(())
        groups = [self._by_label.get(label, nothing) for label in labels.items() if _is_text(label)]
        found = min((group.within(namespace) for group in groups or [self._with_pods]), key=len)
        for subject in found:
            if subject.pod is not None and all(subject.pod.labels.get(key) == value for key, value in labels.items()):
                yield subject


class _ByNamespace:
    """Objects in order, with an index by namespace; an object without a namespace can be in any."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self._all = list(subjects)
        self._positions = _grouped((subject.namespace, position) for position, subject in enumerate(self._all))
        self._within: dict[str, list[Subject]] = {"": self._all}

    def within(self, namespace: str) -> list[Subject]:
        """Return the objects that can be in a namespace."""
        if namespace not in self._within:
            positions = sorted([*self._positions.get(namespace, ()), *self._positions.get("", ())])
            self._within[namespace] = [self._all[position] for position in positions]
        return self._within[namespace]

    def first(self, namespace: str) -> Subject | None:
        """Return the first object that can be in a namespace."""
        if not namespace:
            return self._all[0] if self._all else None
        positions = [self._positions[name][0] for name in (namespace, "") if name in self._positions]
        return self._all[min(positions)] if positions else None


def _indexed(pairs: Iterable[tuple[K, Subject]]) -> dict[K, _ByNamespace]:
    return {key: _ByNamespace(subjects) for key, subjects in _grouped(pairs).items()}


def _grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _is_text(label: tuple[object, object]) -> bool:
    return isinstance(label[0], str) and isinstance(label[1], str)


Check = Callable[[Subject, Context], Iterable[Violation]]
PodCheck = Callable[[Pod, Context], Iterable[Violation]]
ContainerCheck = Callable[[Container, Context], Iterable[Violation]]


class Rule(NamedTuple):
    """A rule: its description, the kinds it applies to (empty: all), and its function."""

    info: RuleInfo
    kinds: frozenset[str]
    check: Check


def rule(rule_id: str, severity: Severity, title: str, kinds: Iterable[str] = ()) -> Callable[[Check], Rule]:
    """Return a decorator that turns a function into a rule."""
    return lambda check: Rule(RuleInfo(rule_id, severity, title), frozenset(kinds), check)


def pod_rule(rule_id: str, severity: Severity, title: str) -> Callable[[PodCheck], Rule]:
    """Return a decorator that turns a function about one pod into a rule."""

    def wrap(check: PodCheck) -> Rule:
        def each(subject: Subject, context: Context) -> Iterable[Violation]:
            return check(subject.pod, context) if subject.pod is not None else ()

        return rule(rule_id, severity, title, RUNS_PODS)(each)

    return wrap


def container_rule(rule_id: str, severity: Severity, title: str, *roles: Role) -> Callable[[ContainerCheck], Rule]:
    """Return a decorator that turns a function about one container into a rule, for all containers or some roles."""

    def wrap(check: ContainerCheck) -> Rule:
        def each(subject: Subject, context: Context) -> Iterator[Violation]:
            for container in containers(subject, *roles):
                yield from check(container, context)

        return rule(rule_id, severity, title, RUNS_PODS)(each)

    return wrap


def same_folder(one: Subject, other: Subject) -> bool:
    """Return true if both objects come from one folder and so are applied together.

    Objects in other folders may be overlays or alternatives.
    """
    return os.path.dirname(one.document.source) == os.path.dirname(other.document.source)  # noqa: PTH120 - compared often


def containers(subject: Subject, *roles: Role) -> Iterator[Container]:
    """Yield the containers of the object's pod, either all or those with the given roles."""
    if subject.pod is not None:
        for container in subject.pod.containers:
            if not roles or container.role in roles:
                yield container
