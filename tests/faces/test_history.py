"""The way back through the questions, in the order in which the user answered them."""

from __future__ import annotations

from tests.screens.small import session
from wizard.faces.history import History
from wizard.faces.resume import begun, settled

ANSWERS = {"work": "server", "keeps": "nothing", "logs": "stdout"}


def test_back_leads_to_the_previously_answered_question() -> None:
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


def test_back_from_the_first_given_answer_leads_to_the_last_preset_one() -> None:
    made, history = session(**ANSWERS), History().then("work")
    assert history.before(made, "work") == "logs"


def test_back_skips_a_question_that_is_no_longer_asked() -> None:
    history = History().then("keeps").then("logs").then("work")
    assert history.before(session(work="task", logs="stdout"), "work") == "logs"
    assert history.before(session(work="task", logs="stdout"), "logs") == ""


def test_an_earlier_session_is_continued_unless_the_user_starts_over() -> None:
    new, found = session(), session(work="server")
    assert begun(new, None) == new
    assert begun(new, found) == begun(new, found, "review") == found
    assert begun(new, found, "over") == new


def test_a_quick_session_assumes_answers_whether_new_or_resumed() -> None:
    quick = session(work="server", keeps="nothing")._replace(quick=True)
    slow = session(work="server")
    assert settled(slow) is slow
    for made in (begun(quick, None), begun(session(), quick, "review")):
        assert "logs" in made.assumed
