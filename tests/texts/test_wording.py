"""Whole sentences about a session."""

from __future__ import annotations

import pytest

from tests.journeys import SERVER, answered, session_of
from wizard.catalog.model import Catalog
from wizard.session.session import Session, start
from wizard.texts import wording


@pytest.fixture
def assumed(catalog: Catalog) -> Session:
    """Return the session of a server with two assumed answers."""
    return answered(catalog, {**SERVER, "copies": "one"}).unsure("two_harm").unsure("logs")


def test_a_verdict_with_assumed_answers_names_them_and_is_not_called_certain(assumed: Session) -> None:
    assert wording.verdict_status(assumed) == "9 answers, assumed: harm by two replicas and logs"
    assert wording.verdict_status(assumed, width=20) == "9 answers, 2 assumed"
    sure = assumed.answer("two_harm", "perhaps").answer("logs", "stdout")
    assert wording.verdict_status(sure) == "certain · 9 answers"


def test_a_warning_names_the_assumed_answers_it_depends_on(catalog: Catalog) -> None:
    session = answered(catalog, {**SERVER, "copies": "several", "cluster": ()})
    (rule,) = (rule for rule in session.warnings if "Nothing collects" in rule.say)
    assert wording.warned_text(session, rule) == rule.say
    unsure = session.unsure("cluster")
    assert wording.warned_text(unsure, rule).endswith("are lost with their pod. This depends on assumptions: cluster.")
    assert wording.warned_text(session.unsure("logs"), rule).endswith(" This depends on assumptions: logs.")


def test_a_given_answer_can_still_decide_what_another_one_would(catalog: Catalog) -> None:
    session = start(catalog).answer("work", "server").answer("keeps", "own_disk")
    asked = wording.depends_lines(session, "operate")
    assert "Operator" in {what for what, _ in asked}
    assert wording.depends_lines(session.answer("operate", "plain"), "operate") == asked


def test_a_setting_that_a_question_can_decide_is_named_by_its_field_in_the_manifest(catalog: Catalog) -> None:
    session = start(catalog)
    asked = {q: dict(wording.depends_lines(session, q)) for q in ("overlap", "copies", "beside")}
    assert asked["overlap"]["concurrencyPolicy"] == "A new run replaces one that is still going."
    assert {"a setting"} == {what for what in asked["copies"] if what.startswith("a s")}
    assert not [what for each in asked.values() for what in each if "." in what or "_" in what or what == "scale"]


def test_the_warnings_that_a_question_can_cause_are_shown_in_full(catalog: Catalog) -> None:
    warnings = {rule.say for rule in catalog.decision.rules if rule.section == "warn"}
    shown = {
        text
        for question in catalog.decision.questions
        for what, text in wording.depends_lines(start(catalog), question)
        if what in ("an obstacle", "a warning", "a note")
    }
    assert len(shown) > 20
    assert shown <= warnings


def test_the_remark_on_an_operator_names_its_product_until_the_user_chooses_one(catalog: Catalog) -> None:
    session = session_of(catalog, "postgres")
    assert wording.verdict_remark(session) == "The default product is PostgreSQL run by CloudNativePG."
    assert wording.verdict_remark(session.give("app.implementation", "rabbitmq")) == ""


def test_the_product_that_an_operator_runs_is_assumed_until_the_user_chooses_one(catalog: Catalog) -> None:
    session = session_of(catalog, "postgres")
    assert wording.verdict_status(session) == "5 answers, assumed: product"
    assert wording.verdict_status(session.give("app.implementation", "rabbitmq")) == "certain · 5 answers"


def test_a_term_that_the_answers_make_wrong_is_not_shown(catalog: Catalog) -> None:
    operator = answered(catalog, {"work": "server", "keeps": "own_disk", "operate": "expert", "operator": "trusted"})
    assert [option.term for option in operator.offered("copies")][2] == ""
    plain = operator.answer("operate", "plain")
    stateless = operator.answer("keeps", "nothing")
    for session in (plain, stateless):
        assert [option.term for option in session.offered("copies")][2] == "HorizontalPodAutoscaler or KEDA"
