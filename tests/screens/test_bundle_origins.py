"""The answer or detail that is named at the right of a bundle's line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.journeys import session_of
from tests.screens.drive import wizard
from tests.screens.stand_ins import services
from tests.shipped import CATALOG
from wizard.faces.leads import lead_of_origin, line_story, origin_at
from wizard.render.model import BundleFile
from wizard.screens.pages.bundle_text import provenance, source_rows
from wizard.screens.text import plain_text
from wizard.session.session import Session


def origins(made: Session, kind: str, *, width: int = 75) -> dict[str, str]:
    """Return the lines of the manifest of a kind, without indentation, each with the origin that is shown."""
    file = manifest(made, kind)
    rows = (plain_text(row[0])[4:].strip().partition("← ") for row in source_rows(made, file, width))
    return {code.strip(): origin for code, _, origin in rows}


def manifest(made: Session, kind: str) -> BundleFile:
    return next(file for file in made.traced.files if file.ref and file.ref.kind == kind)


@pytest.mark.parametrize(
    ("name", "kind", "line", "origin"),
    [
        ("nightly-backup", "CronJob", "concurrencyPolicy: Forbid", "overlapping runs"),
        ("nightly-backup", "CronJob", "completionMode: NonIndexed", "division of work: It is one piece"),
        ("nightly-backup", "CronJob", "completions: 1", "division of work: It is one piece"),
        ("nightly-backup", "CronJob", "backoffLimit: 3", ""),
        ("one-off-migration", "Job", "backoffLimit: 0", "work done twice"),
        ("one-off-migration", "Job", "restartPolicy: Never", "work done twice"),
        ("ordered-start", "Deployment", "replicas: 1", "replicas: One"),
        ("web-app-with-file-logs", "PodDisruptionBudget", "labels:", ""),
        ("web-app-with-file-logs", "PodDisruptionBudget", "app.kubernetes.io/managed-by: podwizard", ""),
        ("racing-migration", "Job", "app.kubernetes.io/component: migration", ""),
        ("racing-migration", "Job", "containers:", "needs"),
    ],
)
def test_a_line_names_what_its_value_comes_from(name: str, kind: str, line: str, origin: str) -> None:
    assert origins(session_of(CATALOG, name), kind)[line] == origin


def test_each_label_that_contains_the_name_says_so() -> None:
    found = origins(session_of(CATALOG, "ordered-start"), "Deployment")
    for label in ("name", "instance"):
        assert found[f"app.kubernetes.io/{label}: ordered-start"] == "name"


@pytest.mark.parametrize("name", ["ordered-start", "web-app-with-file-logs", "nightly-backup"])
def test_the_message_on_a_line_has_the_name_of_the_detail_that_the_line_shows(name: str) -> None:
    made = session_of(CATALOG, name)
    for file in (file for file in made.traced.files if file.ref is not None):
        for number, row in enumerate(source_rows(made, file, 200), 1):
            shown = plain_text(row[0]).rpartition(" ← ")[2]
            if " ← " in plain_text(row[0]) and line_story(made, origin_at(file, number)).parameters:
                message = provenance(made, file, number)
                assert re.match(f"← parameters? {re.escape(shown)}\\b", message), message


def test_a_value_that_the_table_sets_leads_to_the_question_behind_it_and_to_no_detail() -> None:
    made = session_of(CATALOG, "nightly-backup")
    file = manifest(made, "CronJob")
    number = next(n for n, text in enumerate(file.text.split("\n"), 1) if "concurrencyPolicy" in text)
    lead = lead_of_origin(made, origin_at(file, number))
    assert (lead.question, lead.parameter) == ("overlap", "")
    assert file.ref is not None
    assert made.lead(file.ref, "spec.concurrencyPolicy") == lead
    assert made.lead(file.ref, "spec.timeZone").parameter == "app.time_zone"


@pytest.mark.parametrize("name", ["ordered-start", "web-app-with-file-logs", "racing-migration", "nightly-backup"])
def test_no_origin_is_cut_and_all_end_in_one_column(name: str) -> None:
    made = session_of(CATALOG, name)
    ends = set()
    for file in (file for file in made.traced.files if file.ref is not None):
        for row in source_rows(made, file, 74):
            text = plain_text(row[0])
            if found := re.search(r" ← (.*)$", text):
                assert "…" not in found[1]
                ends.add(len(text))
    assert ends == {74}


async def test_the_highlight_of_an_opened_file_starts_in_the_column_of_other_lists(tmp_path: Path) -> None:
    made = session_of(CATALOG, "ordered-start")
    async with wizard(made, services=services(), target=tmp_path / "app", size=(80, 24)) as person:
        await person.press("enter", "b")
        columns = [row.index("›") for row in person.screen.splitlines() if row.lstrip().startswith("›")]
        screen = await person.press("o")
        assert columns == [row.index("›") for row in screen.splitlines() if row.lstrip().startswith("›")] == [1]
