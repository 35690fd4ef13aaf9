"""Helpers for the objects to send: names, a stand-in namespace, the Pod of a template."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from wizard.cluster.request import bad_segment
from wizard.kube.data import as_list, as_map, dig
from wizard.kube.kinds import template_path
from wizard.kube.objects import ref_of

_LONGEST_PREFIX = 50
_LARGEST = 3 << 20
_STEP = re.compile(r"\.?(?P<name>[^.\[\]]+)|\[(?P<keys>[^\]]*)\]")


def metadata(obj: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object's metadata; empty if it is missing or not a mapping."""
    return as_map(obj.get("metadata"))


def malformed(obj: Mapping[str, Any]) -> str:
    """Return the reason why an object cannot be sent at all, or an empty text."""
    for key in ("apiVersion", "kind"):
        if not isinstance(obj.get(key), str) or not obj[key]:
            return f"{key} is missing"
    if str(obj["apiVersion"]).count("/") > 1 or any(bad_segment(p) for p in str(obj["apiVersion"]).split("/")):
        return "apiVersion is not a group and a version"
    if not isinstance(obj.get("metadata", {}), dict):
        return "metadata is not a mapping"
    for key in ("name", "namespace"):
        value = metadata(obj).get(key)
        if value is not None and (not isinstance(value, str) or bad_segment(value)):
            return f"metadata.{key} cannot be a name"
    size = len(json.dumps(obj, default=str))
    if size > _LARGEST:  # a server closes the connection in the middle of such a request
        return f"too large for the API ({size / (1 << 20):.1f} MiB; 3 MiB is the limit)"
    return ""


def moved(obj: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return a copy in another namespace, with the object's own references to the old one updated."""
    changed: dict[str, Any] = _moved(copy.deepcopy(dict(obj)), old, new)
    changed["metadata"] = {**metadata(changed), "namespace": new}
    return changed


def _moved(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {k: new if k == "namespace" and v == old else _moved(v, old, new) for k, v in value.items()}
    return [_moved(item, old, new) for item in value] if isinstance(value, list) else value


def indexed(obj: Mapping[str, Any], path: str) -> str:
    """Return a field path in podwizard's notation: ``.a[name="x"].b`` becomes ``a[0].b`` if ``obj`` has that item."""
    path = path.removeprefix(".")
    if "=" not in path:
        return path
    value: Any = obj
    done = ""
    for step in _STEP.finditer(path):
        if step["keys"] is None:
            value = dig(value, step["name"])
            done += f".{step['name']}" if done else step["name"]
            continue
        wanted = dict(pair.partition("=")[::2] for pair in step["keys"].split(","))
        found = [n for n, item in enumerate(as_list(value)) if isinstance(item, dict) and _matches(item, wanted)]
        if len(found) != 1:
            return path
        value = value[found[0]]
        done += f"[{found[0]}]"
    return done


def _matches(item: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Return true if an item has these keys; a key left at its default counts as a match."""
    return all(key not in item or str(item[key]) == value.strip('"') for key, value in wanted.items())


def of_template(obj: Mapping[str, Any], path: str) -> str:
    """Return the path in the object itself of a field of the Pod from ``pod_of``."""
    return ".".join((*(template_path(ref_of(obj).kind) or ()), path)) if path else ""


def pod_of(obj: Mapping[str, Any], namespace: str) -> dict[str, Any] | None:
    """Return a Pod built from an object's template, or ``None`` if it has no template."""
    template = copy.deepcopy(dig(obj, *(template_path(ref_of(obj).kind) or ("",))))
    spec = dig(template, "spec")
    if not isinstance(spec, dict):
        return None
    for claim in as_list(dig(obj, "spec", "volumeClaimTemplates")):
        name = str(metadata(claim).get("name")) if isinstance(claim, dict) else ""
        if name and isinstance(spec.setdefault("volumes", []), list):
            spec["volumes"].append({"name": name, "persistentVolumeClaim": {"claimName": name}})
    meta = {k: v for k, v in metadata(template).items() if k in ("labels", "annotations")}
    prefix = f"{str(metadata(obj).get('name') or 'pod')[:_LONGEST_PREFIX]}-"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"generateName": prefix, "namespace": namespace, **meta},
        "spec": spec,
    }
