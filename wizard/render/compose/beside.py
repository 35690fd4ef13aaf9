"""Pods beside the workload's, such as a migration's: the workload's pod with another command.

Their template is derived from the workload's in three steps: take the workload's template before any component adds
its parts, remove the fields that the component's ``pods`` drops, and merge the component's own file over it. Then the
components fill their slots, as in the workload's pod. So the program's variables, folders and proxies are in these
pods, too, and no template repeats them.
"""

from __future__ import annotations

from wizard.catalog.declarations import Beside
from wizard.catalog.globs import matches_any
from wizard.errors import RenderError
from wizard.kube.kinds import template_path
from wizard.render.compose.merge import KEYS, NameOf, others, owned
from wizard.render.compose.objects import Composed
from wizard.render.compose.pod import Contribution, compose_pod, in_start_order
from wizard.render.compose.tree import Map, Node, Seq, at_path, items_at, put_at, text_at

_METADATA = ("labels", "annotations")


def compose_beside(
    own: Composed, template: Map, pod: Beside, parts: tuple[Contribution, ...], names: NameOf
) -> Composed:
    """Return one object with its composed pod.

    Args:
        own: the object as written in its file.
        template: the workload's pod template, without the components' parts.
        pod: the declaration of what to leave out.
        parts: the contributions of all components; those that are not for this pod are skipped.
        names: for messages.

    Raises:
        RenderError: the object has no pods, or two components collide.
    """
    keys = template_path(text_at(own.node, "kind"))
    if not keys:
        raise RenderError(f"templates/{own.source}: {own.ref.kind} has no template of pods")
    base = _less(template, pod.drop)
    mine = at_path(own.node, keys)
    node = put_at(own.node, keys, over(mine if isinstance(mine, Map) else Map((), own.owner), base))
    within = (part for part in parts if pod.holds(part.component.id))
    inside = tuple(Contribution(part.component, _less_slots(part.slots, pod.drop)) for part in within)
    # In the order of the workload's pod: one container may depend on another through a third that is left out here.
    order = [part.component.id for part in in_start_order(parts)]
    started = tuple(sorted(inside, key=lambda part: order.index(part.component.id)))
    return own._replace(node=compose_pod(node, ".".join(keys), inside, names, own.source, started))


def over(mine: Map, base: Map) -> Map:
    """Merge ``mine`` over ``base``: mappings and lists of named items are merged, in all else ``mine`` wins."""
    entries = tuple((key, owned(value, base.owner)) for key, value in base.entries)
    merged = mine._replace(entries=entries, above=mine.above or base.above)
    last = ""
    for key, value in mine.entries:
        laid = _laid(key, owned(value, mine.owner), merged.get(key))
        merged = merged.put(key, laid, before=_after(merged, last))
        last = key
    return merged


def _after(node: Map, key: str) -> str:
    """Return the key after ``key``, or the first key if ``key`` is missing."""
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
    rest = (owned(one, below.owner) for one in others(key, below.items, value.items))
    return value._replace(items=(*rest, *value.items))


def _program(value: Seq, below: Seq) -> Seq:
    """Return the containers; the first is the workload's program with another name and command."""
    first, base = value.items[0] if value.items else None, below.items[0] if below.items else None
    if not isinstance(first, Map) or not isinstance(base, Map):
        return value
    first, base = first._replace(owner=first.owner or value.owner), base._replace(owner=base.owner or below.owner)
    return value._replace(items=(over(first, base), *value.items[1:]))


def _less(template: Map, drop: tuple[str, ...]) -> Map:
    """Return the template without the dropped fields of the pod, its first container and its metadata."""
    spec = at_path(template, ("spec",))
    if isinstance(spec, Map):
        spec = _without(spec, drop)
        if containers := items_at(spec, "containers"):
            program = containers[0]
            spec = spec.put_items("containers", (_without(program, drop) if isinstance(program, Map) else program,))
        template = template.put("spec", spec)
    metadata = template.get("metadata")
    return template.put("metadata", _less_slots(metadata, drop)) if isinstance(metadata, Map) else template


def _less_slots(slots: Map, drop: tuple[str, ...]) -> Map:
    """Return labels, annotations and the slots of the pod and the program's container without the dropped fields."""
    for key in (*_METADATA, "app", "pod"):
        if isinstance(found := slots.get(key), Map):
            kept = _without(found, drop)
            slots = slots.put(key, kept) if kept.entries else slots.without(key)
    return slots


def _without(node: Map, drop: tuple[str, ...]) -> Map:
    kept = tuple((key, value) for key, value in node.entries if not any(matches_any(glob, (key,)) for glob in drop))
    return node if kept == node.entries else node._replace(entries=kept)
