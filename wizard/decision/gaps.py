"""Answer sets that no rule covers, found by splitting boxes.

A state is the set of boxes still alive (rules and, in the same integer, the conditions under which questions are
asked) and the variables not yet split on. A question is not asked when none of its condition boxes is alive, and
asked when one is alive and has no cell left open; else one of the questions it depends on is split first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wizard.decision.boxes import Box, Boxes, Variable
from wizard.decision.diagram import BudgetSpentError
from wizard.decision.flow import bits
from wizard.decision.masks import Masks

_SMALL = 256
"""Below this many boxes a state stays in the integers it is in."""


class Budget:
    """Steps left for one part of a proof."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._left = steps
        self.used = 0

    def renew(self) -> None:
        """Begin another part."""
        self._left = self._steps

    def spend(self, steps: int = 1) -> None:
        """Count steps; raises ``BudgetSpentError`` when there are none left."""
        self._left -= steps
        self.used += steps
        if self._left < 0:
            raise BudgetSpentError


class Splitter:
    """Splits the answers until each part is covered by a rule or by none."""

    def __init__(
        self,
        variables: Sequence[Variable],
        rules: Sequence[Box],
        whens: Sequence[Boxes],
        budget: Budget,
        found: Callable[[Box], None],
    ) -> None:
        self._variables = variables
        self._budget = budget
        self._found = found
        self._path: dict[int, int] = {}
        boxes = list(rules)
        self._owners = [-1] * len(boxes)
        for level, each in enumerate(whens):
            if variables[level].when is not None:
                boxes += each
                self._owners += [level] * len(each)
        self._pool = boxes

    def run(self) -> None:
        """Report every part without a rule."""
        Part(self, list(range(len(self._pool))), (1 << len(self._variables)) - 1).split_all()

    @property
    def variables(self) -> Sequence[Variable]:
        """The variables to split on."""
        return self._variables

    def boxes(self, places: Sequence[int], todo: int) -> tuple[Sequence[Box], list[int]]:
        """The cells still open of some boxes, and the variable whose condition each is (-1: a rule's)."""
        pool = self._pool
        left = [{level: mask for level, mask in pool[place].items() if todo >> level & 1} for place in places]
        return left, [self._owners[place] for place in places]

    def gap(self) -> None:
        """No rule is left on the present path."""
        self._found(dict(self._path))

    def step(self) -> None:
        """Count one state."""
        self._budget.spend()

    def take(self, level: int, mask: int) -> None:
        """Go into a branch."""
        self._path[level] = mask

    def leave(self, level: int) -> None:
        """Come back from it."""
        del self._path[level]


class Part:
    """A part of the answers with the boxes alive in it, as bit masks of their own."""

    def __init__(self, splitter: Splitter, places: list[int], todo: int) -> None:
        self._splitter = splitter
        self._places = places
        self._todo = todo
        boxes, owners = splitter.boxes(places, todo)
        self._masks = Masks(boxes, splitter.variables)
        self._whens = [0] * len(splitter.variables)
        # Rules come first, and a part keeps the order.
        self._rules = (1 << owners.count(-1)) - 1
        for place, owner in enumerate(owners):
            if owner >= 0:
                self._whens[owner] |= 1 << place
        self._pending: dict[int, int] = {}
        self._covered: set[tuple[int, int]] = set()

    def split_all(self) -> bool:
        """Split the whole part; true when every answer set in it has a rule."""
        return self.split(self._masks.all, self._todo)

    def split(self, alive: int, todo: int) -> bool:
        """Whether the state is covered; reports its gaps."""
        self._splitter.step()
        rules = alive & self._rules
        if not rules:
            self._splitter.gap()
            return False
        pending = self._pending.get(todo)
        if pending is None:
            pending = 0
            for level in bits(todo):
                pending |= self._masks.holding[level]
            self._pending[todo] = pending
        settled = alive & ~pending
        if settled & rules or (alive, todo) in self._covered:
            return True
        if len(self._places) > _SMALL and alive.bit_count() * 8 < len(self._places):
            places = [self._places[place] for place in bits(alive)]
            return Part(self._splitter, places, todo).split_all()
        level, asked = self._choose(alive, settled, todo, rules)
        covered = self._branch(alive, todo & ~(1 << level), level, asked=asked)
        if covered:
            self._covered.add((alive, todo))
        return covered

    def _branch(self, alive: int, todo: int, level: int, *, asked: bool) -> bool:
        variable, columns = self._splitter.variables[level], self._masks.columns[level]
        branches: dict[int, int] = {}
        for value in range(len(variable.values)) if asked else (len(variable.values),):
            after = alive & columns[value]
            branches[after] = branches.get(after, 0) | 1 << value
        covered = True
        for after, mask in branches.items():
            self._splitter.take(level, mask)
            covered &= self.split(after, todo)
            self._splitter.leave(level)
        return covered

    def _choose(self, alive: int, settled: int, todo: int, rules: int) -> tuple[int, bool]:
        """The variable most alive rules test, or one that decides whether it is asked; and whether it is asked."""
        holding = self._masks.holding
        among = rules
        while True:
            level = max(bits(todo), key=lambda each: (among & holding[each]).bit_count())
            if self._splitter.variables[level].when is None:
                return level, True
            when = alive & self._whens[level]
            if not when:
                return level, False
            if when & settled:
                return level, True
            among = when
