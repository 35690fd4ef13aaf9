"""The collection of a decision table's faults from the parts of the prover."""

from __future__ import annotations

from collections import Counter
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
    seen: Counter[str] = Counter()
    last: dict[str, PendingFault] = {}
    decided = True
    try:
        for each in pending:
            seen[each.code] += 1
            if seen[each.code] > SHOWN:
                last[each.code] = each
                continue
            message = each.message if isinstance(each.message, str) else each.message()
            faults.append(Fault(each.code, message, each.position, each.hint, each.level))
    except BudgetSpentError:
        decided = False
    for code, each in last.items():
        message = f"{seen[code] - SHOWN} more faults like these are not shown"
        faults.append(Fault(code, message, each.position, each.hint, each.level))
    return decided
