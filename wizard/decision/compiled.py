"""A decision compiled for evaluation, explanation and proof."""

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
"""The maximum number of cached results for answers."""


class Compiled:
    """A decision with its variables; expensive parts are computed on first use and cached in the object.

    Attributes:
        variables: By level.
        levels: By question id, the levels of its variables in the order of the options.
        depends: By level, the bits of all variables that decide, directly or indirectly, whether this one is asked.
        offers: Like ``depends``, but without the options of its own question, which only exclude it while ticked.
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
        """Return ``work(self, answers)``, cached for the latest answers.

        Many sessions of one run have the same answers: those that differ only in their fields, and those that were
        tried before an answer was given.
        """
        return cast("T", self._latest(work, tuple(answers.items())))

    @cached_property
    def _latest(self) -> Callable[[Callable[[Compiled, Answers], object], tuple[tuple[str, Answer], ...]], object]:
        return lru_cache(maxsize=_LATEST)(lambda work, answers: work(self, dict(answers)))

    def __getstate__(self) -> dict[str, object]:
        """Return everything except the cached results, which stay in this process."""
        return {name: value for name, value in self.__dict__.items() if name != "_latest"}

    @cached_property
    def functions(self) -> Functions:
        """Every condition as a function of the answers, with "is it asked at all" folded in."""
        return self.functions_within(None)

    def functions_within(self, limit: int | None) -> Functions:
        """Build the functions with at most this number of nodes, or raise ``BudgetSpentError``."""
        return make_functions(self.decision, self.variables, self.levels, limit=limit)

    @cached_property
    def written(self) -> Written:
        """The conditions exactly as written, for explanations in the author's terms."""
        return Written(self.variables, self.levels, self.decision.facts)

    @cached_property
    def flow(self) -> Flow:
        """The counter of the questions still to come."""
        return Flow(self.variables, self.levels, self.functions.diagram, self.rivals)

    @cached_property
    def rivals(self) -> Mapping[int, int]:
        """By level of an option, the bits of the earlier options that exclude it; only for options with rivals."""
        levels = {(variable.question, variable.option): variable.level for variable in self.variables}
        return {
            variable.level: sum(1 << levels[variable.question, other] for other in variable.rivals)
            for variable in self.variables
            if variable.rivals
        }

    @cached_property
    def offered(self) -> Mapping[int, int]:
        """By level of an option with rivals, the node that is true where it is offered if no rival is ticked."""
        diagram, found = self.functions.diagram, {}
        for level, rivals in self.rivals.items():
            node = self.functions.whens[level]
            for rival in bits(rivals):
                node = diagram.fix(node, rival, UNTICKED)
            found[level] = node
        return found
