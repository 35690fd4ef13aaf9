"""Trials of answers that change the result, for tables too large to represent the whole result as functions.

Each rule contributes an answer set in which it applies; there, one answer after the other is changed. If the result
differs, the answer certainly matters. An answer that no trial distinguished is known not to matter only if no rule
tests it.
"""

from __future__ import annotations

from collections.abc import Sequence

from wizard.decision.bits import bits
from wizard.decision.boxes import Box
from wizard.decision.budget import Budget
from wizard.decision.functions import output_entries
from wizard.decision.masks import Masks
from wizard.decision.reach import Point, Reach

Signatures = dict[int, list[tuple[int, ...]]]
"""By level, for variables that matter: tests of the variable, each with a number by value.

A test distinguishes values with different numbers: ``(5, 5, 0)`` distinguishes only the third from the others.
"""


def tried(reach: Reach, budget: Budget) -> Signatures | None:
    """Return the exact signatures, or ``None`` if no trial distinguished some answers that are tested."""
    trials = _Trials(reach)
    found: Signatures = {}
    left = {level: [values] for level, values in _tested(reach).items()}
    for index, box in enumerate(trials.boxes):
        if not left:
            break
        budget.spend()
        point = reach.point(box) if any(reach.needed(box) >> level & 1 for level in left) else None
        if point is None:
            continue
        answers = trials.answers(point, index)
        for level in sorted(point.keys() & left.keys()):
            budget.spend(len(reach.compiled.variables[level].values))
            signature = trials.signature(answers, level)
            blocks = _split(left[level], signature)
            if blocks != left[level]:
                left[level] = blocks
                found.setdefault(level, []).append(signature)
                if not blocks:
                    del left[level]
    return None if left else found


def _split(blocks: list[list[int]], signature: Sequence[int]) -> list[list[int]]:
    """Split blocks of values by the result of a trial; a block has two or more values that no trial distinguished.

    With the values 0 to 3, a trial with the signature (0, 0, 2, 2) leaves the blocks [0, 1] and [2, 3], and one with
    (0, 1, 0, 1) then leaves none. This takes as many steps as there are values; comparing pairs would take the square.
    """
    found: list[list[int]] = []
    for block in blocks:
        parts: dict[int, list[int]] = {}
        for value in block:
            parts.setdefault(signature[value], []).append(value)
        found += [part for part in parts.values() if len(part) > 1]
    return found


def _tested(reach: Reach) -> dict[int, list[int]]:
    """Return the distinguishable values by level, for variables tested by a rule or by the ``when`` of one of these.

    Values that the same boxes allow never differ in their results, so the first one represents them all. Variables with
    only one value left are omitted.
    """
    levels: set[int] = set()
    boxes: list[Box] = []
    todo = list(reach.rule_boxes)
    while todo:
        some = todo.pop()
        boxes += some
        new = {level for box in some for level in box} - levels
        levels |= new
        todo += [reach.when_boxes[level] for level in new]
    columns = Masks(boxes, reach.compiled.variables).columns
    found = {}
    for level in levels:
        values = range(len(reach.compiled.variables[level].values))
        first: dict[int, int] = {}
        for value in values:
            first.setdefault(columns[level][value], value)
        if len(first) > 1:
            found[level] = list(first.values())
    return found


class _Trials:
    """An evaluator of complete answer sets on all rules in one step."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._variables = reach.compiled.variables
        owned = list(zip(reach.compiled.decision.rules, reach.rule_boxes, strict=True))
        self.boxes = [box for _, boxes in owned for box in boxes]
        self._effects = [effects for rule, boxes in owned for effects in [tuple(output_entries(rule))] * len(boxes)]
        self._masks = Masks(self.boxes, self._variables)

    def answers(self, point: Point, turn: int) -> list[int]:
        """Return a value for every variable by level, asked or not; free ones get a different value each turn."""
        answers = [turn % len(variable.values) for variable in self._variables]
        for level, mask in point.items():
            if mask & self._variables[level].real:
                answers[level] = mask.bit_length() - 1
        return answers

    def signature(self, answers: Sequence[int], level: int) -> tuple[int, ...]:
        """Return the number of the result for each value of a variable, with all other answers unchanged."""
        first: dict[frozenset[object], int] = {}
        values = range(len(self._variables[level].values))
        results = [self._result([*answers[:level], value, *answers[level + 1 :]]) for value in values]
        return tuple(first.setdefault(result, value) for value, result in enumerate(results))

    def _result(self, answers: Sequence[int]) -> frozenset[object]:
        point: Point = {}
        alive = self._masks.all
        for variable, value in zip(self._variables, answers, strict=True):
            here = value if self._reach.asked(variable.level, point) else len(variable.values)
            point[variable.level] = 1 << here
            alive &= self._masks.columns[variable.level][here]
        return frozenset(effect for index in bits(alive) for effect in self._effects[index])
