"""The search of the numbered lines: the same hits, in the same order and words, as in the screens."""

from __future__ import annotations

import re

import pytest

from tests.journeys import session_of
from tests.lines.talk import talk
from tests.lines.test_journey import WEB, named
from wizard.catalog.model import Catalog
from wizard.faces.search import NO_MATCH, hits_of, search, take
from wizard.screens.page import room_for
from wizard.screens.pages.search import SearchView
from wizard.screens.text import plain_text
from wizard.session.session import Session, start


@pytest.fixture
def empty(catalog: Catalog) -> Session:
    return start(catalog)


def test_a_found_pattern_sets_its_answers_and_the_next_question_is_asked(empty: Session) -> None:
    result = talk(empty, "/cron", "1")
    assert "1 pattern CronJob: A Job at each time of the schedule" in result.flat
    assert "1 answer set for CronJob: kind of work." in result.flat
    assert result.outcome.session.answers == {"work": "schedule"}
    assert "May two runs overlap" in result.flat or "What kind of work" not in result.flat.partition("1 answer set")[2]


@pytest.mark.parametrize("typed", ["/kafka lag", "/ kafka lag", "find kafka lag", ":search kafka lag"])
def test_the_lines_list_the_hits_of_the_screens_in_their_order(typed: str, empty: Session, catalog: Catalog) -> None:
    result = talk(empty, typed, "m", "")
    hits = search(hits_of(catalog), "kafka lag")
    shown = [plain_text(row.lines[0]) for row in SearchView(hits_of(catalog), "kafka lag").page(room_for(160, 40)).rest]
    places = [result.flat.index(hit.title) for hit in hits]
    assert places == sorted(places)
    assert len(shown) == len(hits)
    assert all(hit.title in row for hit, row in zip(hits, shown, strict=True))


@pytest.mark.parametrize("words", ["from redis", "cron", "ingress", "strimzi"])
def test_both_faces_take_the_same_from_a_hit(words: str, empty: Session, catalog: Catalog) -> None:
    found = take(empty, search(hits_of(catalog), words)[0])
    assert found is not None
    result = talk(empty, f"/{words}", "1")
    assert dict(result.outcome.session.answers) == dict(found.session.answers)
    assert dict(result.outcome.session.given) == dict(found.session.given)
    assert found.message.rstrip(".").lower() in result.flat.lower()


def test_ten_hits_are_listed_at_once_and_m_lists_the_next_ones(empty: Session) -> None:
    result = talk(empty, "/redis", "m", "")
    head, _, rest = result.flat.partition("; the first 10:")
    assert re.search(r"\d+ found$", head)
    assert " 10 " in rest.partition("takes one, m more")[0]
    assert " 11 " not in rest.partition("takes one, m more")[0]
    assert " 11 " in rest.partition("takes one, m more")[2]


def test_other_words_search_again_and_enter_goes_back_without_an_answer(empty: Session) -> None:
    result = talk(empty, "/qqqzzz", "cron", "", "?")
    assert NO_MATCH in result.flat
    assert "pattern CronJob" in result.flat
    assert not result.outcome.session.answers
    assert result.flat.count("What kind of work does your program do?") == 2


def test_a_bare_slash_lists_the_patterns(empty: Session) -> None:
    assert "patterns, and words find answers and fields too; the first 10:" in talk(empty, "/", "").flat


def test_the_help_of_each_step_names_the_search(catalog: Catalog) -> None:
    says = "/: find a pattern, an answer or a field"
    assert says in talk(start(catalog), "?").flat
    assert "/ find" in talk(start(catalog)).flat
    assert says in talk(start(catalog), *WEB, "?").flat
    complete = named(session_of(catalog, "simple-api"))
    assert says in talk(complete, "", "?").flat
    assert says in talk(complete, "b", "?").flat


def test_a_field_found_with_all_answers_given_is_asked_at_once(catalog: Catalog) -> None:
    complete = named(session_of(catalog, "simple-api"))
    for typed in (("/cpu request", "1"), ("b", "/cpu request", "1"), ("", "/cpu request", "1")):
        assert "How much CPU does each replica request?" in talk(complete, *typed).flat.rpartition("takes one")[2]


def test_a_field_found_before_the_questions_is_asked_first_in_the_details(empty: Session) -> None:
    result = talk(empty, "/cpu request", "1", *WEB, "", "", "", "", "")
    assert "The details ask for CPU request, after the questions." in result.flat
    assert "How much CPU does each replica request?" in result.flat


def test_a_value_is_searched_for_only_after_a_colon(catalog: Catalog) -> None:
    complete = named(session_of(catalog, "simple-api"))
    result = talk(complete, "", "name", "/cron")
    assert "pattern CronJob" not in result.flat
    assert "pattern CronJob" in talk(complete, "", "name", ":/cron", "").flat


def test_a_changed_answer_of_a_hit_is_reported(catalog: Catalog) -> None:
    result = talk(session_of(catalog, "simple-api"), "/cron", "1")
    assert "What moved: Deployment" in result.flat
