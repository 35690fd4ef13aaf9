"""Shared decision diagrams: true-or-false functions of the answers in a form that is equal only when they are.

Source: R. E. Bryant, Graph-Based Algorithms for Boolean Function Manipulation (1986), with as many branches
at a node as the variable has options. A node is an index; 0 is false and 1 is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

FALSE, TRUE = 0, 1


class BudgetSpentError(Exception):
    """More work was needed than allowed; caught by the prover, never seen by a caller."""


class Diagram:
    """The nodes of one compiled decision. Only ever grows, so a node stays valid."""

    __slots__ = ("_cofactors", "_joined", "_limit", "_lock", "_negated", "_unique", "kids", "level", "sizes", "support")

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        bottom = len(self.sizes)
        self.level: list[int] = [bottom, bottom]
        self.kids: list[tuple[int, ...]] = [(), ()]
        self.support: list[int] = [0, 0]
        self._unique: dict[tuple[int, tuple[int, ...]], int] = {}
        self._joined: dict[tuple[int, int, int], int] = {}
        self._negated: dict[int, int] = {FALSE: TRUE, TRUE: FALSE}
        self._cofactors: dict[tuple[int, int, int], int] = {}
        self._limit: int | None = None
        self._lock = Lock()

    def __getstate__(self) -> dict[str, object]:
        # What was joined while building is hardly ever joined again.
        forgotten: dict[str, object] = {"_lock": None, "_joined": {}}
        return {name: getattr(self, name) for name in self.__slots__} | forgotten

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._lock = Lock()

    def allow(self, more: int) -> None:
        """Raise ``BudgetSpentError`` once this many more nodes are made."""
        self._limit = len(self.kids) + more

    def node(self, level: int, kids: tuple[int, ...]) -> int:
        """The one node with these branches."""
        first = kids[0]
        if kids.count(first) == len(kids):
            return first
        key = (level, kids)
        found = self._unique.get(key)
        if found is not None:
            return found
        # Two threads may evaluate the same catalogue; a lost race would give one node two meanings.
        with self._lock:
            found = self._unique.get(key)
            if found is not None:
                return found
            support = 1 << level
            for kid in kids:
                support |= self.support[kid]
            self.level.append(level)
            self.support.append(support)
            self.kids.append(kids)
            found = self._unique[key] = len(self.kids) - 1
        if self._limit is not None and found > self._limit:
            raise BudgetSpentError
        return found

    def literal(self, level: int, mask: int) -> int:
        """True when the variable has one of the values in ``mask``."""
        return self.node(level, tuple(mask >> value & 1 for value in range(self.sizes[level])))

    def negate(self, node: int) -> int:
        """True where ``node`` is false."""
        found = self._negated.get(node)
        if found is None:
            found = self.node(self.level[node], tuple([self.negate(kid) for kid in self.kids[node]]))
            self._negated[node] = found
            self._negated[found] = node
        return found

    def both(self, one: int, other: int) -> int:
        """True where both are."""
        return self._join(one, other, FALSE)

    def either(self, one: int, other: int) -> int:
        """True where at least one is."""
        return self._join(one, other, TRUE)

    def _join(self, one: int, other: int, absorbing: int) -> int:
        if one == other or other < 2:
            return other if other == absorbing else one
        if one < 2:
            return one if one == absorbing else other
        if one > other:
            one, other = other, one
        key = (one, other, absorbing)
        found = self._joined.get(key)
        if found is not None:
            return found
        here, there = self.level[one], self.level[other]
        join = self._join
        if here == there:
            kids = [join(a, b, absorbing) for a, b in zip(self.kids[one], self.kids[other], strict=True)]
        elif here < there:
            kids = [join(kid, other, absorbing) for kid in self.kids[one]]
        else:
            kids = [join(one, kid, absorbing) for kid in self.kids[other]]
        found = self._joined[key] = self.node(min(here, there), tuple(kids))
        return found

    def all_of(self, nodes: Iterable[int]) -> int:
        """True where all are."""
        whole = TRUE
        for node in nodes:
            whole = self.both(whole, node)
        return whole

    def any_of(self, nodes: Iterable[int]) -> int:
        """True where at least one is; joined pairwise, which keeps the parts small."""
        parts = list(nodes)
        while len(parts) > 1:
            parts = [
                self.either(*pair) if len(pair := parts[i : i + 2]) == 2 else pair[0] for i in range(0, len(parts), 2)
            ]
        return parts[0] if parts else FALSE

    def at_least(self, count: int, nodes: Sequence[int]) -> int:
        """True where at least ``count`` of the nodes are."""
        reached = [TRUE] + [FALSE] * max(count, 0)
        for node in nodes:
            for have in range(len(reached) - 1, 0, -1):
                reached[have] = self.either(reached[have], self.both(reached[have - 1], node))
        return reached[-1]

    def fix(self, node: int, level: int, value: int) -> int:
        """The function that is left when one variable is known."""
        if not self.support[node] >> level & 1:
            return node
        at = self.level[node]
        if at == level:
            return self.kids[node][value]
        key = (node, level, value)
        found = self._cofactors.get(key)
        if found is None:
            found = self.node(at, tuple([self.fix(kid, level, value) for kid in self.kids[node]]))
            self._cofactors[key] = found
        return found

    def restrict(self, node: int, values: Sequence[int], known: int, memo: dict[int, int]) -> int:
        """The function that is left when the variables in ``known`` have these values.

        ``memo`` belongs to one ``values``; it is shared between the nodes of one look.
        """
        support, kids, level = self.support, self.kids, self.level
        start = node
        while support[node] & known:
            if known >> level[node] & 1:
                node = kids[node][values[level[node]]]
                continue
            found = memo.get(node)
            if found is None:
                left = tuple([self.restrict(kid, values, known, memo) for kid in kids[node]])
                found = memo[node] = self.node(level[node], left)
            node = found
            break
        if start != node:
            memo[start] = node
        return node

    def path(self, node: int) -> dict[int, int]:
        """Values of some variables that make a node true; the node must not be false."""
        values: dict[int, int] = {}
        while node > TRUE:
            kids = self.kids[node]
            value = next(index for index, kid in enumerate(kids) if kid != FALSE)
            values[self.level[node]] = value
            node = kids[value]
        return values
