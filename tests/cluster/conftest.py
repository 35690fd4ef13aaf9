"""Fast start of the dry run's child processes, except in the tests of that start."""

from __future__ import annotations

import pytest

from tests.forked import fork_children


@pytest.fixture(autouse=True)
def _forked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.path.name != "test_dry_run.py":
        fork_children(monkeypatch)
