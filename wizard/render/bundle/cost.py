"""The resource requests of a rendered pod, and the helpers' share of them."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.model import HELPERS, Component
from wizard.kube.kinds import template_path
from wizard.render.compose.objects import Composed
from wizard.render.compose.tree import Map, maps_at, text_at
from wizard.render.compose.workshop import Workshop
from wizard.render.loads import Load, effective, millicores, whole_bytes
from wizard.render.model import BundleFile, ContainerNote, PodNote
from wizard.text import cpu_text, memory_text

_BOUNDS = (("minReplicas", "maxReplicas"), ("minReplicaCount", "maxReplicaCount"))
"""The fields with the bounds of each kind of autoscaler."""


def pod_note(shop: Workshop, pod: Composed, manifests: tuple[BundleFile, ...]) -> PodNote:
    """Add up the requests of one rendered pod; the program's container belongs to the object's own component."""
    node, kind = pod.node, pod.ref.kind
    components = {c.id: c for c in shop.components}
    notes, loads = [], []
    for key in ("initContainers", "containers"):
        for item in maps_at(node, *_pod_keys(shop, pod), "spec", key):
            note, load = _note(item, components, init=key == "initContainers", base=pod.owner)
            notes.append(note)
            loads.append(load)
    whole = effective(loads)
    alone = effective(load for note, load in zip(notes, loads, strict=True) if note.role not in HELPERS)
    replicas = _replicas(kind, node, manifests if pod.owner == shop.base.id else ())
    helpers = (whole[0] - alone[0], whole[1] - alone[1])
    return PodNote(kind, replicas, tuple(notes), *whole, *helpers, name=pod.ref.name, component=pod.owner)


def _pod_keys(shop: Workshop, pod: Composed) -> tuple[str, ...]:
    """Return the keys that lead to the pod template of an object."""
    if pod.owner == shop.base.id and shop.base.template:
        return tuple(shop.base.template.split("."))
    return template_path(pod.ref.kind) or ("spec", "template")


def _note(item: Map, components: Mapping[str, Component], *, init: bool, base: str) -> tuple[ContainerNote, Load]:
    owner = item.owner or base
    component = components.get(owner)
    lasting = text_at(item, "restartPolicy") == "Always"
    role = component.role if component and owner != base else "app"
    if init and not lasting:
        role = "init"
    elif role not in HELPERS and (init or owner != base):
        role = "sidecar"
    title = component.title if component else owner
    cpu, memory = (text_at(item, "resources", "requests", what) for what in ("cpu", "memory"))
    load = Load(millicores(cpu), whole_bytes(memory), init, lasting)
    amounts = cpu_text(load.cpu_millis) if cpu else "", memory_text(load.memory_bytes) if memory else ""
    return ContainerNote(text_at(item, "name"), role, owner, title, text_at(item, "image"), *amounts), load


def _replicas(kind: str, workload: Map, manifests: tuple[BundleFile, ...]) -> str:
    if kind == "DaemonSet":
        return "one per node"
    for file in manifests:
        spec = file.document.get("spec")
        for least, most in _BOUNDS:
            if isinstance(spec, dict) and most in spec:
                return f"{spec.get(least, 1)}-{spec[most]}"
    jobs = {"Job": ("spec", "parallelism"), "CronJob": ("spec", "jobTemplate", "spec", "parallelism")}
    return text_at(workload, *jobs.get(kind, ("spec", "replicas"))) or "1"
