"""The verdict: every line leads to the answers behind it."""

from __future__ import annotations

from tests.ui.drive import wizard
from tests.ui.small import session

SIMPLE: dict[str, str | tuple[str, ...]] = {"work": "server", "keeps": "nothing", "logs": "stdout", "needs": ()}


async def test_the_simplest_outcome_is_praised() -> None:
    async with wizard(session(**SIMPLE)) as person:
        assert "Plain Deployment. Nothing needs to be added." in person.screen
        assert "certain · 4 answers" in person.screen


async def test_why_and_why_not_are_told_in_the_persons_answers() -> None:
    async with wizard(session(**{**SIMPLE, "logs": "files"})) as person:
        assert "Deployment, with a log sidecar" in person.screen
        assert "log sidecar: it writes only to files" in person.screen
        assert "StatefulSet: data: nothing" in person.screen


async def test_a_line_leads_to_the_answer_behind_it() -> None:
    async with wizard(session(**{**SIMPLE, "logs": "files"})) as person:
        screen = await person.press("down", "down", "enter")
        assert "The answers behind it" in screen
        assert "Where does it write its logs?" in await person.press("enter")


async def test_what_would_change_it_is_listed() -> None:
    async with wizard(session(**SIMPLE)) as person:
        screen = await person.press("f")
        assert 'StatefulSet             if data: "its own disk"' in screen
        assert "Plain Deployment" in await person.press("escape")


async def test_the_lesson_is_a_key_away_and_scrolls() -> None:
    async with wizard(session(**{**SIMPLE, "logs": "files"})) as person:
        screen = await person.press("m")
        assert "log sidecar gives much. And more." in screen
        assert await person.press("end") != screen
        assert "Why" in await person.press("escape")


async def test_an_error_stops_here_and_says_what_to_do() -> None:
    async with wizard(session(work="task", logs="files")) as person:
        assert "stop" in person.screen
        assert "Write them to standard output." in await person.press("enter")
        assert "What is it called?" not in person.screen


async def test_back_is_the_last_question() -> None:
    async with wizard(session()) as person:
        await person.press("1", "1", "1", "enter")
        assert "Which of these does it need?" in await person.press("escape")
