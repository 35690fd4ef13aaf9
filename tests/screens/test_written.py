"""The page after writing: the commands are whole, whatever the size of the terminal."""

from __future__ import annotations

from pathlib import Path

from tests.journeys import CASES
from tests.shipped import CATALOG
from wizard.faces.written import written
from wizard.screens.page import room_for
from wizard.screens.pages.written import WrittenView
from wizard.screens.text import plain_text
from wizard.session.session import Session, start
from wizard.store.writer import WriteOutcome, plan
from wizard.texts.contract import next_lines


def case(name: str) -> Session:
    answers, given = CASES[name]
    session = start(CATALOG)
    for question, answer in answers.items():
        session = session.answer(question, answer)
    for key, text in given.items():
        session = session.give(key, text)
    for one in session.problems:
        session = session.give(one.key, str(session.parameter(one.key).sample))
    return session


def test_commands_that_do_not_fit_are_counted_and_none_is_cut() -> None:
    session = case("nightly-backup")
    outcome = WriteOutcome(Path("orders"), ("podwizard.yaml",), ())
    done = written(session, plan(session.bundle, "orders"), outcome, context="", catalog="")
    commands = next_lines(session.bundle.contract, "orders")
    for size, cut in (((60, 20), True), ((80, 24), False)):
        room = room_for(*size)
        said = [plain_text(each).strip() for each in WrittenView(done).page(room).panel]
        shown = [one for one in commands if one in " ".join(said)]
        assert commands[: len(shown)] == tuple(shown)
        assert (f"and {len(commands) - len(shown)} more commands, in README.md" in said) == cut
        assert len(said) <= room.height // 2 + 2
