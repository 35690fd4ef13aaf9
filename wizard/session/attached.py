"""Texts of files that a person names with `@` for a parameter: they are read once, when they are given."""

from __future__ import annotations

import os
from pathlib import Path

from wizard.catalog.model import Parameter
from wizard.catalog.typed import ValueProblem
from wizard.catalog.types.files import FROM_FILE, LARGEST, pairs


def attached(parameter: Parameter, raw: object, *, below: str | None = None) -> object:
    """Give the value with the text of each file in place of its path, where it can be read.

    ``below`` is the folder of an answers file, which names only files below it; otherwise paths go from the current
    folder. What cannot be read stays as it is, and is told by its field.
    """
    if parameter.type.widget != "files":
        return raw
    try:
        given = dict(pairs(raw))
    except ValueProblem:
        return raw
    return {name: _attached(text, below) for name, text in given.items()}


def _attached(text: str, below: str | None) -> str:
    if not text.startswith(FROM_FILE) or text.startswith(FROM_FILE * 2):
        return text
    found = _read(text[1:].strip(" "), below)
    if found is None:
        return text
    return FROM_FILE + found if found.startswith(FROM_FILE) else found


def _read(path: str, below: str | None) -> str | None:
    place = Path(os.path.realpath(Path(below or os.curdir) / path))
    if below is not None and not place.is_relative_to(os.path.realpath(below)):
        return None
    try:
        if not place.is_file():
            return None
        with place.open("rb") as source:
            data = source.read(LARGEST + 1)
        return data.decode("utf-8") if len(data) <= LARGEST else None
    except (OSError, ValueError):
        return None
