"""The Kubernetes versions that manifests were made for, taken from an answers file next to them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wizard.kube.data import as_list, as_map, text_at
from wizard.kube.reason import Reason
from wizard.kube.versions import NEWEST, OLDEST, Minor, minor_text, parse_minor
from wizard.validation.documents import read_documents

_ANSWERS = "podwizard.yaml"
_LARGEST = 1 << 20


class MadeFor(NamedTuple):
    """The oldest version and the file that states it; the newest is the newest one that podwizard supports."""

    oldest: Minor
    source: str

    @property
    def note(self) -> str:
        """The sentence for the user."""
        versions = f"{minor_text(self.oldest)} to {minor_text(NEWEST)}" if self.oldest != NEWEST else minor_text(NEWEST)
        return (
            f"checked for Kubernetes {versions}, which {self.source} is made for; "
            "--kubernetes-version 1.NN checks for another one"
        )


def made_for(paths: Iterable[str]) -> MadeFor | None:
    """Return the versions of the bundles in these paths; with several bundles, the oldest counts."""
    found = [made for source in dict.fromkeys(_beside(paths)) if (made := _read(source)) is not None]
    return min(found, default=None)


def _beside(paths: Iterable[str]) -> Iterator[str]:
    """Yield the answers files in the named folders, next to each file, or one level above."""
    for path in paths:
        if path == "-":
            continue
        here = path if os.path.isdir(path) else os.path.dirname(path) or "."  # noqa: PTH112, PTH120
        for folder in (here, os.path.join(here, "..")):  # noqa: PTH118
            source = os.path.normpath(os.path.join(folder, _ANSWERS))  # noqa: PTH118
            if os.path.isfile(source):  # noqa: PTH113
                yield source
                break


def _read(source: str) -> MadeFor | None:
    try:
        with open(source, "rb") as file:  # noqa: PTH123
            reading = read_documents(file.read(_LARGEST), source)
    except OSError:
        return None
    data = as_map(reading.documents[0].object) if reading.documents else {}
    named = parse_minor(text_at(data, "options", "kubernetes"))
    if not isinstance(named, Reason):
        return MadeFor(named, source) if OLDEST <= named <= NEWEST else None
    workloads = as_list(data.get("workloads"))
    if "catalog" in data or not workloads:
        return None  # another catalogue may use other version options
    from wizard.catalog.shipped import shipped_catalog

    catalog = shipped_catalog()
    band = text_at(workloads[0], "answers", "version")
    return MadeFor((catalog.bands or {}).get(band, catalog.default_minor), source)
