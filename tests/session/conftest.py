"""Where answers are saved in these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.session.saved import SessionKey, key_for


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A folder for saved answers that is not there yet."""
    return str(tmp_path / "state" / "podwizard")


@pytest.fixture
def key(tmp_path: Path) -> SessionKey:
    """The session that writes into one target."""
    return key_for(tmp_path / "orders", "patterns")
