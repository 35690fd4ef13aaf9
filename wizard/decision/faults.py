"""The collection of a decision table's faults from the parts of the prover."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from wizard.decision.budget import BudgetSpentError
from wizard.errors import Fault, Position

SHOWN = 50
"""The number of faults per kind that are reported in full."""


class PendingFault(NamedTuple):
    """A fault whose message is computed only for display, since its smallest example costs more than finding it."""

    code: str
    position: Position
    message: str | Callable[[], str]
    hint: str = ""
    level: str = "error"


def collect(pending: Iterable[PendingFault], faults: list[Fault]) -> bool:
    """Append faults to ``faults``, in full for the first ``SHOWN`` of each kind; return false if the budget ran out."""
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
