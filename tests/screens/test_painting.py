"""The frames between two screens: each one is whole, and nothing is painted twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import answered
from tests.screens.drive import Driver, wizard
from tests.screens.stand_ins import HELPERS, services
from wizard.catalog.model import Catalog


def recorded(person: Driver) -> list[str]:
    """Return a list that gets the text of each frame that is sent from now on."""
    frames: list[str] = []
    display = person.app._display

    def keep(screen: Any, update: Any) -> None:
        if update is not None and not person.app._batch_count:
            frames.append(person.screen)
        display(screen, update)

    person.app._display = keep  # type: ignore[method-assign, assignment]
    return frames


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("key", ["d", "m", "f", "slash"])
async def test_every_frame_from_the_verdict_to_another_screen_is_one_of_the_two(
    key: str, size: tuple[int, int], catalog: Catalog
) -> None:
    async with wizard(answered(catalog, HELPERS), services=services(), size=size) as person:
        before, frames = person.screen, recorded(person)
        assert "___" not in before
        after = await person.press(key)
        assert set(frames) == {after} and after != before
        edited = after
        if key == "d":  # the first Esc only leaves the field
            edited = await person.press("escape")
        assert await person.press("escape") == before
        assert set(frames) <= {before, after, edited}


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_lesson_is_wrapped_once_and_shows_where_more_of_it_is_hidden(
    size: tuple[int, int], catalog: Catalog
) -> None:
    async with wizard(answered(catalog, HELPERS), services=services(), size=size) as person:
        frames = recorded(person)
        first = await person.press("m")
        assert set(frames) == {first}
        assert "▼" in first and "▲" not in first
        middle = await person.press("down")
        assert "▲" in middle and "▼" in middle
        last = await person.press("end")
        assert "▲" in last and "▼" not in last
