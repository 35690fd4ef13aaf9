"""Pods beside the workload's, such as a migration's: the workload's own pod with another command.

The template of such a pod is written once, in the workload. It is made in three steps: take the workload's template as
it is before any component has put something in, leave out what the component's ``pods`` drops, and lay what the file
itself says on top. Then the components fill their slots, as in the workload's pod. So a variable, a folder or a
proxy that the program has is there without a second copy in any template.
"""

from __future__ import annotations

from wizard.catalog.declarations import Beside
from wizard.catalog.globs import matches_any
from wizard.errors import RenderError
from wizard.kube.kinds import template_path
from wizard.render.compose.merge import KEYS, ComponentNames, owned
from wizard.render.compose.objects import Composed
from wizard.render.compose.pod import Contribution, compose_pod, in_start_order
from wizard.render.compose.tree import Map, Node, Seq, at_path, change, text_at

_METADATA = ("labels", "annotations")


def compose_beside(
    own: Composed, template: Map, pod: Beside, parts: tuple[Contribution, ...], names: ComponentNames
) -> Composed:
    """One object with its pod.

    Args:
        own: the object as its file says it.
        template: the workload's pod template, before the components' parts.
        pod: what is left out.
        parts: the contributions of all components; those that are not in this pod are left out.
        names: for messages.

    Raises:
        RenderError: the object has no pods, or two components collide.
    """
    keys = template_path(text_at(own.node, "kind"))
    if not keys:
        raise RenderError(f"templates/{own.source}: {own.ref.kind} has no template of pods")
    base = _less(template, pod.drop)
    node = change(own.node, keys, lambda mine: over(mine if isinstance(mine, Map) else Map((), own.owner), base))
    inside = tuple(
        Contribution(part.component, _less_slots(part.slots, pod.drop))
        for part in parts
        if pod.holds(part.component.id)
    )
    # In the order of the workload's pod: what one container waits for may be needed by way of one that is left out.
    order = [part.component.id for part in in_start_order(parts)]
    started = tuple(sorted(inside, key=lambda part: order.index(part.component.id)))
    return own._replace(node=compose_pod(node, ".".join(keys), inside, names, own.source, started))


def over(mine: Map, base: Map) -> Map:
    """``mine`` laid over ``base``: mappings merge, lists of named things too, and of all else ``mine`` wins."""
    entries = tuple((key, owned(value, base.owner)) for key, value in base.entries)
    merged = mine._replace(entries=entries, above=mine.above or base.above)
    last = ""
    for key, value in mine.entries:
        laid = _laid(key, owned(value, mine.owner), merged.get(key))
        merged = merged.put(key, laid, before=_after(merged, last))
        last = key
    return merged


def _after(node: Map, key: str) -> str:
    """The key behind ``key``; the first one where there is no such key."""
    keys = [name for name, _ in node.entries]
    at = keys.index(key) + 1 if key in keys else 0
    return keys[at] if at < len(keys) else ""


def _laid(key: str, value: Node, below: Node | None) -> Node:
    if isinstance(value, Map) and isinstance(below, Map):
        return over(value, below)
    if not isinstance(value, Seq) or not isinstance(below, Seq) or key not in KEYS:
        return value
    if key == "containers":
        return _program(value, below)
    taken = {found for item in value.items if isinstance(item, Map) for found in KEYS[key](item)}
    rest = (one for one in below.items if not (isinstance(one, Map) and taken.intersection(KEYS[key](one))))
    return value._replace(items=(*(owned(one, below.owner) for one in rest), *value.items))


def _program(value: Seq, below: Seq) -> Seq:
    """The containers: the first one is the workload's program with another name and command."""
    first, base = value.items[0] if value.items else None, below.items[0] if below.items else None
    if not isinstance(first, Map) or not isinstance(base, Map):
        return value
    first, base = first._replace(owner=first.owner or value.owner), base._replace(owner=base.owner or below.owner)
    return value._replace(items=(over(first, base), *value.items[1:]))


def _less(template: Map, drop: tuple[str, ...]) -> Map:
    """The template without the dropped fields of the pod, of its first container, and of its metadata."""
    spec = at_path(template, ("spec",))
    if isinstance(spec, Map):
        spec = _without(spec, drop)
        containers = spec.get("containers")
        if isinstance(containers, Seq):
            items = tuple(_without(one, drop) if isinstance(one, Map) else one for one in containers.items[:1])
            spec = spec.put("containers", containers._replace(items=items))
        template = template.put("spec", spec)
    metadata = template.get("metadata")
    return template.put("metadata", _less_slots(metadata, drop)) if isinstance(metadata, Map) else template


def _less_slots(slots: Map, drop: tuple[str, ...]) -> Map:
    """Labels, annotations, and what is put into the program's container and the pod, without the dropped fields."""
    for key in (*_METADATA, "app", "pod"):
        if isinstance(found := slots.get(key), Map):
            kept = _without(found, drop)
            slots = slots.put(key, kept) if kept.entries else slots.without(key)
    return slots


def _without(node: Map, drop: tuple[str, ...]) -> Map:
    kept = tuple((key, value) for key, value in node.entries if not any(matches_any(glob, (key,)) for glob in drop))
    return node if kept == node.entries else node._replace(entries=kept)
