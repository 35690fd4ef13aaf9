"""The answers behind the lines of the article's cases: a rule's own ticks come first, exclusions do not count."""

from __future__ import annotations

import pytest

from tests.journeys import session_of
from wizard.catalog.model import Catalog
from wizard.faces.leads import answers_behind
from wizard.session.session import Session

MIGRATION = "A data or database migration before it starts"


def answers_of(session: Session, component: str, kind: str) -> tuple[tuple[str, str], ...]:
    """Return the answers behind the lines that a component wrote into the object of a kind."""
    (file,) = (file for file in session.bundle.manifests if file.ref and file.ref.kind == kind)
    (found,) = {answers_behind(session, each) for each in file.origins if each and each.component == component}
    return found


@pytest.mark.parametrize(
    ("case", "component", "kind", "first"),
    [
        ("ordered-start", "init.wait", "Deployment", "Another service that must be up before it starts"),
        ("ordered-start", "init.migrate", "Deployment", MIGRATION),
        ("racing-migration", "init.wait-migrated", "Deployment", MIGRATION),
        ("racing-migration", "job.migrate", "Job", MIGRATION),
    ],
)
def test_a_line_comes_first_of_all_from_the_tick_that_added_it(
    catalog: Catalog, case: str, component: str, kind: str, first: str
) -> None:
    assert answers_of(session_of(catalog, case), component, kind)[0] == ("needs", first)


def test_answers_that_only_prevented_nothing_are_not_behind_a_line(catalog: Catalog) -> None:
    work = "It looks after the node (machine) it runs on, one per node"
    assert answers_of(session_of(catalog, "node-metrics"), "app", "DaemonSet") == (("kind of work", work),)
    assert len(answers_of(session_of(catalog, "ordered-start"), "init.migrate", "Deployment")) == 1
