"""The three-way merge of ``kubectl apply``: it removes fields that it wrote before and that are no longer given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
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
    metadata = live.get("metadata")
    notes = metadata.get("annotations") if isinstance(metadata, dict) else None
    text = notes.get(_LAST_APPLIED) if isinstance(notes, dict) else None
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
        before = last if isinstance(last, dict) else {}
        kept = {key: value for key, value in live.items() if key in new or key not in before}
        return kept | {key: _merged(live.get(key), before.get(key), value, key, keys) for key, value in new.items()}
    if isinstance(new, list) and isinstance(live, list):
        old = last if isinstance(last, list) else []
        by = next(
            (key for key in keys.get(name, ()) if all(_tells_apart(key, items) for items in (live, old, new))), ""
        )
        if by:
            return _merged_items(_by(by, live), _by(by, old), _by(by, new), keys)
    return new


def _merged_items(
    live: Mapping[Any, Any], last: Mapping[Any, Any], new: Mapping[Any, Any], keys: Mapping[str, tuple[str, ...]]
) -> list[Any]:
    ours = [_merged(live.get(at), last.get(at), item, "", keys) for at, item in new.items()]
    return ours + [item for at, item in live.items() if at not in new and at not in last]


def _tells_apart(key: str, items: Sequence[Any]) -> bool:
    """Return true if every item has a unique value of the key; a port used for both TCP and UDP is not unique."""
    named = all(isinstance(item, dict) and isinstance(item.get(key), (str, int)) for item in items)
    return named and len(_by(key, items)) == len(items)


def _by(key: str, items: Sequence[Any]) -> dict[Any, Any]:
    return {item[key]: item for item in items}
