"""An HTTP response, parsed as far as possible."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from wizard.cluster.request import Request


@dataclass(frozen=True, slots=True)
class Response:
    """A server's response; ``body`` is the parsed JSON object, or ``None`` when it is not one."""

    status: int
    body: dict[str, Any] | None
    text: str
    warnings: tuple[str, ...] = ()
    retry_after: float | None = None


def parse_response(
    status: int, data: bytes, *, warned: tuple[str, ...] = (), retry_after: float | None = None
) -> Response:
    """Return the response with its body parsed; any body is accepted."""
    text = data.decode(errors="replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    return Response(status, body if isinstance(body, dict) else None, text[:4096], warned, retry_after)


class Sender(Protocol):
    """An interface for sending requests to the server."""

    def send(self, request: Request) -> Response:
        """Send a request and return its response."""
        ...
