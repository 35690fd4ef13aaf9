"""Which answers make a difference, shown by answer sets: for tables too large to know every condition as a function.

Each rule gives an answer set in which it applies; there one answer after the other is changed. What differs is then
certain. What no trial told apart is certain only where no rule tests it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from wizard.decision.boxes import Box
from wizard.decision.compiled import Compiled
from wizard.decision.flow import bits
from wizard.decision.gaps import Budget
from wizard.decision.masks import Masks
from wizard.decision.model import Rule
from wizard.decision.reach import Reach, Values

Signatures = dict[int, list[tuple[int, ...]]]
"""For each variable that matters: what each of its tests makes of each value."""


def tried(reach: Reach, budget: Budget) -> Signatures | None:
    """The exact signatures, or ``None`` when some answers are tested but no trial told them apart."""
    trials = _Trials(reach)
    found: Signatures = {}
    left = _tested(reach.compiled)
    for place, box in enumerate(trials.boxes):
        if not left:
            break
        budget.spend()
        values = reach.witness(box) if any(_near(reach.compiled, box) >> level & 1 for level in left) else None
        if values is None:
            continue
        world = trials.world(values, place)
        for level in sorted(values.keys() & left.keys()):
            budget.spend(len(reach.compiled.variables[level].values))
            signature = trials.signature(world, level)
            apart = {pair for pair in left[level] if signature[pair[0]] != signature[pair[1]]}
            if apart:
                found.setdefault(level, []).append(signature)
                left[level] -= apart
                if not left[level]:
                    del left[level]
    return None if left else found


def _near(compiled: Compiled, box: Box) -> int:
    """The bits of the variables a box tests, and of those that decide whether they are asked."""
    near = 0
    for level in box:
        near |= 1 << level | compiled.depends[level]
    return near


def _tested(compiled: Compiled) -> dict[int, set[tuple[int, int]]]:
    """For each variable the pairs of values that some rule, or a condition of what a rule tests, tells apart."""
    masks: dict[int, set[int]] = {}
    todo = list(compiled.rule_boxes)
    while todo:
        for box in todo.pop():
            for level, mask in box.items():
                if level not in masks:
                    todo.append(compiled.when_boxes[level])
                masks.setdefault(level, set()).add(mask)
    found = {}
    for level, each in masks.items():
        pairs = combinations(range(len(compiled.variables[level].values)), 2)
        if told := {pair for pair in pairs if any((mask >> pair[0] ^ mask >> pair[1]) & 1 for mask in each)}:
            found[level] = told
    return found


class _Trials:
    """Evaluates complete answer sets on all rules at once."""

    def __init__(self, reach: Reach) -> None:
        compiled = reach.compiled
        self._reach = reach
        self._variables = compiled.variables
        owned = list(zip(compiled.decision.rules, compiled.rule_boxes, strict=True))
        self.boxes = [box for _, boxes in owned for box in boxes]
        self._effects = [effects for rule, boxes in owned for effects in [tuple(_effects(rule))] * len(boxes)]
        self._masks = Masks(self.boxes, compiled.variables)

    def world(self, values: Values, turn: int) -> list[int]:
        """A value for every variable, asked or not; what ``values`` leave open is another one at each turn."""
        world = [turn % len(variable.values) for variable in self._variables]
        for level, bit in values.items():
            if bit & self._variables[level].real:
                world[level] = bit.bit_length() - 1
        return world

    def signature(self, world: Sequence[int], level: int) -> tuple[int, ...]:
        """For each value of a variable the number of its result, all others as they are."""
        values = range(len(self._variables[level].values))
        results = [self._result([*world[:level], value, *world[level + 1 :]]) for value in values]
        return tuple(results.index(result) for result in results)

    def _result(self, world: Sequence[int]) -> frozenset[object]:
        values: Values = {}
        alive = self._masks.all
        for variable, value in zip(self._variables, world, strict=True):
            here = value if self._reach.asked(variable.level, values) else len(variable.values)
            values[variable.level] = 1 << here
            alive &= self._masks.columns[variable.level][here]
        return frozenset(effect for place in bits(alive) for effect in self._effects[place])


def _effects(rule: Rule) -> Iterator[tuple[object, ...]]:
    if rule.section == "set":
        # The type is part of the effect because 1 == True.
        yield from (("set", name, value, type(value)) for name, value in rule.settings)
    else:
        yield rule.section, rule.use or rule.id
