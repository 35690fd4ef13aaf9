"""Paging through long lists: PageDown, PageUp and the arrows skip no line, at any size."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journeys import answered
from tests.screens.drive import Driver, wizard
from tests.screens.stand_ins import HELPERS, find_something, services
from tests.screens.test_keys_of_cases import filled
from tests.screens.test_written import case
from tests.shipped import CATALOG
from wizard.catalog.model import Catalog
from wizard.faces.drawing import drawing
from wizard.screens.page import PROSE, ListRow
from wizard.screens.pages.details import DetailsView
from wizard.screens.pages.drawing import row_lines
from wizard.screens.paging import Shown, top_for, turned
from wizard.screens.text import Line, line, plain_text
from wizard.screens.view import Press
from wizard.screens.widgets.choices import ChoiceList
from wizard.session.samples import with_samples
from wizard.session.session import start

SIZES = [(60, 20), (80, 24), (200, 60)]


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(("item", "prose", "block"))), min_size=1, max_size=30),
    st.integers(3, 12),
    st.sampled_from([("pagedown", "pageup"), ("down", "up")]),
)
def test_paging_down_and_up_shows_every_line(made: list[tuple[int, str]], high: int, keys: tuple[str, str]) -> None:
    rows: list[ListRow] = []
    for size, sort in made:
        whole = ListRow((line("x"),) * size, sum(row.item != PROSE for row in rows) if sort == "item" else PROSE)
        rows += [ListRow((line("x"),))] * size if sort == "prose" else [whole]
    total = sum(len(row.lines) for row in rows)
    high = min(high, total)
    at, top = PROSE, 0
    for key in keys:
        seen = set(range(top, top + high))
        for _ in range(2 * total + 2):
            found = turned(Shown(tuple(rows), at, top, high, max(1, high - 1)), Press(key))
            now = top_for(tuple(rows), found.at, top, high) if found.at != at else found.top
            if (found.at, now) == (at, top):
                break
            assert abs(now - top) <= high, "no line is passed over"
            at, top = found.at, now
            seen |= set(range(top, top + high))
        assert seen == set(range(total)), "the way ends where the lines do"


def moving(person: Driver) -> ChoiceList:
    """Return the list that the arrow keys move through."""
    body = person.app.stage.screen.body
    return body.aside_rows if body.aside_rows and body.aside_rows.display else body.rows


async def walked(person: Driver, keys: tuple[str, str]) -> None:
    """Go to the end and back, and check that every line of the list is shown in each direction."""
    listed = moving(person)
    lines = [plain_text(each).strip() for row in listed._rows for each in row.lines]
    high = listed.size.height
    for key in keys:
        seen: set[int] = set()
        for _ in range(2 * len(lines) + 2):
            top = int(listed.scroll_offset.y)
            seen |= set(range(top, top + high))
            before = (top, listed.highlighted)
            await person.press(key)
            if (int(listed.scroll_offset.y), listed.highlighted) == before:
                break
        assert seen >= set(range(len(lines))), [lines[n] for n in sorted(set(range(len(lines))) - seen)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["postgres", "nightly-backup", "web-app-with-file-logs"])
async def test_page_keys_show_every_line_of_the_last_screen(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with wizard(case(name), services=services(), target=tmp_path / "app", size=size) as person:
        await walked(person, ("pagedown", "pageup"))  # the verdict
        await person.press("d")
        await filled(person, {})
        await walked(person, ("pagedown", "pageup"))


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_wheel_skips_no_line_of_the_verdict_or_of_the_last_screen(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with wizard(case("postgres"), services=services(), target=tmp_path / "app", size=size) as person:
        await walked(person, ("down", "up"))
        await person.press("d")
        await filled(person, {})
        await walked(person, ("down", "up"))


@pytest.mark.parametrize("size", SIZES)
async def test_paging_through_answers_reasons_files_findings_and_manifest_lines_skips_no_line(
    size: tuple[int, int], catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_something(monkeypatch)
    session = with_samples(answered(catalog, HELPERS, name="orders", image="example.com/orders:1"))
    pages = ("pagedown", "pageup")
    async with wizard(session, services=services(), target=tmp_path / "orders", size=size) as person:
        for place in ("a", "n", "f"):
            await person.press(place)
            await walked(person, pages)
            await person.press("escape")
        await person.press("enter", "escape", "b", "home")
        await walked(person, pages)
        await person.press("home", "f")
        await walked(person, pages)
        await person.press("escape", "o")
        await walked(person, pages)


async def test_paging_a_diff_or_the_help_repeats_the_last_visible_line(catalog: Catalog, tmp_path: Path) -> None:
    session = with_samples(answered(catalog, HELPERS, name="orders", image="example.com/orders:1"))
    for size in ((60, 20), (120, 40)):
        async with wizard(session, services=services(), target=tmp_path / "orders", size=size) as person:
            await person.press("enter", "escape", "b", "home", "d")
            await turned_by_a_page(person)
        async with wizard(start(catalog), services=services(), size=size) as person:
            await person.press("question_mark")
            if size == (60, 20):
                await turned_by_a_page(person)


async def turned_by_a_page(person: Driver) -> None:
    """Press PageDown and check that the last visible line is now the first, or at the end still visible."""
    page = person.app.stage.screen.body.page
    assert page is not None
    last = unmarked((*page.lines, *page.aside)[-1])
    await person.press("pagedown")
    page = person.app.stage.screen.body.page
    assert page is not None
    shown = [unmarked(each) for each in page.aside or page.lines]
    assert last in shown[: 1 if page.aside else len(shown)]


def unmarked(content: Line) -> str:
    """Return the text of a line without its scroll marker."""
    return plain_text(content).rstrip("▲▼ ")


async def test_page_keys_typed_ahead_skip_no_page(tmp_path: Path) -> None:
    async with wizard(case("postgres"), services=services(), target=tmp_path / "app", size=(60, 20)) as person:
        await filled(person, {})
        await person.press("home", "pagedown", "pagedown")
        there = person.screen
        await person.press("home")
        assert person.screen != there
        assert await person.ahead("pagedown", "pagedown") == there


async def test_page_keys_in_the_form_skip_no_field(catalog: Catalog, tmp_path: Path) -> None:
    session = with_samples(answered(catalog, HELPERS, name="orders", image="example.com/orders:1"))
    async with wizard(session, services=services(), target=tmp_path / "orders", size=(60, 20)) as person:
        seen = [await person.press("enter", "home")]
        view = person.app.stage.view
        assert isinstance(view, DetailsView)
        for _ in range(len(view.rows)):
            seen.append(await person.press("pagedown"))
        assert "›" in seen[-1]
        assert len(set(seen)) < len(view.rows) // 2, "a page is more than a field"
        for row in view.rows:
            field = row.field
            texts = (field.parameter.ask, field.parameter.name.replace("_", " ")) if field else (row.heading,)
            assert any(text[:20] in screen for text in texts for screen in seen), texts


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
@pytest.mark.parametrize("name", ["postgres", "simple-api", "nightly-backup", "web-app-with-file-logs"])
@pytest.mark.parametrize("key", ["pagedown", "down"])
async def test_no_page_of_the_verdict_starts_inside_its_drawing(key: str, name: str, size: tuple[int, int]) -> None:
    async with wizard(case(name), size=size) as person:
        rows, drawn = person.app.stage.screen.body.rows, row_lines(drawing(case(name)), CATALOG, size[0] - 4)
        listed = len(rows._rows[0].lines)
        assert listed == len(drawn), "the drawing is the first row"
        tops: list[int] = []
        for way in (key, {"pagedown": "pageup", "down": "up"}[key]):
            for _ in range(20):
                await person.press(way)
                tops.append(int(rows.scroll_offset.y))
        assert not any(0 < top < listed for top in tops), tops
        assert max(tops) >= listed, "there is a second page"
