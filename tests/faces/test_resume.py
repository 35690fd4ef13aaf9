"""The description with which an earlier run is offered."""

from __future__ import annotations

import pytest

from wizard.catalog.model import Catalog
from wizard.faces.resume import Earlier, found_text
from wizard.session.session import start
from wizard.texts.phrases import ago


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "just now"), (59, "just now"), (60, "1 minute ago"), (7_300, "2 hours ago"), (200_000, "2 days ago")],
)
def test_an_age_is_given_in_its_largest_unit(seconds: float, expected: str) -> None:
    assert ago(seconds) == expected


def test_an_earlier_run_is_described_by_name_verdict_progress_and_age(catalog: Catalog) -> None:
    session = start(catalog).answer("work", "node_agent")
    assert found_text(Earlier(start(catalog))).startswith("0 answered")
    assert found_text(Earlier(session)).startswith("DaemonSet, 1 answered")
    session = session.assume_missing().give("app.name", "collector")
    assert found_text(Earlier(session, 3_600.0)).startswith("collector, Plain DaemonSet, ")
    assert found_text(Earlier(session, 3_600.0)).endswith("1 hour ago")
