"""Selectors, and the pods that they match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from wizard.kube.data import as_list, as_map, items, join, show
from wizard.text import shown
from wizard.validation.frame import WORKLOADS, Context, Subject, Violation, rule, same_folder

_SELECTING = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
_MOST_OVERLAPS = 8
_CHANGING = frozenset({
    "version", "app.kubernetes.io/version", "helm.sh/chart", "pod-template-hash", "controller-revision-hash",
    "app.kubernetes.io/managed-by", "revision", "release-date",
})  # fmt: skip


def matches(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Return true if a label selector (``matchLabels`` and ``matchExpressions``) matches these labels."""
    if not isinstance(selector, dict):
        return False
    if any(labels.get(key) != value for key, value in as_map(selector.get("matchLabels")).items()):
        return False
    return all(_expression(term, labels) for _path, term in items(selector.get("matchExpressions"), ""))


def _expression(term: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    key, operator, values = str(term.get("key")), term.get("operator"), as_list(term.get("values"))
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) == (operator != "DoesNotExist")


def is_empty(selector: Any) -> bool:
    """Return true if a selector has no terms, so that it matches everything or nothing."""
    return not as_map(as_map(selector).get("matchLabels")) and not as_list(as_map(selector).get("matchExpressions"))


@rule("selector-mismatch", "error", "A workload's selector matches its own pods", WORKLOADS)
def selector_mismatch(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    raw = subject.spec.get("selector")
    selector = {"matchLabels": raw} if subject.kind == "ReplicationController" else raw
    if is_empty(selector) or matches(selector, subject.pod.labels):
        return
    wanted = as_map(as_map(selector).get("matchLabels"))
    wrong = next((key for key, value in wanted.items() if subject.pod.labels.get(key) != value), None)
    path = f"{subject.pod.meta_path}.labels"
    if wrong is None:
        message = "The selector's expressions do not fit the labels of the pod template."
        yield Violation(path, message, "Make them agree.")
        return
    has = f"has {show(subject.pod.labels[wrong])}" if wrong in subject.pod.labels else "does not have it"
    message = f"The selector requires label {shown(str(wrong))} to be {show(wanted[wrong])}; the pod template {has}."
    given = f": {show(wanted[wrong])}" if isinstance(wanted[wrong], str) else ", and put both values in quotes"
    yield Violation(join(path, str(wrong)), message, f"Give the pod template the label {shown(str(wrong))}{given}.")


@rule("selector-empty", "error", "A workload's selector names at least one label", WORKLOADS)
def selector_empty(subject: Subject, _context: Context) -> Iterator[Violation]:
    selector = subject.spec.get("selector")
    if subject.kind == "ReplicationController":
        empty = not selector and subject.pod is not None and not subject.pod.labels
    else:
        empty = isinstance(selector, dict) and is_empty(selector)
    if empty:
        message = "The selector is empty, so it would match every pod."
        yield Violation("spec.selector", message, "Add matchLabels with the app's labels.")


@rule("selector-changes", "warning", "A selector contains no label that changes with a release", _SELECTING)
def selector_changes(subject: Subject, _context: Context) -> Iterator[Violation]:
    for key in as_map(as_map(subject.spec.get("selector")).get("matchLabels")):
        if key in _CHANGING:
            message = f"The selector contains {show(key)}; a selector is immutable, but that label changes."
            hint = "Select by app.kubernetes.io/name and app.kubernetes.io/instance only."
            yield Violation(join("spec.selector.matchLabels", key), message, hint)


@rule("selector-overlap", "warning", "Two workloads do not select the same pods", WORKLOADS)
def selector_overlap(subject: Subject, context: Context) -> Iterator[Violation]:
    selector = as_map(subject.spec.get("selector"))
    if subject.pod is None or subject.kind == "ReplicationController" or is_empty(selector):
        return
    for other in islice(_also_found(subject, selector, context), _MOST_OVERLAPS):
        message = f"The selector also matches the pods of {other.kind} {show(other.name)}."
        yield Violation("spec.selector", message, "Add a label that only this workload's pods have.")


def _also_found(subject: Subject, selector: Mapping[str, Any], context: Context) -> Iterator[Subject]:
    for other in context.pods_with(as_map(selector.get("matchLabels")), subject.namespace):
        if (other.name, other.kind) == (subject.name, subject.kind) or other.kind not in WORKLOADS:
            continue
        if not same_folder(subject, other) and not (subject.namespace and other.namespace):
            continue  # nothing shows that the two are ever in one namespace
        if other.pod is not None and matches(selector, other.pod.labels):
            yield other
