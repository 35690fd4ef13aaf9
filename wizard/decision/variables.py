"""Variables of a decision: one for each single question, and one for each option of a ``many`` question.

``needs: {type: many, options: [secrets, wait]}`` gives two variables, ``needs.secrets`` and ``needs.wait``, each with
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
    """Its number in an order in which every variable comes after those its ``when`` tests."""
    question: str
    option: str
    """The option of a ``many`` question; empty for a single question."""
    values: tuple[str, ...]
    when: Condition | None
    """The question's and the option's condition together; ``None`` when it is always asked."""
    order: int
    """The question's number in the author's order."""
    rivals: tuple[str, ...] = ()
    """The options before this one that exclude it while they are ticked; its ``when`` says so, too."""

    @property
    def real(self) -> int:
        """The mask of all answers."""
        return (1 << len(self.values)) - 1

    @property
    def not_asked(self) -> int:
        """The mask of "not asked"; 0 when the variable is always asked."""
        return 0 if self.when is None else 1 << len(self.values)

    @property
    def full(self) -> int:
        """The mask of every answer, and of "not asked" where that can be."""
        return self.real | self.not_asked
