"""Counts of the questions to come, compared with brute force on random tables, and on tables that are hard to count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decision.brute import Brute
from tests.decision.proofs import many_examples
from tests.decision.random_tables import tables
from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.evaluate import evaluate
from wizard.decision.prove import questions_asked


@many_examples
@given(st.data())
def test_the_mean_number_of_questions_equals_brute_force(data: st.DataObject) -> None:
    table = data.draw(tables(questions=3, rules=3, rivals=False))
    fewest, mean, most = Brute(table).remaining({})
    found = questions_asked(compile_decision(table))
    assert (found[0], found[2]) == (fewest, most)
    assert found[1] == pytest.approx(mean)


def test_an_option_that_only_decides_later_questions_is_settled_with_its_own() -> None:
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
    # With b or c ticked, `early` comes before `late`, though neither changes the result.
    assert questions_asked(compile_decision(table)) == pytest.approx(Brute(table).remaining({}))


def test_rules_that_combine_many_questions_get_bounds_instead_of_a_count() -> None:
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
