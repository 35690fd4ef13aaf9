"""The mouse, which is optional: each click does the same as a key."""

from __future__ import annotations

from tests.screens.drive import Driver, wizard
from tests.screens.small import session


async def click(person: Driver, text: str, *, nth: int = 0) -> str:
    """Click on the first letter of ``text`` and return the text on the screen."""
    rows = person.screen.splitlines()
    y, x = [(at, row.index(text)) for at, row in enumerate(rows) if text in row][nth]
    return await person.click(x, y)


async def test_a_click_on_an_option_answers_the_question() -> None:
    async with wizard(session()) as person:
        assert "What must it find again?" in await click(person, "It serves until")
        assert person.app.flow.session.answers == {"work": "server"}


async def test_a_click_ticks_an_option_and_a_click_on_enter_submits() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout")) as person:
        assert "[x] A program beside it" in await click(person, "A program beside it")
        await click(person, "enter go on")
        assert person.app.flow.session.answers["needs"] == ("helper",)


async def test_a_click_on_the_key_line_presses_the_key() -> None:
    async with wizard(session(work="server")) as person:
        assert "1 given" in await click(person, "a answers")


async def test_clicks_move_between_fields_and_typed_text_stays() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout", needs=())) as person:
        await person.press("enter")
        await person.type("orders-api")
        assert "› Which image" in await click(person, "Which image")
        screen = await click(person, "What is it called?")
        assert "› What is it called?" in screen
        assert "orders-api" in screen


async def test_a_second_click_on_a_row_opens_it() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout", needs=())) as person:
        await person.press("enter", "escape")
        heading = next(row for row in person.screen.splitlines() if "▸" in row).split("▸")[1].split()[0]
        assert f"› ▸ {heading}" in await click(person, f"▸ {heading}")
        assert f"▾ {heading}" in await click(person, f"▸ {heading}")


async def test_a_click_on_empty_space_does_nothing() -> None:
    async with wizard(session()) as person:
        before = person.screen
        for y in (0, 1, 22, 23):
            await person.click(79, y)
        assert person.screen == before
