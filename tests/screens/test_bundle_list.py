"""The names of the bundle's files, and the values of collapsed groups: whole, or cut only where no cell is free."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys import CASES, session_of
from tests.screens.stand_ins import services
from tests.shipped import CATALOG
from wizard.faces.review import Review
from wizard.screens.page import room_for
from wizard.screens.pages.bundle import BundleView, first_file
from wizard.screens.pages.details import DetailsView
from wizard.screens.text import plain_text, width_of

_WORD = 10
"""The cells of a word that may be left free, because a value is cut between words."""


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("case", CASES)
def test_every_file_of_the_bundle_is_listed_with_its_whole_name(
    case: str, size: tuple[int, int], tmp_path: Path
) -> None:
    review = Review.of(session_of(CATALOG, case), services(), tmp_path / "app")
    page = BundleView(review, first_file(review.plan)).page(room_for(*size))
    listed = [plain_text(each).strip() for each in page.lines]
    for item, row in zip(review.plan.items, listed, strict=True):
        short = item.path.removeprefix("manifests/")
        assert row in (f"+ {item.path}", *((f"+ {short}",) if size[0] in (80, 120) else ()))
    assert bool(page.aside) == (size[0] > 60), "a narrow preview would show only cut names and values"


@pytest.mark.parametrize("case", CASES)
def test_values_of_a_collapsed_group_are_cut_only_where_no_cell_is_free(case: str) -> None:
    room = room_for(80, 24)
    page = DetailsView.of(session_of(CATALOG, case)).page(room)
    cut = [each for row in (*page.rows, *page.rest) for each in row.lines if "▸" in plain_text(each)]
    cut = [each for each in cut if "…" in plain_text(each)]
    for each in cut:
        assert room.width - width_of(each) <= _WORD * plain_text(each).count("…"), plain_text(each)
