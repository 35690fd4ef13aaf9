"""Fields parsed from a Pod Security denial, which names containers and volumes in words and has no causes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wizard.cluster.model import Cause
from wizard.kube.data import dig, items

_VIOLATES = re.compile(r'violates PodSecurity "[^"]*": (.*)', re.DOTALL)
_NAMED = re.compile(r'(?P<what>containers?|volumes?) (?P<names>"[^"]*"(?:, "[^"]*")*)')
_FIELD = re.compile(r"securityContext(?:\.\w+)+")
_PARTS = re.compile(r"\), |\)$")


def pod_security_causes(message: str, pod: Mapping[str, Any]) -> tuple[Cause, ...]:
    """Return one cause per container and volume that violates a rule, with its field in ``pod``."""
    found = _VIOLATES.search(message)
    if found is None:
        return ()
    return tuple(dict.fromkeys(cause for part in _PARTS.split(found[1]) for cause in _causes(part, pod)))


def _causes(part: str, pod: Mapping[str, Any]) -> Iterator[Cause]:
    rule, _, detail = part.partition(" (")
    field = _FIELD.search(detail)
    for named in _NAMED.finditer(detail):
        lists = ("volumes",) if named["what"].startswith("volume") else ("containers", "initContainers")
        for name in re.findall(r'"([^"]*)"', named["names"]):
            for where in _places(pod, lists, name):
                inner = f".{field[0]}" if field and lists[0] == "containers" else ""
                yield Cause(f"{where}{inner}", f"{rule}: {detail}", "pod security")


def _places(pod: Mapping[str, Any], lists: tuple[str, ...], name: str) -> Iterator[str]:
    for key in lists:
        yield from (at for at, item in items(dig(pod, "spec", key), f"spec.{key}") if item.get("name") == name)
