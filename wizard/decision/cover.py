"""Few complete answer sets that show every reachable rule, and every two rules that can apply together, together.

Greedy, and the same every time. Pairs need no search: two rules meet when the conjunction of their functions is
not false, because every function already says which questions are asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.evaluate import look
from wizard.decision.flow import bits
from wizard.decision.model import Answer, Answers


def covering(compiled: Compiled) -> tuple[Answers, ...]:
    """The covering answer sets."""
    return Cover(compiled).sets()


class Cover:
    """Builds the covering set of one decision."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._nodes = compiled.functions.rules
        both = compiled.functions.diagram.both
        count = len(self._nodes)
        self.pairs = [0] * count
        """For each rule the bits of the rules it can apply together with, itself included."""
        for place, node in enumerate(self._nodes):
            for other in range(place, count):
                if both(node, self._nodes[other]) != FALSE:
                    self.pairs[place] |= 1 << other
                    self.pairs[other] |= 1 << place

    def sets(self) -> tuple[Answers, ...]:
        """Complete answer sets, the most telling first."""
        left = list(self.pairs)
        chosen: list[tuple[Answers, int]] = []
        while any(left):
            answers = self._answers(self._grown(left))
            fired = self._fired(answers)
            for place in bits(fired):
                left[place] &= ~fired
            chosen.append((answers, fired))
        return tuple(answers for answers, _ in self._thinned(chosen))

    def _grown(self, left: Sequence[int]) -> int:
        """Rules with many uncovered pairs, joined one after the other as long as they can apply together."""
        both = self._compiled.functions.diagram.both
        node, members = TRUE, 0
        candidates = (1 << len(left)) - 1
        while True:
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
                candidates &= self.pairs[-place]

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
        rules = look(self._compiled, answers).rules
        return sum(1 << place for place, node in enumerate(rules) if node == TRUE)

    def _thinned(self, chosen: list[tuple[Answers, int]]) -> list[tuple[Answers, int]]:
        """Without the sets whose pairs all others together show as well."""
        kept = list(chosen)
        for each in reversed(chosen):
            shown = [0] * len(self._nodes)
            for _, fired in (other for other in kept if other is not each):
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
