"""The review of a bundle before writing, and the report after writing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys import session_of
from tests.screens.drive import no_services
from wizard.catalog.model import Catalog
from wizard.errors import Position
from wizard.faces.leads import lead_of_origin, lead_text, line_story, origin_at
from wizard.faces.review import Review, loses_edits, shows_counts
from wizard.faces.written import written
from wizard.kube.objects import ObjectRef
from wizard.session.session import Lead
from wizard.store.writer import plan, write
from wizard.validation.model import Finding


@pytest.fixture
def review(catalog: Catalog, tmp_path: Path) -> Review:
    services = no_services(plan=lambda bundle, target: plan(bundle, target), rules=lambda: 7)
    return Review.of(session_of(catalog, "simple-api"), services, tmp_path / "shop")


def edited(review: Review) -> Review:
    """Return the review of a folder in which the Deployment was edited by hand."""
    write(review.plan)
    file = review.plan.target / "manifests" / "deployment.yaml"
    file.write_text(file.read_text().replace("replicas:", "replicas: 9 #"))
    other = review.session.give("app.image", "example.com/other:2")
    return Review.of(other, no_services(plan=lambda bundle, target: plan(bundle, target)), review.plan.target)


def test_a_new_folder_has_only_new_files(review: Review) -> None:
    assert review.counts == ((len(review.plan.items), "new"),)
    assert review.refusal == "" and review.lacking == {}
    assert review.summary.startswith("7 offline rules, Kubernetes ")
    assert review.pod_security == "restricted"


def test_an_error_prevents_writing_unless_it_is_in_an_edited_file(review: Review) -> None:
    error = Finding("x", "error", "wrong", "", ObjectRef("v1", "Service", "shop"))
    assert replace(review, findings=(error, error)).refusal.startswith("2 errors must be fixed")
    assert replace(review, findings=(error._replace(position=Position("service.yaml")),)).refusal == ""


def test_an_edited_file_is_kept_and_its_missing_changes_are_listed(review: Review) -> None:
    changed = edited(review)
    item = changed.plan.item("manifests/deployment.yaml")
    assert loses_edits(item) and shows_counts(item)
    assert "app.image" in changed.lacking[item.path]
    other = changed.planned(changed.plan.choose(item.path, "write"))
    assert item.path not in other.lacking
    assert not loses_edits(other.plan.item(item.path))


def test_a_kept_file_is_reported_with_its_missing_changes_after_writing(review: Review) -> None:
    changed = edited(review)
    done = written(changed.session, changed.plan, write(changed.plan), context="kind-dev", catalog="")
    assert not done.unchanged
    kept = next(text for text in done.kept if text.startswith("manifests/deployment.yaml"))
    assert "app.image" in kept
    assert "kind-dev" in done.next_command and str(done.target) in done.come_back_command


def test_a_line_leads_to_its_parameter_and_has_a_story(review: Review) -> None:
    file = review.file("manifests/deployment.yaml")
    assert file is not None and review.file("gone.yaml") is None
    number = 1 + next(n for n, text in enumerate(file.text.splitlines()) if " image: " in text)
    origin = origin_at(file, number)
    assert lead_of_origin(review.session, origin) == Lead(parameter="app.image")
    story = line_story(review.session, origin)
    assert (story.pattern, story.parameters, story.lead.parameter) == ("", ("app.image",), "app.image")
    assert lead_text(review.session, story.lead) == "image"


def test_a_line_without_an_origin_has_no_story(review: Review) -> None:
    file = review.file("manifests/deployment.yaml")
    assert file is not None
    assert origin_at(file, len(file.origins) + 1) is None
    story = line_story(review.session, None)
    assert not story.lead and not story.answers and not story.pattern
    assert lead_text(review.session, Lead()) == ""


def test_a_line_of_a_component_leads_to_the_answer_behind_it(catalog: Catalog) -> None:
    session = session_of(catalog, "web-app-with-file-logs")
    origins = {o for f in session.traced.files for o in f.origins if o and o.component != "app" and not o.parameters}
    origin = next(o for o in origins if "logs" in o.questions)
    story = line_story(session, origin)
    assert story.pattern
    assert "logs" in [topic for topic, _ in story.answers]
    assert story.lead == Lead(session.question_behind(origin))
    assert lead_text(session, story.lead)
