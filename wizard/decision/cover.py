"""A small number of complete answer sets that together contain every reachable rule and every pair of compatible rules.

The selection is greedy and deterministic. Pairs need no search: two rules can apply together if the conjunction of
their functions is not false, because every function already includes which questions are asked. An answer set with a
warning of level ``error`` has no bundle to render, so pairs are covered without one if possible. For a table with many
rules, the pairs are those of the outputs of rules (patterns, values of settings, warnings), since templates see nothing
else: a thousand rules for ten workloads have ten outputs.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from wizard.decision.bits import bits
from wizard.decision.budget import STEPS, Budget, BudgetSpentError
from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.evaluate import state_after
from wizard.decision.model import Answer, Answers
from wizard.decision.results import Covering
from wizard.decision.variables import TICKED, UNTICKED

_Shown = tuple[Answers, int]
"""A complete answer set, and the bits of the rules (or outputs) that apply to it."""
MANY_RULES = 300
"""The number of rules above which neither functions of the whole result nor pairs of rules are computed."""
NODES = 150_000
"""The limit of diagram nodes, which cost memory; the shipped table needs about a thousand."""


def is_large(compiled: Compiled) -> bool:
    """Return whether a table has too many rules for computations on all pairs of rules."""
    return len(compiled.decision.rules) > MANY_RULES


def covering(compiled: Compiled, budget: Budget | None = None) -> Covering:
    """Return the covering answer sets that can be found within the budget: those with a bundle first.

    Without a budget, a table with few rules gets all sets, and one with many rules those within the usual budget.
    """
    large = is_large(compiled)
    budget = budget or Budget(STEPS if large else sys.maxsize)
    try:
        if large:
            # detects a table whose functions grow without limit
            compiled.functions_within(NODES)
    except BudgetSpentError:
        return Covering((), of_rules=False, complete=False)
    cover = _Cover(compiled, budget, of_rules=not large)
    return Covering(cover.sets(), of_rules=not large, complete=not cover.spent)


class _Cover:
    def __init__(self, compiled: Compiled, budget: Budget, *, of_rules: bool) -> None:
        functions = compiled.functions
        self._compiled = compiled
        self._budget = budget
        self._of_rules = of_rules
        self._nodes = functions.rules if of_rules else tuple(output.node for output in functions.outputs)
        self.spent = False
        """True if the budget ran out, so that some pairs may be missing."""

    def sets(self) -> tuple[Answers, ...]:
        """Return complete answer sets: those with a bundle first, and those that cover most first."""
        found = self._chosen(clear_of_errors(self._compiled), [])
        found += self._chosen(TRUE, found)
        return tuple(answers for answers, _ in found)

    def _chosen(self, within: int, shown: list[_Shown]) -> list[_Shown]:
        """Return answer sets in which ``within`` is true, for the pairs that ``shown`` does not contain yet."""
        chosen: list[_Shown] = []
        try:
            pairs = self._pairs(within)
            left = list(pairs)
            for _, fired in shown:
                _strike(left, fired)
            while any(left):
                answers = answers_in(self._compiled, self._grown(within, pairs, left))
                fired = self._fired(answers)
                _strike(left, fired)
                chosen.append((answers, fired))
        except BudgetSpentError:
            self.spent = True
        return chosen

    def _pairs(self, within: int) -> list[int]:
        """Return, for each rule, the bits of the rules that can apply together with it, including itself."""
        both = self._compiled.functions.diagram.both
        nodes = [both(within, node) for node in self._nodes]
        pairs = [0] * len(nodes)
        for index, node in enumerate(nodes):
            self._budget.spend(len(nodes) - index)
            for other in range(index, len(nodes)):
                if both(node, nodes[other]) != FALSE:
                    pairs[index] |= 1 << other
                    pairs[other] |= 1 << index
        return pairs

    def _grown(self, within: int, pairs: Sequence[int], left: Sequence[int]) -> int:
        """Return the conjunction of rules with many uncovered pairs, added one by one while they are compatible."""
        both = self._compiled.functions.diagram.both
        node, members = within, 0
        candidates = (1 << len(left)) - 1
        while True:
            self._budget.spend()
            ranked = [
                ((left[index] & (members | 1 << index)).bit_count(), (left[index] & candidates).bit_count(), -index)
                for index in bits(candidates)
            ]
            gain, later, negative = max(ranked, default=(0, 0, 0))
            if not gain and not later:
                return node
            index = -negative
            joined = both(node, self._nodes[index])
            candidates &= ~(1 << index)
            if joined != FALSE:
                node = joined
                members |= 1 << index
                candidates &= pairs[index]

    def _fired(self, answers: Answers) -> int:
        state = state_after(self._compiled, answers, with_rules=self._of_rules)
        nodes = state.rules if self._of_rules else state.outputs
        return sum(1 << index for index, node in enumerate(nodes) if node == TRUE)


def _strike(left: list[int], fired: int) -> None:
    """Remove the pairs of the rules that fired from those that are left."""
    for index in bits(fired):
        left[index] &= ~fired


def answers_in(compiled: Compiled, node: int) -> Answers:
    """Return a complete answer set that makes a node true; free variables are unticked or the ``unsure`` option."""
    diagram = compiled.functions.diagram
    values = [_default(compiled, level) for level in range(len(compiled.variables))]
    while node > TRUE:
        level, kids = diagram.level[node], diagram.kids[node]
        if kids[values[level]] == FALSE:
            values[level] = next(value for value, kid in enumerate(kids) if kid != FALSE)
        node = kids[values[level]]
    return _asked_answers(compiled, values)


def clear_of_errors(compiled: Compiled) -> int:
    """Return the node that is true where no warning of level ``error`` blocks the bundle."""
    functions = compiled.functions
    stops = zip(compiled.decision.rules, functions.rules, strict=True)
    return functions.diagram.negate(functions.diagram.any_of(node for rule, node in stops if rule.level == "error"))


def _default(compiled: Compiled, level: int) -> int:
    variable = compiled.variables[level]
    unsure = compiled.decision.questions[variable.question].unsure
    if variable.option:
        return UNTICKED
    return variable.values.index(unsure) if unsure in variable.values else 0


def _asked_answers(compiled: Compiled, values: Sequence[int]) -> Mapping[str, Answer]:
    """Return the answers for these values (by level), without those of questions that are not asked."""
    diagram, whens = compiled.functions.diagram, compiled.functions.whens
    known = (1 << len(values)) - 1
    memo: dict[int, int] = {}
    answers: dict[str, Answer] = {}
    for question in compiled.decision.questions.values():
        levels = compiled.levels[question.id]
        asked = [level for level in levels if diagram.restrict(whens[level], values, known, memo) == TRUE]
        if not asked:
            continue
        if question.many:
            answers[question.id] = tuple(compiled.variables[each].option for each in asked if values[each] == TICKED)
        else:
            answers[question.id] = compiled.variables[asked[0]].values[values[asked[0]]]
    return answers
