"""Dialogs over a page, on a real terminal."""

from __future__ import annotations

import pytest

from tests.journeys import answered
from tests.screens.drive import wizard
from tests.screens.terminal import terminal
from tests.screens.test_journey import WEB
from wizard.catalog.model import Catalog


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_dialog_is_never_on_the_terminal_without_its_contents(size: tuple[int, int]) -> None:
    with terminal(columns=size[0], rows=size[1]) as shown:
        shown.until("What kind of work")
        shown.press("112\r", "Why not")
        shown.quiet()
        for keys, inside in (("m", "It is a long story"), ("?", "On this screen")):
            shown.press(keys)
            frames = []
            while inside not in shown.text:
                if shown.read(0.01):
                    frames.append(shown.text)
            empty = [each for each in frames if inside not in each and each.count("Why not") == 0]
            assert not empty, empty[0]
            shown.press("\x1b", "Why not")
            shown.quiet()


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_help_key_shows_a_questions_explanation_that_the_screen_has_no_room_for(
    size: tuple[int, int], catalog: Catalog
) -> None:
    made = answered(catalog, {**{key: WEB[key] for key in WEB if key != "cluster"}, "logs": "files_only"})
    async with wizard(made, size=size) as person:
        question = made.question
        assert question is not None and question.id == "cluster"
        text = flat(question.help)
        assert text not in flat(person.screen)
        shown = await person.press("question_mark")
        assert flat(question.ask) in flat(shown) and text in flat(shown)
        assert "On this screen" in shown


def flat(text: str) -> str:
    """Return a text without spaces, line breaks and the signs of hidden lines."""
    return "".join(text.split()).replace("▼", "")
