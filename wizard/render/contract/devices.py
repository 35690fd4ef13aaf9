"""The devices that pods request, such as GPUs, and that a node must offer."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import Any

from wizard.kube.data import mapping, mappings
from wizard.kube.kinds import pod_spec
from wizard.render.loads import Load, effective
from wizard.render.model import BundleFile, First


def devices(manifests: tuple[BundleFile, ...]) -> Iterator[First]:
    """Yield a prerequisite for each device, with the largest number that one pod requests."""
    found: dict[str, int] = {}
    for file in manifests:
        for resource, loads in _requested(file.document).items():
            found[resource] = max(found.get(resource, 0), effective(loads)[0])
    for resource, count in found.items():
        say = (
            f"A node that the pod may run on must have {count} free {resource} per pod, from the vendor's device "
            "plugin. Without such a node the pod stays Pending."
        )
        key = resource.replace(".", r"\.")  # an unescaped dot would start the next key
        columns = quote(f"NODE:.metadata.name,OFFERS:.status.allocatable.{key}")
        yield First("Device", resource, "platform", say=say, check=f"kubectl get nodes -o custom-columns={columns}")


def _requested(document: Any) -> dict[str, list[Load]]:
    """Return the requested numbers by device, as loads with the number in place of the CPU.

    Only devices have a domain in their name.
    """
    found: dict[str, list[Load]] = {}
    for group in ("initContainers", "containers"):
        for container in mappings(pod_spec(document), group):
            lasting = container.get("restartPolicy") == "Always"
            for name, amount in mapping(container, "resources", "limits").items():
                if "/" in name and f"{amount}".isdecimal():
                    found.setdefault(name, []).append(Load(int(amount), 0, group == "initContainers", lasting))
    return found
