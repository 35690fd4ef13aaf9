"""The lines below the bundle's files: findings in full, and the key that changes what is assumed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from tests.journeys import CASES
from tests.screens.test_sheets import SIZES, joined, review, texts
from wizard.faces.form import Assumed
from wizard.faces.review import Review
from wizard.screens.page import room_for
from wizard.screens.pages.bundle import BundleView, Mode
from wizard.screens.pages.bundle_foot import MOST_FINDINGS, assumed_lines
from wizard.session.session import Lead
from wizard.texts import wording
from wizard.validation.model import Finding

LONG = "The time from 02:00 to 03:00 does not exist on that day, so that this run is left out. " * 2


def found(number: int, folder: Path) -> Review:
    """Return a review with findings whose texts are too long for one line."""
    one = review("nightly-backup", folder)
    (finding,) = one.findings
    findings: tuple[Finding, ...] = tuple(finding._replace(message=f"{LONG}({at})") for at in range(number))
    leads: tuple[Lead, ...] = one.leads * number
    return replace(one, findings=findings, leads=leads)


def values(number: int, length: int = 30) -> tuple[Assumed, ...]:
    return tuple(Assumed(f"app.field_{at}", f"field {at}: {'x' * length}") for at in range(number))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", [1, 3, 5])
def test_the_findings_below_the_files_are_complete_with_their_causes(
    size: tuple[int, int], number: int, tmp_path: Path
) -> None:
    shown = found(number, tmp_path)
    page = BundleView(shown).page(room_for(*size))
    foot = joined(texts(page.foot))
    assert "…" not in foot
    whole = [at for at, one in enumerate(shown.findings) if joined([wording.finding_line(one)]) in foot]
    assert whole == list(range(len(whole))) and foot.count("←schedule") == len(whole) > 0
    left = number - len(whole)
    assert left == 0 or f"and{left}more:fliststhemall" in foot
    fix = next(key for key in page.keys if key.does == "fix")
    assert fix.name == (f"1-{len(whole)}" if len(whole) > 1 else "1")
    assert room_for(*size).height - len(page.foot) >= 5, "the files keep their room"


def test_a_wide_screen_shows_the_most_findings_that_have_a_digit(tmp_path: Path) -> None:
    page = BundleView(found(5, tmp_path)).page(room_for(200, 60))
    assert sum(LONG[:30] in each for each in texts(page.foot)) == MOST_FINDINGS


@pytest.mark.parametrize("size", [(100, 30), (120, 40), (200, 60)])
@pytest.mark.parametrize("case", CASES)
def test_the_checks_next_to_the_list_stay_in_place_while_a_file_is_open(
    case: str, size: tuple[int, int], tmp_path: Path
) -> None:
    view, room = BundleView(review(case, tmp_path)), room_for(*size)
    foot = view.page(room).foot
    modes: tuple[Mode, ...] = ("text", "diff")
    for at, mode in product(range(len(view.review.plan.items)), modes):
        opened = replace(view, at=at, mode=mode).page(room).foot
        assert len(opened) == len(foot) and opened[:2] == foot[:2], (at, mode)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", [1, 2, 12])
def test_the_key_that_changes_assumed_values_is_shown_however_many_there_are(
    size: tuple[int, int], number: int, tmp_path: Path
) -> None:
    width = room_for(*size).whole
    lines = texts(assumed_lines(replace(review("simple-api", tmp_path), assumed=values(number)), width))
    text = " ".join(" ".join(lines).split())
    assert text.startswith(f"~ Assumed; e changes {'it' if number == 1 else 'them'}. field 0: ")
    shown = text.count("field ")
    assert shown == number or text.endswith(f" · and {number - shown} more")
    assert len(lines) <= 3 and not any("…" in each for each in lines)
