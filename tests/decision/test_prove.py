"""The prover against brute force on random tables, and its messages on small ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations, product
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.decision.brute import Brute, World
from tests.decision.random_tables import tables
from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.cover import covering, covering_within
from wizard.decision.evaluate import evaluate
from wizard.decision.gaps import Budget
from wizard.decision.model import Decision, Promise, Rule
from wizard.decision.prove import BUDGET, prove
from wizard.decision.results import Proof, QuestionState
from wizard.errors import Fault, Position

many_examples = settings(
    max_examples=120, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def proved(table: Decision) -> Proof:
    proof = prove(compile_decision(table), want=())
    assert proof.decided
    return proof


def of(proof: Proof, code: str) -> list[Fault]:
    return [fault for fault in proof.faults if fault.code == code]


def quoted(text: str) -> list[str]:
    return re.findall(r"'([^']*)'", text)


def fits(brute: Brute, world: World, line: str) -> bool:
    """Whether a world is one that a line of an example means."""
    if (without := re.fullmatch(r"(\w+) without (\w+)", line)) is not None:
        key = (without[1], without[2])
        return brute.asked(world, key) and world[key] == "no"
    name, values = line.split("=")
    if brute.decision.questions[name].many:
        return brute.asked(world, (name, values)) and world[name, values] == "yes"
    return brute.asked(world, (name, "")) and world[name, ""] in values.split(" or ")


def meant(brute: Brute, lines: Iterable[str]) -> list[World]:
    return [world for world in brute.worlds if all(fits(brute, world, line) for line in lines)]


def lines_of(fault: Fault) -> list[str]:
    told = fault.message.split(": ", 1)[1]
    return [] if told == "any answers" else told.split(", ")


@many_examples
@given(st.data())
def test_gaps_are_all_told_and_minimal(data: st.DataObject) -> None:
    table = data.draw(tables())
    brute = Brute(table)

    def uncovered(world: World) -> bool:
        return not brute.of(world).base

    told: list[World] = []
    for fault in of(proved(table), "gap"):
        lines = lines_of(fault)
        worlds = meant(brute, lines)
        assert worlds
        assert all(uncovered(world) for world in worlds)
        for line in lines:
            assert not all(uncovered(world) for world in meant(brute, [each for each in lines if each != line]))
        told += worlds
    assert all(world in told for world in brute.worlds if uncovered(world))


@many_examples
@given(st.data())
def test_overlaps_are_all_told_in_largest_groups(data: st.DataObject) -> None:
    table = data.draw(tables(rules=6))
    brute = Brute(table)
    together = {frozenset(r.id for r in brute.fired(world) if r.section == "base") for world in brute.worlds}
    pairs = {pair for group in together for pair in combinations(sorted(group), 2)}
    proof = proved(table)
    assert proof.counts["overlapping_pairs"] == len(pairs)
    told = set()
    for fault in of(proof, "overlap"):
        group = frozenset(quoted(fault.message.split(" fit: ")[0]))
        told |= set(combinations(sorted(group), 2))
        assert not any(group < other for other in together)
        worlds = meant(brute, lines_of(fault))
        assert worlds
        assert all(group <= {rule.id for rule in brute.fired(world)} for world in worlds)
    assert told == pairs


@many_examples
@given(st.data())
def test_dead_rules_questions_and_options(data: st.DataObject) -> None:
    table = data.draw(tables())
    brute = Brute(table)
    proof = proved(table)
    alive = {rule.key for world in brute.worlds for rule in brute.fired(world)}
    dead = {rule for rule in table.rules if rule.key not in alive}
    assert {quoted(fault.message)[0] for fault in of(proof, "dead-rule")} == {rule.id for rule in dead}
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
    assert {quoted(fault.message)[0] for fault in of(proof, "dead-question")} == useless
    assert {tuple(reversed(quoted(fault.message)))[:2] for fault in of(proof, "dead-option")} == hidden
    ticks = [fault for fault in of(proof, "unused-option") if fault.message.startswith("ticking")]
    assert {tuple(reversed(quoted(fault.message)))[:2] for fault in ticks} == alike


@many_examples
@given(st.data())
def test_settings_that_disagree_and_promises_that_break(data: st.DataObject) -> None:
    table = data.draw(tables(rules=4))
    promises = (Promise("A", ("x", "B"), Position("t")), Promise("x", ("?",), Position("t")))
    table = Decision(
        table.id, table.version, table.questions, table.facts, table.rules, ("A", "B", "C", "x", "y"), promises
    )
    brute = Brute(table)
    disagree, broken = set(), set()
    for world in brute.worlds:
        fired = brute.fired(world)
        disagree |= {(*sorted((a.id, b.id)), name) for a, b in combinations(fired, 2) for name in clash(a, b)}
        used = {rule.use for rule in fired if rule.use}
        broken |= {("A", other) for other in used & {"x", "B"} if "A" in used}
        broken |= {("x", other) for other in used - {"x"} if "x" in used}
    proof = proved(table)
    found = set()
    for fault in of(proof, "set-disagrees"):
        one, other, name = quoted(fault.message)
        found.add((*sorted((one, other)), name))
        worlds = meant(brute, lines_of(fault))
        assert worlds
        assert all({one, other} <= {rule.id for rule in brute.fired(world)} for world in worlds)
    assert found == disagree
    assert {tuple(quoted(fault.message)) for fault in of(proof, "promise-broken")} == broken


def clash(one: Rule, other: Rule) -> list[str]:
    there = dict(other.settings)
    return [name for name, value in one.settings if name in there and there[name] != value]


@many_examples
@given(st.data())
def test_answer_sets_are_counted_and_covered(data: st.DataObject) -> None:
    table = data.draw(tables())
    brute = Brute(table)
    compiled = compile_decision(table)
    proof = prove(compiled)
    assert proof.answer_sets == len(brute.reachable())
    pairs = {pair for world in brute.worlds for pair in together(brute, world)}
    shown = set()
    for answers in proof.covering:
        found = evaluate(compiled, answers)
        assert found.verdict is not None
        asked = {name for name, state in found.questions.items() if state is QuestionState.ANSWERED}
        assert asked == set(answers)
        (result,) = {brute.of(world) for world in brute.completions(answers)}
        assert result.add == set(found.verdict.add)
        shown |= together(brute, brute.completions(answers)[0])
    assert shown == pairs
    errors = {rule.key for rule in table.rules if rule.level == "error"}
    clear = {pair for world in brute.worlds for pair in together(brute, world) if not errors & fired(brute, world)}
    worlds = [brute.completions(answers)[0] for answers in proof.covering]
    assert {pair for world in worlds for pair in together(brute, world) if not errors & fired(brute, world)} == clear
    assert prove(compiled) == proof


@many_examples
@given(st.data())
def test_a_table_too_large_for_functions_is_judged_the_same(data: st.DataObject) -> None:
    table = data.draw(tables())
    compiled = compile_decision(table)
    with patch("wizard.decision.prove.is_large", return_value=True):
        large = prove(compiled, want=())
    assert large.decided
    assert large.faults == proved(table).faults


@many_examples
@given(st.data())
def test_a_large_table_is_covered_by_what_its_rules_put_out(data: st.DataObject) -> None:
    table = data.draw(tables())
    brute = Brute(table)
    compiled = compile_decision(table)
    with patch("wizard.decision.cover.MANY_RULES", 0):
        cover = covering_within(compiled, Budget(BUDGET))
    assert cover.complete and cover.of_rules == (not table.rules)
    shown = {pair for answers in cover.sets for pair in outputs(brute, brute.completions(answers)[0])}
    assert shown == {pair for world in brute.worlds for pair in outputs(brute, world)}


def outputs(brute: Brute, world: World) -> set[tuple[object, object]]:
    """Every two things that the rules put out together."""
    each: set[object] = set()
    for rule in brute.fired(world):
        if rule.section == "set":
            each.update((name, value, type(value)) for name, value in rule.settings)
        else:
            each.add((rule.section, rule.use or rule.id))
    return {(one, other) for one in each for other in each}


def together(brute: Brute, world: World) -> set[tuple[str, str]]:
    keys = fired(brute, world)
    return {(one, other) for one in keys for other in keys}


def fired(brute: Brute, world: World) -> set[str]:
    return {rule.key for rule in brute.fired(world)}


# --- messages ------------------------------------------------------------------------------------

SERVICE: dict[str, Any] = {
    "questions": {
        "work": {"options": ["server", "agent", "task"]},
        "keeps": {"options": ["nothing", "own_disk", "one_disk"], "when": {"work": "server"}},
        "copies": {"options": ["one", "several"], "when": {"keeps": ["nothing", "own_disk"]}},
        "two_harm": {"options": ["no", "yes"], "when": {"keeps": "nothing", "copies": "one"}},
    },
    "base": {
        "deployment": {"when": {"keeps": "nothing", "not": {"two_harm": "yes"}}, "use": "Deployment"},
        "at-most-one": {"when": {"two_harm": "yes"}, "use": "StatefulSet"},
        "disks": {"when": {"keeps": ["own_disk", "one_disk"]}, "use": "StatefulSet"},
        "agent": {"when": {"work": "agent"}, "use": "DaemonSet"},
        "job": {"when": {"work": "task"}, "use": "Job"},
    },
    "add": {"pdb": {"when": {"copies": "several"}, "use": "pdb"}},
    "warn": {"few": {"when": {"keeps": "one_disk"}}},
    "never": [{"use": "Job", "with": ["pdb", "Daemon*"]}],
}


def changed(**sections: Any) -> Proof:
    """The proof of the service table with some entries replaced; ``None`` removes one."""
    raw = {name: dict(body) if isinstance(body, dict) else body for name, body in SERVICE.items()}
    for section, entries in sections.items():
        if isinstance(entries, list):
            raw[section] = entries
            continue
        merged = {**raw.get(section, {}), **entries}
        raw[section] = {name: body for name, body in merged.items() if body is not None}
    return proved(decision(raw))


def messages(proof: Proof) -> list[str]:
    return [fault.message for fault in proof.faults if fault.level != "note"]


def test_a_sound_table_has_no_faults() -> None:
    assert messages(changed()) == []


def test_a_dropped_rule_leaves_a_gap_in_one_line() -> None:
    assert messages(changed(base={"at-most-one": None})) == ["no base rule fits: two_harm=yes"]


def test_options_that_are_all_gaps_are_one_message() -> None:
    assert messages(changed(base={"disks": None})) == ["no base rule fits: keeps=own_disk or one_disk"]


def test_a_widened_rule_overlaps() -> None:
    proof = changed(base={"deployment": {"when": {"keeps": "nothing"}, "use": "Deployment"}})
    assert messages(proof) == ["base rules 'deployment' and 'at-most-one' both fit: two_harm=yes"]


def test_three_rules_that_meet_are_one_message() -> None:
    extra = {"when": {"work": "task"}, "use": "Job"}
    assert messages(changed(base={"job2": extra, "job3": extra})) == [
        "base rules 'job', 'job2' and 'job3' all fit: work=task"
    ]


def test_a_rule_against_a_condition_is_dead_and_says_why() -> None:
    proof = changed(add={"wrong": {"when": {"work": "task", "copies": "several"}, "use": "pdb"}})
    assert messages(proof) == ["add rule 'wrong' can never apply: work=task, copies=several never occurs"]


def test_a_broken_promise_has_an_example() -> None:
    proof = changed(add={"wide": {"when": {"not": {"copies": "one"}}, "use": "pdb"}})
    assert messages(proof) == ["'Job' meets 'pdb', which a promise excludes: work=task"]


def test_settings_that_disagree_name_both_values() -> None:
    both = {
        "several": {"when": {"copies": "several"}, "set": {"scale": "fixed"}},
        "disks": {"when": {"keeps": "own_disk"}, "set": {"scale": None}},
    }
    assert messages(changed(set=both)) == [
        "set rules 'several' and 'disks' disagree on 'scale' (fixed or null): keeps=own_disk, copies=several"
    ]


def test_questions_and_options_that_do_nothing() -> None:
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
        "option 'hidden' of 'ticks' is never on offer: its condition never holds",
        "options 'light' and 'other' of 'shades' always give the same result",
    ]


def test_options_named_in_one_breath_may_be_alike() -> None:
    shades = {"shades": {"options": ["dark", "light", "other"]}}
    assert messages(changed(questions=shades, warn={"shades": {"when": {"shades": ["light", "other"]}}})) == []


def test_an_option_that_hangs_on_a_later_question_is_told() -> None:
    extra = {
        "ticks": {"type": "many", "options": {"a": "", "b": {"when": {"last": "x"}}}},
        "last": {"options": ["x", "y"]},
    }
    warns = {"a": {"when": {"ticks": "a"}}, "b": {"when": {"ticks": "b"}}}
    assert [fault.code for fault in changed(questions=extra, warn=warns).faults if fault.level != "note"] == [
        "late-option"
    ]


def test_patterns_must_be_declared_and_used() -> None:
    proof = proved(decision({**SERVICE, "patterns": ["Deployment", "StatefulSet", "DaemonSet", "Job", "hpa"]}))
    assert messages(proof) == [
        "add rule 'pdb' uses the pattern 'pdb', which is not declared",
        "a promise names 'pdb', but no pattern is called that",
        "no rule uses the pattern 'hpa'",
    ]


def test_not_on_an_unasked_question_is_one_note_for_each_question() -> None:
    (note,) = [fault for fault in changed().faults if fault.level == "note"]
    assert note.message == "'not' on 'two_harm' also holds where it is not asked: base:deployment"


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        ({"answers": {"work": "task"}, "base": "Job"}, None),
        ({"answers": {"work": "task"}, "base": "DaemonSet"}, "gives the base 'Job', not 'DaemonSet'"),
        ({"answers": {"work": "server"}, "base": "Job"}, "is not complete: 'keeps' must be answered"),
        (
            {"answers": {"work": "server", "keeps": "own_disk", "copies": "several"}, "base": "StatefulSet"},
            "adds 'pdb', which it does not tell",
        ),
        ({"answers": {"work": "task"}, "base": "Job", "add": ["pdb"]}, "does not add 'pdb', which it tells"),
        (
            {"answers": {"work": "server", "keeps": "one_disk"}, "base": "StatefulSet", "warn": []},
            "warns of 'few', which it does not tell",
        ),
        ({"answers": {"work": "task"}, "base": "Job", "set": {"scale": 1}}, "sets scale to nothing, not 1"),
    ],
)
def test_examples_are_run(example: dict[str, Any], problem: str | None) -> None:
    proof = proved(decision({**SERVICE, "examples": {"one": example}}))
    assert messages(proof) == ([] if problem is None else [f"example 'one' {problem}"])


def leaves(count: int, *, used: int, **sections: Any) -> Decision:
    """A rule for each way to answer ``count`` yes/no questions, whose pattern hangs on the first ``used`` of them."""
    names = [f"q{number}" for number in range(count)]
    base = {
        f"r{number}": {"when": dict(zip(names, answers, strict=True)), "use": f"P{(number >> (count - used)) % 3}"}
        for number, answers in enumerate(product("ab", repeat=count))
    }
    return decision({"questions": {name: {"options": ["a", "b"]} for name in names}, "base": base, **sections})


def test_examples_of_a_large_table_are_run() -> None:
    answers = dict.fromkeys([f"q{number}" for number in range(9)], "a")
    short = {name: answer for name, answer in answers.items() if name != "q8"}
    examples = {
        "good": {"answers": answers, "base": "P0"},
        "bad": {"answers": answers, "base": "P1"},
        "short": {"answers": short, "base": "P0"},
    }
    assert messages(proved(leaves(9, used=9, examples=examples))) == [
        "example 'bad' gives the base 'P0', not 'P1'",
        "example 'short' is not complete: 'q8' must be answered",
    ]


def test_a_question_of_a_large_table_that_never_matters_is_told() -> None:
    assert messages(proved(leaves(9, used=8))) == ["no answer to 'q8' ever changes the result"]


def test_the_extras_are_no_part_of_the_proof_of_a_large_table() -> None:
    proof = prove(compile_decision(leaves(9, used=9)))
    assert (proof.decided, proof.faults, proof.covering, proof.questions_asked) == (True, (), (), None)
    assert prove(compile_decision(leaves(4, used=4))).questions_asked == (4, 4.0, 4)


def test_a_spent_budget_is_not_a_proof() -> None:
    proof = prove(compile_decision(decision(SERVICE)), budget=3)
    assert not proof.decided
    assert "not decided within the work budget: gaps" in [fault.message for fault in proof.faults]


def test_a_table_with_too_many_faults_tells_the_first_and_counts_the_rest() -> None:
    rules = {f"r{number}": {"when": {"work": "task", "keeps": "nothing"}, "use": "Job"} for number in range(60)}
    dead = of(changed(base=rules), "dead-rule")
    assert len(dead) == 51
    assert dead[-1].message == "10 more like these are not listed"


def test_every_fault_has_a_position() -> None:
    proof = changed(base={"job": None}, add={"dead": {"when": {"work": "task", "keeps": "nothing"}, "use": "pdb"}})
    assert all(fault.position.line for fault in proof.faults)


def test_a_covering_set_that_the_budget_does_not_reach_is_not_complete() -> None:
    compiled = compile_decision(decision(SERVICE))
    whole = covering_within(compiled, Budget(BUDGET))
    assert (whole.sets, whole.of_rules, whole.complete) == (covering(compiled), True, True)
    part = covering_within(compiled, Budget(5))
    assert not part.complete and len(part.sets) < len(whole.sets)
