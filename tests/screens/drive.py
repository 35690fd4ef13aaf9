"""A driver for the real application without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import CodeType
from typing import Any
from unicodedata import lookup

from textual import _callback, events
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.widget import Widget

from wizard.decision.model import Answer, Answers
from wizard.faces.services import FaceResult, Services
from wizard.screens.app import WizardApp
from wizard.screens.view import Press
from wizard.session.session import Session

_RULES: dict[tuple[Any, ...], list[RuleSet]] = {}
_PARAMETERS: dict[CodeType, int] = {}
_parse_rules, _count_parameters = Stylesheet._parse_rules, _callback._count_parameters


def _rules_once(sheet: Stylesheet, css: str, *place: Any, **named: Any) -> list[RuleSet]:
    """Return the rules of a style sheet, which each app would parse again, cached by text and variables."""
    key = (css, *place, *named.items(), *sheet._variables.items())
    if key not in _RULES:
        _RULES[key] = _parse_rules(sheet, css, *place, **named)
    return [*_RULES[key]]


def _parameters_once(call: Any) -> int:
    """Return the number of a function's parameters, cached by its code: Textual inspects each lambda again."""
    code = getattr(call, "__code__", None)
    if code is None or hasattr(call, "__wrapped__"):
        return _count_parameters(call)
    if code not in _PARAMETERS:
        _PARAMETERS[code] = _count_parameters(call)
    return _PARAMETERS[code]


Stylesheet._parse_rules = _rules_once  # type: ignore[method-assign, assignment]
_callback._count_parameters = _parameters_once  # type: ignore[assignment]


def no_services(**changes: Any) -> Services:
    """Return services that fail when called, except for those in ``changes``."""

    def never(*_: object) -> Any:
        raise AssertionError("not expected here")

    return Services(**{"plan": never, "write": never, **changes})


def key_event(key: str) -> events.Key:
    """Return the Textual event of a key, given by its name or its character."""
    if len(key) == 1:
        return events.Key(_character_to_key(key), key)
    try:
        return events.Key(key, lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key))))
    except KeyError:
        return events.Key(key, None)


class Driver:
    """A simulated user at the keyboard."""

    def __init__(self, app: WizardApp, pilot: Pilot[FaceResult]) -> None:
        self.app = app
        self.pilot = pilot

    async def settle(self) -> None:
        """Wait until every key is processed and no background work is running."""
        for _ in range(4000):
            await self.pilot._wait_for_screen()  # pause() would also sleep until the processor is idle
            if self.done or (self.app.stage.idle.is_set() and not self.app.stage.busy and self._drawn):
                return
            await asyncio.sleep(0.005 if self.app.stage.busy else 0)
        raise AssertionError("the wizard does not settle")

    @property
    def _drawn(self) -> bool:
        """True if no widget is waiting for layout or repaint; the stage's own callback can run before that."""
        screen = self.app.screen
        return not (
            screen._dirty_widgets
            or any(one._layout_required or one._repaint_required for one in (screen, *screen.query(Widget)))
        )

    async def press(self, *keys: str) -> str:
        """Press the keys and return the text on the screen."""
        for key in keys:
            self.app.post_message(key_event(key))
            await self.settle()
        return self.screen

    async def ahead(self, *keys: str) -> str:
        """Press the keys faster than the screen can be drawn, and return the text on the screen."""
        for key in keys:
            self.app.stage.post(Press(key, key if len(key) == 1 else ""))
        await self.settle()
        return self.screen

    async def click(self, x: int, y: int) -> str:
        """Click on a cell and return the text on the screen."""
        await self.pilot.click(offset=(x, y))
        await self.settle()
        return self.screen

    async def type(self, text: str) -> str:
        """Type the text as fast as keys can be sent, and return the text on the screen."""
        for character in text:
            self.app.post_message(key_event(character))
        await self.settle()
        return self.screen

    @property
    def done(self) -> bool:
        """True once the wizard has ended."""
        return self.app._exit

    @property
    def screen(self) -> str:
        """The text on the screen."""
        return self.app.stage.screen.body.text()

    @property
    def outcome(self) -> FaceResult:
        """The result that the wizard returned."""
        assert self.app.failure is None, self.app.failure
        assert self.app.return_value is not None
        return self.app.return_value


@asynccontextmanager
async def wizard(
    session: Session,
    *,
    services: Services | None = None,
    target: Path | None = None,
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[Driver]:
    """Run the application on a terminal of the given size, and yield its driver when it accepts keys."""
    app = WizardApp(session, target, services or no_services())
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        try:
            yield driver
        finally:
            if app.failure is not None:
                raise app.failure


def _keys(session: Session, question_id: str, answer: Answer) -> list[str]:
    """Return the keys that give this answer."""
    ids = [option.id for option in session.offered(question_id)]
    if isinstance(answer, tuple):
        return [*(str(ids.index(option) + 1) for option in answer), "enter"]
    return [str(ids.index(answer) + 1)]


async def answer_all(person: Driver, answers: Answers) -> int:
    """Answer all questions and return the number of keys pressed."""
    pressed = 0
    while (question := person.app.flow.session.question) is not None:
        keys = _keys(person.app.flow.session, question.id, answers[question.id])
        await person.press(*keys)
        pressed += len(keys)
    return pressed
