"""Reading the documents of a bundle, whatever a template of a foreign catalogue put where a mapping belongs."""

from __future__ import annotations

from typing import Any

from wizard.kube.kinds import template_path


def mapping(document: Any, key: str) -> dict[str, Any]:
    """The mapping at a key; empty where there is none."""
    found = document.get(key) if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The mappings in a list; none where it is not a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def pod_spec(document: Any) -> dict[str, Any]:
    """The ``spec`` of the pods that an object makes; empty for one that makes none."""
    path = template_path(str(document.get("kind")))
    if path is None:
        return {}
    for key in (*path, "spec"):
        document = mapping(document, key)
    return document if isinstance(document, dict) else {}
