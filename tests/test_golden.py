"""Snapshots of rendered bundles for review: 15 complete ones, and a digest for each other covering bundle.

After a change to a template, run ``UPDATE_SNAPSHOTS=1 pytest tests/test_golden.py`` and read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from tests.contract.bundles import bundles
from tests.journeys import CASES, session_of
from wizard.catalog.model import Catalog
from wizard.render.model import Bundle
from wizard.session.session import Session

FOLDER = Path(__file__).resolve().parent.parent / "snapshots" / "bundles"
WHOLE = 5
"""The number of covering bundles with a complete snapshot, in addition to the cases."""
UPDATE = bool(os.environ.get("UPDATE_SNAPSHOTS"))


def joined(bundle: Bundle) -> str:
    return "".join(f"#### {file.path}\n{file.text}" for file in bundle.files)


def compare(path: Path, text: str) -> None:
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.is_file(), f"{path.name} is missing: run with UPDATE_SNAPSHOTS=1 and read what it writes"
    assert path.read_text(encoding="utf-8") == text, f"{path.name} changed: read the diff, then UPDATE_SNAPSHOTS=1"


@pytest.mark.parametrize("name", CASES)
def test_the_case_is_rendered_as_reviewed(catalog: Catalog, name: str) -> None:
    compare(FOLDER / f"{name}.txt", joined(session_of(catalog, name).bundle))


def covering() -> dict[str, Session]:
    """Return the covering sessions by name, without the variants that show other options."""
    return {one.name: one.session for one in reversed(bundles())}


def test_the_covering_bundles_are_rendered_as_reviewed() -> None:
    rows = []
    for number, (name, session) in enumerate(sorted(covering().items())):
        if number < WHOLE:
            compare(FOLDER / f"{name}.txt", joined(session.bundle))
        else:
            rows.append(f"{name}  {len(session.bundle.files):>2} files  {session.bundle.digest}\n")
    compare(FOLDER / "digests.txt", "".join(rows))


def test_no_file_is_left_of_a_bundle_that_is_not_rendered_any_more() -> None:
    known = {"digests", *CASES, *sorted(covering())[:WHOLE]}
    stale = [path for path in FOLDER.iterdir() if path.stem not in known]
    for path in stale if UPDATE else ():
        path.unlink()
    assert UPDATE or not stale


def test_no_covering_bundle_has_a_finding_of_level_error() -> None:
    found = [
        f"{name}: {finding.ref} {finding.path}: {finding.message}"
        for name, session in covering().items()
        for finding in session.findings
        if finding.severity == "error"
    ]
    assert found == []


@pytest.mark.parametrize("name", CASES)
def test_other_readers_take_no_answer_for_a_boolean(catalog: Catalog, name: str) -> None:
    text = next(file.text for file in session_of(catalog, name).bundle.files if file.path == "podwizard.yaml")
    for answer in yaml.safe_load(text)["workloads"][0]["answers"].values():
        assert all(isinstance(option, str) for option in (answer if isinstance(answer, list) else [answer]))
