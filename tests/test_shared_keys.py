"""Keys with the same meaning in the screens and in the numbered lines."""

from __future__ import annotations

import pytest

from tests.lines.talk import talk
from tests.screens.drive import wizard
from tests.screens.small import session
from wizard.catalog.model import Catalog
from wizard.session.session import start
from wizard.texts.keys import ANSWERS, ASK_ALL, CLUSTER, LEAVE, NONE, QUICK, WHY


async def test_the_help_describes_shared_keys_identically_in_both_faces(catalog: Catalog) -> None:
    cases = (
        (session(work="server", keeps="nothing", logs="stdout"), (LEAVE, NONE, QUICK, ANSWERS, WHY)),
        (start(catalog)._replace(quick=True), (LEAVE, ASK_ALL, ANSWERS)),
    )
    for made, shared in cases:
        text = talk(made, "?").flat
        async with wizard(made, size=(120, 60)) as person:
            await person.press("question_mark")
            screen = " ".join(person.screen.replace("│", " ").split())
        for each in shared:
            assert f"{each.key}: {each.more}" in text
            assert f"{each.key} {each.more}" in screen or f"{each.key} or ctrl+c {each.more}" in screen


async def test_q_opens_the_quit_dialog_and_a_second_q_leaves_and_keeps_the_answers(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        await person.press("1")
        assert "Leave the wizard?" in await person.press("q")
        assert "Leave the wizard?" not in await person.press("escape")
        await person.press("q", "q")
    assert person.outcome.keep and person.outcome.session.answers
    outcome = talk(start(catalog), "1", "q", "", "q", "q").outcome
    assert outcome.keep and outcome.session.answers


async def test_q_is_text_while_typing_and_quits_otherwise() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout", needs=())) as person:
        await person.press("enter")
        assert "Leave the wizard?" not in await person.press("q")
        assert "Leave the wizard?" in await person.press("escape", "q")


@pytest.mark.parametrize("key", ["n", "minus"])
async def test_the_answer_none_has_the_same_keys_in_both_faces(key: str) -> None:
    made = session(work="server", keeps="nothing", logs="stdout")
    async with wizard(made) as person:
        await person.press(key)
        assert person.app.flow.session.answers["needs"] == ()
    assert talk(made, {"minus": "-"}.get(key, key)).outcome.session.answers["needs"] == ()


def test_quick_mode_can_be_switched_on_and_off_in_the_numbered_lines(catalog: Catalog) -> None:
    result = talk(start(catalog), "r", "?", "r", "?")
    assert "Quick: a shows what is assumed, r asks all again." in result.flat
    assert "Every question that counts is asked again." in result.flat
    assert not result.outcome.session.quick
    assert talk(start(catalog), "r", "3").outcome.session.verdict is not None
    assert CLUSTER.more in result.flat
