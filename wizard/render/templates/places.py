"""The lines of templates that write a field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from wizard.catalog.model import Catalog, Component
from wizard.errors import Position

_INCLUDE = r"""{%-?\s*include\s+['"]([^'"]+)['"]"""


def label_of(catalog: Catalog) -> str:
    """Return the prefix of ``templates/`` in positions: the catalogue as the user named it."""
    first = next(iter(catalog.decision.questions.values()), None)
    return first.position.file.removesuffix("decision_table.yaml") if first else ""


def files_of(component: Component) -> tuple[str, ...]:
    """Return the template files of a component, relative to ``templates/``."""
    stages = (pod.stages for pod in component.declares.pods)
    own = (component.workload, component.pod, *component.objects, *component.config, component.notes, *stages)
    return (*(f"{component.folder}/{name}" for name in own if name), *(f"shared/{name}" for name in component.shared))


def place_of(templates: Path, component: Component, key: str, value: object) -> Position:
    """Return the line in a component's templates that writes a field, or its ``component.yaml`` if none is found.

    A line with the value itself is preferred to one with an expression for it, such as ``port: {{ own.port }}``.
    """
    label = component.position.file.removesuffix(f"{component.folder}/component.yaml")
    field = re.compile(rf"(?:^|[\s{{,-]){re.escape(key)}:\s*({{{{.*?}}}}|[^\s,}}\]]+)")
    guess = component.position
    for path, number, line in _lines(templates, component):
        if (found := field.search(line)) is None:
            continue
        place = Position(f"{label}{path}", number, found.start(1) + 1)
        if found[1] == str(value):
            return place
        if "{{" in found[1] and guess is component.position:
            guess = place
    return guess


def _lines(templates: Path, component: Component) -> Iterator[tuple[str, int, str]]:
    """Yield every line of a component's templates and of the files that they include, as (file, number, text)."""
    todo = list(files_of(component))
    for path in todo:
        try:
            text = (templates / path).read_text("utf-8", errors="replace")
        except OSError:
            continue
        todo += [name for name in re.findall(_INCLUDE, text) if name not in todo]
        yield from ((path, number, line) for number, line in enumerate(text.split("\n"), start=1))
