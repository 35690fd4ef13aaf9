"""The pod of a workload: the workload's template with the slots of every component filled in."""

from collections.abc import Hashable, Mapping
from typing import NamedTuple

from wizard.catalog.model import Component
from wizard.catalog.start_order import start_order
from wizard.errors import RenderError
from wizard.render.compose.merge import KEYS, NameOf, clash, merge_items, merge_maps, others
from wizard.render.compose.tree import (
    Map,
    Node,
    Scalar,
    Seq,
    at_path,
    items_at,
    maps_at,
    plain,
    put_at,
    put_once,
    text_at,
)
from wizard.text import did_you_mean

LISTS = ("init_containers", "containers", "volumes", "ingress", "egress", "service_ports")
MAPS = ("app", "pod", "labels", "annotations")
RULES = ("ingress", "egress", "service_ports")
"""Slots that fragments of objects request with ``$slot``; the others belong to the pod."""


class Contribution(NamedTuple):
    """The pieces that one component puts into the slots."""

    component: Component
    slots: Map

    def items(self, slot: str) -> tuple[Node, ...]:
        """Return the component's items for a list slot."""
        return items_at(self.slots, slot)


def contribution(component: Component, nodes: tuple[Node, ...], path: str) -> Contribution:
    """Return the contribution of a rendered ``pod.yaml``, after checking it.

    Raises:
        RenderError: it is not a mapping of slots.
    """
    if not nodes:
        return Contribution(component, Map(()))
    slots = nodes[0]
    if len(nodes) > 1 or not isinstance(slots, Map):
        raise RenderError(f"templates/{path}: must be one mapping of slots", hint=f"known: {', '.join(LISTS + MAPS)}")
    for key, value in slots.entries:
        if key not in LISTS + MAPS:
            raise RenderError(f'templates/{path}: no slot "{key}"', hint=did_you_mean(key, LISTS + MAPS))
        if not isinstance(value, Seq if key in LISTS else Map):
            raise RenderError(f"templates/{path}: {key} must be a {'list' if key in LISTS else 'mapping'}")
    return Contribution(component, slots)


def in_start_order(parts: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    """Return the parts so that each comes after those it needs, otherwise in the given order.

    Raises:
        CatalogError: they depend on each other in a cycle.
    """
    by_component = {part.component.id: part for part in parts}
    return tuple(by_component[one.id] for one in start_order(tuple(part.component for part in parts)))


def compose_pod(
    workload: Map,
    template: str,
    parts: tuple[Contribution, ...],
    names: NameOf,
    path: str,
    started: tuple[Contribution, ...] | None = None,
) -> Map:
    """Return the workload with every component's slots merged into its pod.

    Args:
        workload: the workload's own object.
        template: dotted path of the pod template in it.
        parts: the contributions in pattern order.
        names: for messages.
        path: the workload's template file, for messages.
        started: the contributions in start order, if the caller knows it already.

    Raises:
        RenderError: the template is wrong, or two components collide.
        CatalogError: the components depend on each other in a cycle.
    """
    keys = tuple(template.split("."))
    spec = at_path(workload, (*keys, "spec"))
    if not isinstance(spec, Map) or not items_at(spec, "containers"):
        raise RenderError(f"templates/{path}: no containers below {template}.spec")
    spec = _with_containers(spec, parts, in_start_order(parts) if started is None else started, names)
    volumes = merge_items("volumes", (items_at(spec, "volumes"), *(part.items("volumes") for part in parts)), names)
    if volumes:
        spec = spec.put_items("volumes", volumes)
    for slot in _maps(parts, "pod"):
        spec = merge_maps(spec, slot, names, path="the pod's spec")
    check_pod(spec, names)
    workload = put_at(workload, (*keys, "spec"), spec)
    for name in ("labels", "annotations"):
        at = (*keys, "metadata", name)
        for slot in _maps(parts, name):
            old = at_path(workload, at)
            new = merge_maps(old, slot, names, path=f"the pod's {name}") if isinstance(old, Map) else slot
            workload = put_at(workload, at, new)
    return workload


def _maps(parts: tuple[Contribution, ...], slot: str) -> list[Map]:
    return [found for part in parts if isinstance(found := part.slots.get(slot), Map)]


def _with_containers(
    spec: Map, parts: tuple[Contribution, ...], started: tuple[Contribution, ...], names: NameOf
) -> Map:
    app, *more = items_at(spec, "containers")
    if not isinstance(app, Map):
        raise RenderError("the workload's first container is not a mapping")
    for slot in _maps(parts, "app"):
        app = merge_maps(app, slot, names, path="the app container")
    added = (_like_app(item, app) for part in parts for item in part.items("containers"))
    spec = spec.put_items("containers", (app, *more, *added))
    inits = (*items_at(spec, "initContainers"), *(item for part in started for item in part.items("init_containers")))
    if not inits:
        return spec
    return spec.put_items("initContainers", tuple(_like_app(item, app) for item in inits), before="containers")


def _like_app(item: Node, app: Map) -> Node:
    """Return a ``likeApp`` container with the variables and mounts of the app container; its own entries win."""
    if not isinstance(item, Map) or not item.authored or (wanted := item.get("likeApp")) is None:
        return item
    item = item.without("likeApp")
    if not isinstance(wanted, Scalar) or wanted.value is not True:
        return item
    for key in ("env", "envFrom", "volumeMounts"):
        own = items_at(item, key)
        if more := others(key, items_at(app, key), own):
            item = item.put_items(key, own + more)
    return item


def check_pod(spec: Map, names: NameOf) -> None:
    """Check that containers of a pod do not share a name or port, and that none defines a variable or mount path twice.

    Raises:
        RenderError: one of these happens; the message names both components.
    """
    seen: dict[tuple[str, Hashable], str] = {}

    def claim(what: str, value: Hashable, owner: str) -> None:
        if (what, value) in seen:
            raise clash(names, what, value, seen[what, value], owner)
        seen[what, value] = owner

    for group in ("initContainers", "containers"):
        for container in maps_at(spec, group):
            claim("container", text_at(container, "name"), container.owner)
            for key in ("env", "volumeMounts"):
                merge_items(key, (items_at(container, key),), names)
            if group == "containers" or text_at(container, "restartPolicy") == "Always":
                for port in maps_at(container, "ports"):
                    for what, value in KEYS["ports"](port):
                        claim(what, value, port.owner or container.owner)


def with_slots(node: Node, filled: Mapping[str, tuple[Node, ...]], path: str) -> Node:
    """Replace each ``- $slot: name`` by the slot's items; a list that would become empty is left out.

    Raises:
        RenderError: the slot does not exist.
    """
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Map):
        new = tuple((key, value, with_slots(value, filled, path)) for key, value in node.entries)
        entries = tuple((key, got) for key, had, got in new if not _is_hollow(had, got))
        return node if entries == node.entries else node._replace(entries=entries)
    items: list[Node] = []
    for item in node.items:
        slot = item.get("$slot") if isinstance(item, Map) and item.authored else None
        if slot is None:
            items.append(with_slots(item, filled, path))
            continue
        name = str(plain(slot))
        if name not in filled:
            raise RenderError(f'templates/{path}: no slot "{name}" for objects', hint=f"known: {', '.join(filled)}")
        for more in filled[name]:
            put_once(items, more)
    return node._replace(items=tuple(items))


def _is_hollow(had: Node, got: Node) -> bool:
    """Return whether slots left a list empty: a server drops such a field, and `kubectl diff` would always show it."""
    return isinstance(had, Seq) and isinstance(got, Seq) and bool(had.items) and not got.items
