"""Names, labels and annotations."""

from __future__ import annotations

from collections.abc import Iterator
from os.path import relpath
from pathlib import PurePath

from wizard.kube.data import as_map, join, show
from wizard.kube.names import is_label, is_label_key, is_old_label, is_subdomain
from wizard.text import shown
from wizard.validation.frame import Context, Subject, Violation, rule, same_folder

_PATH_NAMES = frozenset({"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "PodDisruptionBudget"})
_LABEL_NAMES = frozenset({"Namespace", "StatefulSet"})
_SHORT = {"Job": 63, "StatefulSet": 63, "CronJob": 52}
_RELAXED_SERVICE_MINOR = 36
_MAX_ANNOTATIONS = 256 * 1024


@rule("name-missing", "error", "An object has a name")
def name_missing(subject: Subject, _context: Context) -> Iterator[Violation]:
    unnamed = not subject.meta.get("generateName") and subject.meta.get("name") in ("", None)
    if subject.data.get("kind") and unnamed:
        yield Violation("metadata.name", "The object has no name.", "Add metadata.name.")


@rule("name-invalid", "error", "A name uses the characters Kubernetes allows for its kind")
def name_invalid(subject: Subject, context: Context) -> Iterator[Violation]:
    name, kind = subject.name, subject.kind
    if not name:
        return
    if kind in _PATH_NAMES:
        good, hint = name not in (".", "..") and not set(name) & {"/", "%"}, "Leave out / and %."
    elif kind == "Service" and context.oldest < _RELAXED_SERVICE_MINOR:
        good = is_old_label(name[:63])
        hint = "Start with a letter; then lower-case letters, digits and dashes."
    elif kind in _LABEL_NAMES or kind == "Service":
        good, hint = is_label(name[:63]), "Use lower-case letters, digits and dashes."
    else:
        good = is_subdomain(name[:253])
        hint = "Use lower-case letters, digits, dashes and dots; start and end with a letter or digit."
    if not good:
        message = f"The name {show(name)} is not allowed for a {kind or 'custom resource'}."
        yield Violation("metadata.name", message, hint)


@rule("name-too-long", "error", "A name is not longer than its kind allows")
def name_too_long(subject: Subject, _context: Context) -> Iterator[Violation]:
    label = subject.kind in _LABEL_NAMES or subject.kind == "Service"
    limit = 63 if label else _SHORT.get(subject.kind, 253)
    if len(subject.name) > limit and subject.kind not in _PATH_NAMES:
        what = subject.kind or "custom resource"
        message = f"The name of a {what} may have {limit} characters; this has {len(subject.name)}."
        yield Violation("metadata.name", message, "Shorten it: Kubernetes adds to it when it names pods.")


@rule(
    "name-awkward", "warning", "A name can also be the host name of its pods", {"Deployment", "DaemonSet", "ReplicaSet"}
)
def name_awkward(subject: Subject, _context: Context) -> Iterator[Violation]:
    name = subject.name
    if is_subdomain(name) and (len(name) > 63 or "." in name):
        why = "is longer than 63 characters" if len(name) > 63 else "has a dot in it"
        message = f"The name {show(name)} {why}, so it cannot be a label or host name."
        yield Violation("metadata.name", message, "Use a shorter one.")


@rule("namespace-invalid", "error", "A namespace's name is a DNS label")
def namespace_invalid(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.namespace and not is_label(subject.namespace):
        hint = "Use at most 63 lower-case letters, digits and dashes."
        yield Violation("metadata.namespace", f"{show(subject.namespace)} is not a valid namespace name.", hint)


@rule("namespace-not-allowed", "warning", "Cluster-scoped objects have no namespace")
def namespace_not_allowed(subject: Subject, context: Context) -> Iterator[Violation]:
    if subject.namespace and context.schema.is_cluster_scoped(subject.api_version, subject.kind):
        message = f"A {subject.kind} is cluster-scoped and cannot be in namespace {show(subject.namespace)}."
        yield Violation("metadata.namespace", message, "Remove metadata.namespace.")


@rule("namespace-mixed", "warning", "Either all objects of a bundle name their namespace or none does")
def namespace_mixed(subject: Subject, context: Context) -> Iterator[Violation]:
    if not subject.kind or subject.namespace or context.schema.root(subject.api_version, subject.kind) is None:
        return
    if context.schema.is_cluster_scoped(subject.api_version, subject.kind):
        return
    if len(context.namespaces) == 1:
        named = context.namespaces[0]
        message = f"Other objects are in namespace {show(named)}; this one goes wherever it is applied."
        yield Violation("metadata.namespace", message, f"Add `namespace: {shown(named)}`.")


@rule("duplicate-object", "error", "Each object is written once")
def duplicate_object(subject: Subject, context: Context) -> Iterator[Violation]:
    other = context.first(subject) if subject.name else subject
    if other is subject:
        return
    what, source = f"{shown(subject.ref.kind)} {show(subject.name)}", other.document.source
    if same_folder(subject, other):
        message = f"{what} is already written in {shown(PurePath(source).name)}."
        yield Violation("metadata.name", message, "Remove one of them or give it another name.")
    else:
        where = shown(relpath(source, PurePath(subject.document.source).parent))
        hint = "Fine for an overlay or an alternative; otherwise remove one of them."
        yield Violation("metadata.name", f"{what} is also in {where}; the one applied last wins.", hint, "note")


@rule("annotation-invalid", "error", "Annotations have keys Kubernetes allows and are not too large")
def annotation_invalid(subject: Subject, _context: Context) -> Iterator[Violation]:
    annotations = as_map(subject.meta.get("annotations"))
    for key in annotations:
        if not is_label_key(str(key).lower()):
            message = f"{show(str(key))} cannot be the key of an annotation."
            yield Violation(join("metadata.annotations", str(key)), message, "Write `name` or `domain.example/name`.")
    size = sum(
        len(str(key)) + len(value.encode("utf-8", "replace"))
        for key, value in annotations.items()
        if isinstance(value, str)
    )
    if size > _MAX_ANNOTATIONS:
        message = f"The annotations have {size} bytes; the maximum is {_MAX_ANNOTATIONS}."
        yield Violation("metadata.annotations", message, "Move data to a ConfigMap.")
