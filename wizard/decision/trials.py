"""Answers that make a difference, shown by trying them: for tables too large to know the whole result as functions.

Each rule gives an answer set in which it applies; there one answer after the other is changed. When the result differs,
the answer matters for certain. An answer that no trial distinguished is only known not to matter when no rule tests it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from wizard.decision.bits import bits
from wizard.decision.boxes import Box
from wizard.decision.budget import Budget
from wizard.decision.compiled import Compiled
from wizard.decision.functions import output_entries
from wizard.decision.masks import Masks
from wizard.decision.reach import Point, Reach

Signatures = dict[int, list[tuple[int, ...]]]
"""By level, for variables that matter: tests of the variable, each with a number by value.

A test distinguishes values with different numbers: ``(5, 5, 0)`` only the third from the others.
"""


def tried(reach: Reach, budget: Budget) -> Signatures | None:
    """Return the exact signatures, or ``None`` when some answers are tested but no trial distinguished them."""
    trials = _Trials(reach)
    found: Signatures = {}
    left = _tested(reach)
    for index, box in enumerate(trials.boxes):
        if not left:
            break
        budget.spend()
        point = reach.point(box) if any(_near(reach.compiled, box) >> level & 1 for level in left) else None
        if point is None:
            continue
        answers = trials.answers(point, index)
        for level in sorted(point.keys() & left.keys()):
            budget.spend(len(reach.compiled.variables[level].values))
            signature = trials.signature(answers, level)
            apart = {pair for pair in left[level] if signature[pair[0]] != signature[pair[1]]}
            if apart:
                found.setdefault(level, []).append(signature)
                left[level] -= apart
                if not left[level]:
                    del left[level]
    return None if left else found


def _near(compiled: Compiled, box: Box) -> int:
    """Return the bits of the variables a box tests, and of those that decide whether they are asked."""
    near = 0
    for level in box:
        near |= 1 << level | compiled.depends[level]
    return near


def _tested(reach: Reach) -> dict[int, set[tuple[int, int]]]:
    """Return by level the pairs of values that some rule, or a condition of what a rule tests, distinguishes."""
    masks: dict[int, set[int]] = {}
    todo = list(reach.rule_boxes)
    while todo:
        for box in todo.pop():
            for level, mask in box.items():
                if level not in masks:
                    todo.append(reach.when_boxes[level])
                masks.setdefault(level, set()).add(mask)
    found = {}
    for level, each in masks.items():
        pairs = combinations(range(len(reach.compiled.variables[level].values)), 2)
        if apart := {pair for pair in pairs if any((mask >> pair[0] ^ mask >> pair[1]) & 1 for mask in each)}:
            found[level] = apart
    return found


class _Trials:
    """Evaluates complete answer sets on all rules at once."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._variables = reach.compiled.variables
        owned = list(zip(reach.compiled.decision.rules, reach.rule_boxes, strict=True))
        self.boxes = [box for _, boxes in owned for box in boxes]
        self._effects = [effects for rule, boxes in owned for effects in [tuple(output_entries(rule))] * len(boxes)]
        self._masks = Masks(self.boxes, self._variables)

    def answers(self, point: Point, turn: int) -> list[int]:
        """Return by level a value for every variable, asked or not; what is free is another value at each turn."""
        answers = [turn % len(variable.values) for variable in self._variables]
        for level, mask in point.items():
            if mask & self._variables[level].real:
                answers[level] = mask.bit_length() - 1
        return answers

    def signature(self, answers: Sequence[int], level: int) -> tuple[int, ...]:
        """Return for each value of a variable the number of its result, all other answers being the same."""
        values = range(len(self._variables[level].values))
        results = [self._result([*answers[:level], value, *answers[level + 1 :]]) for value in values]
        return tuple(results.index(result) for result in results)

    def _result(self, answers: Sequence[int]) -> frozenset[object]:
        point: Point = {}
        alive = self._masks.all
        for variable, value in zip(self._variables, answers, strict=True):
            here = value if self._reach.asked(variable.level, point) else len(variable.values)
            point[variable.level] = 1 << here
            alive &= self._masks.columns[variable.level][here]
        return frozenset(effect for index in bits(alive) for effect in self._effects[index])
