"""Reading kubeconfig files and merging them the way kubectl does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wizard.errors import ClusterError
from wizard.frozen import dataclass

_LARGEST = 4 << 20
_SECTIONS = (("contexts", "context"), ("clusters", "cluster"), ("users", "user"))
_HOME_FILE = (".kube", "config")


@dataclass(frozen=True, slots=True)
class Entry:
    """One named context, cluster or user, and the file it was read from."""

    value: Mapping[str, Any]
    file: Path

    def path(self, key: str) -> Path | None:
        """A file the entry names, taken relative to its own kubeconfig; ``None`` when it names none."""
        named = self.value.get(key)
        return self.file.parent / str(named) if named else None


@dataclass(frozen=True, slots=True)
class Merged:
    """What kubectl would see of several files."""

    files: tuple[Path, ...]
    current: str
    contexts: Mapping[str, Entry]
    clusters: Mapping[str, Entry]
    users: Mapping[str, Entry]
    notes: tuple[str, ...] = ()


def locate(kubeconfig: str | None, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files kubectl would read: the one named, else those of KUBECONFIG, else the one in the home folder.

    Files of KUBECONFIG that do not exist are left out, as kubectl does.

    Raises:
        ClusterError: a file named by ``kubeconfig`` does not exist.
    """
    if kubeconfig:
        path = Path(kubeconfig).absolute()
        if not path.is_file():
            raise ClusterError(f"there is no kubeconfig file {kubeconfig}", hint="check the path given to --kubeconfig")
        return (path,)
    if environ.get("KUBECONFIG"):
        names = dict.fromkeys(name for name in environ["KUBECONFIG"].split(":") if name)
        return tuple(path for path in (Path(name).absolute() for name in names) if path.exists())
    home = environ.get("HOME", "")
    path = Path(home, *_HOME_FILE)
    return (path,) if home and path.exists() else ()


def merge(files: tuple[Path, ...]) -> Merged:
    """Read every file; the first definition of a name wins, and so does the first current context.

    Raises:
        ClusterError: a file is not a kubeconfig.
    """
    found: dict[str, dict[str, Entry]] = {section: {} for section, _ in _SECTIONS}
    currents: list[tuple[str, Path]] = []
    for file in files:
        data = _read(file)
        for section, inner in _SECTIONS:
            for name, value in _named(data, section, inner, file):
                found[section].setdefault(name, Entry(value, file))
        if current := data.get("current-context"):
            currents.append((str(current), file))
    notes: list[str] = []
    for other, file in currents[1:]:
        if other != currents[0][0]:
            first = currents[0]
            notes.append(f"kubectl would use {first[0]} ({first[1]}); {file} names {other} and is not followed")
    return Merged(
        files,
        currents[0][0] if currents else "",
        MappingProxyType(found["contexts"]),
        MappingProxyType(found["clusters"]),
        MappingProxyType(found["users"]),
        tuple(notes),
    )


def _bad(file: Path, reason: str) -> ClusterError:
    return ClusterError(
        f"{file} is not a valid kubeconfig: {reason}", hint="mend the file, or name another one with --kubeconfig"
    )


def _read(file: Path) -> Mapping[str, Any]:
    """The file's mapping; messages never quote its text, which holds secrets."""
    import yaml

    try:
        with file.open("rb") as stream:
            text = stream.read(_LARGEST + 1)
    except OSError as error:
        raise ClusterError(
            f"the kubeconfig {file} cannot be read: {error.strerror}", hint="check its permissions"
        ) from error
    if len(text) > _LARGEST:
        raise _bad(file, "it is larger than 4 MiB")
    try:
        data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe loader
    except yaml.MarkedYAMLError as error:
        place = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise _bad(file, f"{error.problem or 'no YAML'}{place}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _bad(file, "it is no YAML text") from None
    if data is None:
        raise _bad(file, "it is empty")
    if not isinstance(data, dict):
        raise _bad(file, f"it holds {_kind(data)}, not a mapping")
    return data


def _named(data: Mapping[str, Any], section: str, inner: str, file: Path) -> list[tuple[str, Mapping[str, Any]]]:
    items = data.get(section)
    if items is None:
        return []
    if not isinstance(items, list):
        raise _bad(file, f"{section} is {_kind(items)}, not a list")
    named: dict[str, Mapping[str, Any]] = {}
    for number, item in enumerate(items):
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            raise _bad(file, f"{section}[{number}] has no name")
        value = item.get(inner)
        if value is not None and not isinstance(value, dict):
            raise _bad(file, f"{section}[{number}].{inner} is {_kind(value)}, not a mapping")
        if item["name"] in named:
            raise _bad(file, f"{section} defines {item['name']} twice")
        named[item["name"]] = value or {}
    return list(named.items())


def _kind(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "a single value"
