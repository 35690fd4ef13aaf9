"""The three-way merge of ``kubectl apply``: it removes fields that it wrote before and that are no longer given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from wizard.kube.data import as_list, as_map, dig

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("containers", "initContainers", "volumes", "env", "imagePullSecrets", "secrets"), ("name",)),
    "ports": ("containerPort", "port"),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
}
"""The keys that identify list items of built-in kinds; every other list is replaced as a whole."""


def last_applied(live: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the object that ``kubectl apply`` last sent; ``None`` if it never did or the record cannot be read."""
    text = dig(live, "metadata", "annotations", LAST_APPLIED)
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def three_way(
    live: Mapping[str, Any], last: Mapping[str, Any], new: Mapping[str, Any], *, built_in: bool
) -> dict[str, Any]:
    """Return the replacement for ``live``: the new object, plus fields that others added to the old one."""
    made: dict[str, Any] = _merged(live, last, new, "", _KEYS if built_in else {})
    made["metadata"] = {key: value for key, value in made["metadata"].items() if key != "managedFields"}
    return made


def _merged(live: Any, last: Any, new: Any, name: str, keys: Mapping[str, tuple[str, ...]]) -> Any:
    if isinstance(new, dict) and isinstance(live, dict):
        before = as_map(last)
        kept = {key: value for key, value in live.items() if key in new or key not in before}
        return kept | {key: _merged(live.get(key), before.get(key), value, key, keys) for key, value in new.items()}
    if isinstance(new, list) and isinstance(live, list):
        for key in keys.get(name, ()):
            here, old, ours = (_by_key(key, items) for items in (live, as_list(last), new))
            if here is not None and old is not None and ours is not None:
                merged = [_merged(here.get(at), old.get(at), item, "", keys) for at, item in ours.items()]
                return merged + [item for at, item in here.items() if at not in ours and at not in old]
    return new


def _by_key(key: str, items: Sequence[Any]) -> dict[Any, Any] | None:
    """Return the items by their value of the key; ``None`` if it is not unique, as a port used for TCP and UDP."""
    if not all(isinstance(dig(item, key), (str, int)) for item in items):
        return None
    found = {item[key]: item for item in items}
    return found if len(found) == len(items) else None
