"""The variables of a decision: one per single question, and one per option of a ``many`` question.

``needs: {type: many, options: [secrets, wait]}`` becomes two variables, ``needs.secrets`` and ``needs.wait``, each with
the values ``ticked`` and ``unticked``. A set of values is a small integer, a *mask*: bit ``i`` is the value ``i``, and
the bit after the last value is "not asked".
"""

from typing import NamedTuple

from wizard.decision.model import Condition

TICKED, UNTICKED = 0, 1
"""The two values of an option of a ``many`` question."""


class Variable(NamedTuple):
    """One input of the decision."""

    level: int
    """The position in an order in which every variable comes after those its ``when`` tests."""
    question: str
    option: str
    """The option of a ``many`` question; empty for a single question."""
    values: tuple[str, ...]
    when: Condition | None
    """The question's and the option's condition combined; ``None`` if it is always asked."""
    order: int
    """The question's index in the author's order."""
    rivals: tuple[str, ...] = ()
    """The earlier options that exclude it while they are ticked; its ``when`` includes this condition."""

    @property
    def real(self) -> int:
        """The mask of all answers."""
        return (1 << len(self.values)) - 1

    @property
    def not_asked(self) -> int:
        """The mask of "not asked"; 0 if the variable is always asked."""
        return 0 if self.when is None else 1 << len(self.values)

    @property
    def full(self) -> int:
        """The mask of every answer, and of "not asked" if that is possible."""
        return self.real | self.not_asked
