"""Ways out: what becomes of the answers, and of an earlier start's."""

from __future__ import annotations

import pytest

from tests.screens.drive import no_services, wizard
from tests.screens.small import session
from wizard.session.session import Session


async def test_ctrl_c_asks_once_and_keeps_by_default() -> None:
    async with wizard(session()) as person:
        assert "Save the answers" in await person.press("1", "ctrl+c")
        await person.press("enter")
    assert person.outcome.keep
    assert person.outcome.session.answers == {"work": "server"}
    assert person.outcome.written is None


async def test_discard_is_a_choice() -> None:
    async with wizard(session()) as person:
        await person.press("1", "ctrl+c", "D")
    assert not person.outcome.keep


async def test_a_second_ctrl_c_leaves_at_once_with_the_answers_kept() -> None:
    async with wizard(session()) as person:
        await person.press("1", "ctrl+c", "ctrl+c")
    assert person.outcome.keep


async def test_esc_goes_back_to_where_one_was() -> None:
    async with wizard(session()) as person:
        screen = await person.press("1", "ctrl+c", "escape")
        assert "What must it find again?" in screen


async def test_a_terminal_that_hangs_up_keeps_the_answers() -> None:
    async with wizard(session()) as person:
        await person.press("1", "hangup")
    assert person.outcome.keep


async def test_answers_are_saved_after_each_one() -> None:
    saved: list[Session] = []

    def save(made: Session) -> str:
        saved.append(made)
        return ""

    async with wizard(session(), services=no_services(save=save)) as person:
        await person.press("1", "2")
    assert [dict(made.answers) for made in saved] == [{"work": "server"}, {"work": "server", "keeps": "disk"}]


async def test_an_answer_that_could_not_be_saved_is_reported_and_stops_nothing() -> None:
    def save(_: Session) -> str:
        raise OSError("the disk is full")

    async with wizard(session(), services=no_services(save=save)) as person:
        assert "not saved: the disk is full" in await person.press("1")
        assert "Where does it write its logs?" in await person.press("1")


async def test_an_earlier_start_is_offered() -> None:
    found = session(work="server", keeps="disk")
    async with wizard(session(), services=no_services(found=found)) as person:
        assert "answers of an earlier start" in person.screen
        assert "Where does it write its logs?" in await person.press("c")


async def test_an_earlier_start_can_be_left_aside() -> None:
    found = session(work="server", keeps="disk")
    async with wizard(session(), services=no_services(found=found)) as person:
        await person.press("N")
        assert person.app.flow.session.answers == {}


@pytest.mark.parametrize("way", ["hangup", "ctrl+c"])
async def test_values_in_the_form_are_kept_however_it_is_left(way: str) -> None:
    saved: list[Session] = []

    def save(made: Session) -> str:
        saved.append(made)
        return ""

    made = session(work="server", keeps="nothing", logs="stdout", needs=())
    async with wizard(made, services=no_services(save=save)) as person:
        await person.press("enter")
        await person.type("orders")
        await person.press(*([way] if way == "hangup" else [way, way]))
    assert person.outcome.session.given == {"app.name": "orders"}
    assert saved[-1].given == {"app.name": "orders"}
