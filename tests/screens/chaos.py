"""Random input for the real application, and the invariants that must hold after each piece of input."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from textual import events

from tests.screens.drive import Driver, key_event
from wizard.decision.model import Answer
from wizard.screens.dialogs.quit import QuitView
from wizard.screens.page import Room
from wizard.screens.pages.details import DetailsView
from wizard.screens.stage import ELSEWHERE
from wizard.screens.terminal.keys import KeyParser
from wizard.screens.view import Press, View
from wizard.session.session import Session

SIZES = ((80, 24), (80, 24), (80, 24), (60, 20), (61, 21), (99, 30), (100, 30), (120, 40), (200, 60), (40, 10), (1, 1))
LETTERS = "abcdefghijklmnopqrstuvwxyzADW0123456789"
ODD = "²٣½é日😀\u0301\u202e\u200b/?-_.:;=,@#'\"\\{}[]%$ "
NAMED = (
    *("\r", "\r", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\t", "\x1b[Z"),
    *(" ", "\x7f", "\x08", "\x1b[3~", "\x0c", "\x01", "\x05", "\x04", "\x0b", "\x15", "\x17", "\x00", "\x1bOP"),
    *("\x1b[1;5C", "\x1b[1;5D", "\x1b[15~", "\x1b[97;5u", "\x1b[57441;2u", "\x1ba", "\x1b[1;9Z"),
)
NOISE = (
    *("\x1b[I", "\x1b[O", "\x1b[24;80R", "\x1b[?2026;2$y", "\x1b[<0;10;10M", "\x1b[<35;500;500m", "\x1b[M !!"),
    *("\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1bP>|xterm\x1b\\", "\x1b[?1;2c", "\x1b[999;999;999;999t", "\x9b31m"),
)
PASTES = (
    "orders-api",
    "registry.example.com/shop/orders-api:1.4.2",
    "one\ntwo\r\nthree\rfour\n",
    "a\tb\x00c\x07d\x08e\x0bf\x1b[31mg\x1b]0;title\x07h\x9bi\u202ej",
    "{{ 7*7 }} {% for x in y %} [bold]no[/bold] ${HOME} `id`",
    "x" * 10_000,
    "日本語é\u0301" * 500,
    "\n" * 200,
    "",
)


def chunk(chance: random.Random) -> str:
    """Return a few keys, a paste, or a report that a terminal sends unprompted."""
    kind = chance.random()
    if kind < 0.45:
        return "".join(chance.choice(LETTERS) for _ in range(chance.choice((1, 1, 1, 2, 5))))
    if kind < 0.78:
        return "".join(chance.choice(NAMED) for _ in range(chance.choice((1, 1, 2, 3))))
    if kind < 0.86:
        return "".join(chance.choice(ODD) for _ in range(chance.choice((1, 3))))
    if kind < 0.92:
        return f"\x1b[200~{chance.choice(PASTES)}\x1b[201~"
    if kind < 0.95:
        return chance.choice(NOISE)
    if kind < 0.96:
        return "\x03"
    return "\x1b"


def answers_of(person: Driver) -> tuple[Mapping[str, Answer], Mapping[str, object]]:
    """Return all answers and parameters that the user has given so far."""
    view: Any = person.app.stage.view
    session = view.session if isinstance(view, DetailsView) else person.app.flow.session
    return dict(session.answers), dict(session.given)


class Chaos:
    """A cat walking over the keyboard."""

    def __init__(self, person: Driver, chance: random.Random) -> None:
        self.person = person
        self.chance = chance
        self.parser = KeyParser()
        self.log: list[str] = []

    async def step(self) -> int:
        """Send one piece of input and return the number of events it caused."""
        if self.chance.random() < 0.04:
            size = self.chance.choice(SIZES)
            self.log.append(f"resize {size}")
            await self.person.pilot.resize_terminal(*size)
            await self.person.settle()
            return 1
        if self.chance.random() < 0.06:
            return await self._back()
        data = chunk(self.chance)
        self.log.append(repr(data[:80]))
        sent = [*self.parser.feed(data), *self._late()]
        for event in sent:
            if not isinstance(event, events.Resize):
                self.person.app.post_message(event)
        await self.person.settle()
        return max(1, len(sent))

    def _late(self) -> list[Any]:
        """Return the events for a lone Esc after which no byte arrives before the timeout."""
        if self.parser._timeout_time is None:
            return []
        self.parser._timeout_time = 0.0
        return list(self.parser.tick())

    async def _back(self) -> int:
        """Press Esc or left on its own and check that it changes no answer."""
        before = answers_of(self.person)
        key = self.chance.choice(("escape", "left"))
        self.log.append(key)
        self.person.app.post_message(key_event(key))
        await self.person.settle()
        if not self.person.done:
            after = answers_of(self.person)
            assert after == before, f"{key} changed {before} into {after}"
        return 1

    def check(self) -> None:
        """Check the invariants."""
        app = self.person.app
        assert app.failure is None, app.failure
        sound(app.flow.session)
        if self.person.done or app.stage.view is None:
            return
        screen = app.stage.screen
        if screen.size.width < 2:
            return
        lines = self.person.screen.splitlines()
        assert any(text.strip() for text in lines), "nothing is painted"
        for text in lines:
            assert text.isprintable(), text
        if screen.fits:
            keys_work(app.stage.view, screen.room)


def sound(session: Session) -> None:
    """Check that every answer is an option of its question."""
    questions = session.catalog.decision.questions
    for question_id, answer in session.answers.items():
        known = {option.id for option in questions[question_id].options}
        given = set(answer) if isinstance(answer, tuple) else {answer}
        assert given <= known, (question_id, answer)
        assert isinstance(answer, tuple) == questions[question_id].many


_NAMES = {"esc": "escape", "←": "left", "?": "question_mark", "/": "slash", "F1": "f1"}


def keys_work(view: View[Any], room: Room) -> None:
    """Check that every key in the key line has an effect in this view."""
    for key in view.page(room).keys:
        for name in pressed(key.name):
            if (
                name in ("question_mark", "f1", "ctrl+c")
                or (name in ELSEWHERE and view.leads_elsewhere)
                or (name == "y" and view.copies)
            ):
                continue
            text = name if len(name) == 1 else ""
            if isinstance(view, QuitView) or not name.startswith("ctrl"):
                assert view.press(Press(name, text)) is not None, f"{type(view).__name__}: {key} does nothing"


def pressed(name: str) -> list[str]:
    """Return the names of the keys that an entry of the key line stands for."""
    if name == "↑↓":
        return ["up", "down"]
    if re.fullmatch(r"\w( \w)+", name):
        return name.split()
    span = re.fullmatch(r"(\d)-(\d)", name)
    if span:
        return [str(n) for n in range(int(span[1]), int(span[2]) + 1)]
    return [_NAMES.get(name, name)]
