"""Whole walks of the article's cases, each screen at each size, looked at as a designer would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.journeys import CASES
from tests.screens.drive import wizard
from tests.shipped import CATALOG
from wizard.screens.page import GAP, Page, Room, room_for
from wizard.screens.pages.question import QuestionView
from wizard.screens.pages.verdict import VerdictView
from wizard.screens.text import Line, plain_text, width_of
from wizard.session.session import Session, start

SIZES = [(60, 20), (80, 24), (100, 30), (120, 40), (200, 60)]
WIDE = [size for size in SIZES if size[0] >= 120]
WALKED = ("simple-api", "web-app-with-file-logs", "redis-cluster-client", "nightly-backup", "node-metrics", "postgres")


def questions(case: str) -> Iterator[QuestionView]:
    """The questions of a case, its answer highlighted or ticked in each."""
    made = start(CATALOG)
    given = {**CASES[case][0], "cluster": ()}
    while made.question is not None:
        view = QuestionView.of(made, made.question.id)
        answer = given[made.question.id]
        ids = [option.id for option in view.options]
        if isinstance(answer, tuple):
            yield replace(view, at=ids.index(answer[-1]) if answer else 0, ticked=frozenset(answer))
        else:
            yield replace(view, at=ids.index(answer))
        made = made.answer(made.question.id, answer)


def verdict(case: str) -> VerdictView:
    made: Session = start(CATALOG)
    for question_id, answer in {**CASES[case][0], "cluster": ()}.items():
        made = made.answer(question_id, answer)
    return VerdictView(made)


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [plain_text(each).rstrip() for each in lines]


def pages(case: str, room: Room) -> Iterator[Page]:
    yield from (view.page(room) for view in questions(case))
    yield verdict(case).page(room)


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", WIDE)
def test_nothing_is_cut_beside_free_space(case: str, size: tuple[int, int]) -> None:
    for page in pages(case, room_for(*size)):
        told = [*texts(page.lines), *texts(page.panel), *texts(page.aside)]
        assert not [each for each in told if "…" in each]


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", WIDE)
def test_options_take_no_more_lines_beside_a_second_column(case: str, size: tuple[int, int]) -> None:
    narrow, wide = room_for(80, 24), room_for(*size)
    for view in questions(case):
        assert texts(view.page(wide).lines) == texts(view.page(narrow).lines)


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", SIZES)
def test_no_line_of_the_drawing_begins_or_ends_with_a_dot(case: str, size: tuple[int, int]) -> None:
    room = room_for(*size)
    for page in (view.page(room) for view in questions(case)):
        for each in (*texts(page.panel), *texts(page.aside)):
            assert not each.endswith("·"), each
            assert not each.strip("│ ").startswith("· "), each


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", SIZES)
def test_every_column_leaves_cells_for_the_sign_that_there_is_more(case: str, size: tuple[int, int]) -> None:
    room = room_for(*size)
    for page in pages(case, room):
        width = page.split or room.width
        beside = room.whole - width - GAP if page.aside else 0
        assert width_of_all(page.lines) <= min(width, room.whole - 1)
        assert not page.aside or width_of_all(page.aside) <= beside


def width_of_all(lines: tuple[Line, ...]) -> int:
    return max(map(width_of, lines), default=0)


def test_a_strip_with_the_program_alone_is_one_line_and_what_is_around_it() -> None:
    """It was cut where the effects of another option left two lines."""
    (view,) = (each for each in questions("redis-cluster-client") if each.question.id == "needs")
    panel = texts(view.page(room_for(80, 24)).panel)
    at = next(number for number, each in enumerate(panel) if each.startswith("So far"))
    assert panel[at:] == [
        "So far   Deployment ×3   app your program",
        "         Namespace · ServiceAccount · NetworkPolicy · PodDisruptionBudget",
    ]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (99, 30), (120, 40)])
async def test_the_rule_below_the_header_is_as_long_as_the_highlight_may_be(size: tuple[int, int]) -> None:
    async with wizard(start(CATALOG), size=size) as person:
        rows = person.screen.splitlines()
        assert rows[1] == f" {'─' * (size[0] - 2)}"


@pytest.mark.parametrize("columns", [176, 200])
def test_a_third_column_holds_the_answers_and_later_what_one_gets(columns: int) -> None:
    room = room_for(columns, 60)
    assert room.second + GAP + room.third == room.side
    *_, last = questions("web-app-with-file-logs")
    aside = texts(last.page(room).aside)
    assert aside[0][room.second + GAP :] == "Your answers"
    assert any("Only to files" in each[room.second + GAP :] for each in aside)
    assert verdict("web-app-with-file-logs").page(room).aside
    assert texts(verdict("web-app-with-file-logs").page(room).aside)[0][room.second + GAP :].startswith("You get")


def test_there_is_no_third_column_where_it_would_be_too_narrow() -> None:
    assert room_for(160, 60).third == 0
    assert room_for(160, 60).second == room_for(160, 60).side
