"""The answers behind the lines of the article's cases: a rule's own ticks come first, exclusions do not count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys import CASES, session_of
from wizard.catalog.model import Catalog
from wizard.decision.model import Condition, Fact, Is, Not
from wizard.decision.results import RuleState
from wizard.faces.leads import answers_behind
from wizard.session.causes import causes
from wizard.session.samples import with_samples
from wizard.session.session import Session
from wizard.texts.reasons import decided

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


def asked(catalog: Catalog, when: Condition) -> Iterator[str]:
    """Yield the questions of which a condition asks for an answer; those of excluded answers are left out."""
    if isinstance(when, Is):
        yield when.question
    elif isinstance(when, Fact):
        yield from asked(catalog, catalog.decision.facts[when.name])
    elif not isinstance(when, Not):
        for part in when.parts:
            yield from asked(catalog, part)


@pytest.mark.parametrize("name", CASES)
def test_a_setting_comes_from_answers_that_its_rule_asks_for_and_that_take_it_away(catalog: Catalog, name: str) -> None:
    made = session_of(catalog, name)
    assert made.verdict is not None
    for rule in (rule for rule in made.verdict.fired if rule.section == "set"):
        questions = made.behind(rule)
        assert questions and {*questions} <= {*asked(catalog, rule.when)}
        for question in questions:
            others = (made.answer(question, each.id) for each in catalog.decision.questions[question].options)
            assert any(each.evaluation.rules[rule.key].state is not RuleState.MATCHED for each in others), rule.id


@pytest.mark.parametrize(("parts", "field"), [("one", "backoffLimit: 0"), ("numbered", "backoffLimitPerIndex: 0")])
def test_a_field_against_retries_comes_first_of_all_from_work_that_must_not_be_done_twice(
    catalog: Catalog, parts: str, field: str
) -> None:
    made = with_samples(session_of(catalog, "one-off-migration").answer("parts", parts).assume_missing())
    (file,) = (file for file in made.traced.files if file.ref and file.ref.kind == "Job")
    texts = [text.strip() for text in file.text.splitlines()]
    for line in (field, "restartPolicy: Never"):
        origin = file.origins[texts.index(line)]
        assert origin and causes(made, origin)[0] == ("twice_ok", ("no",))
    assert field in decided(made)["twice_ok"]
    assert (field in decided(made)["parts"]) == (parts == "numbered")
