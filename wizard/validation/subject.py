"""The construction of subjects for rules: it extracts the pod and its containers from each object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.kube.data import as_map, as_text, dig, items
from wizard.kube.kinds import is_own_group, template_path
from wizard.validation.frame import Container, Pod, Role, Subject
from wizard.validation.model import Document


def make_subject(document: Document) -> Subject | None:
    """Return the subject for a document, or ``None`` if the document is not an object."""
    if not isinstance(document.object, dict):
        return None
    data = document.object
    api_version, kind = as_text(data.get("apiVersion")), as_text(data.get("kind"))
    known = is_own_group(api_version)
    return Subject(
        document=document,
        data=data,
        api_version=api_version,
        kind=kind if known else "",
        name=as_text(dig(data, "metadata", "name")),
        namespace=as_text(dig(data, "metadata", "namespace")),
        pod=_pod(data, kind) if known else None,
        ref=document.ref,
    )


def _pod(data: Mapping[str, Any], kind: str) -> Pod | None:
    keys = template_path(kind)
    template = dig(data, *keys) if keys is not None else None
    if keys is None or not isinstance(template, dict):
        return None
    prefix = "".join(f"{key}." for key in keys)
    spec = as_map(template.get("spec"))
    return Pod(
        path=f"{prefix}spec",
        spec=spec,
        meta_path=f"{prefix}metadata",
        labels=as_map(dig(template, "metadata", "labels")),
        containers=_containers(spec, f"{prefix}spec"),
    )


def _containers(spec: Mapping[str, Any], path: str) -> tuple[Container, ...]:
    """Return all containers in start order: init containers first."""
    found = []
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for place, data in items(spec.get(field), f"{path}.{field}"):
            found.append(Container(place, data, as_text(data.get("name")), _role(field, data), spec))
    return tuple(found)


def _role(field: str, data: Mapping[str, Any]) -> Role:
    if field == "ephemeralContainers":
        return "ephemeral"
    if field == "containers":
        return "app"
    return "sidecar" if data.get("restartPolicy") == "Always" else "init"
