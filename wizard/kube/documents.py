"""Safe access to plain data in which third-party templates may put anything in place of a mapping, list or text."""

from __future__ import annotations

from typing import Any

from wizard.kube.kinds import template_path


def value_at(data: Any, *keys: str) -> Any:
    """Return the value at the end of these keys, or ``None``."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def mapping(data: Any, *keys: str) -> dict[str, Any]:
    """Return the mapping at the end of these keys; empty if there is none."""
    found = value_at(data, *keys)
    return found if isinstance(found, dict) else {}


def mappings(data: Any, *keys: str) -> list[dict[str, Any]]:
    """Return the mappings in the list at the end of these keys; empty if there is no list."""
    found = value_at(data, *keys)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text_at(data: Any, *keys: str) -> str:
    """Return the text at the end of these keys; empty if there is none."""
    found = value_at(data, *keys)
    return found if isinstance(found, str) else ""


def pod_spec(document: Any) -> dict[str, Any]:
    """Return the ``spec`` of the pods that an object creates; empty if it creates none."""
    path = template_path(str(document.get("kind")))
    return {} if path is None else mapping(document, *path, "spec")
