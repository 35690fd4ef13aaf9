"""The duration of proofs: the shipped table, and generated ones of up to 10,000 rules over 20 questions.

Run: python benchmarks/bench_prove.py [--rules N ...]
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from wizard.decision.compile import compile_decision
from wizard.decision.compiled import Compiled
from wizard.decision.cover import covering
from wizard.decision.model import All, Decision, Is, Option, Question, Rule
from wizard.decision.prove import prove, questions_asked
from wizard.errors import Position

HERE = Position("generated")
T = TypeVar("T")


def generated(rules: int, *, questions: int = 20, noise: float = 0.1, seed: int = 1) -> Decision:
    """Return a table without gaps and overlaps, except that a share ``noise`` of its rules has lost one cell.

    Every third question is asked only after one answer to an earlier question. The rules are the leaves of a random
    tree, as in the tables of Calvanese et al. (2016).
    """
    draw = random.Random(seed)
    inputs: dict[str, Question] = {}
    for number in range(questions):
        options = tuple(Option(f"o{value}", "", HERE) for value in range(draw.randint(2, 4)))
        when = None
        if number % 3 == 2:
            asked = inputs[f"q{draw.randrange(number)}"]
            when = Is(asked.id, (draw.choice(asked.options).id,))
        inputs[f"q{number}"] = Question(f"q{number}", "", options, HERE, when=when)
    leaves: list[dict[str, str]] = [{}]
    while len(leaves) < rules:
        path = leaves.pop(draw.randrange(len(leaves)))
        able = [
            each for each in inputs.values() if each.id not in path and (each.when is None or _holds(each.when, path))
        ]
        if not able:
            leaves.append(path)
            continue
        chosen = draw.choice(able)
        leaves += [{**path, chosen.id: option.id} for option in chosen.options]
    table = []
    for number, path in enumerate(leaves):
        if draw.random() < noise and len(path) > 1:
            lost = draw.choice(list(path))
            path = {key: value for key, value in path.items() if key != lost}
        cells = tuple(Is(key, (value,)) for key, value in path.items())
        table.append(Rule(f"r{number}", "base", All(cells), "", HERE, use=f"p{number % 10}"))
    return Decision("generated", "1", inputs, {}, tuple(table), tuple(f"p{number}" for number in range(10)))


def _holds(when: object, path: dict[str, str]) -> bool:
    return isinstance(when, Is) and path.get(when.question) in when.options


def timed(work: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def minimal_program() -> float:
    """Return the seconds that an empty Python program takes: the unit for comparing results between computers."""
    return min(timed(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))[0] for _ in range(5))


def shipped() -> Compiled | None:
    try:
        from wizard.catalog.load import load_catalog

        return compile_decision(load_catalog().decision)
    except Exception as error:  # the generated tables are measured anyway
        print(f"(no shipped table: {error})")
        return None


def row(name: str, seconds: float, unit: float, note: str) -> None:
    print(f"{name:44} {seconds * 1000:10.1f} ms {seconds / unit:8.1f} x  {note}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, nargs="*", default=[200, 1000, 10_000])
    arguments = parser.parse_args()
    unit = minimal_program()
    row("python -c pass", unit, unit, "")
    table = shipped()
    if table is not None:
        decision = table.decision
        size = f"{len(decision.questions)} questions, {len(decision.rules)} rules"
        seconds, proof = timed(lambda: prove(compile_decision(decision), stats=False))
        row("shipped table: compile and prove", seconds, unit, f"{size}, {proof.answer_sets} answer sets")
        seconds, asked = timed(lambda: questions_asked(table))
        row("shipped table: questions asked", seconds, unit, f"fewest {asked[0]}, mean {asked[1]:.2f}, most {asked[2]}")
        seconds, sets = timed(lambda: covering(table).sets)
        row("shipped table: covering answer sets", seconds, unit, f"{len(sets)} sets")
    for rules in arguments.rules:
        for noise in (0.0, 0.1):
            decision = generated(rules, noise=noise)
            seconds, proof = timed(lambda decision=decision: prove(compile_decision(decision), stats=False))  # type: ignore[misc]
            gaps = sum(fault.code == "gap" for fault in proof.faults)
            note = f"{gaps} gaps, {proof.counts['overlapping_pairs']} overlapping pairs, decided: {proof.decided}"
            row(f"{rules} rules x 20 questions, {noise:.0%} widened", seconds, unit, note)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
