"""Decision diagrams: conditions as functions of the answers, stored so that equal functions have the same number.

A *node* tests one variable and has one *kid* for each of its values. A kid is another node, or an end: 0 is false and 1
is true. With the variables ``work`` (``server``, ``task``; level 0) and ``disk`` (``yes``, ``no``; level 1), the
condition "a server with a disk" is node 3 below, and node 2 is "has a disk"::

    node 3: work?   server -> node 2    task -> 0
    node 2: disk?   yes -> 1            no -> 0

Nodes test variables in the order of their levels, a node whose kids are all the same is never created, and no two nodes
are equal. So there is exactly one node for each function: two conditions are equivalent if they have the same number,
and a condition never holds if its number is 0. Joining two functions walks both from the top and caches intermediate
results, which is fast as long as the diagrams stay small.

Source: R. E. Bryant, Graph-Based Algorithms for Boolean Function Manipulation (1986), here with as many kids as the
variable has values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

from wizard.decision.budget import BudgetSpentError

FALSE, TRUE = 0, 1
_BOTH = 1 << FALSE | 1 << TRUE


class Diagram:
    """The nodes of one compiled decision; nodes are only added, so a node stays valid.

    For a node ``n``, ``level[n]`` is the variable it tests, ``kids[n]`` its branches by value, and ``support[n]`` the
    bits of all variables that it depends on.
    """

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
        # The cache of joins is left out: joins made while building are hardly ever repeated.
        forgotten: dict[str, object] = {"_lock": None, "_joined": {}}
        return {name: getattr(self, name) for name in self.__slots__} | forgotten

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._lock = Lock()

    def allow(self, more: int) -> None:
        """Allow this many more nodes; one more raises ``BudgetSpentError``."""
        self._limit = len(self.kids) + more

    def node(self, level: int, kids: tuple[int, ...]) -> int:
        """Return the node with these kids, creating it if it is new.

        Raises:
            BudgetSpentError: the limit of ``allow`` is reached.
        """
        first = kids[0]
        if kids.count(first) == len(kids):
            return first
        key = (level, kids)
        found = self._unique.get(key)
        if found is not None:
            return found
        # Two threads may evaluate the same catalogue; without the lock, a race could give one node two meanings.
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
        """Return the function that is true if the variable has one of the values in ``mask``."""
        return self.node(level, tuple(mask >> value & 1 for value in range(self.sizes[level])))

    def negate(self, node: int) -> int:
        """Return the function that is true where ``node`` is false."""
        found = self._negated.get(node)
        if found is None:
            found = self.node(self.level[node], tuple([self.negate(kid) for kid in self.kids[node]]))
            self._negated[node] = found
            self._negated[found] = node
        return found

    def both(self, one: int, other: int) -> int:
        """Return the function that is true where both functions are true."""
        return self._join(one, other, FALSE)

    def either(self, one: int, other: int) -> int:
        """Return the function that is true where at least one of the functions is true."""
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
        """Return the function that is true where all nodes are true."""
        whole = TRUE
        for node in nodes:
            whole = self.both(whole, node)
        return whole

    def any_of(self, nodes: Iterable[int]) -> int:
        """Return the function that is true where at least one node is true; joining in pairs keeps the parts small."""
        parts = list(nodes)
        while len(parts) > 1:
            parts = [
                self.either(*pair) if len(pair := parts[i : i + 2]) == 2 else pair[0] for i in range(0, len(parts), 2)
            ]
        return parts[0] if parts else FALSE

    def at_least(self, count: int, nodes: Sequence[int]) -> int:
        """Return the function that is true where at least ``count`` of the nodes are true."""
        reached = [TRUE] + [FALSE] * max(count, 0)
        for node in nodes:
            for have in range(len(reached) - 1, 0, -1):
                reached[have] = self.either(reached[have], self.both(reached[have - 1], node))
        return reached[-1]

    def fix(self, node: int, level: int, value: int) -> int:
        """Return the function with one variable fixed to a value."""
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
        """Return the function with the variables in ``known`` (bits) fixed to these values (by level).

        ``memo`` belongs to one pair of ``values`` and ``known``; calls for several nodes may share it.
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

    def ends(self, node: int, values: Sequence[int], known: int) -> int:
        """Return the ends that a function can still reach with the variables in ``known`` (bits) fixed to these values.

        The result combines the bits ``1 << FALSE`` and ``1 << TRUE``. Unlike ``restrict``, this creates no nodes, so it
        is cheap.
        """
        support, kids, level = self.support, self.kids, self.level
        found, seen, left = 0, set[int](), [node]
        while left and found != _BOTH:
            node = left.pop()
            while node > TRUE and known >> level[node] & 1:
                node = kids[node][values[level[node]]]
            if node <= TRUE:
                found |= 1 << node
            elif not support[node] & known:
                return _BOTH
            elif node not in seen:
                seen.add(node)
                left.extend(kids[node])
        return found

    def path(self, node: int) -> dict[int, int]:
        """Return values of some variables, by level, that make a node true; the node must not be ``FALSE``."""
        values: dict[int, int] = {}
        while node > TRUE:
            kids = self.kids[node]
            value = next(index for index, kid in enumerate(kids) if kid != FALSE)
            values[self.level[node]] = value
            node = kids[value]
        return values
