"""The messages between a dry run and its child process: one JSON object per line, both ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from wizard.catalog.model import Evidence, Lookup
from wizard.cluster.model import Cause, CheckFinished, Event, Identity, ObjectResult, ObjectState, Target
from wizard.kube.objects import ObjectRef

FORMAT = 1
_OPEN = ("state", "ref", "owner")
"""Keys that name things; their values are never covered, even where a secret is the word ``default``."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits, in seconds."""

    connect: float = 3.0
    read: float = 15.0
    plugin: float = 20.0
    total: float = 120.0
    longest_wait: float = 10.0
    """The longest single wait a busy server may ask for."""
    patience: float = 30.0
    """The sum of such waits."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """All a child process is told."""

    target: Target
    objects: tuple[Mapping[str, Any], ...]
    folder: str
    """A private folder for key files; the parent removes it."""
    deep: bool = False
    limits: Limits = field(default_factory=Limits)
    lookups: tuple[tuple[str, Lookup], ...] = ()
    """Only look at the cluster: a clue's id and what it lookups for."""


def encode_assignment(request: Assignment) -> bytes:
    """Return the request as one line."""
    return _line({"format": FORMAT, **asdict(request)})


def decode_assignment(line: bytes) -> Assignment:
    """Return the request of a parent of the same version.

    Raises:
        ValueError: it is none.
    """
    data = json.loads(line)
    if data.pop("format", None) != FORMAT:
        raise ValueError("a request of another version")
    target = data.pop("target")
    target["kubeconfig"], target["notes"] = tuple(target["kubeconfig"]), tuple(target["notes"])
    limits = Limits(**data.pop("limits"))
    lookups = tuple((clue, Lookup(*map(_whole, lookup))) for clue, lookup in data.pop("lookups"))
    return Assignment(
        target=Target(**target), limits=limits, lookups=lookups, **{**data, "objects": tuple(data["objects"])}
    )


def _whole(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def encode_event(event: Event, hide: Callable[[str], str]) -> bytes:
    """Return one event as one line; every text but an object's own name goes through ``hide``."""
    kinds = {Identity: "identity", ObjectResult: "result", CheckFinished: "finished"}
    return _line({"event": kinds[type(event)], **_hidden(_plain(event), hide)})


def _plain(event: Event) -> dict[str, Any]:
    data = asdict(event)
    if isinstance(event, ObjectResult):
        data["state"] = event.state.name
        data["ref"], data["owner"] = event.ref._asdict(), event.owner._asdict() if event.owner else None
    return data


def _hidden(value: Any, hide: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {key: item if key in _OPEN else _hidden(item, hide) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hidden(item, hide) for item in value]
    return value


def decode_event(line: bytes) -> Event | None:
    """Return the event of a line, or ``None`` when the line is something else."""
    try:
        data = json.loads(line)
        kind = data.pop("event")
        if kind == "identity":
            return Identity(data["user"], tuple(data["groups"]), data["version"])
        if kind == "finished":
            evidence = tuple(Evidence(*item) for item in data.pop("evidence"))
            return CheckFinished(**{**data, "evidence": evidence, "unseen": tuple(data["unseen"])})
        return _result(data) if kind == "result" else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _result(data: dict[str, Any]) -> ObjectResult:
    owner = data.get("owner")
    return ObjectResult(
        **{
            **data,
            "ref": ObjectRef(**data["ref"]),
            "owner": ObjectRef(**owner) if owner else None,
            "state": ObjectState[data["state"]],
            "causes": tuple(Cause(**cause) for cause in data["causes"]),
            "warnings": tuple(data["warnings"]),
        }
    )


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, default=str, ensure_ascii=True).encode() + b"\n"
