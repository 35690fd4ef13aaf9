"""The messages between a dry run and its child process: one JSON object per line, in both directions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.catalog.model import Lookup
from wizard.cluster.model import CheckFinished, Event, Identity, ObjectResult, Target
from wizard.plain import to_plain, to_value

FORMAT = 1
_EVENTS: Mapping[str, type[Event]] = {"identity": Identity, "result": ObjectResult, "finished": CheckFinished}
_OPEN = ("state", "ref", "owner")
"""Keys that identify objects; their values are never hidden, even if a secret is the word ``default``."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits, in seconds."""

    connect: float = 3.0
    read: float = 15.0
    plugin: float = 20.0
    total: float = 120.0
    longest_wait: float = 10.0
    """The longest single wait that a busy server may request."""
    patience: float = 30.0
    """The limit for the sum of such waits."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The complete input of a child process."""

    target: Target
    objects: tuple[Mapping[str, Any], ...]
    folder: str
    """A private folder for key files; the parent removes it."""
    deep: bool = False
    limits: Limits = field(default_factory=Limits)
    lookups: tuple[tuple[str, Lookup], ...] = ()
    """Lookups as (clue id, lookup); with any, the cluster is only read and no object is checked."""


def encode_assignment(request: Assignment) -> bytes:
    """Return the assignment as one line."""
    return _line({"format": FORMAT, **to_plain(request)})


def decode_assignment(line: bytes) -> Assignment:
    """Return the assignment sent by a parent of the same version.

    Raises:
        ValueError: the line is not an assignment of this version.
    """
    data = json.loads(line)
    if data.pop("format", None) != FORMAT:
        raise ValueError("a request of another version")
    found: Assignment = to_value(data, Assignment)
    return found


def encode_event(event: Event, hide: Callable[[str], str]) -> bytes:
    """Return one event as one line; every text except object names goes through ``hide``."""
    name = next(name for name, kind in _EVENTS.items() if isinstance(event, kind))
    return _line({"event": name, **_hidden(to_plain(event), hide)})


def _hidden(value: Any, hide: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {key: item if key in _OPEN else _hidden(item, hide) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item, hide) for item in value]
    return value


def decode_event(line: bytes) -> Event | None:
    """Return the event in a line, or ``None`` if the line is something else."""
    try:
        data = json.loads(line)
        found: Event = to_value(data, _EVENTS[data.pop("event")])
        return found
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, default=str, ensure_ascii=True).encode() + b"\n"
