"""Gaps, overlaps and dead rules, compared with brute force on random tables, and as messages for a small one."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tests.decision.brute import Brute, World
from tests.decision.proofs import (
    changed,
    faults_of,
    lines_of,
    many_examples,
    messages,
    proved,
    quoted,
    worlds_of,
)
from tests.decision.random_tables import tables


@many_examples
@given(st.data())
def test_every_gap_is_listed_with_as_few_answers_as_possible(data: st.DataObject) -> None:
    table = data.draw(tables())
    brute = Brute(table)

    def uncovered(world: World) -> bool:
        return not brute.result(world).base

    listed: list[World] = []
    for fault in faults_of(proved(table), "gap"):
        lines = lines_of(fault)
        worlds = worlds_of(brute, lines)
        assert worlds
        assert all(uncovered(world) for world in worlds)
        for line in lines:
            assert not all(uncovered(world) for world in worlds_of(brute, [each for each in lines if each != line]))
        listed += worlds
    assert all(world in listed for world in brute.worlds if uncovered(world))


@many_examples
@given(st.data())
def test_every_overlapping_pair_is_listed_in_a_largest_group(data: st.DataObject) -> None:
    table = data.draw(tables(rules=6))
    brute = Brute(table)
    together = {frozenset(r.id for r in brute.fired(world) if r.section == "base") for world in brute.worlds}
    pairs = {pair for group in together for pair in combinations(sorted(group), 2)}
    proof = proved(table)
    assert proof.counts["overlapping_pairs"] == len(pairs)
    listed = set()
    for fault in faults_of(proof, "overlap"):
        group = frozenset(quoted(fault.message.split(" apply: ")[0]))
        listed |= set(combinations(sorted(group), 2))
        assert not any(group < other for other in together)
        worlds = worlds_of(brute, lines_of(fault))
        assert worlds
        assert all(group <= {rule.id for rule in brute.fired(world)} for world in worlds)
    assert listed == pairs


@many_examples
@given(st.data())
def test_dead_rules_are_those_that_apply_to_no_answers(data: st.DataObject) -> None:
    table = data.draw(tables())
    brute = Brute(table)
    alive = {rule.key for world in brute.worlds for rule in brute.fired(world)}
    dead = {rule.id for rule in table.rules if rule.key not in alive}
    assert {quoted(fault.message)[0] for fault in faults_of(proved(table), "dead-rule")} == dead


def test_a_removed_rule_leaves_a_gap_reported_in_one_line() -> None:
    assert messages(changed(base={"at-most-one": None})) == ["no base rule applies: two_harm=yes"]


def test_options_that_are_all_gaps_are_reported_in_one_message() -> None:
    assert messages(changed(base={"disks": None})) == ["no base rule applies: keeps=own_disk or one_disk"]


def test_a_widened_rule_overlaps() -> None:
    proof = changed(base={"deployment": {"when": {"keeps": "nothing"}, "use": "Deployment"}})
    assert messages(proof) == ["base rules 'deployment' and 'at-most-one' both apply: two_harm=yes"]


def test_three_overlapping_rules_are_reported_in_one_message() -> None:
    extra = {"when": {"work": "task"}, "use": "Job"}
    assert messages(changed(base={"job2": extra, "job3": extra})) == [
        "base rules 'job', 'job2' and 'job3' all apply: work=task"
    ]


def test_a_group_of_overlapping_rules_grows_past_their_first_common_case() -> None:
    either = {"when": {"any": [{"work": "agent"}, {"work": "task"}]}, "use": "Job"}
    proof = changed(base={"agent": either, "job": either, "job2": {"when": {"work": "task"}, "use": "Job"}})
    (overlap,) = faults_of(proof, "overlap")
    assert overlap.message == "base rules 'agent', 'job' and 'job2' all apply: work=task"


def test_a_dead_rule_is_reported_with_the_conditions_that_exclude_each_other() -> None:
    proof = changed(add={"wrong": {"when": {"work": "task", "copies": "several"}, "use": "pdb"}})
    assert messages(proof) == ["add rule 'wrong' can never apply: work=task, copies=several never occurs"]
