"""Kept files in the screens: missing changes are listed, and checks cover the files as they will be on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens.drive import Driver, wizard
from wizard.catalog.shipped import shipped_catalog
from wizard.cli.inputs import apply_set
from wizard.faces.services import Services
from wizard.render.bundle.answers_file import read_answers
from wizard.session.applied import apply_answers
from wizard.session.session import Session, start
from wizard.store.writer import plan, write
from wizard.texts.wording import KEPT_LACKS
from wizard.validation.run import rules

ANSWERS = Path(__file__).resolve().parents[2] / "examples" / "orders-api.yaml"
FILE = Path("out/manifests/deployment.yaml")
SERVICES = Services(plan=plan, write=write, rules=lambda: len(rules()), catalog="../the catalogue")


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return a session whose image differs from that of the bundle in ``out``."""
    monkeypatch.chdir(tmp_path)
    catalog = shipped_catalog()
    before = apply_answers(start(catalog), read_answers(ANSWERS.read_text(), "answers", catalog))
    write(plan(before.bundle, "out"))
    return apply_set(before, "app.image=registry.example.com/shop/orders-api:1.5.0")


def edit(old: str, new: str) -> None:
    text = FILE.read_text()
    assert old in text
    FILE.write_text(text.replace(old, new, 1))


async def to_the_bundle(person: Driver) -> str:
    return await person.press("enter", "enter")


async def test_a_kept_files_missing_changes_are_listed_before_and_after_writing(session: Session) -> None:
    edit("revisionHistoryLimit: 5", "revisionHistoryLimit: 7")
    async with wizard(session, target=Path("out"), services=SERVICES) as person:
        shown = await to_the_bundle(person)
        assert "not in it: app.image; O overwrites 1 line you edited" in shown
        shown = await person.press("enter")
        assert "manifests/deployment.yaml; not in it: app.image" in shown
        assert "podwizard ./out --catalog '../the catalogue'" in shown
    assert "1.4.2" in FILE.read_text()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_a_warning_about_kept_files_precedes_the_apply_command(size: tuple[int, int], session: Session) -> None:
    edit("revisionHistoryLimit: 5", "revisionHistoryLimit: 7")
    async with wizard(session, target=Path("out"), services=SERVICES, size=size) as person:
        await to_the_bundle(person)
        before, _, after = " ".join((await person.press("enter")).split()).partition("kubectl apply -k ./out")
        assert KEPT_LACKS in before and "to come back: " in after
    FILE.write_text(FILE.read_text().replace("1.4.2", "1.5.0"))
    async with wizard(session, target=Path("out"), services=SERVICES, size=size) as person:
        await to_the_bundle(person)
        shown = " ".join((await person.press("enter")).split())
        assert "kubectl apply -k ./out" in shown and KEPT_LACKS not in shown


async def test_findings_depend_on_keeping_or_overwriting_a_file(session: Session) -> None:
    edit("containerPort: 8080", "containerPort: 70000")
    async with wizard(session, target=Path("out"), services=SERVICES) as person:
        shown = await to_the_bundle(person)
        assert "1 error" in shown
        assert "it is in the file that you edited, manifests/deployment.yaml:" in await person.press("3")
        assert "nothing found" in await person.press("O")
        await person.press("enter")
    assert "containerPort: 8080" in FILE.read_text() and "1.5.0" in FILE.read_text()


async def test_opening_the_findings_keeps_the_choices_for_files(session: Session) -> None:
    edit("containerPort: 8080", "containerPort: 70000")
    async with wizard(session, target=Path("out"), services=SERVICES) as person:
        await to_the_bundle(person)
        assert "2 kept" in await person.press("home", "s")
        assert "Findings" in await person.press("f")
        assert "2 kept" in await person.press("escape")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_enter_alone_does_not_write_a_bundle_with_errors(size: tuple[int, int], session: Session) -> None:
    edit("containerPort: 8080", "containerPort: 70000")
    async with wizard(session, target=Path("out"), services=SERVICES, size=size) as person:
        shown = await to_the_bundle(person)
        assert "enter the errors" in shown and "W write anyway" in shown and "enter write" not in shown
        shown = await person.press("enter")
        assert "Findings" in shown and "1 error in kept files; esc, then W writes the rest" in shown
        assert "› error" in shown
        assert person.app.flow.written is None
        await person.press("escape", "W")
        assert person.app.flow.written is not None
        shown = " ".join(person.screen.split())
        assert "1 error in kept files: fix them before" in shown
        assert "podwizard validate ./out" in shown and "kubectl apply -k" not in shown


async def test_w_does_nothing_if_no_kept_file_has_an_error(session: Session) -> None:
    async with wizard(session, target=Path("out"), services=SERVICES) as person:
        await to_the_bundle(person)
        await person.press("W")
        assert person.app.flow.written is None
        await person.press("enter")
        assert person.app.flow.written is not None and "kubectl apply -k" in person.screen
