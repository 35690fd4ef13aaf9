"""Lessons: pages of the catalogue that are read when shown and checked by ``podwizard check``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.catalog import small
from wizard.catalog.lessons import lesson_faults, read_lesson
from wizard.catalog.load import load_catalog

LESSONS = "templates/lessons"
PAGE = f"{LESSONS}/Deployment.md"


def findings(root: Path) -> list[str]:
    """Return the findings about the lessons, without the root folder."""
    return [str(fault).replace(f"{root}/", "") for fault in lesson_faults(load_catalog(root))]


def test_a_lesson_is_its_paragraphs_without_the_title(tmp_path: Path) -> None:
    catalog = load_catalog(small.write(tmp_path))
    assert read_lesson(catalog, "Deployment") == ("A wish.", "And how it comes true.")
    assert read_lesson(catalog, "StatefulSet") == ("Seats in a row.",)
    assert lesson_faults(catalog) == ()


def test_a_lesson_is_read_when_it_is_shown(tmp_path: Path) -> None:
    catalog = load_catalog(small.write(tmp_path))
    (tmp_path / PAGE).write_text("Newer.\r\n\r\nThan before.\r\n", encoding="utf-8", newline="")
    assert read_lesson(catalog, "Deployment") == ("Newer.", "Than before.")


def test_a_pattern_without_a_lesson_is_a_finding_at_the_pattern(tmp_path: Path) -> None:
    root = small.write(tmp_path, {PAGE: None})
    assert read_lesson(load_catalog(root), "Deployment") == ()
    line = small.TABLE.splitlines().index("  Deployment:") + 1
    assert findings(root) == [
        f"decision_table.yaml:{line}:3: pattern 'Deployment' has no lesson (write templates/lessons/Deployment.md)"
    ]


def test_a_misspelled_lesson_is_reported_at_the_pattern_and_at_the_file(tmp_path: Path) -> None:
    root = small.write(tmp_path, {PAGE: None, f"{LESSONS}/Deploiment.md": "A wish.\n"})
    line = small.TABLE.splitlines().index("  Deployment:") + 1
    assert findings(root) == [
        f"decision_table.yaml:{line}:3: pattern 'Deployment' has no lesson (rename templates/lessons/Deploiment.md)",
        "templates/lessons/Deploiment.md:1:1: there is no pattern 'Deploiment' for this lesson "
        "(did you mean 'Deployment'?)",
    ]


def test_a_missing_folder_of_lessons_is_reported_for_each_pattern(tmp_path: Path) -> None:
    root = small.write(
        tmp_path, {f"{LESSONS}/{name}.md": None for name in ("Deployment", "StatefulSet", "sidecar.log")}
    )
    assert ["has no lesson" in line for line in findings(root)] == [True, True, True]


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"", ":1:1: the lesson is empty (write a paragraph)"),
        (b"# Deployment\n", ":1:1: the lesson is empty (write a paragraph)"),
        (b"One.\n\nTwo \xff.\n", ":3:1: the file is not UTF-8 (save it as UTF-8)"),
        (b"One.\n\x1b[31mTwo.\n", ":2:1: the line holds control characters (remove them)"),
        (b"x" * 1_000_001, ":1:1: the file is larger than 1000 kB (shorten it)"),
    ],
    ids=["empty", "title only", "not UTF-8", "control characters", "huge"],
)
def test_a_lesson_that_cannot_be_shown_is_a_finding(data: bytes, finding: str, tmp_path: Path) -> None:
    root = small.write(tmp_path)
    (root / PAGE).write_bytes(data)
    assert findings(root) == [f"{PAGE}{finding}"]
    assert read_lesson(load_catalog(root), "Deployment") == ()


def test_a_file_that_is_not_a_lesson_is_a_finding(tmp_path: Path) -> None:
    root = small.write(tmp_path, {f"{LESSONS}/notes.txt": "x", f"{LESSONS}/.hidden": "x", f"{LESSONS}/Job.md~": "x"})
    assert findings(root) == [f"{LESSONS}/notes.txt:1:1: 'notes.txt' is not a lesson (a lesson is called PATTERN.md)"]


def test_a_lesson_that_links_out_of_the_catalogue_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret\n")
    root = small.write(tmp_path / "own", {PAGE: None})
    (root / PAGE).symlink_to(tmp_path / "secret")
    assert read_lesson(load_catalog(root), "Deployment") == ()
    assert findings(root) == [f"{PAGE}:1:1: the link leads out of the folder (copy the file here)"]


def test_a_folder_of_lessons_that_is_a_link_is_refused(tmp_path: Path) -> None:
    small.write(tmp_path / "other")
    root = small.write(tmp_path / "own", {path: None for path in small.FILES if path.startswith(LESSONS)})
    (root / LESSONS).symlink_to(tmp_path / "other" / LESSONS)
    assert [fault.code for fault in small.faults(root)] == ["outside-catalog"]


def test_a_named_pipe_instead_of_a_lesson_does_not_block(tmp_path: Path) -> None:
    root = small.write(tmp_path, {PAGE: None})
    os.mkfifo(root / PAGE)
    assert findings(root) == [f"{PAGE}:1:1: not a file (write a page of Markdown)"]
