"""Replies of the rendering child process: JSON, which is only data, even from a hostile sender."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_type_hints

from wizard.errors import CatalogError, Fault, RenderError, WizardError
from wizard.plain import to_plain, to_value
from wizard.render.model import Bundle, BundleFile, Origin
from wizard.render.outline.model import Outline, Outlines
from wizard.render.paths import safe_path
from wizard.render.template_errors import LimitError


def line_of(message: Mapping[str, Any]) -> bytes:
    """Return one message as one line."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def encode_bundle(bundle: Bundle) -> dict[str, Any]:
    """Return the bundle as plain data; each origin, which many lines share, is included once."""
    numbers: dict[Origin | None, int] = {None: -1}
    files = [
        {
            **to_plain(file._replace(origins=(), paths={})),
            "origins": [numbers.setdefault(origin, len(numbers) - 1) for origin in file.origins],
            "paths": {path: numbers.setdefault(origin, len(numbers) - 1) for path, origin in file.paths.items()},
        }
        for file in bundle.files
    ]
    whole = {name: to_plain(getattr(bundle, name)) for name in Bundle._fields if name != "files"}
    return {**whole, "files": files, "origins": to_plain(tuple(numbers)[1:])}


def decode_bundle(data: Mapping[str, Any]) -> Bundle:
    """Return the bundle from plain data.

    Raises:
        TypeError, ValueError, LookupError, AttributeError: the data does not describe a bundle.
    """
    origins: list[Origin | None] = [*to_value(data["origins"], tuple[Origin, ...]), None]  # the last one is at -1
    kinds = get_type_hints(Bundle)
    whole = {name: to_value(data[name], kinds[name]) for name in Bundle._fields if name != "files"}
    return Bundle(files=tuple(_file(file, origins) for file in data["files"]), **whole)


def _file(data: dict[str, Any], origins: list[Origin | None]) -> BundleFile:
    file: BundleFile = to_value({**data, "origins": [], "paths": {}}, BundleFile)
    if not safe_path(file.path):
        raise ValueError(file.path)
    paths = {name: origin for name, number in data["paths"].items() if (origin := origins[number]) is not None}
    return file._replace(origins=tuple(origins[number] for number in data["origins"]), paths=paths)


def encode_faults(faults: tuple[Fault, ...]) -> list[dict[str, Any]]:
    """Return faults as plain data."""
    return [to_plain(fault) for fault in faults]


def decode_faults(data: Any) -> tuple[Fault, ...]:
    """Return faults from plain data."""
    found: tuple[Fault, ...] = to_value(data, tuple[Fault, ...])
    return found


def encode_outlines(outlines: Outlines) -> list[Any]:
    """Return outlines as plain data: each part is its name with its fields."""
    return [[*key, _with_names(outline)] for key, outline in outlines.items()]


def decode_outlines(data: Any) -> Outlines:
    """Return outlines from plain data.

    Raises:
        TypeError, ValueError, LookupError, RecursionError: the data does not describe outlines.
    """
    return {(str(pattern), str(name)): to_value(outline, Outline) for pattern, name, outline in data}


def _with_names(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    parts = [_with_names(one) for one in value]
    return {type(value).__name__: parts} if hasattr(value, "_fields") else parts


def encode_error(error: WizardError) -> dict[str, Any]:
    """Return a rendering error as plain data."""
    texts = {name: getattr(error, name, "") for name in ("message", "hint", "path")}
    return {"kind": type(error).__name__, **texts, "faults": encode_faults(getattr(error, "faults", ()))}


def decode_error(data: Mapping[str, Any]) -> WizardError:
    """Return the error from plain data."""
    message, hint, path = (to_value(data[name], str) for name in ("message", "hint", "path"))
    if data["kind"] == LimitError.__name__:
        return LimitError(message, hint=hint, path=path)
    if data["kind"] == CatalogError.__name__:
        return CatalogError(message, hint=hint, faults=decode_faults(data["faults"]))
    return RenderError(message, hint=hint)
