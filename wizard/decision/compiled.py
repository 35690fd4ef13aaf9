"""A decision made ready for evaluating, explaining and proving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import TypeVar, cast

from wizard.decision.bits import bits
from wizard.decision.flow import Flow
from wizard.decision.functions import Functions, Written, make_functions
from wizard.decision.model import Answer, Answers, Decision
from wizard.decision.variables import UNTICKED, Variable

T = TypeVar("T")
_LATEST = 64
"""The most results for answers that are kept."""


class Compiled:
    """A decision with its variables; what costs more is made on first use and kept on this value.

    Attributes:
        variables: by level.
        levels: by question id the levels of its variables, in the order of its options.
        depends: by level the bits of all variables that decide, at any distance, whether this one is asked.
        offers: the same without the options of its own question, which only exclude it while they are ticked.
    """

    def __init__(
        self,
        decision: Decision,
        variables: tuple[Variable, ...],
        levels: Mapping[str, tuple[int, ...]],
        depends: tuple[int, ...],
        offers: tuple[int, ...],
    ) -> None:
        self.decision = decision
        self.variables = variables
        self.levels = levels
        self.depends = depends
        self.offers = offers

    def lately(self, work: Callable[[Compiled, Answers], T], answers: Answers) -> T:
        """The result of ``work`` on this decision and these answers, worked out once for the latest answers.

        Many sessions of one journey have the same answers: those that differ in their fields, and those that were
        tried before an answer was given.
        """
        return cast("T", self._latest(work, tuple(answers.items())))

    @cached_property
    def _latest(self) -> Callable[[Callable[[Compiled, Answers], object], tuple[tuple[str, Answer], ...]], object]:
        return lru_cache(maxsize=_LATEST)(lambda work, answers: work(self, dict(answers)))

    def __getstate__(self) -> dict[str, object]:
        """Everything but the results, which are of this process."""
        return {name: value for name, value in self.__dict__.items() if name != "_latest"}

    @cached_property
    def functions(self) -> Functions:
        """Every condition as a function of the answers; "is it asked at all" is part of each."""
        return make_functions(self.decision, self.variables, self.levels)

    @cached_property
    def written(self) -> Written:
        """Conditions as they are written, for explanations in the author's terms."""
        return Written(self.variables, self.levels, self.decision.facts)

    @cached_property
    def flow(self) -> Flow:
        """Counts of the questions still to come."""
        return Flow(self.variables, self.levels, self.functions.diagram, self.rivals)

    @cached_property
    def rivals(self) -> Mapping[int, int]:
        """By level of an option the bits of the options before it that exclude it; only where there are any."""
        levels = {(variable.question, variable.option): variable.level for variable in self.variables}
        return {
            variable.level: sum(1 << levels[variable.question, other] for other in variable.rivals)
            for variable in self.variables
            if variable.rivals
        }

    @cached_property
    def offered(self) -> Mapping[int, int]:
        """By level of an option with rivals: when it is on offer, ticked rivals or not."""
        diagram, found = self.functions.diagram, {}
        for level, rivals in self.rivals.items():
            node = self.functions.whens[level]
            for rival in bits(rivals):
                node = diagram.fix(node, rival, UNTICKED)
            found[level] = node
        return found
