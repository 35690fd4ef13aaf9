"""The answers that decided a rule, and the smallest change that would make it apply.

*Reasons.* Some answers are a reason for a rule's state if they force that state for all possible answers to the other
questions. Take a question ``disk`` that is asked only for servers, and the rule ``disk: yes``. With ``work: task``,
``logs: files`` the rule is excluded, and ``work: task`` alone forces that. With ``work: server``, ``disk: yes`` the
rule applies, and its reason is ``disk: yes``, without the ``work: server`` that caused ``disk`` to be asked. So reasons
are found in the condition *as written*, where "not asked" is an additional value; only if that value decides a rule is
it replaced by the answers that keep the question from being asked.

*The fewest answers.* Answers without which all others are not sufficient are in every reason. Mostly they are already a
reason; otherwise a few more are tried in combination.

*The nearest way.* A path through a rule's diagram from the top to 1 is a way in which the rule applies. Each answer
that contradicts the path would have to change, and each variable on it without an answer is a question to open. The
nearest way has the fewest changes, then keeps the first answer, which says what the program is, then has the fewest
questions to open. For example, the operator keeps a log sidecar from a database, not the fact that it is a server.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from wizard.decision.bits import bits
from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE, Diagram
from wizard.decision.model import Condition
from wizard.decision.results import Term
from wizard.decision.variables import TICKED

_Cells = dict[int, int]
"""By level, the mask of the values that a rule wants; each cell becomes one term."""
_Steps = tuple[int, int, int]
"""The number of answers to change, of answers to the first question among them, and of questions to open."""
_NEVER = (1_000_000, 0, 0)
_FEW = 3
"""The maximum number of answers, beyond those in every reason, that are tried in combination."""


class Terms:
    """An explainer of rules for one set of answers.

    ``values`` has the answered value by level, ``known`` the bits of the answered variables, ``whens`` by level the
    remaining condition for asking each variable.
    """

    def __init__(self, compiled: Compiled, values: Sequence[int], known: int, whens: Sequence[int]) -> None:
        self._compiled = compiled
        self._diagram = compiled.functions.diagram
        self._values = values
        self._unasked = sum(1 << level for level, when in enumerate(whens) if when == FALSE)
        self._known = known & ~self._unasked
        self._asked = sum(1 << level for level, when in enumerate(whens) if when == TRUE)
        self._found: dict[int, tuple[Term, ...]] = {}

    def of_rule(self, index: int, state: int) -> tuple[Term, ...]:
        """Return the fewest answers that made the rule ``TRUE`` or ``FALSE``; empty while it is open."""
        if state > TRUE:
            return ()
        if index not in self._found:
            self._found[index] = self._of_rule(index, state)
        return self._found[index]

    def _of_rule(self, index: int, state: int) -> tuple[Term, ...]:
        node = self._compiled.functions.rules[index]
        cells = self._as_written(self._compiled.decision.rules[index].when, state)
        if cells is None:  # an answer decides the rule although its question may not be asked
            cells = _fewest(self._diagram, node, self._values, self._known, state) or {}
        for level in sorted(cells, reverse=True):
            others = {each: mask for each, mask in cells.items() if each != level}
            if others and self._diagram.ends(node, self._values, sum(1 << each for each in others)) == 1 << state:
                cells = others
        return self._as_terms(cells)

    def _as_written(self, condition: Condition, state: int) -> _Cells | None:
        """Return the fewest answers that force the state of a condition as written, or ``None`` if they do not."""
        written, variables = self._compiled.written, self._compiled.variables
        known = self._known & self._asked | self._unasked
        values = [
            len(each.values) if self._unasked >> each.level & 1 else self._values[each.level] for each in variables
        ]
        found = _fewest(written.diagram, written.node(condition), values, known, state)
        if found is None:
            return None
        cells: _Cells = {}
        for level, mask in found.items():
            behind: _Cells | None = {level: mask & variables[level].real}
            when = variables[level].when
            if when is not None and self._unasked >> level & 1:
                behind = self._as_written(when, FALSE)
                if behind is not None and state == TRUE:
                    behind = {each: variables[each].real & ~wanted for each, wanted in behind.items()}
            if behind is None:
                return None
            for each, wanted in behind.items():
                old = cells.get(each, wanted)
                cells[each] = (old & wanted if state == TRUE else old | wanted) or wanted
        return cells

    def nearest(self, index: int) -> tuple[_Steps, tuple[Term, ...]]:
        """Return the distance of an excluded rule, and the fewest answers that keep it from applying.

        Of several such sets, one without the first question is returned, then the one with the fewest questions to
        open, then the one with the latest questions.
        """
        node = self._compiled.functions.rules[index]
        known: dict[int, _Steps] = {}
        distance = self._distance(node, known)
        cells: _Cells = {}
        while node > TRUE:
            level = self._diagram.level[node]
            steps = [self._distance(kid, known) for kid in self._diagram.kids[node]]
            value, here = steps.index(min(steps)), self._answered(level)
            if here is not None and steps[here] <= self._changed(level, steps[value]):
                value = here
            elif here is not None:
                cells[level] = sum(1 << each for each, (changes, *_) in enumerate(steps) if changes == steps[value][0])
            node = self._diagram.kids[node][value]
        return distance, self._as_terms(cells)

    def _answered(self, level: int) -> int | None:
        """Return the value of an answer that counts, or ``None``."""
        return self._values[level] if self._known >> level & 1 else None

    def _distance(self, node: int, known: dict[int, _Steps]) -> _Steps:
        """Return the answers to change to make a node true, and the questions to open on that way."""
        if node <= TRUE:
            return (0, 0, 0) if node == TRUE else _NEVER
        if node not in known:
            steps = [self._distance(kid, known) for kid in self._diagram.kids[node]]
            level = self._diagram.level[node]
            changes, first, opens = min(steps)
            if (here := self._answered(level)) is None:
                known[node] = changes, first, opens + 1
            else:
                known[node] = min(steps[here], self._changed(level, min(steps)))
        return known[node]

    def _changed(self, level: int, steps: _Steps) -> _Steps:
        """Return the distance of a node from which the nearest way begins with a change of this variable."""
        changes, first, opens = steps
        return changes + 1, first + (self._compiled.variables[level].order == 0), opens

    def _as_terms(self, cells: _Cells) -> tuple[Term, ...]:
        """Return the cells as terms, in the author's order."""
        variables = self._compiled.variables
        order = sorted(cells, key=lambda level: (variables[level].order, level))
        return tuple(self._term(level, cells[level]) for level in order)

    def _term(self, level: int, mask: int) -> Term:
        variable = self._compiled.variables[level]
        wanted = tuple(variable.values[value] for value in bits(mask))
        if not variable.option:
            return Term(variable.question, variable.values[self._values[level]], wanted)
        options = [self._compiled.variables[other] for other in self._compiled.levels[variable.question]]
        ticked = tuple(each.option for each in options if self._values[each.level] == TICKED)
        return Term(variable.question, ticked, wanted, variable.option)


def _fewest(diagram: Diagram, node: int, values: Sequence[int], known: int, state: int) -> _Cells | None:
    """Return the fewest values in ``known`` that force the state of a node, or ``None`` if all of them do not."""

    def forced(some: int) -> bool:
        return diagram.ends(node, values, some) == 1 << state

    known &= diagram.support[node]
    if not forced(known):
        return None
    needed = sum(1 << each for each in bits(known) if not forced(known & ~(1 << each)))
    others = [1 << each for each in bits(known & ~needed)]
    tries = (needed | sum(some) for count in range(_FEW + 1) for some in combinations(others, count))
    reason = next((some for some in tries if forced(some)), known)
    for each in reversed(others) if reason == known else ():
        if forced(reason & ~each):
            reason &= ~each
    return {level: _leading(diagram, node, values, reason, level, state) for level in bits(reason)}


def _leading(diagram: Diagram, node: int, values: Sequence[int], reason: int, level: int, state: int) -> int:
    """Return the values of one variable of a reason that make the node true, or that may if it is false now."""
    changed, mask = list(values), 0
    for value in range(diagram.sizes[level]):
        changed[level] = value
        ends = diagram.ends(node, changed, reason)
        if ends == 1 << TRUE or (state == FALSE and ends != 1 << FALSE):
            mask |= 1 << value
    return mask
