"""The user's effort: the number of screens and keys for a bundle, and the keys needed to change any answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys import answered
from tests.screens.drive import Driver, answer_all, wizard
from tests.screens.stand_ins import services
from tests.screens.test_journey import WEB
from tests.screens.test_robustness import SCREENS
from wizard.catalog.model import Catalog
from wizard.screens.dialogs.help import HelpView
from wizard.screens.dialogs.quit import QuitView
from wizard.screens.pages.answers import AnswersView
from wizard.screens.pages.question import QuestionView
from wizard.session.session import start

BEFORE_ANSWERS = {"an earlier start", "earlier starts"}
AFTER_THEM = {"written"}


async def test_a_plain_web_service_takes_at_most_8_screens_and_25_keys(catalog: Catalog, tmp_path: Path) -> None:
    seen: list[type] = []
    async with wizard(start(catalog), services=services(), target=tmp_path / "orders-api") as person:
        show = person.app.stage.show

        async def watched(view, **settings):  # type: ignore[no-untyped-def]
            seen.append(type(view))
            return await show(view, **settings)

        person.app.stage.show = watched  # type: ignore[method-assign]
        keys = await answer_all(person, WEB)
        for key in ("enter", "registry.example.com/shop/orders-api:1.4.2", "enter"):
            if key == "enter":
                await person.press(key)
                keys += 1
            else:
                await person.type(key)
        assert "enter write" in person.screen
        await person.press("enter", "enter")
        keys += 2
    assert person.outcome.written is not None
    assert seen.count(QuestionView) + 1 <= 8, "the first was shown before it was watched"
    assert keys <= 25
    assert HelpView not in seen


@pytest.mark.parametrize("screen", [name for name in SCREENS if name not in BEFORE_ANSWERS | AFTER_THEM])
async def test_any_answer_can_be_changed_within_three_keys(screen: str, catalog: Catalog, tmp_path: Path) -> None:
    made, keys = SCREENS[screen]
    session = made(catalog)
    if not session.answers:
        session = answered(catalog, {"work": "server", "keeps": "nothing"})
    async with wizard(session, services=services(), target=tmp_path / "orders-api") as person:
        await person.press(*keys)
        ways_out = 0
        while typing(person) or isinstance(person.app.stage.view, QuitView):
            await person.press("escape")
            ways_out += 1
        if not isinstance(person.app.stage.view, AnswersView):
            await person.press("a")
            ways_out += 1
        assert isinstance(person.app.stage.view, AnswersView), person.screen
        for entry in person.app.stage.view.lines:
            assert sign_of(person, entry.topic)
        last = person.app.stage.view.lines[-1]
        await person.press(sign_of(person, last.topic))
        shown = person.app.stage.view
        assert isinstance(shown, QuestionView)
        assert shown.question == last.line.question
        assert ways_out + 1 <= 3


def typing(person: Driver) -> bool:
    """Return True if letters are currently text."""
    view = person.app.stage.view
    return bool(getattr(view, "typing", False) or getattr(view, "finding", False))


def sign_of(person: Driver, topic: str) -> str:
    """Return the key shown in front of an answer."""
    line = next(text for text in person.screen.splitlines() if f"  {topic} " in text)
    return line[3]


async def test_a_custom_port_takes_at_most_25_keys_without_a_shortcut(catalog: Catalog, tmp_path: Path) -> None:
    async with wizard(start(catalog), services=services(), target=tmp_path / "orders-api") as person:
        keys = await answer_all(person, WEB)
        for typed in ("enter", "registry.example.com/shop/orders-api:1.4.2"):
            await (person.press(typed) if typed == "enter" else person.type(typed))
        keys += 1
        while "› On which ports" not in person.screen:
            await person.press("up")
            keys += 1
            assert keys < 25, person.screen
        await person.press("ctrl+u")
        await person.type("name=http, port=3000")
        keys += 1
        while person.app.return_value is None:
            await person.press("enter")
            keys += 1
            assert keys < 25, person.screen
    assert person.outcome.written is not None
    assert "containerPort: 3000" in (tmp_path / "orders-api" / "manifests" / "deployment.yaml").read_text()
    assert keys <= 25
