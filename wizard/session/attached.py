"""Text files that the user names with `@` for a parameter: each is read once, when the value is given."""

from __future__ import annotations

import os
from pathlib import Path

from wizard.catalog.model import Parameter
from wizard.catalog.typed import ValueProblem
from wizard.catalog.types.files import FROM_FILE, LARGEST, pairs


def attached(parameter: Parameter, raw: object, *, below: str | None = None) -> object:
    """Return the value with the content of each file in place of its path, if the file can be read.

    ``below`` is the folder of an answers file, which may only name files inside it; without it, paths are relative to
    the current folder. A path that cannot be read is kept, and its form field reports the problem.
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
