"""``.podwizard/base.json``: the files as podwizard wrote them, which reveals the user's edits."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from wizard.errors import WriteError
from wizard.kube.objects import ObjectRef
from wizard.render.paths import safe_path
from wizard.store.files import BASE, SHOWN_LIMIT

FORMAT = 1


class Pristine(NamedTuple):
    """One file as podwizard wrote it, and the object in it."""

    text: str
    ref: ObjectRef | None = None


class Base(NamedTuple):
    """All files as podwizard wrote them, and the versions of podwizard, catalogue and bundle."""

    files: Mapping[str, Pristine]
    tool: str = ""
    """The version of podwizard."""
    catalog: str = ""
    """The digest of the catalogue."""
    bundle: str = ""
    """The digest of the bundle."""
    app: str = ""
    """The name of the app; empty if an earlier podwizard wrote the file."""


def dump(base: Base) -> bytes:
    """Return the contents of ``base.json``."""
    files = {path: _entry(pristine) for path, pristine in sorted(base.files.items())}
    data = {
        "format": FORMAT,
        "tool": base.tool,
        "catalog": base.catalog,
        "bundle": base.bundle,
        "app": base.app,
        "files": files,
    }
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def parse(data: bytes, shown: str) -> tuple[Base | None, str]:
    """Return the base, or ``None`` and a sentence with the reason why it cannot be used.

    Raises:
        WriteError: a newer podwizard wrote it; overwriting it would lose data that only that version understands.
    """
    try:
        found = json.loads(data)
        if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise WriteError(f"{shown}/{BASE} was written by a newer podwizard", hint="use that one")
        return _read(found), ""
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, unusable(shown)


def unusable(shown: str) -> str:
    """Return the sentence on why the bundle's files count as foreign."""
    return (
        f"{shown}/{BASE} cannot be read: podwizard cannot know which files it wrote, so all files that differ are kept"
    )


def _entry(pristine: Pristine) -> dict[str, object]:
    ref = pristine.ref
    if ref is None:
        return {"text": pristine.text}
    named = {"apiVersion": ref.api_version, "kind": ref.kind, "name": ref.name, "namespace": ref.namespace}
    return {"object": {key: value for key, value in named.items() if value}, "text": pristine.text}


def _read(found: Any) -> Base:
    if found["format"] != FORMAT:
        raise ValueError(found["format"])
    files = {path: _pristine(path, entry) for path, entry in found["files"].items()}
    tool, catalog, bundle = (_text(found[key]) for key in ("tool", "catalog", "bundle"))
    return Base(files, tool, catalog, bundle, _text(found.get("app", "")))


def _pristine(path: str, entry: Any) -> Pristine:
    text = _text(entry["text"])
    if not safe_path(path) or len(text) > SHOWN_LIMIT:
        raise ValueError(path)
    ref = entry.get("object")
    if ref is None:
        return Pristine(text)
    api_version, kind, name = (_text(ref[key]) for key in ("apiVersion", "kind", "name"))
    return Pristine(text, ObjectRef(api_version, kind, name, _text(ref.get("namespace", ""))))


def _text(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError(found)
    found.encode()
    return found
