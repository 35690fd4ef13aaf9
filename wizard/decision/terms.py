"""Which answers decided a rule, in the fewest terms; an unasked question is traced to the answers behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from wizard.decision.boxes import Box, Boxes
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.flow import bits
from wizard.decision.results import Term

if TYPE_CHECKING:
    from wizard.decision.compiled import Compiled

Cells = dict[int, int]
"""Variable level to the values that would fit: one term each."""
_Steps = tuple[int, int]
"""Answers to change, then questions to open."""
_NEVER = (1_000_000, 0)
_FEW = 3
_MANY = 12


class Terms:
    """Explains rules for one set of answers."""

    def __init__(self, compiled: Compiled, values: Sequence[int], known: int, whens: Sequence[int]) -> None:
        self._compiled = compiled
        self._values = values
        self._known = known
        self._whens = whens
        self._unasked: dict[int, Cells | None] = {}
        self._unmet: dict[int, Cells | None] = {}

    def of_rule(self, place: int, node: int) -> tuple[Term, ...]:
        """The answers that made the rule match or excluded it; none while it is open."""
        if node > TRUE:
            return ()
        boxes = self._compiled.rule_boxes[place]
        found = self._matching(boxes) if node == TRUE else self._excluding(boxes)
        whole = self._compiled.functions.rules[place]
        if found is None:
            return self.written(self._sufficient(whole, node))
        return self.written(self._without_needless(found, whole, node))

    def _without_needless(self, cells: Cells, whole: int, outcome: int) -> Cells:
        """Without the terms whose place the others take: the boxes' reasons are found one by one."""
        diagram = self._compiled.functions.diagram
        for level in sorted(cells, reverse=True) if len(cells) > 1 else ():
            known = sum(1 << each for each in cells if each != level)
            if diagram.restrict(whole, self._values, known, {}) == outcome:
                cells = {each: mask for each, mask in cells.items() if each != level}
        return cells

    def nearest(self, place: int) -> tuple[_Steps, tuple[Term, ...]]:
        """The fewest answers that keep an excluded rule from applying, and how far away it is.

        Without them it could apply again; of two such sets it is the one with fewer questions to open, and then the
        one with later questions.
        """
        node = self._compiled.functions.rules[place]
        diagram = self._compiled.functions.diagram
        known: dict[int, _Steps] = {}
        distance = self._distance(node, known)
        if distance == _NEVER:
            return distance, self.written(self._excluding(self._compiled.rule_boxes[place]) or {})
        cells: Cells = {}
        while node > TRUE:
            level = diagram.level[node]
            steps = [self._distance(kid, known) for kid in diagram.kids[node]]
            value, here = steps.index(min(steps)), self._answered(level)
            if here is not None and steps[here] <= _further(steps[value], changes=1):
                value = here
            elif here is not None:
                cells[level] = sum(1 << each for each, (changes, _) in enumerate(steps) if changes == steps[value][0])
            node = diagram.kids[node][value]
        return distance, self.written(cells)

    def _answered(self, level: int) -> int | None:
        """The value of an answer that counts; one that is set aside does not."""
        return self._values[level] if self._known >> level & 1 and self._whens[level] != FALSE else None

    def _distance(self, node: int, known: dict[int, _Steps]) -> _Steps:
        """How many answers must change for a node to be true, and how many open questions are then on the way."""
        if node <= TRUE:
            return (0, 0) if node == TRUE else _NEVER
        if node not in known:
            diagram = self._compiled.functions.diagram
            steps = [self._distance(kid, known) for kid in diagram.kids[node]]
            here = self._answered(diagram.level[node])
            if here is None:
                known[node] = _further(min(steps), opens=1)
            else:
                known[node] = min(steps[here], _further(min(steps), changes=1))
        return known[node]

    def written(self, cells: Cells) -> tuple[Term, ...]:
        """The cells as terms, in the author's order."""
        variables = self._compiled.variables
        order = sorted(cells, key=lambda level: (variables[level].place, level))
        return tuple(self._term(level, cells[level]) for level in order)

    def _term(self, level: int, mask: int) -> Term:
        variable = self._compiled.variables[level]
        value = self._values[level]
        answered = self._known >> level & 1 and self._whens[level] != FALSE
        wanted = tuple(each for index, each in enumerate(variable.values) if mask >> index & 1)
        if not answered:
            return Term(variable.question, None, wanted, variable.option)
        if not variable.option:
            return Term(variable.question, variable.values[value], wanted)
        ticked = tuple(
            self._compiled.variables[other].option
            for other in self._compiled.levels[variable.question]
            if self._values[other] == 0
        )
        return Term(variable.question, ticked, wanted, variable.option)

    def _holds(self, level: int, mask: int) -> bool | None:
        """Whether a cell is certainly true or false."""
        variable, when = self._compiled.variables[level], self._whens[level]
        if when == FALSE:
            return bool(mask & variable.not_asked)
        if not self._known >> level & 1:
            return None
        here = bool(mask >> self._values[level] & 1)
        if when == TRUE or here == bool(mask & variable.not_asked):
            return here
        return None

    def _matching(self, boxes: Boxes) -> Cells | None:
        """The fewest terms that show one box to hold."""
        found = []
        for box in boxes:
            cells: Cells | None = {}
            for level, mask in box.items():
                if not self._holds(level, mask):
                    cells = None
                elif cells is not None and self._whens[level] == FALSE:
                    behind = self._behind(level)
                    cells = None if behind is None else _joined(cells, behind, int.__and__)
                elif cells is not None:
                    cells = _joined(cells, {level: mask}, int.__and__)
            if cells is not None:
                found.append(cells)
        return min(found, key=len, default=None)

    def _behind(self, level: int) -> Cells | None:
        """Why a variable is not asked."""
        if level not in self._unasked:
            # The cells say what would have it asked; what keeps it unasked is everything else.
            found = self._missing(level)
            if found is not None:
                found = {each: self._compiled.variables[each].real & ~mask for each, mask in found.items()}
            self._unasked[level] = found
        return self._unasked[level]

    def _missing(self, level: int) -> Cells | None:
        """What would have to be answered for an unasked variable to be asked."""
        if level not in self._unmet:
            self._unmet[level] = self._excluding(self._compiled.when_boxes[level])
        return self._unmet[level]

    def _reasons(self, box: Box) -> list[Cells]:
        """The ways to see that a box does not hold, each sufficient."""
        found = []
        for level, mask in box.items():
            if self._holds(level, mask) is not False:
                continue
            if self._whens[level] != FALSE:
                found.append({level: mask & self._compiled.variables[level].real})
            elif (behind := self._missing(level)) is not None:
                found.append(behind)
        return found

    def _excluding(self, boxes: Boxes) -> Cells | None:
        """The fewest terms that together keep every box from holding."""
        reasons = [self._reasons(box) for box in boxes]
        if not all(reasons):
            return None
        if len(reasons) == 1:
            return min(reasons[0], key=len)
        used = sorted({level for ways in reasons for cells in ways for level in cells})
        if len(used) <= _MANY:
            for count in range(1, _FEW + 1):
                for chosen in combinations(used, count):
                    if all(any(cells.keys() <= set(chosen) for cells in ways) for ways in reasons):
                        return _gathered(reasons, set(chosen))
        levels: set[int] = set()
        for ways in sorted(reasons, key=len):
            if not any(cells.keys() <= levels for cells in ways):
                levels |= min(ways, key=len).keys()
        return _gathered(reasons, levels)

    def _sufficient(self, node: int, outcome: int) -> Cells:
        """Answers that force the outcome when no single box shows it; none of them can be left out."""
        diagram = self._compiled.functions.diagram
        known = self._known & diagram.support[node]
        for level in sorted(bits(known), reverse=True):
            without = known & ~(1 << level)
            if diagram.restrict(node, self._values, without, {}) == outcome:
                known = without
        fits: Cells = {}
        for level in bits(known):
            others = known & ~(1 << level)
            rest = diagram.restrict(node, self._values, others, {})
            values = range(diagram.sizes[level])
            fits[level] = sum(1 << value for value in values if diagram.fix(rest, level, value) != FALSE)
        return fits


def _further(steps: _Steps, *, changes: int = 0, opens: int = 0) -> _Steps:
    return steps[0] + changes, steps[1] + opens


def _joined(one: Cells, other: Cells, join: Callable[[int, int], int]) -> Cells:
    both = dict(one)
    for level, mask in other.items():
        both[level] = (join(both[level], mask) or mask) if level in both else mask
    return both


def _gathered(reasons: Iterable[Iterable[Cells]], levels: set[int]) -> Cells:
    whole: Cells = {}
    for ways in reasons:
        for cells in ways:
            if cells.keys() <= levels:
                whole = _joined(whole, cells, int.__or__)
    return whole
