"""The search for manifests in the given paths; it also records unreadable and deliberately skipped files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from wizard.errors import UsageError
from wizard.kube.data import as_list, as_map, as_text, listed, text_at
from wizard.kube.objects import ref_of
from wizard.text import did_you_mean, shown
from wizard.validation.documents import FILE_RULES, read_documents
from wizard.validation.model import Document, Finding
from wizard.validation.run import position_of

_SUFFIXES = (".yaml", ".yml", ".json")
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_NOT_OBJECTS = ("podwizard.yaml", *_KUSTOMIZATIONS)
_LARGEST = 32 << 20
_INPUT = "standard input"

_FILES = ("transformers", "generators", "validators", "patchesStrategicMerge", "configurations", "crds")
"""Fields of a kustomization that list files or inline texts."""
_ENTRIES = {
    "patches": ("path",),
    "patchesJson6902": ("path",),
    "replacements": ("path",),
    "configMapGenerator": ("files", "envs", "env"),
    "secretGenerator": ("files", "envs", "env"),
    "helmCharts": ("valuesFile", "additionalValuesFiles"),
    "helmChartInflationGenerator": ("values",),
}
"""Fields that list mappings, and the keys in them that name files. Source: kustomize, api/types/kustomization.go."""

_LISTS = ("resources", "components", "bases")
_ELSEWHERE = ("//", ":", "?", "github.com/")
"""Marks of a remote address, which kustomize fetches. Source: kustomize, api/internal/git/repospec.go."""


class Search:
    """One search; ``unread``, ``notes`` and ``findings`` are complete once all files have been yielded."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.unread: list[UsageError] = []
        self.notes: list[str] = []
        self.findings: list[Finding] = []
        """Findings about kustomizations, which are read but contain no objects."""
        self._paths = paths

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield (source, content) for each readable manifest."""
        found = list(self._found())
        parts = self._parts([path for path, _inside in found if os.path.basename(path) in _KUSTOMIZATIONS])  # noqa: PTH119
        left_out = []
        for path, inside in found:
            if _is_part(path, parts):
                left_out.append(path)
            elif not inside or os.path.basename(path) not in _NOT_OBJECTS:  # noqa: PTH119
                data = self._read(path)
                if data is not None:
                    yield path, data
        if left_out:
            names = listed(left_out, "and")
            self.notes.append(f"not checked, since a kustomization uses them as patches or settings: {names}")
            self.notes.append("  check the result instead: kubectl kustomize FOLDER | podwizard validate -")

    def _found(self) -> Iterator[tuple[str, bool]]:
        """Yield (path, found in a folder) for each file that may contain manifests."""
        for name in self._paths:
            if name != "-" and os.path.isdir(name):  # noqa: PTH112  # a Path would turn "" into the current folder
                for path in self._below(name):
                    yield str(path), True
            else:
                yield name, False

    def _below(self, folder: str) -> Iterator[Path]:
        """Yield the files below a folder, sorted; hidden ones below it are skipped, broken links are not."""
        for above, folders, names in os.walk(folder, onerror=self._unreadable):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for path in (Path(above, name) for name in folders):
                if path.is_symlink():
                    self.notes.append(f"the linked folder {path} is not followed; pass it as an argument to check it")
            for path in (Path(above, name) for name in sorted(names)):
                named = path.suffix in _SUFFIXES or path.name in _KUSTOMIZATIONS
                if named and (path.is_file() or not path.exists()):
                    yield path

    def _read(self, path: str) -> bytes | None:
        try:
            if path == "-":
                return _capped(sys.stdin.buffer, _INPUT)
            with open(path, "rb") as source:  # noqa: PTH123  # as above
                return _capped(source, path)
        except UsageError as error:
            self.unread.append(error)
        except (OSError, ValueError) as error:
            self._unreadable(error, path)
        return None

    def _unreadable(self, error: OSError | ValueError, path: str = "") -> None:
        if isinstance(error, OSError):
            message = f"cannot read {path or error.filename}: {error.strerror}"
        else:
            message = f"cannot read {path}: {error}"
        dangling = bool(path) and Path(path).is_symlink()
        hint = "this link is broken; fix or remove it" if dangling else "check the path"
        self.unread.append(UsageError(message, hint=hint))

    def _parts(self, kustomizations: Sequence[str]) -> frozenset[str]:
        """Return the real paths that kustomizations use other than as objects."""
        used: set[str] = set()
        objects: set[str] = set()
        for path in kustomizations:
            data = self._read(path) or b""
            reading = read_documents(data, path)
            self.findings.extend(reading.findings)
            for document in reading.documents:
                kustomization = as_map(document.object)
                self.findings.extend(_missing(document))
                used.update(_places(path, _named(kustomization)))
                objects.update(_places(path, [as_text(each) for each in as_list(kustomization.get("resources"))]))
        return frozenset(used - objects)


def _missing(document: Document) -> Iterator[Finding]:
    """Yield a finding for each missing file or folder that a kustomization lists; remote ones are not checked."""
    (rule,) = FILE_RULES
    folder = os.path.dirname(document.source)  # noqa: PTH120
    for field in _LISTS:
        for number, item in enumerate(as_list(as_map(document.object).get(field))):
            name = as_text(item)
            here = name.isprintable() and not any(sign in name for sign in _ELSEWHERE)
            if name and here and not os.path.lexists(os.path.join(folder, name)):  # noqa: PTH118
                beside = os.path.join(folder, os.path.dirname(name)) or "."  # noqa: PTH118, PTH120
                known = sorted(os.listdir(beside)) if os.path.isdir(beside) else []  # noqa: PTH112, PTH208
                hint = did_you_mean(os.path.basename(name), known) or "fix the name, or remove it from the list"  # noqa: PTH119
                path = f"{field}[{number}]"
                message = f"{shown(name)} does not exist, so kubectl cannot build this kustomization."
                position = position_of(document, path)
                yield Finding(rule.id, rule.severity, message, hint, ref_of({}), path, position)


def _named(kustomization: Any) -> Iterator[str]:
    """Yield the files that a kustomization names as patches, generators and the like."""
    for field in _FILES:
        yield from (as_text(each) for each in as_list(kustomization.get(field)))
    yield text_at(kustomization, "openapi", "path")
    for field, keys in _ENTRIES.items():
        for entry in as_list(kustomization.get(field)):
            yield as_text(entry)
            for value in (as_map(entry).get(key) for key in keys):
                for text in (as_text(each) for each in (value if isinstance(value, list) else [value])):
                    yield text.rpartition("=")[2] if "files" in keys else text  # [NAME=]FILE


def _places(kustomization: str, names: Any) -> Iterator[str]:
    folder = os.path.dirname(kustomization)  # noqa: PTH120
    for name in names:
        if name and "\n" not in name and "\0" not in name:
            yield os.path.realpath(os.path.join(folder, name))  # noqa: PTH118


def _is_part(path: str, parts: frozenset[str]) -> bool:
    if not parts or path == "-":
        return False
    real = Path(os.path.realpath(path))
    return not parts.isdisjoint(map(str, (real, *real.parents)))


def _capped(source: BinaryIO, name: str) -> bytes:
    data = source.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise UsageError(f"{name} is larger than 32 MiB", hint="is this a manifest?")
    return data
