"""Unused questions and options, compared with brute force on random tables, and as messages for a small one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.decision.brute import Brute
from tests.decision.proofs import changed, faults_of, leaves, many_examples, messages, proved, quoted
from tests.decision.random_tables import tables
from tests.decision.tables import decision
from wizard.decision.budget import STEPS, Budget
from wizard.decision.compile import compile_decision
from wizard.decision.reach import Reach
from wizard.decision.trials import tried


@many_examples
@given(st.data())
def test_questions_and_options_are_unused_if_no_answer_changes_the_result(data: st.DataObject) -> None:
    table = data.draw(tables())
    brute = Brute(table)
    proof = proved(table)
    useless, hidden, alike = set(), set(), set()
    for question in table.questions.values():
        keys = brute.keys(question)
        offered = [key for key in keys if any(brute.asked(world, key) for world in brute.worlds)]
        needed = [key for key in keys if brute.matters({}, key)]
        if not needed:
            useless.add(question.id)
            continue
        if question.many:
            hidden |= {(question.id, key[1]) for key in keys if key not in offered}
            alike |= {(question.id, key[1]) for key in offered if key not in needed}
    assert {quoted(fault.message)[0] for fault in faults_of(proof, "dead-question")} == useless
    assert {tuple(reversed(quoted(fault.message)))[:2] for fault in faults_of(proof, "dead-option")} == hidden
    ticks = [fault for fault in faults_of(proof, "unused-option") if fault.message.startswith("ticking")]
    assert {tuple(reversed(quoted(fault.message)))[:2] for fault in ticks} == alike


def test_questions_and_options_without_effect_are_listed() -> None:
    extra = {
        "never": {"options": ["a", "b"], "when": {"work": "task", "keeps": "nothing"}},
        "idle": {"options": ["a", "b"]},
        "ticks": {"type": "many", "options": {"used": "", "idle": "", "hidden": {"when": {"never": "a"}}}},
        "shades": {"options": ["dark", "light", "other"]},
    }
    warns = {"ticks": {"when": {"ticks": "used"}}, "shades": {"when": {"shades": "dark"}}}
    assert messages(changed(questions=extra, warn=warns)) == [
        "'never' is never asked: its condition never holds",
        "no answer to 'idle' ever changes the result",
        "ticking option 'idle' of 'ticks' never changes the result",
        "option 'hidden' of 'ticks' is never offered: its condition never holds",
        "options 'light' and 'other' of 'shades' always lead to the same result",
    ]


def test_options_listed_together_in_one_condition_may_give_the_same_result() -> None:
    shades = {"shades": {"options": ["dark", "light", "other"]}}
    assert messages(changed(questions=shades, warn={"shades": {"when": {"shades": ["light", "other"]}}})) == []


def test_an_option_that_depends_on_a_later_question_is_a_warning() -> None:
    extra = {
        "ticks": {"type": "many", "options": {"a": "", "b": {"when": {"last": "x"}}}},
        "last": {"options": ["x", "y"]},
    }
    warns = {"a": {"when": {"ticks": "a"}}, "b": {"when": {"ticks": "b"}}}
    assert [fault.code for fault in changed(questions=extra, warn=warns).faults if fault.level != "note"] == [
        "late-option"
    ]


def test_a_not_that_holds_for_an_unasked_question_is_one_note_per_question() -> None:
    (note,) = [fault for fault in changed().faults if fault.level == "note"]
    assert note.message == "'not' on 'two_harm' also holds where it is not asked: base:deployment"


def test_an_unused_question_of_a_large_table_is_listed() -> None:
    assert messages(proved(leaves(9, used=8))) == ["no answer to 'q8' ever changes the result"]


def test_trying_the_answers_of_a_question_with_thousands_of_options_finishes() -> None:
    options = [f"o{number}" for number in range(2_000)]
    base = {option: {"when": {"q": option}, "use": f"P{number}"} for number, option in enumerate(options)}
    compiled = compile_decision(decision({"questions": {"q": {"options": options}}, "base": base}))
    # comparing every pair of options for every rule would take minutes
    assert tried(Reach(compiled, limit=0), Budget(STEPS)) == {0: [tuple(range(2_000))]}
