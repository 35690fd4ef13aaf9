"""Random keys, pastes and sizes on every screen: nothing breaks, nothing is lost.

``PODWIZARD_FUZZ=10000`` sends 10,000 events to each screen; without it, the tests do a short run.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import answered
from tests.screens.chaos import Chaos
from tests.screens.drive import wizard
from tests.screens.stand_ins import HELPERS, edited_bundle, find_something, services
from tests.screens.test_journey import WEB
from wizard.catalog.model import Catalog
from wizard.faces.resume import Earlier
from wizard.session.samples import with_samples
from wizard.session.session import Session, start

EVENTS = int(os.environ.get("PODWIZARD_FUZZ", "0")) or 40
WALK = 60
"""The number of events after which a walk starts again on its screen."""
NAMED = {"name": "orders-api", "image": "registry.example.com/shop/orders-api:1.4.2"}
BUNDLE = ("enter", "b")

Made = Callable[[Catalog], Session]
SCREENS: dict[str, tuple[Made, tuple[str, ...]]] = {
    "first question": (start, ()),
    "a many question": (lambda c: answered(c, {**HELPERS, "needs": ()}), ("a", *["down"] * 5, "enter")),
    "why this question": (start, ("w",)),
    "help": (start, ("question_mark",)),
    "leaving": (start, ("ctrl+c",)),
    "an earlier start": (start, ()),
    "earlier starts": (start, ()),
    "answers": (lambda c: answered(c, HELPERS), ("a",)),
    "answers, filter": (lambda c: answered(c, HELPERS), ("a", "slash", "o")),
    "verdict": (lambda c: answered(c, HELPERS), ()),
    "behind a line": (lambda c: answered(c, HELPERS), ("down", "enter")),
    "reasons": (lambda c: answered(c, HELPERS), ("f",)),
    "lesson": (lambda c: answered(c, HELPERS), ("m",)),
    "details": (lambda c: answered(c, HELPERS), ("enter", "escape")),
    "details, typing": (lambda c: answered(c, HELPERS), ("enter",)),
    "bundle": (lambda c: with_samples(answered(c, HELPERS, **NAMED)), BUNDLE),
    "bundle, lines": (lambda c: with_samples(answered(c, HELPERS, **NAMED)), (*BUNDLE, "o")),
    "bundle, difference": (lambda c: answered(c, WEB, **NAMED), (*BUNDLE, "home", "d")),
    "findings": (lambda c: answered(c, WEB, **NAMED), (*BUNDLE, "f")),
    "cluster": (lambda c: answered(c, WEB, **NAMED), (*BUNDLE, "v")),
    "cluster's answers": (lambda c: answered(c, WEB, **NAMED), (*BUNDLE, "v", "enter")),
    "written": (lambda c: answered(c, WEB, **NAMED), (*BUNDLE, "enter")),
}
SHOWN = {
    "first question": "QuestionView",
    "a many question": "QuestionView",
    "why this question": "WhyQuestion",
    "help": "HelpView",
    "leaving": "QuitView",
    "an earlier start": "ResumeView",
    "earlier starts": "EarlierView",
    "answers": "AnswersView",
    "answers, filter": "AnswersView",
    "verdict": "VerdictView",
    "behind a line": "Behind",
    "reasons": "ReasonsView",
    "lesson": "LessonView",
    "details": "DetailsView",
    "details, typing": "DetailsView",
    "bundle": "BundleView",
    "bundle, lines": "BundleView",
    "bundle, difference": "BundleView",
    "findings": "FindingsView",
    "cluster": "ConfirmView",
    "cluster's answers": "ResultsView",
    "written": "WrittenView",
}


@pytest.mark.timeout(0 if EVENTS > 1000 else 120)
@pytest.mark.parametrize("screen", SCREENS)
async def test_no_input_breaks_a_screen(
    screen: str, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_something(monkeypatch)
    made, keys = SCREENS[screen]
    session = made(catalog)
    begun = Earlier(answered(catalog, {"work": "server", "keeps": "nothing"}), 60.0)
    found = {"an earlier start": (begun,), "earlier starts": (begun, begun._replace(ago=86_400.0))}.get(screen, ())
    chance = random.Random(f"{screen} {os.environ.get('PODWIZARD_SEED', '')}")
    done = walks = 0
    while done < EVENTS:
        target = tmp_path / str(walks)
        walks += 1
        if not session.problems and session.verdict and walks % 2:
            edited_bundle(session, target)
        async with wizard(session, services=services(found=found, found_stays=len(found) > 1), target=target) as person:
            await person.press(*keys)
            if screen == "written" and type(person.app.stage.view).__name__ == "FindingsView":
                await person.press("escape", "W")  # a kept file has an error
            assert type(person.app.stage.view).__name__ == SHOWN[screen]
            chaos = Chaos(person, chance)
            left = min(WALK, EVENTS - done)
            done += left
            try:
                while left > 0 and not person.done:
                    left -= await chaos.step()
                    chaos.check()
            except BaseException as error:
                error.add_note(f"{screen}: after {chaos.log[-12:]}")
                raise
