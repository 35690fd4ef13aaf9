"""What the prover's parts hand over: faults whose text is made only when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from wizard.decision.diagram import BudgetSpentError
from wizard.errors import Fault, Position
from wizard.frozen import dataclass

SHOWN = 50
"""Findings of one kind that are told in full."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault before it is told; finding its shortest example costs more than finding it."""

    code: str
    position: Position
    tell: Callable[[], str]
    hint: str = ""
    level: str = "error"


def tell(findings: Iterable[Finding], faults: list[Fault]) -> bool:
    """Add the findings to ``faults``, all told up to a number of each kind; false when the budget ran out."""
    more: dict[str, tuple[int, Finding]] = {}
    seen: dict[str, int] = {}
    decided = True
    try:
        for finding in findings:
            seen[finding.code] = seen.get(finding.code, 0) + 1
            if seen[finding.code] > SHOWN:
                more[finding.code] = (seen[finding.code] - SHOWN, finding)
                continue
            faults.append(Fault(finding.code, finding.tell(), finding.position, finding.hint, finding.level))
    except BudgetSpentError:
        decided = False
    for code, (count, last) in more.items():
        faults.append(Fault(code, f"{count} more like these are not listed", last.position, last.hint, last.level))
    return decided


def listed(names: Iterable[str], joint: str = "and") -> str:
    """``'a', 'b' and 'c'``."""
    quoted = [f"'{name}'" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"
