"""Answer sets to which no base rule applies, found by splitting the answers.

The search starts with all boxes: those of the rules, followed by those of the ``when`` of each question. It answers one
question; the boxes that allow the answer stay alive. If no rule's box is alive, the answers so far are a gap. If a
rule's box is alive and has nothing left to test, they are covered. Otherwise, the search splits again on the question
that most alive rules test. With the rules ``work: server`` and ``work: task, disk: yes``, the split on ``work``
immediately covers ``server``; for ``task``, the split on ``disk`` covers ``yes`` and leaves the gap
``work=task, disk=no``.

The same boxes show which questions are asked: a question is asked if a box of its ``when`` is alive with nothing left
to test, and not asked if none is alive; otherwise a question that it depends on is split first. Values that leave the
same boxes alive are one branch, and a state (the alive boxes, the questions left) that was covered once is not split
again.
"""

from __future__ import annotations

from wizard.decision.bits import bits
from wizard.decision.boxes import Box, inside
from wizard.decision.budget import Budget
from wizard.decision.masks import Masks
from wizard.decision.reach import Reach

_SMALL = 256
"""The number of boxes above which renumbering the few alive ones pays off, because shorter integers are faster."""


class Gaps:
    """A search for gaps, each widened as far as possible; it stops after ``enough`` gaps."""

    def __init__(self, reach: Reach, rules: list[Box], budget: Budget, *, enough: int) -> None:
        self.reach = reach
        self.variables = reach.compiled.variables
        self.budget = budget
        self.path: dict[int, int] = {}
        """The masks of the current branch of the search."""
        self._rules = rules
        self._masks = Masks(rules, self.variables)
        self._enough = enough
        self._found: list[Box] = []

    def find(self) -> list[Box]:
        """Return the gaps: boxes of answers to which no rule applies."""
        boxes, owners = list(self._rules), [-1] * len(self._rules)
        for variable in self.variables:
            if variable.when is not None:
                boxes += self.reach.when_boxes[variable.level]
                owners += [variable.level] * (len(boxes) - len(owners))
        _Part(self, boxes, owners).split((1 << len(boxes)) - 1, (1 << len(self.variables)) - 1)
        return self._found

    @property
    def done(self) -> bool:
        """True if enough gaps were found."""
        return len(self._found) >= self._enough

    def add(self) -> None:
        """Add the current branch, widened, unless a known gap contains it."""
        if self.done or any(inside(self.path, wide) for wide in self._found):
            return
        # The answers determine which questions are not asked.
        asked = {level: mask for level, mask in self.path.items() if mask & self.variables[level].real}
        wide = self.reach.widened(asked, self._is_gap)
        self._found = [each for each in self._found if not inside(each, wide)] + [wide]

    def _is_gap(self, box: Box) -> bool:
        """Return whether no rule applies anywhere in the box."""
        for index in bits(self._masks.meeting(box)):
            rule = self._rules[index]
            both = {**box, **{level: mask & box.get(level, -1) for level, mask in rule.items()}}
            if self.reach.point(both) is not None:
                return False
        return True


class _Part:
    """A part of the answers, with its alive boxes renumbered.

    ``owners`` has, for each box, the variable whose ``when`` it belongs to, or -1 for a rule; rules come first.
    """

    def __init__(self, gaps: Gaps, boxes: list[Box], owners: list[int]) -> None:
        self._gaps = gaps
        self._boxes = boxes
        self._owners = owners
        self._masks = Masks(boxes, gaps.variables)
        self._rules = (1 << owners.count(-1)) - 1
        self._whens = [0] * len(gaps.variables)
        for index, owner in enumerate(owners):
            if owner >= 0:
                self._whens[owner] |= 1 << index
        self._testing: dict[int, int] = {}
        self._covered: set[tuple[int, int]] = set()

    def split(self, alive: int, todo: int) -> bool:
        """Return whether the state is covered, and add its gaps.

        ``alive`` has the bits of the alive boxes, ``todo`` those of the variables not split on yet.
        """
        self._gaps.budget.spend()
        rules = alive & self._rules
        if not rules:
            self._gaps.add()
            return False
        resolved = alive & ~self._still_testing(todo)
        if resolved & rules or (alive, todo) in self._covered:
            return True
        if len(self._boxes) > _SMALL and alive.bit_count() * 8 < len(self._boxes):
            return self._smaller(alive, todo)
        level, asked = self._choose(alive, resolved, todo, rules)
        covered = self._branch(alive, todo & ~(1 << level), level, asked=asked)
        if covered:
            self._covered.add((alive, todo))
        return covered

    def _still_testing(self, todo: int) -> int:
        """Return the boxes that test a variable of ``todo``."""
        found = self._testing.get(todo)
        if found is None:
            found = 0
            for level in bits(todo):
                found |= self._masks.holding[level]
            self._testing[todo] = found
        return found

    def _smaller(self, alive: int, todo: int) -> bool:
        boxes: list[Box] = []
        owners = []
        for index in bits(alive):
            boxes.append({level: mask for level, mask in self._boxes[index].items() if todo >> level & 1})
            owners.append(self._owners[index])
        return _Part(self._gaps, boxes, owners).split((1 << len(boxes)) - 1, todo)

    def _branch(self, alive: int, todo: int, level: int, *, asked: bool) -> bool:
        columns, count = self._masks.columns[level], len(self._gaps.variables[level].values)
        branches: dict[int, int] = {}
        for value in range(count) if asked else (count,):
            after = alive & columns[value]
            branches[after] = branches.get(after, 0) | 1 << value
        covered = True
        for after, mask in branches.items():
            if self._gaps.done:
                return False
            self._gaps.path[level] = mask
            covered &= self.split(after, todo)
            del self._gaps.path[level]
        return covered

    def _choose(self, alive: int, resolved: int, todo: int, rules: int) -> tuple[int, bool]:
        """Return the variable that most alive rules test, or one it depends on; and true if it is asked."""
        holding = self._masks.holding
        among = rules
        while True:
            level = max(bits(todo), key=lambda each: (among & holding[each]).bit_count())
            if self._gaps.variables[level].when is None:
                return level, True
            when = alive & self._whens[level]
            if not when:
                return level, False
            if when & resolved:
                return level, True
            among = when
