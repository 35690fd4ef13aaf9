"""The work budget of a proof."""

from __future__ import annotations


class BudgetSpentError(Exception):
    """Work that needed more steps than allowed; caught by the prover, which says "not decided"."""


class Budget:
    """Steps left for one part of a proof."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._left = steps
        self.used = 0
        """Steps of all parts together."""

    def renew(self) -> None:
        """Begin another part with all steps."""
        self._left = self._steps

    def spend(self, steps: int = 1) -> None:
        """Count steps.

        Raises:
            BudgetSpentError: none are left.
        """
        self._left -= steps
        self.used += steps
        if self._left < 0:
            raise BudgetSpentError
