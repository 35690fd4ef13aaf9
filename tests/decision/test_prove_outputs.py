"""Conflicting settings, broken promises, patterns and examples, compared with brute force and as messages."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decision.brute import Brute
from tests.decision.proofs import (
    SERVICE,
    changed,
    faults_of,
    leaves,
    lines_of,
    many_examples,
    messages,
    proved,
    quoted,
    worlds_of,
)
from tests.decision.random_tables import tables
from tests.decision.tables import decision
from wizard.decision.model import Promise, Rule
from wizard.errors import Position


@many_examples
@given(st.data())
def test_all_conflicting_settings_and_broken_promises_are_listed(data: st.DataObject) -> None:
    promises = (Promise("A", ("x", "B"), Position("t")), Promise("x", ("?",), Position("t")))
    table = data.draw(tables(rules=4))._replace(promises=promises)
    brute = Brute(table)
    disagree, broken = set(), set()
    for fired in {brute.fired(world) for world in brute.worlds}:
        disagree |= {(*sorted((a.id, b.id)), name) for a, b in combinations(fired, 2) for name in clash(a, b)}
        used = {rule.use for rule in fired if rule.use}
        broken |= {("A", other) for other in used & {"x", "B"} if "A" in used}
        broken |= {("x", other) for other in used - {"x"} if "x" in used}
    proof = proved(table)
    found = set()
    for fault in faults_of(proof, "set-disagrees"):
        one, other, name = quoted(fault.message)
        found.add((*sorted((one, other)), name))
        worlds = worlds_of(brute, lines_of(fault))
        assert worlds
        assert all({one, other} <= {rule.id for rule in brute.fired(world)} for world in worlds)
    assert found == disagree
    assert {tuple(quoted(fault.message)) for fault in faults_of(proof, "promise-broken")} == broken


def clash(one: Rule, other: Rule) -> list[str]:
    there = dict(other.settings)
    return [name for name, value in one.settings if name in there and there[name] != value]


def test_a_broken_promise_is_reported_with_an_example() -> None:
    proof = changed(add={"wide": {"when": {"not": {"copies": "one"}}, "use": "pdb"}})
    assert messages(proof) == ["'Job' occurs with 'pdb', which a promise excludes: work=task"]


def test_conflicting_settings_are_reported_with_both_values() -> None:
    both = {
        "several": {"when": {"copies": "several"}, "set": {"scale": "fixed"}},
        "disks": {"when": {"keeps": "own_disk"}, "set": {"scale": None}},
    }
    assert messages(changed(set=both)) == [
        "set rules 'several' and 'disks' disagree on 'scale' (fixed or null): keeps=own_disk, copies=several"
    ]


def test_patterns_must_be_declared_and_used() -> None:
    proof = proved(decision({**SERVICE, "patterns": ["Deployment", "StatefulSet", "DaemonSet", "Job", "hpa"]}))
    assert messages(proof) == [
        "add rule 'pdb' uses the pattern 'pdb', which is not declared",
        "a promise names 'pdb', but no pattern has that name",
        "no rule uses the pattern 'hpa'",
    ]


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        ({"answers": {"work": "task"}, "base": "Job"}, None),
        ({"answers": {"work": "task"}, "base": "DaemonSet"}, "results in the base 'Job', not 'DaemonSet'"),
        ({"answers": {"work": "server"}, "base": "Job"}, "is not complete: 'keeps' must be answered"),
        (
            {"answers": {"work": "server", "keeps": "own_disk", "copies": "several"}, "base": "StatefulSet"},
            "adds 'pdb', which it does not expect",
        ),
        ({"answers": {"work": "task"}, "base": "Job", "add": ["pdb"]}, "does not add 'pdb', which it expects"),
        (
            {"answers": {"work": "server", "keeps": "one_disk"}, "base": "StatefulSet", "warn": []},
            "warns of 'few', which it does not expect",
        ),
        ({"answers": {"work": "task"}, "base": "Job", "set": {"scale": 1}}, "sets scale to nothing, not 1"),
        (
            {"answers": {"work": "task", "keeps": "nothing"}, "base": "Job"},
            "answers 'keeps', which its other answers make irrelevant",
        ),
    ],
)
def test_an_example_must_be_complete_and_have_the_expected_verdict(
    example: dict[str, Any], problem: str | None
) -> None:
    proof = proved(decision({**SERVICE, "examples": {"one": example}}))
    assert messages(proof) == ([] if problem is None else [f"example 'one' {problem}"])


def test_examples_of_a_large_table_are_run() -> None:
    answers = dict.fromkeys([f"q{number}" for number in range(9)], "a")
    short = {name: answer for name, answer in answers.items() if name != "q8"}
    examples = {
        "good": {"answers": answers, "base": "P0"},
        "bad": {"answers": answers, "base": "P1"},
        "short": {"answers": short, "base": "P0"},
    }
    assert messages(proved(leaves(9, used=9, examples=examples))) == [
        "example 'bad' results in the base 'P0', not 'P1'",
        "example 'short' is not complete: 'q8' must be answered",
    ]


def test_rules_that_apply_together_must_allow_the_same_implementations() -> None:
    one = {"when": {"copies": "several"}, "use": "pdb", "implementation": ["a", "b"]}
    disks = {"when": {"keeps": "own_disk"}, "use": "pdb", "implementation": ["b", "a"]}
    (message,) = messages(changed(add={"pdb": one, "disks": disks}))
    assert message == (
        "rules 'pdb' and 'disks' disagree on the implementation of 'pdb' (a or b; b or a): "
        "keeps=own_disk, copies=several"
    )
    assert messages(changed(add={"pdb": one, "disks": {**disks, "implementation": ["a", "b"]}})) == []
    apart = {**disks, "when": {"keeps": "one_disk"}}
    assert messages(changed(add={"pdb": one, "disks": apart})) == []


def test_a_promise_about_a_family_keeps_its_members_apart() -> None:
    proxies = {
        "pdb": {"when": {"copies": "several"}, "use": "proxy.one"},
        "two": {"when": {"keeps": "own_disk"}, "use": "proxy.two"},
    }
    kept = [{"use": "proxy.*", "with": ["proxy.*", "Job"]}]
    assert messages(changed(add=proxies, never=kept)) == [
        "'proxy.one' occurs with 'proxy.two', which a promise excludes: keeps=own_disk, copies=several"
    ]
