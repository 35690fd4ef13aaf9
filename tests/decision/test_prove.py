"""The prover as a whole: valid tables, large tables, budgets and long lists of faults."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from tests.decision.proofs import SERVICE, changed, faults_of, leaves, many_examples, messages, proved
from tests.decision.random_tables import tables
from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.prove import prove


@many_examples
@given(st.data())
def test_a_table_too_large_for_functions_has_the_same_faults(data: st.DataObject) -> None:
    table = data.draw(tables())
    with patch("wizard.decision.prove.is_large", return_value=True):
        large = prove(compile_decision(table), stats=False)
    assert large.decided
    assert large.faults == proved(table).faults


@many_examples
@given(st.data())
def test_a_proof_is_deterministic(data: st.DataObject) -> None:
    compiled = compile_decision(data.draw(tables()))
    assert prove(compiled) == prove(compiled)


def test_a_valid_table_has_no_faults() -> None:
    assert messages(changed()) == []


def test_the_number_of_questions_is_not_part_of_the_proof_of_a_large_table() -> None:
    proof = prove(compile_decision(leaves(9, used=9)))
    assert (proof.decided, proof.faults, proof.questions_asked) == (True, (), None)
    assert prove(compile_decision(leaves(4, used=4))).questions_asked == (4, 4.0, 4)


def test_a_table_is_unproven_when_the_budget_runs_out() -> None:
    proof = prove(compile_decision(decision(SERVICE)), budget=3)
    assert not proof.decided
    assert "not decided within the work budget: gaps" in [fault.message for fault in proof.faults]


def test_a_table_with_too_many_faults_lists_the_first_ones_and_counts_the_others() -> None:
    rules = {f"r{number}": {"when": {"work": "task", "keeps": "nothing"}, "use": "Job"} for number in range(60)}
    dead = faults_of(changed(base=rules), "dead-rule")
    assert len(dead) == 51
    assert dead[-1].message == "10 more faults like these are not shown"


def test_every_fault_has_a_position() -> None:
    proof = changed(base={"job": None}, add={"dead": {"when": {"work": "task", "keeps": "nothing"}, "use": "pdb"}})
    assert all(fault.position.line for fault in proof.faults)
