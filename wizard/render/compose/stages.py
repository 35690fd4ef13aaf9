"""Stages of a bundle with a pod that runs before the workload: its dependencies, the pod itself, and all the rest.

Marks show the stage to tools that apply a bundle in stages: an annotation on an object, or a folder for its file. A
template of the pod's component defines the marks of each stage, so that no Python code knows a tool.
"""

from __future__ import annotations

import re

from wizard.catalog.model import Component
from wizard.errors import RenderError
from wizard.kube.kinds import apply_rank
from wizard.kube.references import made_by_controllers, references
from wizard.render.compose.objects import Composed
from wizard.render.compose.tree import Map, plain, put_at, text_at
from wizard.render.compose.workshop import Workshop

BEFORE, ITSELF, AFTER = 0, 1, 2
_MARKS = frozenset({"annotations", "folder"})
_FOLDER = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_PODS = apply_rank("PodTemplate")


def in_stages(shop: Workshop, objects: tuple[Composed, ...], beside: tuple[Composed, ...]) -> tuple[Composed, ...]:
    """Return the objects with the marks of their stages.

    Raises:
        RenderError: the template of the marks contains anything but annotations and a folder.
    """
    owners = [one for one in shop.components if any(pod.stages for pod in one.declares.pods)]
    first = [one for one in beside if any(one.owner == owner.id for owner in owners)]
    if not first:
        return objects
    stages = [_stage(shop, one, first) for one in objects]
    marks = {stage: _marks(shop, owners[0], stage) for stage in sorted(set(stages))}
    return tuple(_marked(one, marks[stage]) for one, stage in zip(objects, stages, strict=True))


def _stage(shop: Workshop, one: Composed, first: list[Composed]) -> int:
    if any(one is pod for pod in first):
        return ITSELF
    known = shop.catalog.references
    needed = {(found.kind, found.name) for pod in first for found in references(plain(pod.node), known.rows)}
    kinds = {(one.ref.kind, one.ref.name), *made_by_controllers(plain(one.node), known.makes)}
    return BEFORE if apply_rank(one.ref.kind) < _PODS or kinds & needed else AFTER


def _marks(shop: Workshop, owner: Component, stage: int) -> Map:
    name = next(pod.stages for pod in owner.declares.pods if pod.stages)
    path = f"{owner.folder}/{name}"
    nodes = shop.nodes_with(path, {"stage": stage}, owner)
    if not nodes:
        return Map(())
    marks = nodes[0]
    if len(nodes) > 1 or not isinstance(marks, Map) or not _MARKS.issuperset(key for key, _ in marks.entries):
        raise RenderError(f"templates/{path}: must give `annotations` and a `folder`, or nothing")
    if (folder := text_at(marks, "folder")) and not re.fullmatch(_FOLDER, folder):
        raise RenderError(f"templates/{path}: the folder {folder!r} must be of lower-case letters, digits and dashes")
    return marks


def _marked(one: Composed, marks: Map) -> Composed:
    annotations = marks.get("annotations")
    node = one.node
    for key, value in annotations.entries if isinstance(annotations, Map) else ():
        node = put_at(node, ("metadata", "annotations", key), value)
    return one._replace(node=node, folder=text_at(marks, "folder"))
