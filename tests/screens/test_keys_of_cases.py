"""The number of keys for each of the article's cases, from the first question to the files, without typed text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys import CASES
from tests.screens.drive import Driver, answer_all, wizard
from tests.screens.stand_ins import services
from wizard.catalog.model import Catalog
from wizard.decision.model import Answer
from wizard.session.session import start

MOST = {
    "simple-api": 12,
    "web-app-with-file-logs": 15,
    "redis-cluster-client": 17,
    "nightly-backup": 14,
    "node-metrics": 11,
    "postgres": 13,
}
PLAIN: dict[str, dict[str, Answer]] = {
    "simple-api": {"copies": "several", "cluster": ()},
    "redis-cluster-client": {"cluster": ()},
    "nightly-backup": {"cluster": ()},
}
"""The answers of a user who knows no more about the program and the cluster."""


async def filled(person: Driver, given: dict[str, str]) -> int:
    """Fill in the required fields and press Enter until the bundle is written; return the number of Enter presses."""
    entered = 0
    while not person.done and person.app.flow.written is None:
        view = person.app.stage.view
        entry = view.entry if view is not None else None
        if entry is not None and not entry.text:
            parameter = person.app.flow.session.parameter(entry.id)
            await person.type(given.get(entry.id) or str(parameter.sample))
        await person.press("enter")
        entered += 1
        assert entered < 40, person.screen
    return entered


@pytest.mark.parametrize("case", MOST)
async def test_a_case_of_the_article_takes_few_keys(case: str, catalog: Catalog, tmp_path: Path) -> None:
    answers, parameters = CASES[case]
    answers = {**answers, **PLAIN.get(case, {})}
    async with wizard(start(catalog), services=services(), target=tmp_path / "app") as person:
        keys = await answer_all(person, dict(answers))
        keys += await filled(person, dict(parameters))
        assert person.app.flow.written is not None
        assert "kubectl" in person.screen
    assert keys <= MOST[case]
