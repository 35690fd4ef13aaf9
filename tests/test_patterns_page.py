"""Agreement of the page about the book's patterns with the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.shipped import CATALOG

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (Path(__file__).resolve().parents[1] / "docs" / "patterns.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and "**" not in line
][1:]
KEYS = {parameter.key for component in CATALOG.components.values() for parameter in component.parameters}


def test_each_of_the_29_patterns_has_a_place() -> None:
    assert len(ROWS) == len({name for name, _, _ in ROWS}) == 29
    assert {where for _, where, _ in ROWS} == {"verdict", "parameter", "implicit", "out of scope"}


@pytest.mark.parametrize(("name", "where", "how"), ROWS, ids=[name for name, _, _ in ROWS])
def test_each_row_names_only_existing_parts_of_the_catalogue(name: str, where: str, how: str) -> None:
    named = set(re.findall(r"`([\w.-]+)`", how)) - {"restricted"}
    patterns, parameters, questions = (
        named & set(CATALOG.patterns),
        named & KEYS,
        named & set(CATALOG.decision.questions),
    )
    assert named == patterns | parameters | questions, name
    assert patterns or where != "verdict", name
    assert parameters or where != "parameter", name
