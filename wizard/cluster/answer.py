"""An HTTP answer, parsed as far as it can be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``body`` is the parsed JSON object, or ``None`` when it is none."""

    status: int
    body: dict[str, Any] | None
    text: str
    warnings: tuple[str, ...] = ()
    retry_after: float | None = None


def answer_of(status: int, data: bytes, *, warned: tuple[str, ...] = (), retry_after: float | None = None) -> Answer:
    """Parse a body, whatever it is."""
    text = data.decode(errors="replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    return Answer(status, body if isinstance(body, dict) else None, text[:4096], warned, retry_after)
