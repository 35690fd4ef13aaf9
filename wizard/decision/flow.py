"""How many questions are still to come, exactly, over every way to go on answering.

A state is what is left of the result's functions. Parts of a state that share no question are counted apart and
added, so the same small states come up again and again and are counted once. Where many rules test many questions
crosswise even that grows without end, so one count makes only so many states.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence

from wizard.decision.boxes import Variable
from wizard.decision.diagram import TRUE, BudgetSpentError, Diagram
from wizard.frozen import dataclass

_STATES = 5_000
"""New states one count may make, about a quarter of a second; the shipped table has some two hundred in all."""


@dataclass(frozen=True, slots=True)
class Span:
    """Fewest, mean (answers equally likely) and most questions to come."""

    fewest: int = 0
    mean: float = 0.0
    most: int = 0

    def plus(self, other: Span) -> Span:
        """Both, when neither depends on the other."""
        return Span(self.fewest + other.fewest, self.mean + other.mean, self.most + other.most)


_Whens = frozenset[tuple[int, int]]
_State = tuple[frozenset[int], _Whens]
"""Open functions, and for each variable that may not be asked: (level, node of its ``when``).

That is each variable the functions need, and each that one of these conditions tests: an answer to a ``many`` question
settles all its options, also one that only decides what is asked next.
"""


class Flow:
    """Counts questions for one compiled decision; what it has counted stays with it."""

    def __init__(self, variables: Sequence[Variable], levels: Mapping[str, tuple[int, ...]], diagram: Diagram) -> None:
        self._diagram = diagram
        self._place = tuple(variable.place for variable in variables)
        self._groups = tuple(sum(1 << level for level in group) for group in levels.values())
        self._single = tuple(not variables[group[0]].option for group in levels.values())
        self._sizes = diagram.sizes
        self._spans: dict[_State, Span] = {}
        self._limit = 0
        self._pickled = b""
        """Spans that were counted before this value was pickled; a complete set of answers never needs them."""

    def __getstate__(self) -> dict[str, object]:
        pickled = self._pickled or pickle.dumps(self._spans, pickle.HIGHEST_PROTOCOL)
        return {**self.__dict__, "_spans": {}, "_pickled": pickled}

    def span(self, nodes: Iterable[int], whens: Sequence[int]) -> Span:
        """The questions to come while ``nodes`` are what is left of the result and ``whens`` of the conditions.

        Raises ``BudgetSpentError`` when that takes too many states; what was counted is kept for the next call.
        """
        left = frozenset(node for node in nodes if node > TRUE)
        if left and self._pickled:
            self._spans, self._pickled = pickle.loads(self._pickled), b""  # noqa: S301 - part of what was unpickled
        self._limit = len(self._spans) + _STATES
        return self._span((left, self._open(self._needed(left), enumerate(whens))))

    def bounds(self, nodes: Iterable[int]) -> tuple[int, int]:
        """Fewest and most questions that ``nodes`` can need, without counting the ways."""
        needed = self._needed(node for node in nodes if node > TRUE)
        return min(needed, 1), sum(1 for group in self._groups if group & needed)

    def _needed(self, nodes: Iterable[int]) -> int:
        needed, support = 0, self._diagram.support
        for node in nodes:
            needed |= support[node]
        return needed

    def _open(self, needed: int, whens: Iterable[tuple[int, int]]) -> _Whens:
        """The conditions that still count. Each tests only variables before its own, so one pass finds all."""
        found = []
        for level, when in sorted(whens, reverse=True):
            if needed >> level & 1 and when != TRUE:
                needed |= self._diagram.support[when]
                found.append((level, when))
        return frozenset(found)

    def _tested(self, whens: _Whens) -> int:
        tested = 0
        for _, when in whens:
            tested |= self._diagram.support[when]
        return tested

    def _span(self, state: _State) -> Span:
        if not state[0]:
            return Span()
        found = self._spans.get(state)
        if found is None:
            parts = self._parts(state)
            if len(parts) == 1:
                found = self._ask(state)
            else:
                found = Span()
                for part in parts:
                    found = found.plus(self._span(part))
            self._spans[state] = found
            if len(self._spans) > self._limit:
                raise BudgetSpentError
        return found

    def _parts(self, state: _State) -> list[_State]:
        nodes, whens = state
        support = self._diagram.support
        needed = self._needed(nodes)
        links = {support[node] for node in nodes}
        links.update(support[when] | 1 << level for level, when in whens)
        counted = needed | self._tested(whens)
        links.update(group & counted for group in self._groups if group & needed)
        clusters: list[int] = []
        for link in links:
            apart = []
            for cluster in clusters:
                if cluster & link:
                    link |= cluster
                else:
                    apart.append(cluster)
            clusters = [*apart, link]
        if len(clusters) == 1:
            return [state]
        return [
            (left, frozenset(each for each in whens if cluster >> each[0] & 1))
            for cluster in clusters
            if (left := frozenset(node for node in nodes if support[node] & cluster))
        ]

    def _ask(self, state: _State) -> Span:
        asked = self.next_group(self._needed(state[0]), {level for level, _ in state[1]})
        if asked is None:  # Cannot happen: what is left to decide always hangs on a question certainly asked.
            return Span()
        ahead = self._after(state, asked)
        spans = [(self._span(each), weight) for each, weight in ahead.items()]
        total = sum(weight for _, weight in spans)
        mean = sum(span.mean * weight for span, weight in spans) / total
        return Span(1 + min(span.fewest for span, _ in spans), 1 + mean, 1 + max(span.most for span, _ in spans))

    def next_group(self, needed: int, unsure: Iterable[int]) -> int | None:
        """The first question, in the author's order, that is certainly asked and still needed."""
        certain = needed
        for level in unsure:
            certain &= ~(1 << level)
        return next((place for place, group in enumerate(self._groups) if group & certain), None)

    def _after(self, state: _State, asked: int) -> dict[_State, int]:
        """The states that follow the answers to a question, with how many answers lead to each."""
        offered = {level for level, _ in state[1]}
        ahead = {state: 1}
        for level in bits(self._groups[asked] & (self._needed(state[0]) | self._tested(state[1]))):
            # An option that is not on offer when its question is answered counts as unticked.
            values = range(self._sizes[level]) if self._single[asked] or level not in offered else (1,)
            reached: dict[_State, int] = {}
            for before, weight in ahead.items():
                for value in values:
                    after = self._fix(before, level, value)
                    reached[after] = reached.get(after, 0) + weight
            ahead = reached
        return ahead

    def _fix(self, state: _State, level: int, value: int) -> _State:
        fix = self._diagram.fix
        nodes = frozenset([after for node in state[0] if (after := fix(node, level, value)) > TRUE])
        whens = [(other, fix(when, level, value)) for other, when in state[1]]
        return nodes, self._open(self._needed(nodes), whens)


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
