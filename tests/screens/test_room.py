"""Screen sizes, and text that fits them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.journeys import CASES, answered, session_of
from tests.screens.drive import wizard
from tests.screens.small import session
from tests.screens.stand_ins import services
from tests.screens.test_sheets import verdict
from tests.shipped import CATALOG
from wizard.faces.resume import Earlier
from wizard.faces.review import Review
from wizard.screens.dialogs.help import HelpView
from wizard.screens.dialogs.resume import ResumeView
from wizard.screens.page import KeyHint, Room, first_lines, room_for, too_small
from wizard.screens.pages.bundle import BundleView, first_file
from wizard.screens.pages.bundle_text import provenance
from wizard.screens.pages.question import QuestionView
from wizard.screens.text import fold, line, pad, plain_text, width_of, wrap
from wizard.screens.widgets.body import _header
from wizard.session.session import start
from wizard.text import visible
from wizard.texts.phrases import speaks_utf8

SIZES = [(60, 20), (80, 24), (99, 30), (100, 30), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_key_line_is_the_last_line_and_no_line_reaches_the_edge(size: tuple[int, int]) -> None:
    for made in (session(), session(work="server", keeps="nothing", logs="files", needs=("wait", "helper"))):
        async with wizard(made, size=size) as person:
            lines = person.screen.splitlines()
            assert len(lines) == size[1]
            assert "? help" in lines[-1]
            assert max(map(cell_len, lines)) < size[0]


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_text_is_at_most_76_cells_wide(columns: int, rows: int) -> None:
    assert room_for(columns, rows).width <= 76


async def test_there_is_a_second_column_from_100_columns() -> None:
    assert room_for(99, 30).side == 0
    async with wizard(session(work="server", keeps="nothing"), size=(100, 30)) as person:
        assert "Deployment" in person.screen.splitlines()[2]


async def test_a_terminal_that_is_too_small_is_reported_in_one_line() -> None:
    async with wizard(session(), size=(59, 20)) as person:
        assert person.screen.strip() == "podwizard needs 60x20, this is 59x20. Ctrl+C leaves."
        await person.press("1")
        assert person.app.flow.session.answers == {}


@pytest.mark.parametrize("columns", [1, 11, 20, 21, 40, 59])
def test_a_narrow_terminal_shows_the_size_that_is_needed(columns: int) -> None:
    shown = plain_text(too_small(columns, 5))
    assert len(shown) <= columns
    assert columns < 11 or "needs 60x20" in shown


async def test_enlarging_the_terminal_shows_the_question() -> None:
    async with wizard(session(), size=(40, 10)) as person:
        await person.pilot.resize_terminal(80, 24)
        await person.settle()
        assert "What kind of work is it?" in person.screen


def test_the_locale_is_read_as_in_the_c_library() -> None:
    assert speaks_utf8({"LANG": "de_DE.UTF-8"})
    assert speaks_utf8({"LANG": "C", "LC_ALL": "en_US.utf8"})
    assert not speaks_utf8({"LANG": "en_US.UTF-8", "LC_ALL": "C"})
    assert not speaks_utf8({"LANG": "C", "LC_CTYPE": "C.UTF-8"}), "Python itself sets this in the C locale"
    assert not speaks_utf8({})


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text(max_size=120), st.integers(4, 40), st.integers(0, 3))
def test_wrapped_text_fits_and_loses_only_spaces(text: str, width: int, hang: int) -> None:
    lines = wrap(line(text), width, hang=hang)
    assert all(width_of(content) <= width for content in lines)
    assert "".join(plain_text(content) for content in lines).replace(" ", "") == visible(text).replace(" ", "")


def test_a_paragraph_does_not_end_with_one_short_word_but_yaml_breaks_as_late_as_it_can() -> None:
    text = line("The list says where they are taken care of).")
    assert [plain_text(each) for each in wrap(text, 41)] == ["The list says where they are taken", "care of)."]
    assert [plain_text(each) for each in fold(text, 41)] == ["The list says where they are taken care", "of)."]
    assert [plain_text(each) for each in wrap(line("spaces    "), 6)] == ["spaces"], "nothing but spaces follows"


def test_a_wide_letter_joins_the_last_word_only_if_it_fits() -> None:
    assert all(width_of(each) <= 12 for each in wrap(line("ab cd 漢字漢字漢 字字"), 12, hang=2))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text(max_size=60), st.integers(1, 40))
def test_padding_is_exact_and_removes_control_characters(text: str, width: int) -> None:
    padded = pad(line(text), width)
    assert width_of(padded) == width
    assert all(character.isprintable() for character in plain_text(padded))


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (80, 30), (120, 40)])
def test_help_is_shown_with_every_option_unless_one_option_leaves_no_room_for_it(size: tuple[int, int]) -> None:
    room = room_for(*size)
    dropped = []
    for name in ("simple-api", "nightly-backup", "postgres"):
        made = start(CATALOG)
        for question_id, answer in CASES[name][0].items():
            view = QuestionView.of(made, question_id)
            made = made.answer(question_id, answer)
            help_text, spare = view.question.help, []
            for at in range(len(view.options)):
                page = replace(view, at=at, ticked=frozenset()).page(room)
                panel = "\n".join(plain_text(each).strip() for each in page.panel)
                if " ".join(help_text.split()) in " ".join(panel.split()):
                    continue
                used = len(page.lines) + len(re.sub("\n\n+", "\n\n", panel.rstrip()).splitlines())
                needed = len(wrap(line(help_text), room.width)) + 1
                spare.append(room.height - used - needed)
            assert len(spare) in (0, len(view.options)), "with every option, or with none"
            if spare and min(spare) >= 0:
                dropped.append((name, question_id, spare))
    assert dropped == []


async def test_the_help_of_the_cluster_question_is_visible_at_80x24() -> None:
    made = start(CATALOG)
    for question_id, answer in CASES["simple-api"][0].items():
        if question_id != "cluster":
            made = made.answer(question_id, answer)
    async with wizard(made) as person:
        for _ in range(4):
            if "Your cluster's administrators know." in person.screen:
                break
            await person.press("down")
        assert "Your cluster's administrators know." in person.screen


@pytest.mark.parametrize("case", ["simple-api", "web-app-with-file-logs", "nightly-backup", "node-metrics"])
async def test_a_lessons_box_is_as_high_as_the_lesson_if_there_is_room(case: str) -> None:
    async with wizard(verdict(case).session, size=(200, 60)) as person:
        rows = [row.strip() for row in (await person.press("m")).splitlines()]
        assert not any("▼" in row for row in rows), "nothing of it is hidden"
        keys = next(at for at, row in enumerate(rows) if "esc back" in row)
        blank = 0
        while not rows[keys - 1 - blank].strip("│ "):
            blank += 1
        assert blank <= 4, "the message line and what the estimate is too high by"


@pytest.mark.parametrize("size", [(60, 60), (80, 24), (80, 36), (80, 40), (100, 40), (120, 34), (200, 60)])
async def test_a_lesson_offers_to_scroll_only_where_some_of_it_is_hidden(size: tuple[int, int]) -> None:
    for case in ("simple-api", "redis-cluster-client", "node-metrics"):
        async with wizard(verdict(case).session, size=size) as person:
            screen = await person.press("m")
            end = await person.press("end")
            assert ("↑↓ scroll" in screen) == ("▼" in screen) == (end != screen), case


@pytest.mark.parametrize("case", ["node-metrics", "ordered-start", "racing-migration", "simple-api"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_the_story_of_a_line_of_the_bundle_is_whole_and_the_text_stays_where_it_is(
    case: str, size: tuple[int, int], tmp_path: Path
) -> None:
    review = Review.of(session_of(CATALOG, case), services(), tmp_path / "app")
    view = replace(BundleView(review, first_file(review.plan)), mode="text")
    assert view.file is not None
    high = set()
    for top in range(view.file.text.count("\n")):
        page = replace(view, top=top).page(room_for(*size))
        shown = " ".join(" ".join(plain_text(each) for each in (*page.foot, page.message)).split())
        story = provenance(review.session, view.file, top + 1) or "part of the workload's own template"
        assert " ".join(story.split()) in shown, top
        high.add(len(page.foot))
        assert any((*page.foot, page.message)[1 if page.foot else 0]), "the story begins directly below the rule"
    assert len(high) == 1


def test_the_ways_to_resume_fit_one_line_each_at_100_columns() -> None:
    found = Earlier(session(work="server"))
    rows = ResumeView(found).page(room_for(100, 30)).rows
    assert [len(row.lines) for row in rows if row.item >= 0] == [1, 1, 1]


def test_no_page_of_the_help_ends_with_a_heading() -> None:
    keys = tuple(KeyHint(letter, "does something") for letter in "abcdefghijklmnop")
    headings = {"On this screen", "Everywhere"}
    for height in range(6, 30):
        room, top = Room(57, height), 0
        seen: list[str] = []
        for _ in range(10):
            page = HelpView(keys, top=top).page(room)
            shown = [plain_text(each).rstrip("▲▼ ") for each in page.lines]
            assert next(filter(None, reversed(shown))) not in headings, height
            seen += shown
            top = min(top + page.leaf, len(HelpView(keys).lines(57)) - height) if page.status else top
        assert headings <= {*seen}


def test_the_progress_bar_of_the_last_question_is_almost_full_on_the_smallest_screen() -> None:
    answers, _ = CASES["redis-cluster-client"]
    before = {question: answer for question, answer in answers.items() if question != "version"}
    page = QuestionView.of(answered(CATALOG, before), "version").page(room_for(60, 20))
    bar = plain_text(_header(page, 58))
    assert "last question" in bar
    assert bar.count("▰") > 8 and bar.count("▱") == 1


def test_a_cut_line_keeps_its_sign_in_place() -> None:
    lines = (line("   ! ", "Software installed or files changed while it runs are lost"), line("more"))
    assert plain_text(first_lines(lines, 1, 58)[0]).startswith("   ! Software")
