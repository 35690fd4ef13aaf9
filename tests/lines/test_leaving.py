"""Leaving, resuming and saving in the numbered lines, and limited terminals."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys import session_of
from tests.lines.talk import services, talk
from wizard.catalog.model import Catalog
from wizard.faces.resume import Earlier
from wizard.session.session import Session, start


@pytest.fixture
def empty(catalog: Catalog) -> Session:
    return start(catalog)


@pytest.mark.parametrize("end", [[], [KeyboardInterrupt(), "2"]], ids=["end", "Ctrl+C"])
def test_the_end_of_input_and_ctrl_c_keep_the_answers(end: list[str | BaseException], empty: Session) -> None:
    outcome = talk(empty, "1", *end).outcome
    assert outcome.keep and outcome.written is None and list(outcome.session.answers) == ["work"]


@pytest.mark.parametrize(
    ("typed", "keep"),
    [(["q", "k"], True), (["q", "D"], False), (["q", "d", "q", "s"], True), (["q", "", "q", "keep"], True)],
)
def test_leaving_offers_to_keep_or_discard_the_answers(typed: list[str], keep: bool, empty: Session) -> None:
    outcome = talk(empty, "1", *typed, "1").outcome
    assert (outcome.keep, list(outcome.session.answers)) == (keep, ["work"])


def test_each_answer_and_each_detail_is_saved_immediately(catalog: Catalog) -> None:
    saved: list[tuple[int, int]] = []

    def save(session: Session) -> str:
        saved.append((len(session.answers), len(session.given)))
        return "Answers cannot be saved." if len(saved) == 2 else ""

    result = talk(start(catalog), *list("11211--1"), "", "", "", "", "orders:1", given=services(save=save))
    assert saved == [*((n, 0) for n in range(1, 9)), (8, 1)]
    assert result.flat.count("Answers cannot be saved.") == 1


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        (["", "2"], {"work": "server", "keeps": "nothing", "copies": "several"}),
        (["c", "2"], {"work": "server", "keeps": "nothing", "copies": "several"}),
        (["?", "zz", "continue", "2"], {"work": "server", "keeps": "nothing", "copies": "several"}),
        (["r", "2", "2"], {"work": "server", "keeps": "own_disk"}),
        (["N", "3"], {"work": "task"}),
    ],
)
def test_an_earlier_run_can_be_continued_reviewed_or_declined(
    typed: list[str], answers: dict[str, str], empty: Session
) -> None:
    found = empty.answer("work", "server").answer("keeps", "nothing")
    outcome = talk(empty, *typed, given=services(found=(Earlier(found),)))
    assert "earlier run: Deployment or StatefulSet, 2 answered" in outcome.flat
    assert ("Answers: 2 given." in outcome.flat) == ("r" in typed)
    assert outcome.outcome.session.answers == answers


def earlier(empty: Session) -> tuple[Earlier, ...]:
    """Return two earlier runs: a web server from two hours ago and a task from yesterday."""
    web = empty.answer("work", "server").answer("keeps", "nothing").give("app.name", "orders")
    return Earlier(web, 7_200.0, "1"), Earlier(empty.answer("work", "task"), 86_400.0, "2")


@pytest.mark.parametrize(
    ("typed", "begun", "answers"),
    [
        (["", "2"], ["1"], {"work": "server", "keeps": "nothing", "copies": "several"}),
        (["2"], ["2"], {"work": "task"}),
        (["r 2"], ["2"], {"work": "task"}),
        (["?", "7", "r 9", "D", "c 2"], ["2"], {"work": "task"}),
        (["N", "4"], [""], {"work": "schedule"}),
        (["q"], [], {}),
    ],
)
def test_each_of_several_earlier_runs_can_be_chosen(
    typed: list[str], begun: list[str], answers: dict[str, str], empty: Session
) -> None:
    taken: list[str] = []

    def begin(chosen: Earlier | None) -> str:
        taken.append(chosen.id if chosen else "")
        return "saved separately" if chosen else ""

    given = services(found=earlier(empty), found_stays=True, begin=begin)
    result = talk(empty, *typed, given=given)
    assert "1 orders, Deployment or StatefulSet, 2 answered" in result.flat
    assert "2 hours ago 2 Job, 1 answered" in result.flat and "1 day ago" in result.flat
    assert ("Saved separately." in result.flat) == any(begun)
    assert taken == begun and result.outcome.keep
    assert result.outcome.session.answers == answers


def test_an_earlier_run_is_forgotten_only_by_its_number(empty: Session) -> None:
    gone: list[str] = []
    given = services(found=earlier(empty), found_stays=True, forget=lambda each: gone.append(each.id))
    result = talk(empty, "D", "d 1", "D 2", "", given=given)
    assert gone == ["2"]
    assert "D needs the number of the run to forget: 1 or 2." in result.flat
    assert "Forgotten: Job, 1 answered" in result.flat
    assert result.outcome.session.answers == {"work": "server", "keeps": "nothing"}


def test_an_existing_bundle_opens_at_the_verdict(catalog: Catalog) -> None:
    result = talk(session_of(catalog, "simple-api"))
    assert "Verdict: " in result.flat and "What kind of work" not in result.flat.partition("Verdict")[0]


def test_a_locale_without_utf_8_gets_ascii(catalog: Catalog, tmp_path: Path) -> None:
    session = session_of(catalog, "web-app-with-file-logs").give("app.env", "GREETING=grüß dich 🚀")
    result = talk(session, "f", "", "n", "", "m 1", "", "l", "", "p 9", "d 9", target=tmp_path / "x", ascii_only=True)
    assert result.text.isascii()
    assert "GREETING" in result.text


def test_user_input_cannot_control_the_terminal(empty: Session) -> None:
    result = talk(empty, "\x1b]0;title\x07", "\u202eabc", "a\tb\rc", "\x9b31m")
    assert all(c.isprintable() or c == "\n" for c in result.text)
