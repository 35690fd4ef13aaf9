"""Composition: from the components in play to the objects of the bundle."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from wizard.catalog.model import Component
from wizard.errors import RenderError
from wizard.kube.kinds import template_path
from wizard.render.compose.digests import pod_facts, with_digests_in
from wizard.render.compose.emit import emit
from wizard.render.compose.merge import merge_items
from wizard.render.compose.objects import (
    Composed,
    ConfigFile,
    as_object,
    checksum,
    config_map,
    in_apply_order,
    without_comments,
)
from wizard.render.compose.pod import RULES, Contribution, compose_pod, contribution, with_slots
from wizard.render.compose.stages import in_stages
from wizard.render.compose.tree import Map, Node, Scalar, Seq, at_path, plain
from wizard.render.compose.workshop import Workshop
from wizard.render.templates.escaping import format_of

ConfigFiles = tuple[ConfigFile, ...]
"""The configuration files of one component."""


class Composition(NamedTuple):
    """The finished objects in the order of applying."""

    objects: tuple[Composed, ...]
    workload: Composed | None
    """The workload among them; ``None`` for operators."""
    beside: tuple[Composed, ...] = ()
    """Those among them with pods beside the workload's."""


def compose(shop: Workshop) -> Composition:
    """Render every fragment and compose the objects.

    Raises:
        RenderError: a template is wrong, or components collide.
        CatalogError: components depend on each other in a cycle.
    """
    names = partial(_name, shop)
    configs = {c.id: _config_files(shop, c) for c in shop.components if c.config}
    parts = tuple(_part(shop, c, configs.get(c.id, ())) for c in shop.components)
    own = _own_workload(shop, parts)
    template = shop.base.template or "spec.template"
    workload = own._replace(node=compose_pod(own.node, template, parts, names, own.source)) if own else None
    objects = [workload] if workload else []
    beside: list[Composed] = []
    for component in shop.components:
        reaching = _reaching(component, parts)
        filled = {slot: merge_items(slot, (part.items(slot) for part in reaching), names) for slot in RULES}
        for one in _objects(shop, component, filled):
            pod = next((pod for pod in component.declares.pods if one.source == f"{component.folder}/{pod.file}"), None)
            if pod is None:
                objects.append(one)
                continue
            program = at_path(own and own.node, tuple(template.split(".")))
            if not isinstance(program, Map):
                raise RenderError(f"templates/{one.source}: {shop.base.title} has no pods to derive this one from")
            from wizard.render.compose.beside import compose_beside  # few bundles have pods beside the workload

            objects.append(compose_beside(one, program, pod, parts, names))
            beside.append(objects[-1])
    if not objects:
        raise RenderError(f"{shop.base.title}: its templates render no object")
    objects += _config_maps(shop, configs, (workload or objects[0]).node)
    return _finished(shop, in_apply_order(objects, names), workload, tuple(beside))


def _objects(shop: Workshop, component: Component, filled: Mapping[str, tuple[Node, ...]]) -> Iterator[Composed]:
    own = (f"{component.folder}/{name}" for name in component.objects)
    for path in (*own, *(f"shared/{name}" for name in component.shared)):
        for node in shop.nodes(component, path):
            yield as_object(component.id, with_slots(node, filled, path), path)


def _config_maps(shop: Workshop, configs: Mapping[str, ConfigFiles], like: Map) -> Iterator[Composed]:
    for component in shop.components:
        if files := configs.get(component.id):
            name = Scalar(shop.config_name(component), component.id, parameters=shop.behind_name)
            yield Composed(component.id, config_map(component.id, name, files, like), component.folder)


def _reaching(component: Component, parts: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    """Return the parts whose rules a component's policies include: those in its own pods if it has pods, else all."""
    pods = component.declares.pods
    return tuple(part for part in parts if not pods or any(pod.holds(part.component.id) for pod in pods))


def _finished(
    shop: Workshop, objects: tuple[Composed, ...], workload: Composed | None, beside: tuple[Composed, ...]
) -> Composition:
    """Return the objects with the marks of their stages, and with pod digests in place of their placeholders."""
    for one in (*beside, *((workload,) if workload else ())) if shop.digests_requested else ():
        keys = template_path(one.ref.kind) or tuple(shop.base.template.split("."))
        if (template := at_path(one.node, keys)) is not None:
            shop.pods[one.owner] = pod_facts(template)
    staged = in_stages(shop, objects, beside)
    finals: dict[int, Composed] = {}
    for one, marked in zip(objects, staged, strict=True):
        node = with_digests_in(marked.node, shop.pods)
        finals[id(one)] = marked._replace(node=node) if isinstance(node, Map) else marked
    return Composition(
        tuple(finals.values()), finals[id(workload)] if workload else None, tuple(finals[id(one)] for one in beside)
    )


def _name(shop: Workshop, component: str) -> str:
    return shop.base.title if component == shop.base.id else component or "the composer"


def _part(shop: Workshop, component: Component, files: ConfigFiles) -> Contribution:
    path = f"{component.folder}/{component.pod}"
    part = contribution(component, shop.nodes(component, path) if component.pod else (), path)
    if not files:
        return part
    key = f"checksum/{component.slug or 'config'}"
    parameters = tuple(dict.fromkeys(p for file in files for p in file.text.parameters))
    mark = Scalar(checksum(files), component.id, parameters=parameters)
    old = part.slots.get("annotations")
    annotations = old if isinstance(old, Map) else Map((), component.id)
    return Contribution(component, part.slots.put("annotations", annotations.put(key, mark)))


def _own_workload(shop: Workshop, parts: tuple[Contribution, ...]) -> Composed | None:
    """Return the workload as written in its file; ``None`` if an operator creates the pods."""
    base = shop.base
    if not base.workload:
        for part in parts:
            if lost := [key for key, value in part.slots.entries if key not in RULES and isinstance(value, (Map, Seq))]:
                who = f"{part.component.id} puts {', '.join(lost)} into a pod"
                raise RenderError(f"{who}, but the operator makes the pods of {base.title}")
        return None
    path = f"{base.folder}/{base.workload}"
    nodes = shop.nodes(base, path)
    if len(nodes) != 1:
        raise RenderError(f"templates/{path}: must render one object, not {len(nodes)}")
    return as_object(base.id, nodes[0], path)


def _config_files(shop: Workshop, component: Component) -> ConfigFiles:
    found = []
    for name in component.config:
        path = f"{component.folder}/{name}"
        if format_of(path) == "yaml":
            text, data = _yaml_config(shop, component, path)
        else:
            text, used = shop.rendered(component, path)
            shop.used |= used
            data = without_comments(text)
        if text.strip():
            parameters = shop.behind_text(component, path)
            scalar = Scalar(text, component.id, parameters=parameters)
            found.append(ConfigFile(name.rpartition("/")[2], scalar, data))
    return tuple(found)


def _yaml_config(shop: Workshop, component: Component, path: str) -> tuple[str, str]:
    """Return the text of a configuration file in YAML, and its data, which has no comments."""
    nodes = shop.config(component, path)
    if len(nodes) > 1:
        raise RenderError(f"templates/{path}: a config file is one document")
    if not nodes:
        return "", ""
    text = emit(nodes[0], comments=shop.request.options.comments, is_object=False).text
    return text, json.dumps(plain(nodes[0]))
