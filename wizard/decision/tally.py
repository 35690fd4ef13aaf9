"""The exact number of complete reachable answer sets."""

from __future__ import annotations

from math import prod

from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.flow import bits
from wizard.decision.functions import Builder
from wizard.decision.gaps import Budget

_Open = frozenset[tuple[int, int]]
"""Variables that may not be asked: (level, what is left of the condition)."""


class Tally:
    """Counts answer sets; conditions that share no question are counted apart and multiplied."""

    def __init__(self, compiled: Compiled, builder: Builder, budget: Budget) -> None:
        self._budget = budget
        self._diagram = builder.diagram
        self._whens = builder.whens
        self._sizes = [len(each.values) for each in compiled.variables]
        self._known: dict[_Open, int] = {}

    def total(self) -> int:
        """All answer sets."""
        certain = [level for level, when in enumerate(self._whens) if when == TRUE]
        opened = frozenset((level, when) for level, when in enumerate(self._whens) if when > TRUE)
        return self._settle(sum(1 << level for level in certain), opened)

    def _settle(self, free: int, opened: _Open) -> int:
        """Ways to answer the ``free`` variables and what they open."""
        support = self._diagram.support
        used = 0
        for level, when in opened:
            used |= support[when] | 1 << level
        whole = prod(self._sizes[level] for level in bits(free & ~used))
        for cluster in self._clusters(opened):
            whole *= self._count(frozenset(each for each in opened if cluster >> each[0] & 1))
        return whole

    def _clusters(self, opened: _Open) -> list[int]:
        clusters: list[int] = []
        for level, when in opened:
            link = self._diagram.support[when] | 1 << level
            apart = []
            for cluster in clusters:
                if cluster & link:
                    link |= cluster
                else:
                    apart.append(cluster)
            clusters = [*apart, link]
        return clusters

    def _count(self, opened: _Open) -> int:
        found = self._known.get(opened)
        if found is not None:
            return found
        self._budget.spend()
        support = 0
        for _, when in opened:
            support |= self._diagram.support[when]
        undecided = sum(1 << level for level, _ in opened)
        # The first variable some condition tests is certainly asked: what decides it would come before it.
        first = next(bits(support))
        free = support & ~undecided & ~(1 << first)
        total = 0
        for value in range(self._sizes[first]):
            left = [(level, self._diagram.fix(when, first, value)) for level, when in opened]
            asked = sum(1 << level for level, when in left if when == TRUE)
            still = frozenset(each for each in left if each[1] not in (FALSE, TRUE))
            total += self._settle(free | asked, still)
        self._known[opened] = total
        return total
