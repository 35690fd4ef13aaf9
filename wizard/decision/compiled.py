"""A decision made ready for evaluating, explaining and proving.

Every option of a ``many`` question becomes a yes/no variable of its own. What is costly is made on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Literal

from wizard.decision.boxes import ANYTHING, Boxes, Expander, Variable
from wizard.decision.diagram import Diagram
from wizard.decision.flow import Flow
from wizard.decision.model import Decision, Setting
from wizard.frozen import dataclass

Kind = Literal["base", "add", "set", "warn"]


@dataclass(frozen=True, slots=True)
class Output:
    """One part of the result: a pattern, a value of a setting, or a warning; ``node`` says when it is there."""

    kind: Kind
    name: str
    value: Setting
    node: int


@dataclass(frozen=True, slots=True)
class Functions:
    """All conditions as nodes of one diagram."""

    diagram: Diagram
    whens: tuple[int, ...]
    """By variable level."""
    rules: tuple[int, ...]
    """In the order of ``Decision.rules``."""
    outputs: tuple[Output, ...]


@dataclass(frozen=True, eq=False)
class Compiled:
    """A decision with its variables. Later work is kept on the value, never in a module."""

    decision: Decision
    variables: tuple[Variable, ...]
    levels: Mapping[str, tuple[int, ...]]
    """For each question its variables, in the order of its options."""
    depends: tuple[int, ...]
    """For each variable the bits of all variables that decide, at any distance, whether it is asked."""
    index: Mapping[str, int] = field(default_factory=dict)
    """``Rule.key`` to its place in ``Decision.rules``."""

    @cached_property
    def _expander(self) -> Expander:
        return Expander(self.variables, self.levels, self.decision.facts)

    @cached_property
    def rule_boxes(self) -> tuple[Boxes, ...]:
        """The boxes of each rule, in the order of ``Decision.rules``."""
        return tuple(self._expander.boxes(rule.when) for rule in self.decision.rules)

    @cached_property
    def when_boxes(self) -> tuple[Boxes, ...]:
        """The boxes in which each variable is asked."""
        expander = self._expander
        return tuple(ANYTHING if each.when is None else expander.boxes(each.when) for each in self.variables)

    def expand(self) -> None:
        """Make all boxes now, for a value that is kept for the next start."""
        _ = self.rule_boxes, self.when_boxes
        self.__dict__.pop("_expander")  # it has done its work

    @cached_property
    def functions(self) -> Functions:
        """Every condition as a function of the answers; asked-or-not is folded in."""
        from wizard.decision.functions import make_functions  # kept from an earlier start, nearly always

        return make_functions(self)

    @cached_property
    def flow(self) -> Flow:
        """The order of questions, for the result as a whole."""
        return Flow(self.variables, self.levels, self.functions.diagram)
