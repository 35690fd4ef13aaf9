"""The work budget of a proof."""

from __future__ import annotations

STEPS = 300_000
"""The usual number of steps for each part of a proof; the shipped table needs a few hundred."""


class BudgetSpentError(Exception):
    """A computation that needed more steps than allowed; the prover catches it and reports "not decided"."""


class Budget:
    """The steps left for one part of a proof."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._left = steps
        self.used = 0
        """The steps of all parts together."""

    def renew(self) -> None:
        """Start another part with the full number of steps."""
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
