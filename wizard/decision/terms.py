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
    from wizard.decision.compile import Compiled

Cells = dict[int, int]
"""Variable level to the values that would fit: one term each."""
_Way = tuple[int, Cells]
"""Questions that would open, and the cells that would have to fit."""
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
        if found is None:
            found = self._sufficient(self._compiled.functions.rules[place], node)
        return self.written(found)

    def nearest(self, place: int) -> tuple[int, tuple[Term, ...]]:
        """The answers that keep an excluded rule's nearest box from fitting, and how far away it is."""
        ways = self._nearest(self._compiled.rule_boxes[place])
        if ways:
            return _distance(ways[0]), self.written(ways[0][1])
        cells = self._sufficient(self._compiled.functions.rules[place], FALSE)
        return len(cells), self.written(cells)

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

    def _nearest(self, boxes: Boxes) -> list[_Way]:
        """How to make a box hold, nearest first; a question that would open counts as a step too."""
        found: list[_Way] = []
        for box in boxes:
            ways: list[_Way] = [(0, {})]
            for level, mask in box.items():
                if self._holds(level, mask) is not False:
                    continue
                more: list[_Way] = [(0, {level: mask & self._compiled.variables[level].real})]
                if self._whens[level] == FALSE:
                    more = [(steps + 1, cells) for steps, cells in self._nearest(self._compiled.when_boxes[level])]
                # The nearest way as a whole may share a cell, so it need not be made of the nearest parts.
                joined = [(a + b, _joined(way, each, int.__or__)) for a, way in ways for b, each in more]
                ways = sorted(joined, key=_distance)[:_MANY]
            found += [way for way in ways if way[1]]
        return sorted(found, key=_distance)[:_MANY]

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


def _distance(way: _Way) -> int:
    return way[0] + len(way[1])


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
