"""CPU and memory requests and limits of containers."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.names import is_label_key
from wizard.kube.quantities import BILLION, quantity_of
from wizard.text import shown
from wizard.validation.data import as_map, join, show
from wizard.validation.frame import RUNS_PODS, Context, Subject, Violation, containers, rule, rules_in

_NATIVE = frozenset({"cpu", "memory", "ephemeral-storage"})


@rule("request-over-limit", "error", "A request is not more than its limit", RUNS_PODS)
def request_over_limit(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        resources = as_map(container.data.get("resources"))
        limits = as_map(resources.get("limits"))
        for name, value in as_map(resources.get("requests")).items():
            wanted, most = quantity_of(value), quantity_of(limits.get(name))
            if isinstance(wanted, int) and isinstance(most, int) and wanted > most:
                message = f"The {shown(str(name))} request {show(value)} is more than the limit {show(limits[name])}."
                path = join(f"{container.path}.resources.requests", str(name))
                yield Violation(path, message, "Lower the request or raise the limit.")


@rule("resource-negative", "error", "Amounts of CPU, memory and storage are not negative", RUNS_PODS)
def resource_negative(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        for part in ("requests", "limits"):
            for name, value in as_map(as_map(container.data.get("resources")).get(part)).items():
                amount = quantity_of(value)
                if isinstance(amount, int) and amount < 0:
                    path = join(f"{container.path}.resources.{part}", str(name))
                    yield Violation(
                        path,
                        f"{shown(str(name))} is {show(value)}; it cannot be negative.",
                        "Write a positive amount.",
                    )


@rule("resource-unknown", "error", "Resources exist in Kubernetes or a device plugin", RUNS_PODS)
def resource_unknown(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        for part in ("requests", "limits"):
            for name in as_map(as_map(container.data.get("resources")).get(part)):
                text = str(name)
                plain = "/" not in text and text not in _NATIVE and not text.startswith("hugepages-")
                if plain or not is_label_key(text):
                    path = join(f"{container.path}.resources.{part}", text)
                    hint = "Use cpu, memory or ephemeral-storage; a device has a domain, as in nvidia.com/gpu."
                    yield Violation(path, f"{show(text)} is not a valid resource.", hint)


@rule("memory-millis", "warning", "An amount of memory is plausible", RUNS_PODS)
def memory_millis(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        for part in ("requests", "limits"):
            value = as_map(as_map(container.data.get("resources")).get(part)).get("memory")
            amount = quantity_of(value)
            if isinstance(amount, int) and 0 < amount < 1024 * 1024 * BILLION:
                path = f"{container.path}.resources.{part}.memory"
                message = f"{show(value)} of memory is less than one megabyte; nothing can start in it."
                yield Violation(path, message, "Write Mi for megabytes; m means a thousandth of a byte.")


@rule("requests-missing", "warning", "A container requests CPU and memory", RUNS_PODS)
def requests_missing(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject, "app", "sidecar"):
        resources = as_map(container.data.get("resources"))
        known = {**as_map(resources.get("limits")), **as_map(resources.get("requests"))}
        missing = [name for name in ("cpu", "memory") if name not in known]
        if missing and not as_map(subject.pod and subject.pod.spec.get("resources")):
            what = " and no ".join(missing)
            message = f"Container {show(container.name)} requests no {what}, so its node may have too little."
            yield Violation(f"{container.path}.resources.requests", message, "Add resources.requests.")


@rule("memory-limit-missing", "warning", "A container has a memory limit", RUNS_PODS)
def memory_limit_missing(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject, "app", "sidecar"):
        limits = as_map(as_map(container.data.get("resources")).get("limits"))
        if "memory" not in limits and not as_map(subject.pod and subject.pod.spec.get("resources")):
            message = f"Container {show(container.name)} may use all the memory of its node."
            yield Violation(f"{container.path}.resources.limits", message, "Add resources.limits.memory.")


RULES = rules_in(globals())
