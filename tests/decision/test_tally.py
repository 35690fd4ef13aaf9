"""The number of answer sets, compared with brute force on random tables."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.decision.brute import Brute
from tests.decision.proofs import many_examples, proved
from tests.decision.random_tables import tables
from tests.decision.tables import decision


@many_examples
@given(st.data())
def test_answer_sets_are_counted_exactly(data: st.DataObject) -> None:
    table = data.draw(tables())
    assert proved(table).answer_sets == len(Brute(table).reachable())


def test_questions_without_a_common_condition_are_counted_separately() -> None:
    gates = {f"a{number}": {"options": ["x", "y"]} for number in range(40)}
    details = {f"b{number}": {"options": ["x", "y"], "when": {f"a{number}": "y"}} for number in range(40)}
    table = decision({"questions": {**gates, **details}, "base": {"all": {"use": "P"}}})
    assert proved(table).answer_sets == 3**40
