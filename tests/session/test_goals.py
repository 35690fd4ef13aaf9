"""Goals: the answers implied by a pattern or an option lead to it, and are as few as possible."""

from __future__ import annotations

from wizard.catalog.model import Catalog
from wizard.decision.model import Answer
from wizard.faces.drawing import drawing
from wizard.session.goals import Goal, towards
from wizard.session.session import Session, start


def open_to(session: Session, pattern: str) -> bool:
    candidates = session.evaluation.candidates
    return pattern in candidates.certain or pattern in candidates.possible


def test_every_pattern_can_be_a_goal_and_stays_open_or_certain(catalog: Catalog) -> None:
    for pattern in catalog.patterns:
        found = towards(start(catalog), Goal(pattern=pattern))
        assert found is not None, pattern
        assert open_to(found, pattern), pattern
        for question_id in found.answers:
            assert open_to(found.forget(question_id), pattern), "it is not less possible with fewer answers"


def test_every_option_can_be_a_goal_and_becomes_the_answer(catalog: Catalog) -> None:
    for question in catalog.decision.questions.values():
        for option in question.options:
            found = towards(start(catalog), Goal(question=question.id, option=option.id))
            assert found is not None, (question.id, option.id)
            given = found.answers[question.id]
            assert option.id in (given if isinstance(given, tuple) else (given,))


def test_a_pattern_decided_by_one_answer_implies_only_that_answer(catalog: Catalog) -> None:
    found = towards(start(catalog), Goal(pattern="CronJob"))
    assert found is not None
    assert dict(found.answers) == {"work": "schedule"}
    assert "CronJob" in found.evaluation.candidates.certain


def test_earlier_answers_are_kept_if_the_goal_allows_them(catalog: Catalog) -> None:
    session = start(catalog).answer("work", "task").answer("needs", ("secrets",))
    found = towards(session, Goal(pattern="init.wait"))
    assert found is not None
    assert found.answers["work"] == "task"
    again = towards(session, Goal(question="needs", option="wait"))
    assert again is not None
    assert set(again.answers["needs"]) == {"secrets", "wait"}, "a tick joins those that are there"
    moved = towards(session, Goal(pattern="DaemonSet"))
    assert moved is not None
    assert moved.answers["work"] == "node_agent"


def test_every_goal_can_be_drawn_with_each_answer_to_the_next_question(catalog: Catalog) -> None:
    goals = [Goal(pattern=pattern) for pattern in catalog.patterns]
    questions = catalog.decision.questions.values()
    goals += [Goal(question=one.id, option=option.id) for one in questions for option in one.options]
    looked: set[tuple[tuple[str, Answer], ...]] = set()
    for goal in goals:
        wanted = towards(start(catalog), goal)
        assert wanted is not None
        if wanted.question is None or (key := tuple(sorted(wanted.answers.items()))) in looked:
            continue
        looked.add(key)
        asked = wanted.question
        for option in wanted.offered(asked.id):
            drawn = drawing(wanted, asked.id, (option.id,) if asked.many else option.id)
            assert drawn.workload or drawn.possible, (goal, option.id)


def test_a_goal_does_not_choose_between_two_foreign_formats_of_metrics(catalog: Catalog) -> None:
    goal = Goal(question="forms", option="cache")
    found = towards(start(catalog), goal)
    assert found is not None
    assert found.answers == {"work": "server", "source": "no", "forms": ("cache",)}
    assert found.question is not None and found.question.id == "keeps"
    given = towards(start(catalog).answer("metrics", "other_form"), goal)
    assert given is not None and given.answers["metrics"] == "other_form"
    again = towards(start(catalog).answer("work", "server").answer("metrics", "none"), goal)
    assert again is not None and "metrics" not in again.answers, "an answer that rules the goal out is asked again"
