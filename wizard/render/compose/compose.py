"""From the components in play to the objects of the bundle."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.catalog.model import Component
from wizard.errors import RenderError
from wizard.render.compose.emit import emit
from wizard.render.compose.merge import ComponentNames
from wizard.render.compose.objects import Composed, as_object, checksum, config_map, in_apply_order
from wizard.render.compose.pod import RULES, Contribution, compose_pod, contribution, slot_items, with_slots
from wizard.render.compose.tree import Map, Scalar, Seq
from wizard.render.compose.workshop import Workshop
from wizard.render.templates.escaping import format_of


@dataclass(frozen=True, slots=True)
class Composition:
    """The finished objects in apply order."""

    objects: tuple[Composed, ...]
    workload: Composed | None
    """The workload among them; ``None`` for operators."""


def compose(shop: Workshop) -> Composition:
    """Render every fragment and put them together.

    Raises:
        RenderError: a template is wrong, or components collide.
        CatalogError: components need each other in a circle.
    """
    names = ComponentNames(lambda owner: _title(shop, owner))
    configs = {c.id: _config_files(shop, c) for c in shop.components if c.config}
    parts = tuple(_part(shop, c, configs.get(c.id, ())) for c in shop.components)
    filled = {slot: slot_items(slot, parts, names) for slot in RULES}
    workload = _workload(shop, parts, names)
    objects = [workload] if workload else []
    for component in shop.components:
        for path in (
            *(f"{component.folder}/{o}" for o in component.objects),
            *(f"shared/{o}" for o in component.shared),
        ):
            objects += [as_object(component.id, with_slots(n, filled, path), path) for n in shop.nodes(component, path)]
    if not objects:
        raise RenderError(f"{shop.base.title}: its templates render no object")
    like = (workload or objects[0]).node
    for component in shop.components:
        if data := configs.get(component.id):
            made_of = (f"{shop.base.id}.name",) if shop.tracer else ()
            name = Scalar(shop.config_name(component), component.id, parameters=made_of)
            node = config_map(component.id, name, data, like)
            objects.append(Composed(component.id, node, component.folder))
    return Composition(in_apply_order(objects, names), workload)


def _title(shop: Workshop, owner: str) -> str:
    for component in shop.components:
        if component.id == owner:
            return component.title if component is shop.base else component.id
    return owner or "the composer"


def _part(shop: Workshop, component: Component, data: tuple[tuple[str, Scalar], ...]) -> Contribution:
    path = f"{component.folder}/{component.pod}"
    part = contribution(component, shop.nodes(component, path) if component.pod else (), path)
    if not data:
        return part
    key = f"checksum/{component.slug or 'config'}"
    parameters = tuple(dict.fromkeys(p for _, text in data for p in text.parameters))
    mark = Scalar(checksum(data), component.id, parameters=parameters)
    old = part.slots.get("annotations")
    annotations = old if isinstance(old, Map) else Map((), component.id)
    return Contribution(component, part.slots.put("annotations", annotations.put(key, mark)))


def _workload(shop: Workshop, parts: tuple[Contribution, ...], names: ComponentNames) -> Composed | None:
    base = shop.base
    if not base.workload:
        _refuse_pods(shop, parts)
        return None
    path = f"{base.folder}/{base.workload}"
    nodes = shop.nodes(base, path)
    if len(nodes) != 1:
        raise RenderError(f"templates/{path}: must render one object, not {len(nodes)}")
    found = as_object(base.id, nodes[0], path)
    return Composed(base.id, compose_pod(found.node, base.template or "spec.template", parts, names, path), path)


def _refuse_pods(shop: Workshop, parts: tuple[Contribution, ...]) -> None:
    for part in parts:
        lost = [key for key, value in part.slots.entries if key not in RULES and isinstance(value, (Map, Seq))]
        if lost:
            raise RenderError(
                f"{part.component.id} puts {', '.join(lost)} into a pod, "
                f"but the operator makes the pods of {shop.base.title}"
            )


def _config_files(shop: Workshop, component: Component) -> tuple[tuple[str, Scalar], ...]:
    found = []
    for name in component.config:
        path = f"{component.folder}/{name}"
        text = _yaml_config(shop, component, path) if format_of(path) == "yaml" else shop.text(component, path)
        if text.strip():
            marks = shop.tracer.of_text(shop, component, path) if shop.tracer else ()
            found.append((name.rpartition("/")[2], Scalar(text, component.id, parameters=marks)))
    return tuple(found)


def _yaml_config(shop: Workshop, component: Component, path: str) -> str:
    nodes = shop.nodes(component, path)
    if len(nodes) > 1:
        raise RenderError(f"templates/{path}: a config file is one document")
    return emit(nodes[0], comments=shop.request.options.comments, is_object=False).text if nodes else ""
