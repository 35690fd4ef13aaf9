"""Helpers for the tests of the prover: proofs of small tables, and the answers that a message names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from typing import Any

from hypothesis import HealthCheck, settings

from tests.decision.brute import Brute, World
from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.model import Decision
from wizard.decision.prove import prove
from wizard.decision.results import Proof
from wizard.errors import Fault

many_examples = settings(
    max_examples=120, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def proved(table: Decision) -> Proof:
    proof = prove(compile_decision(table), stats=False)
    assert proof.decided
    return proof


def faults_of(proof: Proof, code: str) -> list[Fault]:
    return [fault for fault in proof.faults if fault.code == code]


def messages(proof: Proof) -> list[str]:
    return [fault.message for fault in proof.faults if fault.level != "note"]


def quoted(text: str) -> list[str]:
    return re.findall(r"'([^']*)'", text)


def lines_of(fault: Fault) -> list[str]:
    """Return the answers that a message names, such as ``keeps=nothing or one_disk``."""
    named = fault.message.split(": ", 1)[1]
    return [] if named == "any answers" else named.split(", ")


def worlds_of(brute: Brute, lines: Iterable[str]) -> list[World]:
    """Return the worlds that the lines of an example describe."""
    return [world for world in brute.worlds if all(_is_named(brute, world, line) for line in lines)]


def _is_named(brute: Brute, world: World, line: str) -> bool:
    if (without := re.fullmatch(r"(\w+) without (\w+)", line)) is not None:
        key = (without[1], without[2])
        return brute.asked(world, key) and world[key] == "no"
    name, values = line.split("=")
    if brute.decision.questions[name].many:
        return brute.asked(world, (name, values)) and world[name, values] == "yes"
    return brute.asked(world, (name, "")) and world[name, ""] in values.split(" or ")


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
"""A small table without faults."""


def changed(**sections: Any) -> Proof:
    """Prove the service table with some entries replaced; ``None`` removes one."""
    raw = {name: dict(body) if isinstance(body, dict) else body for name, body in SERVICE.items()}
    for section, entries in sections.items():
        if isinstance(entries, list):
            raw[section] = entries
            continue
        merged = {**raw.get(section, {}), **entries}
        raw[section] = {name: body for name, body in merged.items() if body is not None}
    return proved(decision(raw))


def leaves(count: int, *, used: int, **sections: Any) -> Decision:
    """Return a table with a rule per answer set of ``count`` yes/no questions; ``used`` of them decide the pattern."""
    names = [f"q{number}" for number in range(count)]
    base = {
        f"r{number}": {"when": dict(zip(names, answers, strict=True)), "use": f"P{(number >> (count - used)) % 3}"}
        for number, answers in enumerate(product("ab", repeat=count))
    }
    return decision({"questions": {name: {"options": ["a", "b"]} for name in names}, "base": base, **sections})
