"""Fixtures for the folder and the key of saved answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.session.saved import SessionKey, key_for


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Return a folder for saved answers that does not exist yet."""
    return str(tmp_path / "state" / "podwizard")


@pytest.fixture
def key(tmp_path: Path) -> SessionKey:
    """Return the key of the session that writes to one target."""
    return key_for(tmp_path / "orders", "patterns")
