"""Safe access to the documents of a bundle, in which third-party templates may put anything in place of a mapping."""

from __future__ import annotations

from typing import Any

from wizard.kube.kinds import template_path


def mapping(document: Any, key: str) -> dict[str, Any]:
    """Return the mapping at a key; empty if there is none."""
    found = document.get(key) if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """Return the mappings in a list; empty if the value is not a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def pod_spec(document: Any) -> dict[str, Any]:
    """Return the ``spec`` of the pods that an object creates; empty if it creates none."""
    path = template_path(str(document.get("kind")))
    if path is None:
        return {}
    for key in (*path, "spec"):
        document = mapping(document, key)
    return document if isinstance(document, dict) else {}
