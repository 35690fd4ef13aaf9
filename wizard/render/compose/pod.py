"""The pod of a workload: the workload's template with the slots of every component filled in."""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

from wizard.catalog.model import Component
from wizard.catalog.start_order import start_order
from wizard.errors import RenderError
from wizard.render.compose.merge import KEYS, ComponentNames, merge_items, merge_maps
from wizard.render.compose.tree import Map, Node, Scalar, Seq, at_path, change, plain, put_once, text_at
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
        node = self.slots.get(slot)
        return node.items if isinstance(node, Seq) else ()


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


def slot_items(slot: str, parts: Iterable[Contribution], names: ComponentNames) -> tuple[Node, ...]:
    """Return the items that all components put into a list slot, each once."""
    return merge_items(slot, (part.items(slot) for part in parts), names)


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
    names: ComponentNames,
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
    containers = spec.get("containers") if isinstance(spec, Map) else None
    if not isinstance(spec, Map) or not isinstance(containers, Seq) or not containers.items:
        raise RenderError(f"templates/{path}: no containers below {template}.spec")
    spec = _with_containers(spec, containers, parts, in_start_order(parts) if started is None else started, names)
    volumes = spec.get("volumes")
    own = volumes.items if isinstance(volumes, Seq) else ()
    merged = merge_items("volumes", (own, *(part.items("volumes") for part in parts)), names)
    if merged:
        spec = spec.put("volumes", volumes._replace(items=merged) if isinstance(volumes, Seq) else Seq(merged))
    for part in parts:
        if isinstance(slot := part.slots.get("pod"), Map):
            spec = merge_maps(spec, slot, names, path="the pod's spec")
    check_pod(spec, names)
    workload = change(workload, (*keys, "spec"), lambda _: spec)
    for slot_name in ("labels", "annotations"):
        workload = _with_metadata(workload, keys, slot_name, parts, names)
    return workload


def _with_containers(
    spec: Map,
    containers: Seq,
    parts: tuple[Contribution, ...],
    started: tuple[Contribution, ...],
    names: ComponentNames,
) -> Map:
    slots = [slot for part in parts if isinstance(slot := part.slots.get("app"), Map)]
    app = containers.items[0]
    if not isinstance(app, Map):
        raise RenderError("the workload's first container is not a mapping")
    for slot in slots:
        app = merge_maps(app, slot, names, path="the app container")
    added = [part.items("containers") for part in parts]
    everyone = (app, *containers.items[1:], *(_like_app(item, app) for group in added for item in group))
    spec = spec.put("containers", containers._replace(items=everyone))
    old = spec.get("initContainers")
    first = [
        *(old.items if isinstance(old, Seq) else ()),
        *(item for part in started for item in part.items("init_containers")),
    ]
    if first:
        items = tuple(_like_app(item, app) for item in first)
        return spec.put(
            "initContainers", old._replace(items=items) if isinstance(old, Seq) else Seq(items), before="containers"
        )
    return spec


def _like_app(item: Node, app: Map) -> Node:
    """Return a ``likeApp`` container with the variables and mounts of the app container; its own entries win."""
    if not isinstance(item, Map) or not item.authored or item.get("likeApp") is None:
        return item
    wanted = item.get("likeApp")
    item = item.without("likeApp")
    if not isinstance(wanted, Scalar) or wanted.value is not True:
        return item
    for key in ("env", "envFrom", "volumeMounts"):
        have, keys_of = _items(item, key), KEYS.get(key)
        taken = {k for one in have if isinstance(one, Map) and keys_of for k in keys_of(one)}
        more = tuple(
            one
            for one in _items(app, key)
            if not (isinstance(one, Map) and keys_of and taken.intersection(keys_of(one)))
        )
        if more:
            own = item.get(key)
            item = item.put(key, own._replace(items=have + more) if isinstance(own, Seq) else Seq(more))
    return item


def _with_metadata(
    workload: Map, keys: tuple[str, ...], slot_name: str, parts: tuple[Contribution, ...], names: ComponentNames
) -> Map:
    given = [slot for part in parts if isinstance(slot := part.slots.get(slot_name), Map)]
    for slot in given:

        def merged(old: Node | None, slot: Map = slot) -> Node:
            if not isinstance(old, Map):
                return slot
            return merge_maps(old, slot, names, path=f"the pod's {slot_name}")

        workload = change(workload, (*keys, "metadata", slot_name), merged)
    return workload


def check_pod(spec: Map, names: ComponentNames) -> None:
    """Check that containers of a pod do not share a name or port, and that none defines a variable or mount path twice.

    Raises:
        RenderError: one of these happens; the message names both components.
    """
    seen: dict[tuple[str, Hashable], str] = {}

    def claim(what: str, value: Hashable, owner: str) -> None:
        if (what, value) in seen:
            raise names.clash(what, value, seen[what, value], owner)
        seen[what, value] = owner

    for container, lasting in _containers(spec):
        claim("container", text_at(container, "name"), container.owner)
        for key in ("env", "volumeMounts"):
            merge_items(key, (_items(container, key),), names)
        for port in _items(container, "ports"):
            if isinstance(port, Map) and lasting:
                for what, value in KEYS["ports"](port):
                    claim(what, value, port.owner or container.owner)


def _items(node: Map, key: str) -> tuple[Node, ...]:
    found = node.get(key)
    return found.items if isinstance(found, Seq) else ()


def _containers(spec: Map) -> Iterable[tuple[Map, bool]]:
    """Yield each container, and whether it runs as long as the app does."""
    for item in _items(spec, "initContainers"):
        if isinstance(item, Map):
            yield item, text_at(item, "restartPolicy") == "Always"
    for item in _items(spec, "containers"):
        if isinstance(item, Map):
            yield item, True


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
