"""Start the processes that ask a cluster fast, but where their start is what is tested."""

from __future__ import annotations

import pytest

from tests.forked import fork_children


@pytest.fixture(autouse=True)
def _forked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.path.name != "test_dry_run.py":
        fork_children(monkeypatch)
