"""The list of answers that the screens and the numbered lines share."""

from __future__ import annotations

import pytest

from tests.journeys import session_of
from tests.screens.small import session
from tests.shipped import CATALOG
from wizard.faces.answers import answer_counts, answer_groups


def test_answers_that_do_not_count_are_last_and_have_a_heading() -> None:
    made = session(work="server", keeps="disk").answer("work", "task")
    groups = answer_groups(made, ahead=False)
    assert [group.heading for group in groups] == ["", "aside, because they are no longer asked"]
    assert [[entry.topic for entry in group.entries] for group in groups] == [["work"], ["data"]]
    assert answer_counts(made) == ("1 given", "1 aside")


def test_open_questions_are_listed_only_on_request() -> None:
    made = session(work="server")
    assert [entry.answer for entry in answer_groups(made)[0].entries][:2] == ["It serves until it is stopped", ""]
    assert len(answer_groups(made, ahead=False)[0].entries) == 1


def test_an_entry_shows_its_origin_and_its_effect() -> None:
    made = session(work="server", keeps="nothing").unsure("logs")
    by = {entry.topic: entry for entry in answer_groups(made)[0].entries}
    assert by["logs"].notes == ("assumed",)
    assert by["data"].notes[-1].startswith("decides: ")
    assert answer_counts(made)[:2] == ("3 given", "1 assumed")


def test_a_filter_matches_all_of_its_words_in_any_order() -> None:
    made = session(work="server", keeps="disk")
    assert [e.topic for g in answer_groups(made, "DISK again") for e in g.entries] == ["data"]
    assert answer_groups(made, "disk server") == ()


def test_a_filter_searches_the_rows_texts_and_the_terms_of_all_options() -> None:
    made = session(work="server", keeps="nothing").unsure("logs")

    def rows(words: str) -> list[str]:
        return [entry.topic for group in answer_groups(made, words) for entry in group.entries]

    assert rows("assumed") == ["logs"], "a note"
    (entry,) = (each for group in answer_groups(made, "disk") for each in group.entries)
    assert entry.topic == "data" and entry.notes[-1].startswith("one answer is: ")
    assert rows("logs disk") == [], "all words in one row"


@pytest.mark.parametrize(("word", "topic"), [("cronjob", "kind of work"), ("udp", "your program")])
def test_a_kubernetes_term_finds_the_question_with_that_option(word: str, topic: str) -> None:
    made = session_of(CATALOG, "simple-api")
    assert topic in [entry.topic for group in answer_groups(made, word) for entry in group.entries]
