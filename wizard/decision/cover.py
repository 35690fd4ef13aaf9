"""Few complete answer sets that show every reachable rule, and every two rules that can apply together, together.

Greedy, and the same every time. Pairs need no search: two rules meet when the conjunction of their functions is
not false, because every function already says which questions are asked. An answer set with a warning of level
``error`` has no bundle to render, so what can be shown without one is. A table with many rules shows what the rules
put out instead (patterns, values of settings, warnings), since templates see no more: a thousand rules for ten
workloads are ten outputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE, BudgetSpentError
from wizard.decision.evaluate import look
from wizard.decision.flow import bits
from wizard.decision.functions import make_functions
from wizard.decision.gaps import Budget
from wizard.decision.model import Answer, Answers
from wizard.decision.results import Covering

_Shown = tuple[Answers, int]
"""A complete answer set, and the bits of the rules (or outputs) that apply."""
MANY_RULES = 300
"""Above this many rules nothing is computed that needs the whole result as functions, or all pairs of rules."""
NODES = 150_000
"""Diagram nodes, which cost memory, are limited in any case; the shipped table needs about a thousand."""


def is_large(compiled: Compiled) -> bool:
    """Whether a table has too many rules for what needs all pairs of them."""
    return len(compiled.decision.rules) > MANY_RULES


def covering(compiled: Compiled) -> tuple[Answers, ...]:
    """The covering answer sets."""
    return Cover(compiled).sets()


def covering_within(compiled: Compiled, budget: Budget) -> Covering:
    """The covering answer sets as far as the budget reaches; for a table of any size."""
    large = is_large(compiled)
    try:
        if large:
            make_functions(compiled, limit=NODES)  # so that a table that would grow without end is noticed here
    except BudgetSpentError:
        return Covering((), of_rules=False, complete=False)
    cover = Cover(compiled, budget, of_rules=not large)
    return Covering(cover.sets(), of_rules=not large, complete=not cover.spent)


class Cover:
    """Builds the covering set of one decision."""

    def __init__(self, compiled: Compiled, budget: Budget | None = None, *, of_rules: bool = True) -> None:
        functions = compiled.functions
        self._compiled = compiled
        self._budget = budget
        self._of_rules = of_rules
        self._nodes = functions.rules if of_rules else tuple(output.node for output in functions.outputs)
        self.spent = False
        """Whether the budget ran out, so that some pairs may be missing."""

    def sets(self) -> tuple[Answers, ...]:
        """Complete answer sets: those that stop no bundle, then the others; the most telling first."""
        diagram = self._compiled.functions.diagram
        stops = zip(self._compiled.decision.rules, self._compiled.functions.rules, strict=True)
        clear = diagram.negate(diagram.any_of(node for rule, node in stops if rule.level == "error"))
        found = self._thinned(self._chosen(clear, []), [])
        found += self._thinned(self._chosen(TRUE, found), found)
        return tuple(answers for answers, _ in found)

    def _pairs(self, within: int) -> list[int]:
        """For each rule the bits of the rules it can apply together with, itself included."""
        both = self._compiled.functions.diagram.both
        nodes = [both(within, node) for node in self._nodes]
        pairs = [0] * len(nodes)
        for place, node in enumerate(nodes):
            self._spend(len(nodes) - place)
            for other in range(place, len(nodes)):
                if both(node, nodes[other]) != FALSE:
                    pairs[place] |= 1 << other
                    pairs[other] |= 1 << place
        return pairs

    def _chosen(self, within: int, shown: list[_Shown]) -> list[_Shown]:
        """Answer sets within a node, with the rules that fire, for the pairs that are not shown yet."""
        chosen: list[_Shown] = []
        try:
            pairs = self._pairs(within)
            left = list(pairs)
            for _, fired in shown:
                for place in bits(fired):
                    left[place] &= ~fired
            while any(left):
                answers = self._answers(self._grown(within, pairs, left))
                fired = self._fired(answers)
                for place in bits(fired):
                    left[place] &= ~fired
                chosen.append((answers, fired))
        except BudgetSpentError:
            self.spent = True
        return chosen

    def _spend(self, steps: int) -> None:
        if self._budget is not None:
            self._budget.spend(steps)

    def _grown(self, within: int, pairs: Sequence[int], left: Sequence[int]) -> int:
        """Rules with many uncovered pairs, joined one after the other as long as they can apply together."""
        both = self._compiled.functions.diagram.both
        node, members = within, 0
        candidates = (1 << len(left)) - 1
        while True:
            self._spend(1)
            ranked = [
                ((left[place] & (members | 1 << place)).bit_count(), (left[place] & candidates).bit_count(), -place)
                for place in bits(candidates)
            ]
            gain, later, place = max(ranked, default=(0, 0, 0))
            if not gain and not later:
                return node
            joined = both(node, self._nodes[-place])
            candidates &= ~(1 << -place)
            if joined != FALSE:
                node = joined
                members |= 1 << -place
                candidates &= pairs[-place]

    def _answers(self, node: int) -> Answers:
        """A complete answer set that makes the node true; what is free is unticked, or the ``unsure`` option."""
        compiled, diagram = self._compiled, self._compiled.functions.diagram
        values = [self._plain(level) for level in range(len(compiled.variables))]
        while node > TRUE:
            level, kids = diagram.level[node], diagram.kids[node]
            if kids[values[level]] == FALSE:
                values[level] = next(value for value, kid in enumerate(kids) if kid != FALSE)
            node = kids[values[level]]
        return asked_answers(compiled, values)

    def _plain(self, level: int) -> int:
        variable = self._compiled.variables[level]
        unsure = self._compiled.decision.questions[variable.question].unsure
        if variable.option:
            return 1
        return variable.values.index(unsure) if unsure in variable.values else 0

    def _fired(self, answers: Answers) -> int:
        seen = look(self._compiled, answers, with_rules=self._of_rules)
        nodes = seen.rules if self._of_rules else seen.outputs
        return sum(1 << place for place, node in enumerate(nodes) if node == TRUE)

    def _thinned(self, chosen: list[_Shown], others: list[_Shown]) -> list[_Shown]:
        """Without the sets whose pairs all others together show as well."""
        kept = list(chosen)
        for each in reversed(chosen):
            shown = [0] * len(self._nodes)
            for _, fired in (other for other in [*others, *kept] if other is not each):
                for place in bits(fired):
                    shown[place] |= fired
            if all(not each[1] & ~shown[place] for place in bits(each[1])):
                kept.remove(each)
        return kept


def asked_answers(compiled: Compiled, values: Sequence[int]) -> Mapping[str, Answer]:
    """The answers these values stand for, without the questions and options that are then not asked."""
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
            answers[question.id] = tuple(compiled.variables[each].option for each in asked if values[each] == 0)
        else:
            variable = compiled.variables[asked[0]]
            answers[question.id] = variable.values[values[asked[0]]]
    return answers
