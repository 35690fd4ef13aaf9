"""API resources by kind: built-in kinds are known, each other group and version takes one request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.cluster.request import segment
from wizard.kube import kinds
from wizard.kube.data import as_list, as_text, dig


@dataclass(frozen=True, slots=True)
class Resource:
    """The API resource of a kind."""

    api_version: str
    plural: str
    namespaced: bool

    def path(self, namespace: str, name: str = "") -> str:
        """Return the path of the collection, or of one object."""
        root = "/api/v1" if self.api_version == "v1" else f"/apis/{group_path(self.api_version)}"
        inside = f"/namespaces/{segment(namespace)}" if self.namespaced else ""
        return f"{root}{inside}/{segment(self.plural)}{f'/{segment(name)}' if name else ''}"


Resources = Mapping[tuple[str, str], Resource]
"""(apiVersion, kind) -> resource."""


def built_in() -> dict[tuple[str, str], Resource]:
    """Return the resources of the kinds that every supported server has."""
    rows = kinds.built_in()
    return {(row.api_version, row.name): Resource(row.api_version, row.plural, row.namespaced) for row in rows}


def group_path(api_version: str) -> str:
    """Return ``group/version`` as part of a path."""
    return "/".join(segment(part) for part in api_version.split("/"))


def served(api_version: str, answer: Any) -> Resources:
    """Return the resources of an ``APIResourceList``; malformed items are skipped."""
    found = {}
    for item in as_list(dig(answer, "resources")):
        plural, kind = as_text(dig(item, "name")), dig(item, "kind")
        if isinstance(kind, str) and plural and "/" not in plural and plural not in ("..", "."):
            found[api_version, kind] = Resource(api_version, plural, bool(item.get("namespaced")))
    return found


def in_order(objects: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the objects sorted so that dependencies come first and unknown kinds last, else in the given order."""
    return sorted(objects, key=lambda each: kinds.apply_rank(str(each.get("kind"))))
