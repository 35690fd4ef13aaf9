"""Changes that a dry run would make to the live object, and changes that the server made to the object sent."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from wizard.cluster.three_way import LAST_APPLIED
from wizard.kube.data import dig
from wizard.kube.quantities import quantity_of
from wizard.kube.reason import Reason

_SERVER_METADATA = ("managedFields", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink")
_HIDDEN, _HIDDEN_NEW = "(hidden)", "(hidden, would change)"
_LONGEST = 200_000
_MOST_PATHS = 8
_LABELLED = re.compile(r"kubernetes\.io/|^deprecated\.|^(controller-uid|job-name)$")
"""Labels and annotations that a server sets itself."""
_TOLERATED = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
"""Taints that every pod gets a five-minute toleration for (kube-apiserver's DefaultTolerationSeconds)."""


def difference(live: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """Return a unified diff of the live and the wanted object, without server-set fields and with Secrets hidden."""
    before, after = _clean(live), _clean(wanted)
    if live.get("kind") == "Secret":
        _mask(before, after)
    if before == after:
        return ""
    lines = difflib.unified_diff(_yaml(before), _yaml(after), "live", "after this bundle", lineterm="", n=3)
    return "\n".join(lines)[:_LONGEST]


def _clean(value: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: item for key, item in value.items() if key != "status"}
    metadata = {k: v for k, v in (kept.get("metadata") or {}).items() if k not in _SERVER_METADATA}
    notes = {k: v for k, v in (metadata.pop("annotations", None) or {}).items() if k != LAST_APPLIED}
    if notes:
        metadata["annotations"] = notes
    kept["metadata"] = metadata
    return kept


def _mask(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Hide every value of a Secret, but keep visible that a value changes."""
    for section in ("data", "stringData"):
        old, new = dict(before.get(section) or {}), dict(after.get(section) or {})
        if section in before:
            before[section] = dict.fromkeys(old, _HIDDEN)
        if section in after:
            after[section] = {
                key: _HIDDEN if old.get(key, value) == value else _HIDDEN_NEW for key, value in new.items()
            }


def _yaml(value: Mapping[str, Any]) -> list[str]:
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(value, Dumper=dumper, sort_keys=True, allow_unicode=True, width=1000)
    return text.splitlines()


def server_changes(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """Return a sentence on changes beyond defaults, such as an injected container; empty if there are none."""
    paths = list(dict.fromkeys(_changes(sent, answer, "")))
    if not paths:
        return ""
    more = f" and {len(paths) - _MOST_PATHS} more" if len(paths) > _MOST_PATHS else ""
    return f"the cluster changes {', '.join(paths[:_MOST_PATHS])}{more}"


def _changes(sent: Any, got: Any, path: str) -> Iterator[str]:
    if isinstance(sent, dict) and isinstance(got, dict):
        if path == "data" or path.endswith((".labels", ".annotations")):
            yield from (f"{path}.{key} (added)" for key in got if key not in sent and not _LABELLED.search(str(key)))
        for key, value in sent.items():
            inner = f"{path}.{key}" if path else str(key)
            if value in (None, {}, [], "") or inner in ("apiVersion", "status", "stringData", "metadata.namespace"):
                continue
            if key in got:
                yield from _changes(value, got[key], inner)
            elif inner != "metadata.generateName":
                yield f"{inner} (removed)"
    elif isinstance(sent, list) and isinstance(got, list):
        yield from _list_changes(sent, got, path)
    elif sent != got and not _same_quantity(sent, got):
        yield path


def _list_changes(sent: list[Any], answer: list[Any], path: str) -> Iterator[str]:
    defaults = _TOLERATED if path.endswith("spec.tolerations") else ()
    got = [each for each in answer if each in sent or dig(each, "key") not in defaults]
    if all(isinstance(each, dict) and "name" in each for each in (*sent, *got)):
        theirs = {each["name"]: each for each in got}
        ours = {each["name"] for each in sent}
        yield from (f"{path}[{name}] (added)" for name in theirs if name not in ours)
        for each in sent:
            inner = f"{path}[{each['name']}]"
            if each["name"] in theirs:
                yield from _changes(each, theirs[each["name"]], inner)
            else:
                yield f"{inner} (removed)"
    elif len(sent) != len(got):
        yield path
    else:
        for number, (one, other) in enumerate(zip(sent, got, strict=True)):
            yield from _changes(one, other, f"{path}[{number}]")


def _same_quantity(one: Any, other: Any) -> bool:
    """Return true if two scalars are the same quantity (``1000m`` is ``1``)."""
    amount = quantity_of(one)
    return not isinstance(amount, Reason) and amount == quantity_of(other)
