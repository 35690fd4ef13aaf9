"""The way back is the way the person came."""

from __future__ import annotations

from tests.screens.small import session
from wizard.faces.history import History
from wizard.faces.resume import begun, settled

ANSWERS = {"work": "server", "keeps": "nothing", "logs": "stdout"}


def test_back_leads_to_the_question_that_was_answered_before() -> None:
    made, history = session(**ANSWERS), History().then("work").then("logs").then("keeps")
    assert history.before(made, "keeps") == "logs"
    assert history.before(made, "logs") == "work"
    assert history.before(made, "work") == ""


def test_back_from_an_open_question_or_the_verdict_leads_to_the_last_answer() -> None:
    made, history = session(**ANSWERS), History().then("work").then("keeps").then("logs")
    assert history.before(made) == history.before(made, "needs") == "logs"


def test_a_changed_answer_becomes_the_last_one() -> None:
    history = History().then("work").then("keeps").then("work")
    assert history.visited == ("keeps", "work")


def test_from_the_first_answer_given_back_leads_to_the_last_one_preset() -> None:
    made, history = session(**ANSWERS), History().then("work")
    assert history.before(made, "work") == "logs"


def test_a_question_that_is_no_longer_asked_is_passed_over() -> None:
    history = History().then("keeps").then("logs").then("work")
    assert history.before(session(work="task", logs="stdout"), "work") == "logs"
    assert history.before(session(work="task", logs="stdout"), "logs") == ""


def test_an_earlier_session_is_gone_on_with_unless_it_is_to_be_left() -> None:
    new, found = session(), session(work="server")
    assert begun(new, None) == new
    assert begun(new, found) == begun(new, found, "review") == found
    assert begun(new, found, "over") == new


def test_a_quick_session_assumes_what_it_can_however_it_begins() -> None:
    quick = session(work="server", keeps="nothing")._replace(quick=True)
    slow = session(work="server")
    assert settled(slow) is slow
    for made in (begun(quick, None), begun(session(), quick, "review")):
        assert "logs" in made.assumed
