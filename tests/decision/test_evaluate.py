"""Evaluation against brute force on random tables, and on a small table that can be read."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.decision.brute import Brute
from tests.decision.random_tables import answered, tables
from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.evaluate import consequence, evaluate
from wizard.decision.model import Answers
from wizard.decision.prove import questions_asked
from wizard.decision.results import QuestionState, RuleState, Term

many_examples = settings(
    max_examples=120, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
)

SHOP = compile_decision(
    decision(
        {
            "questions": {
                "work": {"options": ["server", "task"]},
                "keeps": {"options": ["nothing", "disk"], "when": {"work": "server"}},
                "copies": {"options": ["one", "several"], "when": {"keeps": "nothing"}},
                "needs": {
                    "type": "many",
                    "options": {"secrets": "x", "wait": "x", "held": {"when": {"copies": "several"}}},
                },
                "spread": {"options": ["yes", "no"], "when": {"needs": "held"}},
                "habits": {"type": "many", "options": ["several", "changes"], "when": {"work": "server"}},
            },
            "base": {
                "deployment": {"when": {"keeps": "nothing"}, "use": "Deployment"},
                "stateful": {"when": {"keeps": "disk"}, "use": "StatefulSet"},
                "job": {"when": {"work": "task"}, "use": "Job"},
            },
            "add": {
                "secrets": {"when": {"needs": "secrets"}, "use": "init.secrets"},
                "wait": {"when": {"needs": "wait", "not": {"keeps": "disk"}}, "use": "init.wait"},
                "headless": {"when": {"any": [{"spread": "yes"}, {"keeps": "disk"}]}, "use": "headless"},
            },
            "set": {"one": {"when": {"copies": "one"}, "set": {"scale": "one"}}},
            "warn": {"vm": {"when": {"habits": ["changes", "several"]}, "level": "warning"}},
        }
    )
)


@many_examples
@given(st.data())
def test_evaluation_equals_brute_force(data: st.DataObject) -> None:
    table = data.draw(tables())
    answers = data.draw(answered(table))
    brute = Brute(table)
    found = evaluate(compile_decision(table), answers)
    for question in table.questions.values():
        assert found.questions[question.id] is brute.state(answers, question)
    for rule in table.rules:
        assert found.rules[rule.key].state is brute.rule_state(answers, rule)
    following = brute.next_question(answers)
    assert found.next_question == (following and following.id)
    fewest, _, most = brute.remaining(answers)
    assert found.remaining == (fewest, most)
    results = {brute.of(world) for world in brute.completions(answers)}
    assert (found.verdict is not None) == (len(results) == 1)
    patterns = [each.base | each.add for each in results]
    certain = {name for name in table.patterns if all(name in each for each in patterns)}
    excluded = {name for name in table.patterns if all(name not in each for each in patterns)}
    assert set(found.candidates.certain) == certain
    assert set(found.candidates.excluded) == excluded
    assert set(found.candidates.possible) == set(table.patterns) - certain - excluded
    if found.verdict is not None:
        (result,) = results
        assert frozenset(found.verdict.add) == result.add
        assert frozenset(found.verdict.settings) == result.settings
        assert frozenset(found.verdict.warn) == result.warn
        assert found.verdict.base in (result.base or {""})
    for name, options in found.relevant_options.items():
        question = table.questions[name]
        if question.many:
            assert options == tuple(key[1] for key in brute.keys(question) if brute.surely_asked(answers, key))


@many_examples
@given(st.data())
def test_terms_name_answers_that_alone_decide_the_rule(data: st.DataObject) -> None:
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
        # The named answers decide it, wherever the questions they answer are asked.
        asked = [world for world in worlds if all(brute.asked(world, key) for key in named)]
        matched = status.state is RuleState.MATCHED
        assert asked
        assert {brute.holds(world, status.rule.when) for world in asked} == {matched}
        # None can be left out, but for a rule whose answer is the same whatever is said.
        if {brute.holds(world, status.rule.when) for world in brute.worlds} == {True, False}:
            given = {key: value for key, value in brute.given(answers).items() if key in named}
            for left_out in named:
                rest = {key: value for key, value in given.items() if key != left_out}
                free = [world for world in brute.worlds if all(world[key] == value for key, value in rest.items())]
                assert {brute.holds(world, status.rule.when) for world in free} != {matched}
        assert all(term.answer is not None for term in status.terms)


@many_examples
@given(st.data())
def test_mean_of_questions_asked_equals_brute_force(data: st.DataObject) -> None:
    table = data.draw(tables(questions=3, rules=3))
    fewest, mean, most = Brute(table).remaining({})
    found = questions_asked(compile_decision(table))
    assert (found[0], found[2]) == (fewest, most)
    assert found[1] == pytest.approx(mean)


@many_examples
@given(st.data())
def test_consequence_is_the_difference_of_two_evaluations(data: st.DataObject) -> None:
    table = data.draw(tables())
    answers = data.draw(answered(table))
    question = data.draw(st.sampled_from(list(table.questions.values())))
    before = {name: answer for name, answer in answers.items() if name != question.id}
    answer = data.draw(st.sampled_from(list(Brute(table).possible_answers(before, question))))
    compiled = compile_decision(table)
    was, now = evaluate(compiled, before), evaluate(compiled, {**before, question.id: answer})
    found = consequence(compiled, answers, question.id, answer)
    assert set(found.adds) == set(now.candidates.certain) - set(was.candidates.certain)
    assert set(found.rules_out) == set(now.candidates.excluded) - set(was.candidates.excluded)
    assert found.remaining == now.remaining
    following = {name for name, state in now.questions.items() if state is QuestionState.NEXT}
    assert set(found.asks) == {name for name in following if was.questions[name] is not QuestionState.NEXT}
    waiting = (QuestionState.NEXT, QuestionState.LATER)
    over = (QuestionState.SETTLED, QuestionState.UNASKED)
    assert set(found.spares) == {
        name
        for name, state in now.questions.items()
        if state in over and was.questions[name] in waiting and name != question.id
    }
    assert set(found.sets_aside) == {
        name
        for name in before
        if now.questions[name] is QuestionState.ASIDE and was.questions[name] is not QuestionState.ASIDE
    }


def walk(answers: Answers) -> list[str]:
    """The questions that are asked when these answers are given one by one."""
    given: dict[str, str | tuple[str, ...]] = {}
    asked = []
    while (question := evaluate(SHOP, given).next_question) is not None:
        asked.append(question)
        given[question] = answers[question]
    return asked


def test_questions_come_in_the_authors_order_and_only_while_they_matter() -> None:
    assert walk({"work": "task", "needs": ()}) == ["work", "needs"]
    server: Answers = {"work": "server", "keeps": "nothing", "copies": "several", "needs": ("held",), "habits": ()}
    assert walk({**server, "spread": "no"}) == ["work", "keeps", "copies", "needs", "spread", "habits"]


def test_remaining_is_a_range_of_screens_not_of_options() -> None:
    assert evaluate(SHOP, {}).remaining == (2, 6)
    assert evaluate(SHOP, {"work": "task"}).remaining == (1, 1)


def test_an_option_that_is_not_on_offer_is_hidden() -> None:
    found = evaluate(SHOP, {"work": "server", "keeps": "nothing", "copies": "one"})
    assert found.relevant_options["needs"] == ("secrets", "wait")


def test_an_answer_that_is_no_longer_asked_stands_aside_and_comes_back() -> None:
    answers: Answers = {"work": "server", "keeps": "disk"}
    assert evaluate(SHOP, {**answers, "work": "task"}).questions["keeps"] is QuestionState.ASIDE
    assert evaluate(SHOP, answers).questions["keeps"] is QuestionState.ANSWERED


def test_a_question_that_cannot_change_the_result_is_settled() -> None:
    once = decision(
        {
            "questions": {"a": {"options": ["x", "y"]}, "b": {"options": ["x", "y"]}},
            "base": {
                "one": {"when": {"a": "x"}, "use": "P"},
                "two": {"when": {"a": "y", "b": "x"}, "use": "P"},
                "three": {"when": {"a": "y", "b": "y"}, "use": "Q"},
            },
        }
    )
    found = evaluate(compile_decision(once), {"a": "x"})
    assert found.questions["b"] is QuestionState.SETTLED
    assert found.verdict is not None
    assert found.verdict.base == "P"


def test_why_traces_an_unasked_question_to_the_answers_behind_it() -> None:
    found = evaluate(SHOP, {"work": "task"})
    assert found.rules["base:deployment"].terms == (Term("work", "task", ("server",)),)
    wait = evaluate(SHOP, {"work": "task", "needs": ("wait",)}).rules["add:wait"]
    assert wait.terms == (Term("work", "task", ("task",)), Term("needs", ("wait",), ("ticked",), "wait"))


def test_the_base_alone_can_be_asked_for() -> None:
    found = evaluate(SHOP, {"work": "server"}, only_base=True)
    assert (found.next_question, found.remaining) == ("keeps", (1, 1))
    done = evaluate(SHOP, {"work": "server", "keeps": "disk"}, only_base=True)
    assert done.verdict is not None
    assert done.verdict.base == "StatefulSet"


def test_consequence_tells_what_a_choice_decides() -> None:
    found = consequence(SHOP, {}, "work", "task")
    assert (found.base, found.adds) == ("Job", ("Job",))
    assert found.rules_out == ("Deployment", "StatefulSet", "headless")
    assert found.spares == ("keeps", "copies", "spread", "habits")
    assert consequence(SHOP, {"keeps": "disk"}, "work", "task").sets_aside == ("keeps",)


def test_one_and_true_are_different_settings() -> None:
    table = {
        "questions": {"a": {"options": ["x", "y"]}, "b": {"options": ["x", "y"]}},
        "base": {"all": {"use": "P"}},
        "set": {"one": {"when": {"a": "x"}, "set": {"n": 1}}, "true": {"when": {"b": "x"}, "set": {"n": True}}},
    }
    found = consequence(compile_decision(decision(table)), {"a": "x"}, "b", "x")
    assert [(name, repr(value)) for name, value in found.settings] == [("n", "True")]


def test_an_option_that_only_decides_what_is_asked_is_settled_with_its_question() -> None:
    table = decision(
        {
            "questions": {
                "ticks": {"type": "many", "options": ["done", "b", "c"]},
                "early": {"options": ["x", "y"], "when": {"any": [{"late": ["x", "z"]}, {"ticks": ["b", "c"]}]}},
                "late": {"options": ["x", "y", "z"]},
            },
            "base": {"one": {"when": {"any": [{"ticks": "done"}, {"late": "y"}, {"early": "y"}]}, "use": "P"}},
        }
    )
    # With b or c ticked `early` comes before `late`, though neither changes the result.
    assert questions_asked(compile_decision(table)) == pytest.approx(Brute(table).remaining({}))


def test_rules_that_test_everything_crosswise_get_bounds_instead_of_a_count() -> None:
    names = [f"q{number}" for number in range(30)]
    pairs = [(names[one], names[(one * 7 + step * 11 + 1) % 30]) for one in range(30) for step in range(4)]
    warn = {f"w{number}": {"when": {one: "a", other: "b"}} for number, (one, other) in enumerate(pairs) if one != other}
    table = {
        "questions": {name: {"options": ["a", "b"]} for name in names},
        "base": {"all": {"use": "P"}},
        "warn": warn,
    }
    compiled = compile_decision(decision(table))
    found = evaluate(compiled, {})
    assert (found.next_question, found.remaining) == ("q0", (1, 30))
    late = dict.fromkeys(names[:-3], "a")
    fewest, most = evaluate(compiled, late).remaining
    assert 1 <= fewest <= most <= 3


def test_answers_the_table_does_not_know_are_ignored() -> None:
    assert evaluate(SHOP, {"gone": "x", "work": "robot", "needs": "wait"}).next_question == "work"
