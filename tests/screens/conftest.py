"""Fixtures of the screens' tests: isolation from the environment, and snapshots in ``snapshots/screens``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

# The plugin imports Textual before any fixture runs, and Textual reads this once.
os.environ["TEXTUAL_ANIMATIONS"] = "none"

SNAPSHOTS = Path(__file__).resolve().parents[2] / "snapshots" / "screens"


@pytest.fixture(autouse=True)
def plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clear kubeconfig and colour settings, and set a UTF-8 locale."""
    for name in ("NO_COLOR", "KUBECONFIG", "COLORTERM", "PODWIZARD_FULL_REPAINT", "LC_ALL", "LC_CTYPE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture(autouse=True)
def snapshot_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Store the frames with the project's other snapshots, in one folder per test module."""
    import pytest_textual_snapshot  # type: ignore[import-untyped]

    class Extension(pytest_textual_snapshot.SVGImageExtension):  # type: ignore[misc]
        @classmethod
        def dirname(cls, *, test_location: Any) -> str:
            return str(SNAPSHOTS / Path(test_location.filepath).stem)

        @classmethod
        def get_snapshot_name(cls, **place: Any) -> str:
            name: str = super().get_snapshot_name(**place)
            return name.replace("[", "-").replace("]", "")

    monkeypatch.setattr(pytest_textual_snapshot, "SVGImageExtension", Extension)
