"""Kubeconfig files, read and merged the way kubectl does it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wizard.errors import ClusterError
from wizard.private import open_regular
from wizard.yamlio.bounds import Bounds, YamlFault, decode

_BOUNDS = Bounds(size=4 << 20, depth=100, values=1_000_000, copies=1_000_000)
_SECTIONS = (("contexts", "context"), ("clusters", "cluster"), ("users", "user"))

_Shape = str | tuple["_Shape"] | Mapping[str, "_Shape"]
_TEXT = "a single value"
_SHAPES: Mapping[str, _Shape] = {
    "contexts": dict.fromkeys(("cluster", "user", "namespace"), _TEXT),
    "clusters": {
        **dict.fromkeys(("server", "certificate-authority", "certificate-authority-data"), _TEXT),
        **dict.fromkeys(("tls-server-name", "proxy-url", "insecure-skip-tls-verify"), _TEXT),
        "extensions": ({"name": _TEXT},),
    },
    "users": {
        **dict.fromkeys(("client-certificate", "client-certificate-data", "client-key", "client-key-data"), _TEXT),
        **dict.fromkeys(("token", "tokenFile", "username", "password", "as", "as-uid"), _TEXT),
        "as-groups": (_TEXT,),
        "as-user-extra": {"*": (_TEXT,)},
        "auth-provider": {"name": _TEXT, "config": {"id-token": _TEXT}},
        "exec": {
            **dict.fromkeys(("command", "apiVersion", "interactiveMode", "installHint", "provideClusterInfo"), _TEXT),
            "args": (_TEXT,),
            "env": ({"name": _TEXT, "value": _TEXT},),
        },
    },
}
"""The shape of an entry's keys: one value, a list (written as a tuple) or a mapping; ``*`` matches every key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One named context, cluster or user, and the file it was read from."""

    value: Mapping[str, Any]
    file: Path

    def path(self, key: str) -> Path | None:
        """Return the path of a file that the entry names, relative to its kubeconfig; ``None`` if it names no file."""
        named = self.value.get(key)
        return self.file.parent / str(named) if named else None


@dataclass(frozen=True, slots=True)
class Merged:
    """Several files merged by kubectl's rules."""

    files: tuple[Path, ...]
    current: str
    contexts: Mapping[str, Entry]
    clusters: Mapping[str, Entry]
    users: Mapping[str, Entry]
    notes: tuple[str, ...] = ()


def locate(kubeconfig: str | None, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the files that kubectl would read: the given one, else those of KUBECONFIG, else ``~/.kube/config``.

    Files of KUBECONFIG that do not exist are left out, as kubectl does.

    Raises:
        ClusterError: the file named by ``kubeconfig`` does not exist.
    """
    if kubeconfig:
        path = Path(kubeconfig).absolute()
        if not _there(path):
            raise ClusterError(f"there is no kubeconfig file {kubeconfig}", hint="check the path given to --kubeconfig")
        return (path,)
    if environ.get("KUBECONFIG"):
        names = dict.fromkeys(name for name in environ["KUBECONFIG"].split(":") if name)
        return tuple(path for path in (Path(name).absolute() for name in names) if _there(path))
    home = environ.get("HOME", "")
    path = Path(home, ".kube", "config")
    return (path,) if home and _there(path) else ()


def _there(path: Path) -> bool:
    """Return false if the file does not exist; true if its existence is unknown, as reading it reports the reason."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        pass
    return True


def merge(files: tuple[Path, ...]) -> Merged:
    """Read and merge the files; for each name, and for the current context, the first definition wins.

    Raises:
        ClusterError: a file is not a valid kubeconfig.
    """
    found: dict[str, dict[str, Entry]] = {section: {} for section, _ in _SECTIONS}
    currents: list[tuple[str, Path]] = []
    for file in files:
        data = _read(file)
        for section, inner in _SECTIONS:
            for name, value in _named(data, section, inner, file).items():
                found[section].setdefault(name, Entry(value, file))
        if data.get("current-context"):
            currents.append((str(data["current-context"]), file))
    current, first = currents[0] if currents else ("", Path())
    notes = tuple(
        f"kubectl would use {current} ({first}); {file} names {other} and is not followed"
        for other, file in currents
        if other != current
    )
    return Merged(files, current, **found, notes=notes)


def _bad(file: Path, reason: str) -> ClusterError:
    return ClusterError(
        f"{file} is not a valid kubeconfig: {reason}", hint="fix the file, or name another one with --kubeconfig"
    )


def _read(file: Path) -> Mapping[str, Any]:
    """Return the file's mapping; error messages never quote its text, which contains secrets."""
    try:
        with os.fdopen(open_regular(file), "rb") as stream:
            data = stream.read(_BOUNDS.size + 1)
    except OSError as error:
        raise ClusterError(
            f"the kubeconfig {file} cannot be read: {error.strerror}", hint="check its permissions"
        ) from error
    found = _document(data, file)
    if found is None:
        raise _bad(file, "it is empty")
    if not isinstance(found, dict):
        raise _bad(file, f"it contains {_kind(found)}, not a mapping")
    if problem := _misfit(found.get("current-context"), _TEXT, "current-context"):
        raise _bad(file, problem)
    return found


def _document(data: bytes, file: Path) -> object:
    """Return the value of the only document, parsed by the YAML rules of Kubernetes."""
    from wizard.validation.reading import FindingError
    from wizard.validation.yaml_reader import YamlReader

    try:
        reader = YamlReader(decode(data, _BOUNDS, utf16=True), str(file), _BOUNDS)
        found = reader.only()
    except YamlFault as fault:
        raise _bad(file, fault.message + (f", line {fault.line}" if fault.line else "")) from None
    except FindingError as error:
        raise _bad(file, f"a key is not text, line {error.position.line}") from None
    if misfit := next((each for each in reader.errors if each.rule == "yaml-syntax"), None):
        raise _bad(file, f"it is not YAML that kubectl can read, line {misfit.position.line}")
    return found


def _misfit(value: object, shape: _Shape, path: str) -> str:
    """Return a message on the first value that does not match the shape; empty if everything matches."""
    if value is None:
        return ""
    if isinstance(shape, str):
        return f"{path} is {_kind(value)}, not a single value" if isinstance(value, (dict, list)) else ""
    if isinstance(shape, tuple):
        if not isinstance(value, list):
            return f"{path} is {_kind(value)}, not a list"
        found = (_misfit(item, shape[0], f"{path}[{number}]") for number, item in enumerate(value))
    elif isinstance(value, dict):
        names = value if "*" in shape else [name for name in shape if name in value]
        found = (_misfit(value[name], shape.get("*") or shape[name], f"{path}.{name}") for name in names)
    else:
        return f"{path} is {_kind(value)}, not a mapping"
    return next(filter(None, found), "")


def _named(data: Mapping[str, Any], section: str, inner: str, file: Path) -> Mapping[str, Mapping[str, Any]]:
    items = data.get(section)
    if items is None:
        return {}
    if not isinstance(items, list):
        raise _bad(file, f"{section} is {_kind(items)}, not a list")
    named: dict[str, Mapping[str, Any]] = {}
    for number, item in enumerate(items):
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            raise _bad(file, f"{section}[{number}] has no name")
        value = item.get(inner)
        if problem := _misfit(value, _SHAPES[section], f"{section}[{number}].{inner}"):
            raise _bad(file, problem)
        if item["name"] in named:
            raise _bad(file, f"{section} defines {item['name']} twice")
        named[item["name"]] = value or {}
    return named


def _kind(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "a single value"
