"""The mouse, which is optional: each click does the same as a key."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import MouseScrollDown

from tests.journeys import session_of
from tests.screens.drive import Driver, wizard
from tests.screens.small import session
from tests.screens.stand_ins import services
from tests.screens.test_sheets import verdict
from tests.shipped import CATALOG


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


async def test_clicks_on_the_highlighted_option_of_several_tick_and_untick_it() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout")) as person:
        first = next(row for row in person.screen.splitlines() if "[ ]" in row).split("[ ] ")[1][:20].strip()
        assert f"[x] {first}" in await click(person, first)
        assert f"[ ] {first}" in await click(person, first)
        assert "needs" not in person.app.flow.session.answers


async def test_a_second_click_on_a_file_opens_it_and_writes_nothing(tmp_path: Path) -> None:
    made = session_of(CATALOG, "simple-api")
    async with wizard(made, services=services(), target=tmp_path / "app") as person:
        await person.press("enter", "b")
        assert "› + deployment.yaml" in person.screen
        assert "change its source" in await click(person, "deployment.yaml")
        assert not (tmp_path / "app").exists()


async def test_a_click_on_a_cluster_does_not_ask_it(tmp_path: Path) -> None:
    made = session_of(CATALOG, "simple-api")
    async with wizard(made, services=services(), target=tmp_path / "app") as person:
        screen = await person.press("enter", "b", "v")
        assert "› kind-dev" in screen
        assert "enter ask it" in await click(person, "› kind-dev")


async def test_clicks_on_a_line_of_the_last_screen_without_a_field_do_not_leave(tmp_path: Path) -> None:
    made = session_of(CATALOG, "nightly-backup")
    async with wizard(made, services=services(), target=tmp_path / "app", size=(80, 45)) as person:
        await person.press("enter", "b", "enter")
        assert "Cope with a run" in person.screen
        await click(person, "Cope with a run")
        assert "› Cope with a run" in await click(person, "Cope with a run")
        assert not person.done


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


async def test_a_click_on_a_heading_unfolds_its_group_and_another_one_folds_it() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout", needs=())) as person:
        await person.press("enter", "escape")
        heading = next(row for row in person.screen.splitlines() if "▸" in row).split("▸")[1].split()[0]
        assert f"▾ {heading}" in await click(person, f"▸ {heading}")
        assert f"▸ {heading}" in await click(person, f"▾ {heading}")


async def test_a_click_on_the_way_on_goes_on_or_to_what_is_needed() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout", needs=())) as person:
        await person.press("enter", "escape")
        screen = await click(person, "Continue to the bundle")
        assert "this is still required" in screen


async def test_a_click_on_a_choice_of_a_field_takes_that_choice() -> None:
    made = verdict("simple-api").session
    for size in ((80, 40), (120, 40)):
        async with wizard(made, size=size) as person:
            await person.press("enter", "escape")
            assert "With the gRPC health protocol" in await click(person, "How can Kubernetes check")
            screen = await click(person, "With the gRPC health protocol")
            assert "2  ● With the gRPC" in screen, "the field stays open, to see what was chosen"
            screen = await click(person, "1    Over HTTP")
            assert "1  ● Over HTTP" in screen


async def test_a_click_beside_a_dialog_closes_it_and_one_inside_does_not() -> None:
    async with wizard(session(), size=(120, 40)) as person:
        assert "On this screen" in await person.press("?")
        assert "On this screen" in await click(person, "On this screen")
        assert "On this screen" not in await person.click(2, 38)


async def test_a_click_on_empty_space_does_nothing() -> None:
    async with wizard(session()) as person:
        before = person.screen
        for y in (0, 1, 22, 23):
            await person.click(79, y)
        assert person.screen == before


@pytest.mark.parametrize("way", ["click", "wheel"])
async def test_the_pointer_goes_into_the_text_beside_the_files(way: str, tmp_path: Path) -> None:
    made = session_of(CATALOG, "simple-api")
    async with wizard(made, services=services(), target=tmp_path / "app", size=(120, 40)) as person:
        await person.press("enter", "b")
        rows = person.screen.splitlines()
        y = next(at for at, row in enumerate(rows) if "namespace: " in row)
        if way == "click":
            screen = await person.click(60, y)
            assert "namespace: " in next(row for row in screen.splitlines() if "›" in row[30:])
        else:
            event = MouseScrollDown(None, 60, y, 0, 0, 0, False, False, False, 60, y)
            person.app.screen.post_message(event)
            await person.settle()
        assert "change its source" in person.screen
        if way == "click":
            assert "Which namespace" in await person.click(60, y), "the second click goes to the source of the line"
