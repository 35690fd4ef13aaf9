"""The text of the bundle's files: prose is wrapped and marked, comments flow, and a click opens the line under it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys import CASES, session_of
from tests.screens.drive import wizard
from tests.screens.stand_ins import services
from tests.shipped import CATALOG
from wizard.faces.review import Review
from wizard.screens.page import room_for
from wizard.screens.pages.bundle import BundleView, first_file
from wizard.screens.pages.bundle_text import markdown_lines, source_rows
from wizard.screens.text import Style, plain_text, width_of


def view(name: str, folder: Path) -> BundleView:
    review = Review.of(session_of(CATALOG, name), services(), folder / "app")
    return BundleView(review, first_file(review.plan))


@pytest.mark.parametrize("width", [34, 66, 100])
@pytest.mark.parametrize("name", ["ordered-start", "nightly-backup"])
def test_every_word_of_a_file_is_shown_once_and_in_order(name: str, width: int, tmp_path: Path) -> None:
    shown = view(name, tmp_path)
    for file in session_of(CATALOG, name).traced.files:
        rows = source_rows(shown.review.session, file, width)
        texts = [plain_text(each)[4:].partition(" ← ")[0] for row in rows for each in row]
        assert all(width_of(each) <= width for row in rows for each in row)
        marked = "".join(file.text.split()).replace("#", "")
        assert "".join("".join(texts).split()).replace("#", "") == marked


def test_the_lines_of_one_comment_flow_and_keep_their_numbers(tmp_path: Path) -> None:
    shown = view("ordered-start", tmp_path)
    assert shown.file is not None
    rows = source_rows(shown.review.session, shown.file, 66)
    at = next(n for n, row in enumerate(rows) if "# After this time" in plain_text(row[0]))
    assert len(rows) == shown.file.text.count("\n")
    assert len(rows[at]) == 1, "its last words are at the beginning of the next line"
    assert plain_text(rows[at + 1][0]).startswith(f"{at + 2:>3}   # ")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_no_line_of_a_file_is_cut_beside_the_list(size: tuple[int, int], tmp_path: Path) -> None:
    shown = view("ordered-start", tmp_path)
    for at in range(len(shown.review.plan.items)):
        page = BundleView(shown.review, at).page(room_for(*size))
        assert not [text for each in page.aside if "…" in (text := plain_text(each))]


def test_markdown_has_headings_code_and_lists() -> None:
    texts = ["# Orders", "- Run `kubectl apply` with many words", "```sh", "# a comment", "```", "a ` alone"]
    found = markdown_lines(texts, 24)
    assert [(span.text, span.style) for span in found[0][0]] == [("# Orders", Style.ACCENT)]
    assert ("`kubectl apply`", Style.KEY) in found[1][0]
    assert plain_text(found[1][1]).startswith("  ")
    assert [span.style for span in found[3][0]] == [Style.PLAIN]
    assert plain_text(found[5][0]) == "a ` alone"


async def test_a_click_on_wrapped_text_opens_the_line_under_the_pointer(tmp_path: Path) -> None:
    session = session_of(CATALOG, "ordered-start")
    async with wizard(session, services=services(), target=tmp_path / "app", size=(120, 40)) as person:
        rows = (await person.press("b", "b", "home")).splitlines()
        y = next(n for n, row in enumerate(rows) if " podwizard new ." in row)
        number = rows[y].split()[-6]
        screen = await person.click(70, y)
        assert any(
            row.split("›")[-1].split()[:1] == [number] for row in screen.splitlines() if "podwizard new ." in row
        )


@pytest.mark.parametrize("name", CASES)
def test_the_folders_of_the_files_are_shown_on_a_wide_screen(name: str, tmp_path: Path) -> None:
    rows = view(name, tmp_path).page(room_for(120, 40)).rows
    texts = [plain_text(row.lines[0]) for row in rows]
    assert any("manifests/00-namespace.yaml" in text for text in texts)
    assert not any("…" in text for text in texts)
