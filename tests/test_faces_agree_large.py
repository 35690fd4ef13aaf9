"""Equality of the written bytes of bundles with many answers in every face, and of edited bundles that are reopened."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from tests.lines.talk import talk
from tests.screens.drive import wizard
from tests.three_faces import by_lines, by_screens, services
from tests.written import assert_same_bytes, tree
from wizard.catalog.model import Catalog
from wizard.cli.main import run
from wizard.decision.model import Answers
from wizard.render.bundle.answers_file import read_answers
from wizard.session.applied import apply_answers
from wizard.session.samples import with_samples
from wizard.session.session import Session, start
from wizard.store.writer import plan

pytestmark = pytest.mark.usefixtures("afresh")
QUEUE: Answers = {
    "work": "server",
    "keeps": "nothing",
    "copies": "elastic",
    "logs": "files_only",
    "metrics": "none",
    "needs": ("secrets", "wait", "helper"),
    "cluster": (),
    "secrets": "renewed",
    "beside": ("web", "other"),
    "habits": (),
    "version": "v133",
}
NODES: Answers = {"work": "node_agent", "logs": "stdout", "metrics": "native", "needs": (), "cluster": ()}
CASES: dict[str, tuple[Answers, dict[str, object]]] = {
    "a queue's worker with two helpers, secrets and a log agent": (
        QUEUE,
        {
            "hpa.implementation": "keda",
            "hpa.trigger": "rabbitmq",
            "app.env_secrets": [{"variable": "DB_PASSWORD", "secret": "orders-db", "key": "password"}],
        },
    ),
    "a daemon that ships the logs of nodes": (NODES, {"app.implementation": "node-logs"}),
}


def chosen(catalog: Catalog, name: str) -> Session:
    """Return a session with the details that are chosen before the first question, as with ``--set``."""
    return start(catalog)._replace(given=dict(CASES[name][1]))


def answered(catalog: Catalog, name: str) -> Session:
    session = chosen(catalog, name)
    while session.question is not None:
        asked = session.question
        wanted = CASES[name][0].get(asked.id)
        session = session.unsure(asked.id) if wanted is None else session.answer(asked.id, wanted)
    return session._replace(assumed=frozenset())


@pytest.mark.parametrize("name", CASES)
async def test_large_bundles_have_the_same_bytes_in_three_faces(name: str, catalog: Catalog, tmp_path: Path) -> None:
    session, begun = answered(catalog, name), chosen(catalog, name)
    file = tmp_path / "answers.yaml"
    file.write_text(with_samples(session).answers_text)
    assert run(["new", str(tmp_path / "answers"), "--answers", str(file), "--no-input"]) == 0
    by_lines(begun, session, tmp_path / "plain")
    await by_screens(begun, session, tmp_path / "screens")
    assert_same_bytes(tmp_path / "answers", tmp_path / "plain", tmp_path / "screens")


@pytest.mark.parametrize("name", CASES)
async def test_an_edited_bundle_is_reopened_with_the_same_plan_and_nothing_lost(
    name: str, catalog: Catalog, tmp_path: Path
) -> None:
    file, first = tmp_path / "answers.yaml", tmp_path / "first"
    file.write_text(with_samples(answered(catalog, name)).answers_text)
    assert run(["new", str(first), "--answers", str(file), "--no-input"]) == 0
    (manifest,) = (
        (first / "manifests").glob("da*.yaml") if "daemon" in name else first.glob("manifests/deployment.yaml")
    )
    manifest.write_text(manifest.read_text().replace("revisionHistoryLimit: 5", "revisionHistoryLimit: 7"))
    (first / "manifests" / "mine.yaml").write_text("kind: Mine\n")
    folders = {face: Path(copytree(first, tmp_path / face)) for face in ("plain", "screens", "command")}
    before = tree(first)
    session = apply_answers(start(catalog), read_answers((first / "podwizard.yaml").read_bytes(), "x", catalog))
    assert session.question is None and not session.problems
    plans = {face: plan(session.bundle, folder) for face, folder in folders.items()}
    assert len({tuple((one.path, one.state, one.action) for one in each.items) for each in plans.values()}) == 1
    assert [one.state for one in plans["plain"].items].count("edited") == 1
    said = talk(session, "b", "", "", target=folders["plain"], given=services(catalog))
    assert "edited by you, kept" in said.flat
    async with wizard(session, services=services(catalog), target=folders["screens"], size=(120, 40)) as driver:
        await driver.press("b")
        assert "yours" in driver.screen
        await driver.press("enter", "enter")
    assert run(["new", str(folders["command"]), "--no-input"]) == 0
    for face, folder in folders.items():
        assert tree(folder) == before, face
