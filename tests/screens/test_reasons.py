"""The verdict's reasons and their complete lists: the lesson on a line, and the columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.journeys import CASES, answered
from tests.screens.drive import wizard
from tests.screens.test_sheets import verdict
from wizard.catalog.model import Catalog
from wizard.screens.page import room_for
from wizard.screens.pages.reasons import Group, ReasonsView
from wizard.screens.pages.verdict import VerdictView
from wizard.screens.text import plain_text
from wizard.screens.view import Done, Go, Press
from wizard.texts.wording import pattern_name

LEARN = Press("m", "m")


@pytest.mark.parametrize(
    ("line", "lesson"),
    [
        ("Deployment", "Deployment"),
        ("DaemonSet, Job, CronJob", "DaemonSet"),
        ("plus file preparation", "file preparation"),
        ("StatefulSet or Operator", "StatefulSet"),
    ],
)
def test_learn_on_a_verdict_opens_the_lesson_on_the_first_pattern_of_the_highlighted_line(
    line: str, lesson: str
) -> None:
    view = verdict("legacy-metrics").within(room_for(200, 60))
    (at,) = (at for at, (_, reason) in enumerate(view.entries) if reason.about == line)
    assert learned(replace(view, at=at).press(LEARN), view) == lesson
    assert learned(view.press(LEARN), view) == "metrics adapter", "without a highlight"


@pytest.mark.parametrize(
    ("group", "line", "lesson"),
    [
        ("why_not", "secrets fetcher, secrets sidecar", "secrets fetcher"),
        ("flips", "plus wait for migration, migration Job", "wait for migration"),
        ("flips", "perhaps plus TLS sidecar", "TLS sidecar"),
        ("flips", "without metrics adapter", "metrics adapter"),
        ("flips", "plus metrics adapter for StatsD, without metrics adapter", "metrics adapter for StatsD"),
        ("flips", "no bundle: Kubernetes is too old", "metrics adapter"),
    ],
)
def test_learn_in_a_complete_list_opens_the_lesson_on_the_first_pattern_of_the_highlighted_line(
    group: Group, line: str, lesson: str
) -> None:
    seen = verdict("legacy-metrics")
    view = ReasonsView.of(group, seen.session)
    at = next(at for at, reason in enumerate(view.reasons) if reason.about == line)
    assert learned(replace(view, at=at).press(LEARN), seen) == lesson


def lines_of(view: ReasonsView, size: tuple[int, int]) -> list[str]:
    return [plain_text(each) for each in view.page(room_for(*size)).lines]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("group", ["why_not", "flips"])
def test_a_wider_screen_needs_no_more_lines_for_a_complete_list(case: str, group: Group) -> None:
    view = ReasonsView.of(group, verdict(case).session)
    heights = [len(lines_of(view, size)) for size in [(200, 60), (120, 40), (100, 30), (80, 24), (60, 20)]]
    assert heights == sorted(heights)


@pytest.mark.parametrize("group", ["why_not", "flips"])
def test_the_names_of_a_complete_list_are_on_one_line_of_a_wide_screen(group: Group) -> None:
    view = ReasonsView.of(group, verdict("legacy-metrics").session)
    text = "\n".join(lines_of(view, (200, 60)))
    assert not [reason.label for reason in view.reasons if len(reason.label) < 56 and f" {reason.label} " not in text]


def learned(result: object, view: VerdictView) -> str:
    """Return the name of the pattern whose lesson a key opened."""
    assert isinstance(result, Done) and isinstance(result.result, Go) and result.result.place == "lesson"
    return pattern_name(view.session.catalog, result.result.id)


async def test_a_lesson_leads_back_to_the_line_of_the_complete_list(catalog: Catalog) -> None:
    async with wizard(answered(catalog, CASES["legacy-metrics"][0])) as person:
        before = await person.press("f", "down", "down")
        assert "wait before start" in await person.press("m")
        assert await person.press("escape") == before
