"""Layout of every screen at each size, on whole walks through the article's cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.journeys import CASES, session_of
from tests.screens.drive import wizard
from tests.screens.test_journey import SERVICES
from tests.shipped import CATALOG
from wizard.faces.drawing import drawing
from wizard.faces.review import Review
from wizard.faces.verdict import cost_text, gains_and_prices, pod_cost
from wizard.faces.written import written
from wizard.screens.page import GAP, Page, Room, room_for
from wizard.screens.pages.bundle import BundleView
from wizard.screens.pages.question import QuestionView
from wizard.screens.pages.strip import strip_lines
from wizard.screens.pages.verdict import VerdictView
from wizard.screens.pages.written import WrittenView
from wizard.screens.text import Line, plain_text, width_of
from wizard.session.samples import preview
from wizard.session.session import Session, start
from wizard.store.writer import plan, write

SIZES = [(60, 20), (80, 24), (100, 30), (120, 40), (200, 60)]
WIDE = [size for size in SIZES if size[0] >= 120]
WALKED = ("simple-api", "web-app-with-file-logs", "redis-cluster-client", "nightly-backup", "node-metrics", "postgres")


@cache
def questions(case: str) -> tuple[QuestionView, ...]:
    """Return the questions of a case, each with its answer highlighted or ticked."""
    found = []
    made = start(CATALOG)
    given = {**CASES[case][0], "cluster": ()}
    while made.question is not None:
        view = QuestionView.of(made, made.question.id)
        answer = given[made.question.id]
        ids = [option.id for option in view.options]
        if isinstance(answer, tuple):
            found.append(replace(view, at=ids.index(answer[-1]) if answer else 0, ticked=frozenset(answer)))
        else:
            found.append(replace(view, at=ids.index(answer)))
        made = made.answer(made.question.id, answer)
    return tuple(found)


@cache
def verdict(case: str) -> VerdictView:
    made: Session = start(CATALOG)
    for question_id, answer in {**CASES[case][0], "cluster": ()}.items():
        made = made.answer(question_id, answer)
    return VerdictView(made)


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [plain_text(each).rstrip() for each in lines]


@cache
def pages(case: str, room: Room) -> tuple[Page, ...]:
    return (*(view.page(room) for view in questions(case)), verdict(case).page(room))


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", WIDE)
def test_no_text_is_truncated_next_to_free_space(case: str, size: tuple[int, int]) -> None:
    for page in pages(case, room_for(*size)):
        shown = [*texts(page.lines), *texts(page.panel), *texts(page.aside)]
        assert not [each for each in shown if "…" in each]


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", WIDE)
def test_a_second_column_does_not_change_the_options_lines(case: str, size: tuple[int, int]) -> None:
    narrow, wide = room_for(80, 24), room_for(*size)
    for view in questions(case):
        assert texts(view.page(wide).lines) == texts(view.page(narrow).lines)


_HEADS = ("If you ", "What this tick does")


def effects(view: QuestionView) -> list[str]:
    """Return the consequence lines of the highlighted option on a large terminal; none if it has no heading."""
    panel = texts(view.page(room_for(80, 60)).panel)
    at = next((number for number, text in enumerate(panel) if text.startswith(_HEADS)), len(panel))
    end = next((number for number, text in enumerate(panel) if number > at and not text), len(panel))
    return [text for text in panel[at:end] if text.strip()[:1] in "+-=~✓!$›"]


@pytest.mark.parametrize("case", WALKED)
def test_the_smallest_terminal_shows_the_effect_of_each_option(case: str) -> None:
    room = room_for(60, 20)
    for each in questions(case):
        for at in range(len(each.options)):
            view = replace(each, at=at)
            panel = [text.strip() for text in texts(view.page(room).panel) if text.strip()]
            shown = [text for text in panel if text[:1] in "+-=~✓✗!·$›"]
            lines = effects(view)
            assert len(shown) >= min(1, len(lines)), (view.question.id, at, panel)
            assert shown or not [text for text in panel if text.startswith((*_HEADS, "With what"))]


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", SIZES)
def test_no_drawing_line_starts_or_ends_with_a_separator_or_is_only_an_ellipsis(
    case: str, size: tuple[int, int]
) -> None:
    room = room_for(*size)
    for page in pages(case, room)[:-1]:
        panel = texts(page.panel)
        strip = next((at for at, each in enumerate(panel) if each.startswith("So far")), len(panel))
        for each in (*panel[strip:], *texts(page.aside)):
            assert not each.endswith("·") and each.strip() != "…", each
            assert not each.strip("│ ").startswith("· "), each


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", SIZES)
def test_every_column_leaves_cells_for_the_scroll_marker(case: str, size: tuple[int, int]) -> None:
    room = room_for(*size)
    for page in pages(case, room):
        width = page.split or room.width
        beside = room.whole - width - GAP if page.aside else 0
        assert width_of_all(page.lines) <= min(width, room.whole - 1)
        assert not page.aside or width_of_all(page.aside) <= beside


def width_of_all(lines: tuple[Line, ...]) -> int:
    return max(map(width_of, lines), default=0)


def test_the_strip_of_a_single_container_has_one_line_plus_its_surroundings() -> None:
    """Guard against a regression: the strip was cut if the effects of another option left only two lines."""
    (view,) = (each for each in questions("redis-cluster-client") if each.question.id == "needs")
    panel = texts(view.page(room_for(80, 24)).panel)
    at = next(number for number, each in enumerate(panel) if each.startswith("So far"))
    assert panel[at:] == [
        "So far   Deployment ×3   app your program ◂ monitoring",
        "         Namespace · ServiceAccount · NetworkPolicy · PodDisruptionBudget",
    ]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (99, 30), (120, 40)])
async def test_the_rule_below_the_header_has_the_width_of_the_highlight(size: tuple[int, int]) -> None:
    async with wizard(start(CATALOG), size=size) as person:
        rows = person.screen.splitlines()
        assert rows[1] == f" {'─' * (size[0] - 2)}"


@pytest.mark.parametrize("columns", [176, 200])
def test_a_third_column_shows_the_answers_and_on_the_verdict_the_benefits(columns: int) -> None:
    room = room_for(columns, 60)
    assert room.second + GAP + room.third == room.side
    *_, last = questions("web-app-with-file-logs")
    aside = texts(last.page(room).aside)
    assert aside[0][room.second + GAP :] == "Your answers"
    assert any("Only to files" in each[room.second + GAP :] for each in aside)
    assert verdict("web-app-with-file-logs").page(room).aside
    assert texts(verdict("web-app-with-file-logs").page(room).aside)[0][room.second + GAP :].startswith("You get")


def test_there_is_no_third_column_if_it_would_be_too_narrow() -> None:
    assert room_for(160, 60).third == 0
    assert room_for(160, 60).second == room_for(160, 60).side


# --- bundle and written page -------------------------------------------------------------------------


def review(case: str, folder: Path) -> Review:
    return Review.of(session_of(CATALOG, case), SERVICES, folder / "app")


def joined(rows: Iterable[str]) -> str:
    return "".join("".join(rows).split())


@pytest.mark.parametrize("size", SIZES)
def test_an_open_files_lines_are_complete_and_start_like_those_of_the_preview(
    size: tuple[int, int], tmp_path: Path
) -> None:
    view = BundleView(review("web-app-with-file-logs", tmp_path))
    at = next(n for n, item in enumerate(view.review.plan.items) if item.path.endswith("deployment.yaml"))
    shown, room = replace(view, at=at), room_for(*size)
    assert shown.file is not None
    page = replace(shown, mode="text").page(room)
    read = [texts(row.lines) for row in page.aside_rows]
    for number, (row, text) in enumerate(zip(read, shown.file.text.splitlines(), strict=True), 1):
        assert text.lstrip().startswith("#") or joined(row).startswith(joined((str(number), text)))
        assert not any("…" in each for each in row)
        assert all(each.strip() for each in row)
        assert max(map(len, row)) <= room.whole - page.split - GAP - 2
    before = [each for each in texts(shown.page(room).aside) if "#" not in each and each[:4].strip()]
    assert len(before) > 5 or not room.side
    for each in before:  # the first words of a comment can be on another line, as it flows in another width
        assert each[:20].rstrip() == read[int(each[:5]) - 1][0][:20].rstrip()


@pytest.mark.parametrize("size", SIZES)
def test_the_preview_of_a_file_marks_that_the_file_goes_on(size: tuple[int, int], tmp_path: Path) -> None:
    view, room = BundleView(review("web-app-with-file-logs", tmp_path)), room_for(*size)
    for at in range(len(view.review.plan.items)):
        page = replace(view, at=at).page(room)
        seen, lines = texts(page.aside), (view.review.plan.items[at].text or "").splitlines()
        assert size[0] > 60 or not seen, "at 60 columns the list is alone"
        numbers = [int(each[:5]) for each in seen if each[:5].strip()]
        ends = lines[-1].startswith(" ") or lines[-1].split()[-1] in seen[-1] if seen else True
        whole = not seen or (numbers[-1] == len(lines) and ends)
        assert bool(seen and seen[-1].endswith("▼")) == (not whole), at


def test_a_lines_source_is_close_to_it_even_next_to_long_comments(tmp_path: Path) -> None:
    view = BundleView(review("web-app-with-file-logs", tmp_path))
    at = next(n for n, item in enumerate(view.review.plan.items) if item.path.endswith("deployment.yaml"))
    rows = [texts(row.lines)[0] for row in replace(view, at=at, mode="text").page(room_for(200, 60)).aside_rows]
    code = [each.partition("←")[0].rstrip() for each in rows if not each.lstrip(" 0123456789").startswith("#")]
    noted = [each for each in rows if " ← " in each]
    assert noted and max(map(len, noted)) <= max(map(len, code)) + 24
    assert max(map(len, rows)) > max(map(len, noted)), "a comment may be longer"


@pytest.mark.parametrize("size", SIZES)
def test_a_diff_is_complete_and_marks_that_it_scrolls(size: tuple[int, int], tmp_path: Path) -> None:
    view = BundleView(review("simple-api", tmp_path))
    at = next(n for n, item in enumerate(view.review.plan.items) if item.path.endswith("deployment.yaml"))
    room, seen, top = room_for(*size), "", -1
    shown = replace(view, at=at, mode="diff")
    while shown.top != top:
        page = shown.page(room)
        assert not any("…" in each for each in texts(page.aside))
        assert texts(page.aside)[0].endswith("▲") == bool(shown.top)
        seen += joined(texts(page.aside[:1])).removesuffix("▲")
        top, shown = shown.top, shown._stepped(1).within(room)
    assert texts(page.aside)[-1][-1:] != "▼"
    assert seen and joined(view.review.plan.items[at].diff().splitlines()).startswith(seen)


@pytest.mark.parametrize("size", SIZES)
def test_the_line_below_the_files_shows_the_findings_in_full(size: tuple[int, int], tmp_path: Path) -> None:
    foot = "\n".join(texts(BundleView(review("simple-api", tmp_path)).page(room_for(*size)).foot)[1:])
    assert "nothing found" in foot
    assert "…" not in foot
    assert "nothing found Pod" not in foot
    assert "Pod Security: restricted" in foot


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
def test_the_scroll_marker_overlaps_no_line_of_the_verdict(case: str, size: tuple[int, int]) -> None:
    room = room_for(*size)
    assert width_of_all(verdict(case).page(room).lines) <= room.whole - 2


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", [(120, 32), (120, 40), (200, 60)])
def test_remarks_on_commands_push_no_line_off_the_last_screen(case: str, size: tuple[int, int], tmp_path: Path) -> None:
    made, room = session_of(CATALOG, case), room_for(*size)
    wanted = plan(made.bundle, tmp_path / "app")
    page = WrittenView(written(made, wanted, write(wanted), context="", catalog="")).page(room)
    remarks = [each for each in texts(page.panel) if each.startswith("  · ")]
    assert not remarks or len(page.lines) + len(page.panel) <= room.height


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
def test_the_last_screen_fits_in_lines_of_readable_length(size: tuple[int, int], tmp_path: Path) -> None:
    made = session_of(CATALOG, "simple-api")
    wanted = plan(made.bundle, tmp_path / "app")
    done = written(made, wanted, write(wanted), context="", catalog="")
    room = room_for(*size)
    page = WrittenView(done).page(room)
    assert len(page.lines) + len(page.panel) <= room.height
    assert width_of_all((*page.lines, *page.panel)) <= 80
    assert not any("…" in each for each in texts(page.aside))


def test_with_ticks_a_blank_line_separates_the_option_from_the_whole_selection() -> None:
    (view,) = (each for each in questions("redis-cluster-client") if each.question.id == "outbound")
    for size in [(80, 30), (120, 40)]:
        panel = texts(replace(view, at=0).page(room_for(*size)).panel)
        assert panel[panel.index("With your selection") - 1] == ""


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("case", CASES)
def test_every_verdict_shows_warnings_then_gains_then_costs(case: str, size: tuple[int, int]) -> None:
    view = verdict(case)
    page = view.page(room_for(*size))
    text = "\n".join(plain_text(each) for each in (page.aside or page.lines))
    found = [text.find(label) for label in ("You get", "You pay")]
    warned = max(text.find("Warning  "), text.find("Note  "))
    assert -1 < found[0] < found[1]
    assert (warned < found[0]) if view.session.warnings else warned == -1


@pytest.mark.parametrize("case", CASES)
def test_every_change_on_the_smallest_terminal_shows_its_condition(case: str) -> None:
    view = verdict(case)
    rows = [plain_text(each) for each in view.page(room_for(60, 20)).lines]
    start = next(at for at, row in enumerate(rows) if row.startswith("  Otherwise"))
    text = " ".join(row.strip() for row in rows[start:])
    assert text.count(" if ") == sum(kind == "flips" for kind, _ in view.entries)


def test_the_smallest_terminal_shows_each_warning_of_a_verdict_in_full() -> None:
    view = verdict("ordered-start")
    shown = " ".join(" ".join(texts(view.page(room_for(60, 20)).lines)).split())
    for rule in view.session.warnings:
        assert rule.say in shown


@pytest.mark.parametrize("case", CASES)
def test_the_smallest_terminal_shows_benefits_and_costs_in_full(case: str) -> None:
    """Guard against a regression: they were cut although no key shows the rest."""
    view = replace(verdict(case), pod=preview(verdict(case).session))
    shown = " ".join(" ".join(texts(view.page(room_for(60, 20)).lines)).split())
    gains, prices = gains_and_prices(view.session)
    cost = pod_cost(view.pod) if view.pod else None
    for text in (*gains[:1], *prices[:1], *((cost_text(cost),) if cost else ())):
        assert text in shown


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", SIZES)
def test_the_numbers_of_the_preview_fill_the_blanks_reserved_for_them(case: str, size: tuple[int, int]) -> None:
    view, room = verdict(case), room_for(*size)
    before = replace(view, awaits="preview").page(room)
    after = replace(view, pod=preview(view.session)).page(room)
    for one, other in ((before.lines, after.lines), (before.aside, after.aside)):
        assert len(one) == len(other)
        for blank, filled in zip(texts(one), texts(other), strict=True):
            assert blank == filled or "__" in blank
            assert "__" not in filled


def test_an_own_pod_beside_the_workload_is_named_once() -> None:
    view = verdict("racing-migration")
    for size in ((60, 20), (80, 24), (120, 40)):
        page = view.page(room_for(*size))
        shown = " ".join(" ".join((*texts(page.lines), *texts(page.aside))).split())
        if "around it" in shown:
            assert shown[: shown.index("around it")].count("─ migration Job ─") == 1
            assert " Job ·" not in shown[shown.index("around it") :]
    lines = texts(strip_lines(drawing(view.session), CATALOG, 80))
    assert " ".join(lines).count("Job") == 1
