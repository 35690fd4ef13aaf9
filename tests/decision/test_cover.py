"""Covering answer sets, compared with brute force on random tables."""

from __future__ import annotations

from collections.abc import Iterable
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from tests.decision.brute import Brute, World
from tests.decision.proofs import many_examples
from tests.decision.random_tables import tables
from wizard.decision.compile import compile_decision
from wizard.decision.cover import covering
from wizard.decision.evaluate import evaluate
from wizard.decision.results import QuestionState


def pairs(groups: Iterable[frozenset[str]]) -> set[tuple[str, str]]:
    return {(one, other) for group in set(groups) for one in group for other in group}


@many_examples
@given(st.data())
def test_covering_answer_sets_are_complete_and_contain_every_compatible_pair_of_rules(data: st.DataObject) -> None:
    table = data.draw(tables())
    brute = Brute(table)
    compiled = compile_decision(table)
    sets = covering(compiled).sets
    shown = []
    for answers in sets:
        found = evaluate(compiled, answers)
        assert found.verdict is not None
        asked = {name for name, state in found.questions.items() if state is QuestionState.ANSWERED}
        assert asked == set(answers)
        worlds = brute.completions(answers)
        (result,) = {brute.result(world) for world in worlds}
        assert result.add == set(found.verdict.add)
        shown.append(frozenset(rule.key for rule in brute.fired(worlds[0])))
    reachable = {frozenset(rule.key for rule in brute.fired(world)) for world in brute.worlds}
    assert pairs(shown) == pairs(reachable)
    errors = {rule.key for rule in table.rules if rule.level == "error"}
    assert pairs(each for each in shown if not errors & each) == pairs(each for each in reachable if not errors & each)
    assert covering(compile_decision(table)).sets == sets


def outputs(brute: Brute, world: World) -> set[tuple[object, object]]:
    """Return every pair of outputs that the rules produce in a world."""
    each: set[object] = set()
    for rule in brute.fired(world):
        if rule.section == "set":
            each.update((name, value, type(value)) for name, value in rule.settings)
        else:
            each.add((rule.section, rule.use or rule.id))
    return {(one, other) for one in each for other in each}


@many_examples
@given(st.data())
def test_a_large_table_is_covered_by_pairs_of_outputs(data: st.DataObject) -> None:
    table = data.draw(tables())
    brute = Brute(table)
    compiled = compile_decision(table)
    with patch("wizard.decision.cover.MANY_RULES", 0):
        cover = covering(compiled)
    assert cover.complete and cover.of_rules == (not table.rules)
    shown = {pair for answers in cover.sets for pair in outputs(brute, brute.completions(answers)[0])}
    assert shown == {pair for world in brute.worlds for pair in outputs(brute, world)}
