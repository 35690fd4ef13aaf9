"""Texts of the shipped catalogue: they mention only values that can be chosen and files that the reader has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.shipped import CATALOG

SETTING = re.compile(r"`([a-z][\w.-]*\.[a-z_]+)=([^`\s]+)`")
"""A setting with a value, such as `app.scrape=podmonitor`."""


def texts() -> Iterator[tuple[str, str]]:
    """Yield (path, text) of the table and of every file below templates/."""
    root: Path = CATALOG.root
    paths = [root / "decision_table.yaml", *(root / "templates").rglob("*.*")]
    yield from ((str(path.relative_to(root)), path.read_text("utf-8")) for path in paths if path.is_file())


def offered(key: str) -> set[str] | None:
    """Return the options of a choice or the implementations of a pattern; ``None`` if any value may be valid."""
    pattern, _, name = key.rpartition(".")
    if name == "implementation":
        return set(dict(CATALOG.patterns[pattern].implementations))
    found = [p for part in CATALOG.components.values() for p in part.parameters if p.key == key]
    options = {option for one in found for option, _ in one.options}
    return options or None


def test_every_value_of_a_setting_in_a_text_is_one_of_its_options() -> None:
    named = [(place, *match) for place, text in texts() for match in SETTING.findall(text)]
    assert {key for _, key, _ in named} >= {"hpa.implementation", "app.scrape"}
    wrong = [one for one in named if (options := offered(one[1])) is not None and one[2] not in options]
    assert not wrong


def test_no_manifest_mentions_a_file_of_the_catalogue() -> None:
    root = CATALOG.root / "templates"
    manifests = [path for path in root.rglob("*.yaml") if path.parent.name in ("objects", "pieces", "config")]
    assert [str(path) for path in manifests if "component.yaml" in path.read_text("utf-8")] == []


def test_no_remark_about_tests_reads_like_an_instruction() -> None:
    notes = {path: path.read_text("utf-8") for path in (CATALOG.root / "templates").rglob("notes.md")}
    assert not [str(path) for path, text in notes.items() if re.search(r"^- Run with|no package has [A-Z]", text, re.M)]
