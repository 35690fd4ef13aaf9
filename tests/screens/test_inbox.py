"""Keys that wait: typed characters share one update, and Ctrl+C overtakes everything typed before it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.screens.drive import Driver, key_event, wizard
from tests.screens.small import session
from tests.screens.terminal import terminal
from wizard.screens.inbox import Inbox
from wizard.screens.page import Page, Room, TypedText
from wizard.screens.stage import Stage
from wizard.screens.terminal.driver import Typed
from wizard.screens.text import BLANK
from wizard.screens.view import Arrived, Press, View

DETAILS: dict[str, str | tuple[str, ...]] = {"work": "server", "keeps": "nothing", "logs": "stdout", "needs": ()}


@dataclass(frozen=True)
class Field(View[str]):
    """A view with a text entry, in which Enter and x have a meaning of their own."""

    def page(self, room: Room) -> Page:
        return Page(BLANK, (), (), entry=self.entry)

    def press(self, press: Press) -> View[str] | None:
        return self if press.key in ("enter", "x") else None

    @property
    def entry(self) -> TypedText:
        return TypedText("name", "")


def char(text: str) -> Press:
    return Press("space" if text == " " else text, text)


def waiting(*items: Press | Arrived) -> Inbox:
    inbox = Inbox()
    for item in items:
        inbox.put(item)
    return inbox


def drained(inbox: Inbox) -> list[Press | Arrived]:
    found = []
    while (kept := inbox.kept()) is not None:
        found.append(kept[0])
    while not inbox.empty():
        found.append(asyncio.run(inbox.get())[0])
    return found


@pytest.mark.parametrize("end", [Press("enter"), Press("backspace"), char("x"), char(" "), Arrived("work", 1)])
def test_waiting_characters_are_joined_up_to_the_first_other_event(end: Press | Arrived) -> None:
    inbox = waiting(char("b"), char("é"), end, char("c"))
    assert inbox.joined(Field(), char("a")) == Press("typed", "abé")
    assert drained(inbox) == [end, char("c")]


def test_a_key_that_the_view_takes_itself_is_never_joined() -> None:
    inbox = waiting(char("a"))
    assert inbox.joined(Field(), char("x")) == char("x")
    assert drained(inbox) == [char("a")]


def test_dropping_what_is_typed_keeps_results_and_lasting_keys() -> None:
    inbox = waiting(char("a"), Arrived("work", 1), Press("ctrl+c"), Press("enter"))
    inbox.keep((Press("down"), None))
    inbox.drop_typed(("ctrl+c",))
    assert drained(inbox) == [Arrived("work", 1), Press("ctrl+c")]


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count the frames, and the updates of the text that is typed."""
    found: list[str] = []
    paint, step = Stage.paint, Stage._step

    async def counting_paint(stage: Stage) -> None:
        found.append("frame")
        await paint(stage)

    async def counting_step(stage: Stage, view: View[object], press: Press) -> object:
        found.append(f"update {press.text}")
        return await step(stage, view, press)

    with monkeypatch.context() as patch:
        patch.setattr(Stage, "paint", counting_paint)
        patch.setattr(Stage, "_step", counting_step)
        yield found


@pytest.mark.parametrize("read_at_once", [True, False])
async def test_characters_that_wait_share_one_update_and_one_frame(
    read_at_once: bool,  # a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with wizard(session(**DETAILS)) as person:
        await person.press("enter")
        with counted(monkeypatch) as found:
            if read_at_once:
                person.app.post_message(Typed([key_event(each) for each in "orders-api"]))
                await person.settle()
            else:
                await person.type("orders-api")
        assert "orders-api" in person.screen
        assert found.count("frame") <= 2
        if read_at_once:
            assert [each for each in found if each != "frame"] == ["update orders-api"]


async def test_ctrl_c_drops_what_is_typed_ahead() -> None:
    async with wizard(session()) as person:
        before = person.screen
        assert "Leave the wizard?" in await person.ahead("1", "1", "1", "ctrl+c")
        assert await person.press("escape") == before


async def test_two_ctrl_c_after_typed_keys_leave_and_keep_the_answers() -> None:
    async with wizard(session()) as person:
        await person.ahead("1", "ctrl+c", "ctrl+c")
    assert person.outcome.keep


async def test_keys_read_together_with_the_one_that_opens_the_palette_go_to_the_palette() -> None:
    async with wizard(session()) as person:
        before = person.screen
        person.app.post_message(Typed([key_event(each) for each in ("down", "ctrl+p", "1", "2")]))
        await person.pilot.pause()
        await person.pilot.pause()
        assert person.app.screen is not person.app.stage.screen
        await person.pilot.press("escape")
        await person.settle()
        assert question(person) == question_of(before)


def question(person: Driver) -> str:
    return question_of(person.screen)


def question_of(screen: str) -> str:
    return screen.splitlines()[2]


def test_a_paste_of_many_lines_answers_nothing_and_ctrl_c_works_after_it() -> None:
    with terminal() as shown:
        first = shown.until("› 1")
        shown.press("1\r" * 20_000 + "\x03", "Leave the wizard?")
        assert question_of(first) in shown.press("\x1b", question_of(first))
        shown.press("\x03", "Leave the wizard?")
        shown.press("\x03")
        assert shown.ended() == 0
        assert shown.restored()
