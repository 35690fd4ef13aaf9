"""All kinds of faults in a catalogue, each with its position and fix.

``faults.txt`` has a block for each file of a small catalogue, and two lines for each fault: ``old → new @ at`` replaces
``old`` in the file by ``new`` and expects the fault at the text ``at``; the next line is the expected report.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import proxies
from tests.catalog import small
from wizard.errors import Position


class Wrong(NamedTuple):
    """One fault of a catalogue."""

    catalogue: str
    path: str
    old: str
    new: str
    at: str
    report: str


def wrongs() -> Iterator[Wrong]:
    for block in Path(__file__).with_name("faults.txt").read_text("utf-8").split("\n\n"):
        head, *lines = block.rstrip("\n").split("\n")
        catalogue, path = head.split(" ")
        for line, report in zip(lines[::2], lines[1::2], strict=True):
            change, _, at = line.replace("\\n", "\n").rpartition(" @ ")
            old, _, new = change.partition(" → ")
            yield Wrong(catalogue, path, old, new, at, report.strip(" "))


@pytest.mark.parametrize("wrong", wrongs(), ids=lambda wrong: wrong.new[:40])
def test_each_fault_is_reported_with_its_position_and_fix(wrong: Wrong, tmp_path: Path) -> None:
    if wrong.catalogue == "small":
        root = small.write(tmp_path, small.edited(wrong.path, wrong.old, wrong.new))
    else:
        root = proxies.write(tmp_path / "own", (wrong.old, wrong.new))
    before, at, _ = (root / wrong.path).read_text().partition(wrong.at)
    assert at
    place = Position(str(root / wrong.path), before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert f"{place}: {wrong.report}" in [str(fault) for fault in small.faults(root)]
