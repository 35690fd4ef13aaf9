"""Boxes of conditions, compared with brute force on random tables, and the comparison of many boxes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decision.brute import Brute, World
from tests.decision.proofs import many_examples
from tests.decision.random_tables import tables
from tests.decision.tables import decision
from wizard.decision.bits import bits
from wizard.decision.boxes import Box, Expander, meet
from wizard.decision.compile import compile_decision
from wizard.decision.compiled import Compiled
from wizard.decision.evaluate import evaluate
from wizard.decision.masks import Masks
from wizard.errors import CatalogError


def point_of(compiled: Compiled, brute: Brute, world: World) -> Box:
    """Return the box that contains one world and nothing else."""
    point = {}
    for variable in compiled.variables:
        key = (variable.question, variable.option)
        values = ("yes", "no") if variable.option else variable.values
        point[variable.level] = 1 << (values.index(world[key]) if brute.asked(world, key) else len(values))
    return point


@many_examples
@given(st.data())
def test_the_boxes_of_a_condition_contain_exactly_the_worlds_in_which_it_is_true(data: st.DataObject) -> None:
    table = data.draw(tables())
    compiled, brute = compile_decision(table), Brute(table)
    expander = Expander(compiled)
    boxes = {rule.key: expander.boxes(rule.when) for rule in table.rules}
    every = [box for each in boxes.values() for box in each]
    owners = [key for key, each in boxes.items() for _ in each]
    masks = Masks(every, compiled.variables)
    for world in brute.worlds:
        point = point_of(compiled, brute, world)
        held = {key for key, each in boxes.items() if any(meet(point, box) is not None for box in each)}
        assert held == {rule.key for rule in brute.fired(world)}
        assert held == {owners[index] for index in bits(masks.meeting(point))}


def test_a_condition_of_too_many_boxes_is_refused_only_by_the_prover() -> None:
    questions = {f"q{number}": {"options": ["x", "y"]} for number in range(40)}
    large = {"at_least": {"n": 12, "of": [{name: "x"} for name in questions]}}
    table = decision({"questions": questions, "base": {"one": {"when": large, "use": "P"}}})
    compiled = compile_decision(table)
    with pytest.raises(CatalogError, match="too large"):
        Expander(compiled).boxes(table.rules[0].when)
    assert evaluate(compiled, dict.fromkeys(questions, "x")).candidates.certain == ("P",)
