"""CPU and memory requests and limits of containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wizard.kube.data import as_map, dig, join, show
from wizard.kube.names import is_label_key
from wizard.kube.quantities import BILLION, quantity_of
from wizard.text import shown
from wizard.validation.frame import Container, Context, Violation, container_rule

_NATIVE = frozenset({"cpu", "memory", "ephemeral-storage"})


def _amounts(container: Container) -> Iterator[tuple[str, str, Any]]:
    """Yield (path, resource, amount) for each request and limit of a container."""
    for part in ("requests", "limits"):
        for name, value in as_map(dig(container.data, "resources", part)).items():
            yield join(f"{container.path}.resources.{part}", str(name)), str(name), value


@container_rule("request-over-limit", "error", "A request is not more than its limit")
def request_over_limit(container: Container, _context: Context) -> Iterator[Violation]:
    resources = as_map(container.data.get("resources"))
    limits = as_map(resources.get("limits"))
    for name, value in as_map(resources.get("requests")).items():
        wanted, most = quantity_of(value), quantity_of(limits.get(name))
        if isinstance(wanted, int) and isinstance(most, int) and wanted > most:
            message = f"The {shown(str(name))} request {show(value)} is more than the limit {show(limits[name])}."
            path = join(f"{container.path}.resources.requests", str(name))
            yield Violation(path, message, "Lower the request or raise the limit.")


@container_rule("resource-negative", "error", "Amounts of CPU, memory and storage are not negative")
def resource_negative(container: Container, _context: Context) -> Iterator[Violation]:
    for path, name, value in _amounts(container):
        amount = quantity_of(value)
        if isinstance(amount, int) and amount < 0:
            message = f"{shown(name)} is {show(value)}; it cannot be negative."
            yield Violation(path, message, "Write a positive amount.")


@container_rule("resource-unknown", "error", "Resources exist in Kubernetes or a device plugin")
def resource_unknown(container: Container, _context: Context) -> Iterator[Violation]:
    for path, name, _value in _amounts(container):
        plain = "/" not in name and name not in _NATIVE and not name.startswith("hugepages-")
        if plain or not is_label_key(name):
            hint = "Use cpu, memory or ephemeral-storage; a device has a domain, as in nvidia.com/gpu."
            yield Violation(path, f"{show(name)} is not a valid resource.", hint)


@container_rule("memory-millis", "warning", "An amount of memory is plausible")
def memory_millis(container: Container, _context: Context) -> Iterator[Violation]:
    for path, name, value in _amounts(container):
        amount = quantity_of(value) if name == "memory" else 0
        if isinstance(amount, int) and 0 < amount < 1024 * 1024 * BILLION:
            message = f"{show(value)} of memory is less than one megabyte; nothing can start in it."
            yield Violation(path, message, "Write Mi for megabytes; m means a thousandth of a byte.")


@container_rule("requests-missing", "warning", "A container requests CPU and memory", "app", "sidecar")
def requests_missing(container: Container, _context: Context) -> Iterator[Violation]:
    resources = as_map(container.data.get("resources"))
    known = {**as_map(resources.get("limits")), **as_map(resources.get("requests"))}
    missing = [name for name in ("cpu", "memory") if name not in known]
    if missing and not as_map(container.pod_spec.get("resources")):
        what = " and no ".join(missing)
        message = f"Container {show(container.name)} requests no {what}, so its node may have too little."
        yield Violation(f"{container.path}.resources.requests", message, "Add resources.requests.")


@container_rule("memory-limit-missing", "warning", "A container has a memory limit", "app", "sidecar")
def memory_limit_missing(container: Container, _context: Context) -> Iterator[Violation]:
    limits = as_map(dig(container.data, "resources", "limits"))
    if "memory" not in limits and not as_map(container.pod_spec.get("resources")):
        message = f"Container {show(container.name)} may use all the memory of its node."
        yield Violation(f"{container.path}.resources.limits", message, "Add resources.limits.memory.")
