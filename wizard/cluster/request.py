"""The requests that a dry run may send. Every one that could write is built by ``write`` and has ``dryRun=All``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

MANAGER = "podwizard"
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
JSON = "application/json"
_DRY = ("dryRun", "All")
_STRICT = (_DRY, ("fieldManager", MANAGER), ("fieldValidation", "Strict"))


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to the API server."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    content_type: str = ""
    body: Mapping[str, Any] | None = None


def read(path: str) -> Request:
    """Return a request that only reads."""
    return Request("GET", path)


def write(method: str, path: str, body: Mapping[str, Any], content_type: str = JSON) -> Request:
    """Return a request that would write if it were not a dry run."""
    return Request(method, path, _STRICT, content_type, body)


def refuse_unless_dry(request: Request) -> None:
    """Raise an error for a request that is not a dry run: the last check before sending.

    Raises:
        RuntimeError: the request could store something.
    """
    if "?" in request.path or "#" in request.path:
        raise RuntimeError("a request's path holds a query")
    if request.method == "GET":
        return
    values = [value for key, value in request.query if key == _DRY[0]]
    if (
        request.method not in ("POST", "PATCH", "PUT")
        or values != [_DRY[1]]
        or any(key == "force" for key, _ in request.query)
    ):
        raise RuntimeError(f"a {request.method} request that is not a dry run was stopped")


def segment(text: str) -> str:
    """Return one path segment, quoted."""
    return quote(text, safe="")


def bad_segment(text: str) -> bool:
    """Return true if a name could change the path that contains it; no object can have such a name."""
    return text in (".", "..") or "/" in text or "%" in text
