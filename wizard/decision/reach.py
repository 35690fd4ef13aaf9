"""Reachable answer sets: those in which exactly the questions whose ``when`` holds have an answer.

A large table needs a reachable answer set in each of many thousand boxes, so a fast method is tried first: it narrows
the box so that every question it tests is asked, then answers question by question. If a ``when`` has several boxes,
this may choose the wrong one; then the diagram decides exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_

from wizard.decision.bits import bits
from wizard.decision.boxes import ANYTHING, Box, Expander, inside, meet
from wizard.decision.budget import BudgetSpentError
from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE
from wizard.decision.functions import Builder

Point = dict[int, int]
"""A box with one value per variable; it has every variable that decides whether one of its variables is asked."""


class Reach:
    """An exact search for reachable answer sets of one decision.

    Every method raises ``BudgetSpentError`` if the diagram needs more nodes than the builder's limit.
    """

    def __init__(self, compiled: Compiled, *, limit: int) -> None:
        self.compiled = compiled
        self.builder = Builder(compiled.variables, compiled.levels, compiled.decision.facts, limit=limit)
        expander = Expander(compiled)
        self.rule_boxes = tuple(expander.boxes(rule.when) for rule in compiled.decision.rules)
        """By index in ``Decision.rules``."""
        whens = [variable.when for variable in compiled.variables]
        self.when_boxes = tuple(ANYTHING if when is None else expander.boxes(when) for when in whens)
        """By level, the boxes in which the variable is asked."""
        self.base = [index for index, rule in enumerate(compiled.decision.rules) if rule.section == "base"]
        """The indexes of the base rules."""
        self._rules: dict[int, int] = {}

    def rule(self, index: int) -> int:
        """Return the node of a rule."""
        if index not in self._rules:
            self._rules[index] = self.builder.node(self.compiled.decision.rules[index].when)
        return self._rules[index]

    def node(self, box: Box) -> int:
        """Return the node of a box."""
        return self.builder.diagram.all_of(self.builder.cell(level, box[level]) for level in sorted(box, reverse=True))

    def point(self, box: Box) -> Point | None:
        """Return a reachable answer set in the box, or ``None`` if there is none."""
        wanted = self._narrowed(box)
        found = None if wanted is None else self._walk(wanted)
        if found is not None:
            return found
        node = self.node(box)
        return None if node == FALSE else self._walk(self._path(node))

    def _path(self, node: int) -> Point:
        """Return a box in which the node is true; all its variables are asked there."""
        return {level: 1 << value for level, value in self.builder.diagram.path(node).items()}

    def _narrowed(self, box: Box) -> Box | None:
        """Narrow the box so that the questions it tests are asked; if there is a choice, this is only a good guess."""
        variables = self.compiled.variables
        wanted: Box = box
        todo = sum(1 << level for level in box if variables[level].when is not None)
        while todo:
            level = todo.bit_length() - 1
            todo ^= 1 << level
            if wanted[level] & variables[level].not_asked:
                continue
            for when in self.when_boxes[level]:
                if inside(wanted, when):
                    break
                met = meet(wanted, when)
                if met is not None:
                    wanted = met
                    todo |= sum(1 << each for each in when if variables[each].when is not None)
                    break
            else:
                return None
        return wanted

    def _walk(self, wanted: Box) -> Point | None:
        """Answer question by question with the first wanted value; return ``None`` at a dead end."""
        point: Point = {}
        for level in bits(self.needed(wanted)):
            variable = self.compiled.variables[level]
            allowed = wanted.get(level, -1) & (variable.real if self.asked(level, point) else variable.not_asked)
            if not allowed:
                return None
            point[level] = allowed & -allowed
        return point

    def needed(self, box: Box) -> int:
        """Return the bits of the variables that a box tests, and of those that decide if they are asked."""
        return reduce(or_, (1 << level | self.compiled.depends[level] for level in box), 0)

    def asked(self, level: int, point: Point) -> bool:
        """Return whether a variable is asked, given the variables that it depends on."""
        boxes = self.when_boxes[level]
        return boxes is ANYTHING or any(all(point[other] & mask for other, mask in box.items()) for box in boxes)

    def example(self, node: int, *, within: Box | None = None) -> Box:
        """Return a small box in which every reachable answer set makes ``node`` true.

        ``within`` is a known box in which it is true, if any: a better start than a path through the diagram.
        """
        diagram, variables = self.builder.diagram, self.compiled.variables
        start = self._path(node)
        if within and all(not mask & variables[level].not_asked for level, mask in within.items()):
            start = dict(within)
        try:
            wrong = diagram.negate(node)
            return self.widened(start, lambda box: diagram.both(self.node(box), wrong) == FALSE)
        except BudgetSpentError:
            return start

    def widened(self, box: Box, holds: Callable[[Box], bool]) -> Box:
        """Drop cells, then allow more options in the others, as long as the box holds."""
        box = fewest_cells(box, holds)
        for level in sorted(box):
            variable = self.compiled.variables[level]
            for bit in (1 << value for value in range(len(variable.values))):
                if bit & box[level] or variable.option:
                    continue
                alone = {**box, level: bit}
                if self.node(alone) != FALSE and holds(alone):
                    box = {**box, level: box[level] | bit}
        return box


def fewest_cells(box: Box, holds: Callable[[Box], bool]) -> Box:
    """Drop cells, last questions first, as long as the box holds."""
    for level in sorted(box, reverse=True):
        fewer = {each: mask for each, mask in box.items() if each != level}
        if holds(fewer):
            box = fewer
    return box


def described(compiled: Compiled, box: Box) -> str:
    """Return the box as ``question=option or option``, in the author's order."""
    parts: dict[str, list[str]] = {}
    for level in sorted(box, key=lambda each: (compiled.variables[each].order, each)):
        variable = compiled.variables[level]
        names = [variable.values[value] for value in bits(box[level] & variable.real)]
        if not names:
            parts.setdefault(variable.question, []).append(f"{variable.question} not asked")
        elif not variable.option:
            unasked = " or not asked" if box[level] & variable.not_asked else ""
            parts[variable.question] = [f"{variable.question}={' or '.join(names)}{unasked}"]
        else:
            sign = "=" if names == ["ticked"] else " without "
            parts.setdefault(variable.question, []).append(f"{variable.question}{sign}{variable.option}")
    return ", ".join(part for each in parts.values() for part in each) or "any answers"
