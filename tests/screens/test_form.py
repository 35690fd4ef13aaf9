"""The details form at each size: questions and values in full, and two columns on a wide terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.screens.drive import Driver, wizard
from tests.screens.test_details import session_of
from tests.screens.test_mouse import click
from tests.screens.test_sheets import WALKED, joined, texts, verdict
from wizard.faces.form import DetailsForm, is_assumed, label, value_text
from wizard.screens.page import GAP, PROSE, Page, room_for
from wizard.screens.pages.details import DetailsView
from wizard.screens.text import plain_text, width_of
from wizard.session.session import Session
from wizard.texts.phrases import value_note

SIZES = [(60, 20), (80, 24), (100, 30), (120, 40), (200, 60)]
WIDE = room_for(200, 60)


def closed(made: Session) -> Iterator[tuple[str, str, str, DetailsView]]:
    """Yield question, value, the value's source and the form with another field open, for each field at the top."""
    top = DetailsView.of(made).form.top
    for field in top:
        other = next(each for each in top if each is not field)
        leader = DetailsForm.of(made).awaited(field)
        lacking = f"(from the {label(leader)})" if leader else "(needed)" if field.required else "(none)"
        value = value_text(field) or lacking
        yield field.parameter.ask, value, value_note(made, field), DetailsView.of(made, key=other.parameter.key)


@pytest.mark.parametrize("case", WALKED)
@pytest.mark.parametrize("size", SIZES)
def test_a_question_and_its_value_are_shown_in_full(case: str, size: tuple[int, int]) -> None:
    room = room_for(*size)
    for ask, value, note, view in closed(verdict(case).session):
        page = view.page(room)
        rows = [sorted(joined(texts(row.lines)).replace("~", "")) for row in (*page.rows, *page.rest)]
        whole = [
            sorted(joined(parts)) for parts in ([ask, value], [ask, value, note])
        ]  # with the note if there is room
        assert any(row in whole for row in rows), (ask, value)


def numbers(page: Page) -> tuple[list[int], list[int]]:
    """Return the items of the left and of the right column."""
    own = [row.item for row in (*page.rows, *page.rest) if row.item != PROSE]
    other = [row.item for row in page.aside_rows if row.item != PROSE]
    return (other, own) if page.at_right else (own, other)


@pytest.mark.parametrize("case", WALKED)
def test_a_wide_terminal_shows_the_whole_form_in_two_stable_columns(case: str) -> None:
    made = verdict(case).session
    columns = set()
    for field in made.fields:
        view = DetailsView.of(made, key=field.parameter.key)
        page = view.page(WIDE)
        left, right = numbers(page)
        assert [*left, *right] == list(range(len(view.within(WIDE).rows)))
        assert page.at_right == (view.within(WIDE).highlighted in right)
        columns.add(len(left))
        assert len(page.aside_rows) <= WIDE.height
        assert len(page.lines) + sum(len(row.lines) for row in page.rest) + bool(page.entry) <= WIDE.height
    assert len(columns) == 1


def test_the_form_has_two_columns_from_a_width_of_118_cells() -> None:
    view = DetailsView.of(verdict("simple-api").session)
    page = view.page(room_for(117, 60))
    assert not page.aside_rows and not page.split
    assert view.page(room_for(118, 60)).aside_rows


def column(person: Driver, text: str) -> int:
    """Return the column of the cell in which a text starts."""
    return next(row.index(text) for row in person.screen.splitlines() if text in row)


def highlighted(person: Driver) -> int:
    """Return the number of the highlighted row."""
    assert person.app.stage.view is not None
    return person.app.stage.view.highlighted


def half(person: Driver, text: str) -> int:
    """Return the form's column that a text is in: 0 for left, 1 for right."""
    return int(column(person, text) > (WIDE.whole - GAP) // 2)


async def test_the_highlight_moves_through_both_columns_and_fields_keep_their_place() -> None:
    async with wizard(verdict("simple-api").session, size=(200, 60)) as person:
        await person.press("enter", "escape", "end")
        assert half(person, "› ") == 1
        before = half(person, "▾ Name"), half(person, "▾ Network"), half(person, "What is it called?")
        assert before == (0, 1, 0)
        seen = [highlighted(person)]
        for key in ("pageup", *["up"] * 60):
            await person.press(key)
            seen.append(highlighted(person))
        assert seen[-1] == 0
        assert sorted(set(seen), reverse=True) == list(dict.fromkeys(seen))
        assert all(one - two <= 1 for one, two in pairwise(seen[1:])), "none is passed over"
        assert half(person, "› ") == 0
        assert (half(person, "▾ Name"), half(person, "▾ Network"), half(person, "What is it called?")) == before


async def test_a_field_in_the_right_column_can_be_clicked_and_typed_into() -> None:
    async with wizard(verdict("simple-api").session, size=(200, 60)) as person:
        await person.press("enter")
        at = {text: column(person, text) for text in ("▾ Network", "▾ Name")}
        await click(person, "live path")
        await person.type("/alive")
        assert session_of(person).given["app.live_path"] == "/alive"
        assert half(person, "/alive") == 1
        assert at == {text: column(person, text) for text in at}
        await click(person, "What is it called?")
        await person.type("orders")
        assert session_of(person).given["app.name"] == "orders"
        assert half(person, "What is it called?") == 0


@pytest.mark.parametrize("keys", [("pagedown",), ("down",)])
async def test_keys_move_from_the_end_of_the_left_column_into_the_right_one(keys: tuple[str, ...]) -> None:
    async with wizard(verdict("simple-api").session, size=(200, 60)) as person:
        await person.press("enter", "escape", "home")
        for _ in range(80):
            if half(person, "› ") == 1:
                break
            await person.press(*keys)
        assert half(person, "› ") == 1
        assert "› ▾" in person.screen, "its first row"


@pytest.mark.parametrize("size", SIZES)
def test_the_last_two_cells_of_each_form_line_are_reserved_for_the_scroll_marker(size: tuple[int, int]) -> None:
    room = room_for(*size)
    page = DetailsView.of(verdict("web-app-with-file-logs").session).page(room)
    rows = [text for row in (*page.rows, *page.rest) for text in row.lines]
    assert max(map(width_of, rows)) <= (page.split or room.whole) - 2


def test_a_value_is_noted_as_following_only_a_field_that_the_form_shows() -> None:
    made = verdict("simple-api").session
    notes = {field.parameter.name: value_note(made, field) for field in made.fields}
    assert notes["health_port"] == notes["low_ports"] == "follows listeners"
    assert made.resolved["app.create_namespace"].state == "follows"
    assert notes["create_namespace"] == "", "it follows a fact, which is no field"


@pytest.mark.parametrize("case", ["web-app-with-file-logs", "redis-cluster-client", "nightly-backup"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_values_above_the_continue_row_are_aligned_or_below_their_question(case: str, size: tuple[int, int]) -> None:
    """The column is the same in each case, and while the user types; only a longer question pushes its value on."""
    view = DetailsView.of(verdict(case).session, key="app.name")
    page = view.page(room_for(*size))
    rows = [row for row in (*page.rows, *page.rest) if 0 <= row.item < len(view.form.top)]
    starts: set[int] = set()
    column = {60: 32, 80: 48, 120: 31}[size[0]]
    for row, field in zip(rows, view.form.top, strict=True):
        value = value_text(field) or "(needed)"
        first = next((plain_text(each) for each in row.lines if value in plain_text(each)), "")
        if first and field.parameter.key != "app.name" and first[:6].strip(" ~"):
            starts |= {first.index(value)} if len(view.form.question(field)) < column else set()
    assert starts <= {2 + column + 2}, starts


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
def test_an_assumed_value_has_a_sign_and_a_given_one_has_none(size: tuple[int, int]) -> None:
    made = verdict("web-app-with-file-logs").session.give("app.health", "tcp").give("app.cpu_request", "200m")
    view = DetailsView.of(made, key="app.name")
    page = view.page(room_for(*size))
    rows = {row.item: joined(texts(row.lines)) for row in (*page.rows, *page.rest)}
    assumed = {field.parameter.key for at, field in enumerate(view.form.top) if "~" in rows[at]}
    assert assumed == {field.parameter.key for field in view.form.top if is_assumed(field)}
    assert "app.listeners" in assumed and "app.health" not in assumed
    opened = DetailsView.of(made, key="app.cpu_limit").page(room_for(*size))
    groups = [plain_text(each).split() for row in (*opened.rows, *opened.rest) for each in row.lines]
    assert ["CPU", "request", "200m", "yours"] in groups
    assert not any("yours" in words and "200m" not in words for words in groups)


def test_an_open_field_names_the_source_of_its_value_by_the_question_of_that_field() -> None:
    made = verdict("simple-api").session
    page = DetailsView.of(made, key="app.low_ports").page(room_for(80, 40))
    shown = [plain_text(each).strip() for row in (*page.rows, *page.rest) for each in row.lines]
    assert 'It follows the answer to "On which ports does it listen?".' in shown


async def test_the_form_does_not_scroll_back_when_the_highlight_moves_on_and_an_open_field_closes() -> None:
    async with wizard(verdict("legacy-metrics").session, size=(80, 24)) as person:
        await person.press("enter", "escape", "end")
        while "› ▸ Security" not in person.screen:
            await person.press("up")
        await person.press("enter")
        for _ in range(6):
            first = person.screen.splitlines()[2].removesuffix("▲").strip()
            screen = await person.press("down")
            assert first not in (row.strip() for row in screen.splitlines()[3:]), first


def test_a_blank_line_follows_each_open_field_with_or_without_help() -> None:
    made = verdict("ordered-start").session
    for key in ("app.image", "init.wait.host", "init.wait.port"):
        rest = DetailsView.of(made, key=key).page(room_for(80, 40)).rest
        lines = [plain_text(each).strip() for row in rest for each in row.lines]
        field = made.parameter(key)
        assert "" in lines[: 1 + (8 if field.help else 0)], key
