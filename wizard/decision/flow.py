"""The exact number of questions still to come, over all possible answers.

After some answers, a part of the result is a function of fewer variables (``Diagram.restrict``), and the questions to
come are those on which some part still depends. Take ``work`` (server or task) and, for servers, ``disk``: a task is
decided after one question, a server after two, so the first count is 1 to 2 with the mean 1.5. The count follows every
answer to the next question, then every answer to the one after it, and so on.

Three things keep this fast. Different answers often lead to the same *state*, which is counted once. A state is split
into parts that share no question, such as the questions about logs and those about disks; parts are counted separately
and added up, so that their answers are not multiplied. And if many rules test many questions in combination, which
would grow without limit, one count creates only a limited number of states and then gives up; callers show bounds
instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from wizard.decision.bits import bits, clusters
from wizard.decision.budget import BudgetSpentError
from wizard.decision.diagram import TRUE, Diagram
from wizard.decision.variables import TICKED, UNTICKED, Variable

_LIMIT = 5_000
"""The maximum of new states per count, about a quarter of a second; the shipped table has about 200 in total."""


class QuestionCount(NamedTuple):
    """Numbers of questions to come."""

    fewest: int = 0
    mean: float = 0.0
    """The mean if all answers are equally likely."""
    most: int = 0


_Whens = tuple[tuple[int, int], ...]
"""For variables that may not be asked: (level, node of their remaining condition).

This includes each variable that the functions need, and each that one of these conditions tests: an answer to a
``many`` question decides all its options, also one that only decides which question is asked next. The last level comes
first.
"""
_State = tuple[tuple[int, ...], _Whens]
"""The undecided functions in order, and the conditions of the questions they need; sets would take 4x the memory."""


def _nodes(some: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(some)))


class Flow:
    """A counter of questions for one compiled decision, with a cache."""

    def __init__(
        self,
        variables: Sequence[Variable],
        levels: Mapping[str, tuple[int, ...]],
        diagram: Diagram,
        rivals: Mapping[int, int],
    ) -> None:
        self._diagram = diagram
        self._groups = tuple(sum(1 << level for level in group) for group in levels.values())
        self._single = tuple(not variables[group[0]].option for group in levels.values())
        self._sizes = diagram.sizes
        self._rivals = rivals
        self._counts: dict[_State, QuestionCount] = {}
        self._limit = 0

    def count(self, nodes: Iterable[int], whens: Sequence[int]) -> QuestionCount:
        """Count the questions to come, for the remaining functions and conditions (``whens``, by level).

        Raises:
            BudgetSpentError: it takes too many states; those created are kept for the next call.
        """
        left = _nodes(node for node in nodes if node > TRUE)
        self._limit = len(self._counts) + _LIMIT
        return self._count((left, self._open(self._needed(left), enumerate(whens))))

    def bounds(self, nodes: Iterable[int]) -> tuple[int, int]:
        """Return bounds of the fewest and most questions, derived only from the variables that ``nodes`` depend on."""
        needed = self._needed(node for node in nodes if node > TRUE)
        return min(needed, 1), sum(1 for group in self._groups if group & needed)

    def _needed(self, nodes: Iterable[int]) -> int:
        """Return the bits of the variables on which some node depends."""
        needed, support = 0, self._diagram.support
        for node in nodes:
            needed |= support[node]
        return needed

    def _open(self, needed: int, whens: Iterable[tuple[int, int]]) -> _Whens:
        """Return the conditions that still matter; each tests only earlier variables, so one pass finds them all."""
        found = []
        for level, when in sorted(whens, reverse=True):
            if needed >> level & 1 and when != TRUE:
                needed |= self._diagram.support[when]
                found.append((level, when))
        return tuple(found)

    def _count(self, state: _State) -> QuestionCount:
        if not state[0]:
            return QuestionCount()
        found = self._counts.get(state)
        if found is None:
            parts = self._parts(state)
            if len(parts) == 1:
                found = self._ask(state)
            else:
                fewest, mean, most = zip(*map(self._count, parts), strict=True)
                found = QuestionCount(sum(fewest), sum(mean), sum(most))
            self._counts[state] = found
            if len(self._counts) > self._limit:
                raise BudgetSpentError
        return found

    def _parts(self, state: _State) -> list[_State]:
        """Split a state into parts that share no question."""
        nodes, whens = state
        support = self._diagram.support
        needed = self._needed(nodes)
        links = {support[node] for node in nodes}
        links.update(support[when] | 1 << level for level, when in whens)
        counted = needed | self._needed(when for _, when in whens)
        links.update(group & counted for group in self._groups if group & needed)
        apart = clusters(links)
        if len(apart) == 1:
            return [state]
        return [
            (left, tuple(each for each in whens if cluster >> each[0] & 1))
            for cluster in apart
            if (left := tuple(node for node in nodes if support[node] & cluster))
        ]

    def _ask(self, state: _State) -> QuestionCount:
        """Count the next question, and the questions after each of its answers."""
        certain = self._needed(state[0])
        for level, _ in state[1]:
            certain &= ~(1 << level)
        # There always is such a question: everything undecided depends on some question that is certainly asked.
        asked = next(index for index, group in enumerate(self._groups) if group & certain)
        ahead = self._after(state, asked)
        counts = [(self._count(after), weight) for after, weight in ahead.items()]
        mean = sum(each.mean * weight for each, weight in counts) / sum(ahead.values())
        return QuestionCount(
            1 + min(each.fewest for each, _ in counts), 1 + mean, 1 + max(each.most for each, _ in counts)
        )

    def _after(self, state: _State, asked: int) -> dict[_State, int]:
        """Return the states after the answers to a question, with the number of answers that lead to each."""
        tested = self._needed(when for _, when in state[1])
        single = self._single[asked]
        ahead = {(state, 0): 1}
        for level in bits(self._groups[asked] & (self._needed(state[0]) | tested)):
            reached: dict[tuple[_State, int], int] = {}
            for (before, ticked), weight in ahead.items():
                whens = before[1] if level in self._rivals else state[1]
                for value in range(self._sizes[level]) if single else self._ticks(level, whens, ticked):
                    now = ticked | 1 << level if value == TICKED and self._rivals else ticked
                    after = (self._fix(before, level, value), now)
                    reached[after] = reached.get(after, 0) + weight
            ahead = reached
        found: dict[_State, int] = {}
        for (last, _), weight in ahead.items():
            found[last] = found.get(last, 0) + weight
        return found

    def _ticks(self, level: int, whens: _Whens, ticked: int) -> Sequence[int]:
        """Return the values that an option can get, given the options of its question that are already ticked."""
        # An option that is not offered when its question is answered counts as unticked, and so does an excluded one.
        closed = self._rivals.get(level, 0) & ticked or any(other == level for other, _ in whens)
        return (UNTICKED,) if closed else (TICKED, UNTICKED)

    def _fix(self, state: _State, level: int, value: int) -> _State:
        """Return the state with one variable fixed to a value."""
        fix = self._diagram.fix
        nodes = _nodes([after for node in state[0] if (after := fix(node, level, value)) > TRUE])
        whens = [(other, fix(when, level, value)) for other, when in state[1]]
        return nodes, self._open(self._needed(nodes), whens)
