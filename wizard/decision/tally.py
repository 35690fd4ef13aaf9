"""The exact number of complete reachable answer sets."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from wizard.decision.bits import bits, clusters
from wizard.decision.budget import Budget
from wizard.decision.diagram import FALSE, TRUE, Diagram

_Open = frozenset[tuple[int, int]]
"""Variables that may not be asked: (level, node of the remaining condition)."""


class Tally:
    """A counter of answer sets; conditions that share no question are counted separately and multiplied.

    ``whens`` has, by level, the condition for asking a variable.
    """

    def __init__(self, diagram: Diagram, whens: Sequence[int], budget: Budget) -> None:
        self._diagram = diagram
        self._whens = whens
        self._budget = budget
        self._known: dict[_Open, int] = {}

    def total(self) -> int:
        """Count all answer sets.

        Raises:
            BudgetSpentError: it takes too many steps.
        """
        return self._count(0, list(enumerate(self._whens)))

    def _count(self, free: int, conditions: list[tuple[int, int]]) -> int:
        """Count the ways to answer the ``free`` variables (bits) and those that the conditions ask."""
        free |= sum(1 << level for level, when in conditions if when == TRUE)
        still = [(level, when) for level, when in conditions if when not in (FALSE, TRUE)]
        parts = clusters(self._diagram.support[when] | 1 << level for level, when in still)
        whole = prod(self._diagram.sizes[level] for level in bits(free & ~sum(parts)))
        for part in parts:
            whole *= self._part(frozenset(each for each in still if part >> each[0] & 1), free & part)
        return whole

    def _part(self, conditions: _Open, free: int) -> int:
        """Count a part, by the answers to the first variable that its conditions test.

        That variable is certainly asked: any variable that decides it would come before it.
        """
        found = self._known.get(conditions)
        if found is None:
            self._budget.spend()
            first = next(bits(free))
            found = 0
            for value in range(self._diagram.sizes[first]):
                left = [(level, self._diagram.fix(when, first, value)) for level, when in conditions]
                found += self._count(free & ~(1 << first), left)
            self._known[conditions] = found
        return found
