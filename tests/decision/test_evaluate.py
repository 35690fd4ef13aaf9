"""Evaluation, compared with brute force on random tables, and on a small readable table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.decision.brute import Brute
from tests.decision.proofs import many_examples
from tests.decision.random_tables import answered, tables
from tests.decision.shop import SHOP
from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.evaluate import consequence, evaluate
from wizard.decision.model import Answers
from wizard.decision.results import QuestionState


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
    results = {brute.result(world) for world in brute.completions(answers)}
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
def test_a_consequence_is_the_difference_of_two_evaluations(data: st.DataObject) -> None:
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
    following = {name for name, state in now.questions.items() if state is QuestionState.NEXT}
    assert set(found.opens) == {name for name in following if was.questions[name] is not QuestionState.NEXT}
    waiting = (QuestionState.NEXT, QuestionState.LATER)
    over = (QuestionState.SETTLED, QuestionState.UNASKED)
    assert set(found.needless) == {
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
    """Return the questions that are asked if these answers are given one by one."""
    given: dict[str, str | tuple[str, ...]] = {}
    asked = []
    while (question := evaluate(SHOP, given).next_question) is not None:
        asked.append(question)
        given[question] = answers[question]
    return asked


def test_questions_are_asked_in_the_authors_order_and_only_while_they_matter() -> None:
    assert walk({"work": "task", "needs": ()}) == ["work", "needs"]
    server: Answers = {"work": "server", "keeps": "nothing", "copies": "several", "needs": ("held",), "habits": ()}
    assert walk({**server, "spread": "no"}) == ["work", "keeps", "copies", "needs", "spread", "habits"]


def test_the_remaining_range_counts_questions_not_options() -> None:
    assert evaluate(SHOP, {}).remaining == (2, 6)
    assert evaluate(SHOP, {"work": "task"}).remaining == (1, 1)


def test_an_option_that_is_not_offered_is_hidden() -> None:
    found = evaluate(SHOP, {"work": "server", "keeps": "nothing", "copies": "one"})
    assert found.relevant_options["needs"] == ("secrets", "wait")


def test_an_answer_to_a_question_no_longer_asked_is_set_aside_and_restored() -> None:
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


def test_only_base_counts_only_questions_that_can_change_the_workload() -> None:
    found = evaluate(SHOP, {"work": "server"}, only_base=True)
    assert (found.next_question, found.remaining) == ("keeps", (1, 1))
    done = evaluate(SHOP, {"work": "server", "keeps": "disk"}, only_base=True)
    assert done.verdict is not None
    assert done.verdict.base == "StatefulSet"


def test_a_consequence_shows_what_an_answer_decides() -> None:
    found = consequence(SHOP, {}, "work", "task")
    assert (found.base, found.adds) == ("Job", ("Job",))
    assert found.rules_out == ("Deployment", "StatefulSet", "headless")
    assert found.needless == ("keeps", "copies", "spread", "habits")
    assert consequence(SHOP, {"keeps": "disk"}, "work", "task").sets_aside == ("keeps",)


def test_one_and_true_are_different_settings() -> None:
    table = {
        "questions": {"a": {"options": ["x", "y"]}, "b": {"options": ["x", "y"]}},
        "base": {"all": {"use": "P"}},
        "set": {"one": {"when": {"a": "x"}, "set": {"n": 1}}, "true": {"when": {"b": "x"}, "set": {"n": True}}},
    }
    found = consequence(compile_decision(decision(table)), {"a": "x"}, "b", "x")
    assert [(name, repr(value)) for name, value in found.settings] == [("n", "True")]


def test_answers_unknown_to_the_table_are_ignored() -> None:
    assert evaluate(SHOP, {"gone": "x", "work": "robot", "needs": "wait"}).next_question == "work"
