"""Reasons for the state of a rule, compared with brute force on random tables, and on small ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.decision.brute import Brute
from tests.decision.proofs import many_examples
from tests.decision.random_tables import answered, tables
from tests.decision.shop import SHOP
from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.evaluate import evaluate
from wizard.decision.results import RuleState, Term


@many_examples
@given(st.data())
def test_terms_name_answers_that_are_sufficient_to_decide_the_rule(data: st.DataObject) -> None:
    table = data.draw(tables())
    answers = data.draw(answered(table))
    brute = Brute(table)
    found = evaluate(compile_decision(table), answers)
    for status in found.rules.values():
        if status.state is RuleState.OPEN:
            assert status.terms == ()
            continue
        named = {(term.question, term.option) for term in status.terms}
        worlds = [
            world
            for world in brute.worlds
            if all(world[key] == value for key, value in brute.given(answers).items() if key in named)
        ]
        # The named answers decide it wherever their questions are asked.
        asked = [world for world in worlds if all(brute.asked(world, key) for key in named)]
        matched = status.state is RuleState.MATCHED
        assert asked
        assert {brute.holds(world, status.rule.when) for world in asked} == {matched}
        # None of them can be left out, unless the rule has the same value for all answers.
        if {brute.holds(world, status.rule.when) for world in brute.worlds} == {True, False}:
            given = {key: value for key, value in brute.given(answers).items() if key in named}
            for left_out in named:
                rest = {key: value for key, value in given.items() if key != left_out}
                free = [world for world in brute.worlds if all(world[key] == value for key, value in rest.items())]
                assert {brute.holds(world, status.rule.when) for world in free} != {matched}
        assert all(term.answer is not None for term in status.terms)


def test_the_reason_for_an_unasked_question_is_the_answers_behind_it() -> None:
    found = evaluate(SHOP, {"work": "task"})
    assert found.rules["base:deployment"].terms == (Term("work", "task", ("server",)),)
    wait = evaluate(SHOP, {"work": "task", "needs": ("wait",)}).rules["add:wait"]
    assert wait.terms == (Term("work", "task", ("task",)), Term("needs", ("wait",), ("ticked",), "wait"))


def test_an_answer_made_redundant_by_another_is_left_out_of_a_reason() -> None:
    table = decision(
        {
            "questions": {
                "work": {"options": ["server", "task"]},
                "disk": {"options": ["yes", "no"]},
                "backup": {"options": ["yes", "no"], "when": {"work": "server", "disk": "yes"}},
            },
            "base": {"plain": {"when": {"not": {"any": [{"disk": "yes"}, {"backup": "yes"}]}}, "use": "P"}},
        }
    )
    # `work: task` keeps `backup` unasked, but so does `disk: no`, which is needed anyway.
    found = evaluate(compile_decision(table), {"work": "task", "disk": "no"})
    assert found.rules["base:plain"].terms == (Term("disk", "no", ("no",)),)


def test_an_answer_decides_a_rule_even_while_its_question_may_not_be_asked() -> None:
    found = evaluate(SHOP, {"copies": "several"})
    assert found.rules["set:one"].terms == (Term("copies", "several", ("one",)),)


def test_the_wanted_answers_leave_all_questions_unasked_or_open_one_of_them() -> None:
    asked = [{"work": ["server", "agent"]}, {"work": "server"}]
    both = [{"disk": "yes"}, {"copies": "yes"}]
    table = decision(
        {
            "questions": {
                "work": {"options": ["server", "agent", "task"]},
                "disk": {"options": ["yes", "no"], "when": asked[0]},
                "copies": {"options": ["yes", "no"], "when": asked[1]},
            },
            "base": {"none": {"when": {"not": {"any": both}}, "use": "P"}, "some": {"when": {"any": both}, "use": "Q"}},
        }
    )
    found = evaluate(compile_decision(table), {"work": "task"})
    assert found.rules["base:none"].terms == (Term("work", "task", ("task",)),)
    assert found.rules["base:some"].terms == (Term("work", "task", ("server", "agent")),)


def test_the_smallest_of_several_reasons_is_returned() -> None:
    table = decision(
        {
            "questions": {name: {"options": ["x", "y"]} for name in "abc"},
            "base": {"any": {"when": {"any": [{"a": "x", "b": "x"}, {"c": "x"}]}, "use": "P"}},
        }
    )
    found = evaluate(compile_decision(table), {"a": "x", "b": "x", "c": "x"})
    assert found.rules["base:any"].terms == (Term("c", "x", ("x",)),)
