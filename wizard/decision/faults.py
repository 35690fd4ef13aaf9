"""Faults of a decision table, collected from the prover's parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from wizard.decision.budget import BudgetSpentError
from wizard.errors import Fault, Position

SHOWN = 50
"""Faults of one kind that are shown in full."""


class PendingFault(NamedTuple):
    """A fault whose message is made only when it is shown: its smallest example costs more than finding it."""

    code: str
    position: Position
    message: str | Callable[[], str]
    hint: str = ""
    level: str = "error"


def collect(pending: Iterable[PendingFault], faults: list[Fault]) -> bool:
    """Add faults to ``faults``, the first ``SHOWN`` of each kind in full; return false when the budget was spent."""
    more: dict[str, tuple[int, PendingFault]] = {}
    seen: dict[str, int] = {}
    decided = True
    try:
        for each in pending:
            seen[each.code] = seen.get(each.code, 0) + 1
            if seen[each.code] > SHOWN:
                more[each.code] = (seen[each.code] - SHOWN, each)
                continue
            message = each.message if isinstance(each.message, str) else each.message()
            faults.append(Fault(each.code, message, each.position, each.hint, each.level))
    except BudgetSpentError:
        decided = False
    for code, (count, last) in more.items():
        faults.append(
            Fault(code, f"{count} more faults like these are not shown", last.position, last.hint, last.level)
        )
    return decided
