"""The lines below the bundle's files: the checks, the assumed values and the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.leads import lead_text
from wizard.screens.page import Sheet, first_lines
from wizard.screens.pages.findings import LEVELS
from wizard.screens.text import Line, Span, Style, line, quiet, spread, width_of, wrap
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.faces.review import Review

MOST_FINDINGS = 3
"""The maximum number of findings; a digit leads to the cause of each."""
_MOST_ASSUMED = 3
"""The maximum number of lines for the assumed values."""
_SHARE = 4
"""The findings after the first one take at most one of so many lines of the screen."""
_GAP = 2
"""The minimum number of cells between a finding and its cause."""


def checks_lines(review: Review, width: int) -> tuple[Line, ...]:
    """Return the summary of the checks and the Pod Security level, on one line if both fit."""
    errors = any(finding.severity == "error" for finding in review.findings)
    sign = Span("✗ ", Style.ERROR) if errors else Span("✓ ", Style.ADDED)
    checked = line(sign, review.summary)
    security = line(quiet(f"Pod Security: {review.pod_security}"))
    beside = line(*checked, quiet(" · "), *security)
    return (beside,) if width_of(beside) <= width else (checked, line("  ", *security))


def assumed_lines(review: Review, width: int) -> tuple[Line, ...]:
    """Return the values that the user has not given; those that do not fit are counted, and the key comes first."""
    values = [each.say for each in review.assumed]
    for shown in range(len(values), 0, -1):
        more = f" · and {len(values) - shown} more" if shown < len(values) else ""
        text = wording.assumed_text(len(values), " · ".join(values[:shown]) + more)
        lines = wrap(line(Span("~ ", Style.ATTENTION), text), width, hang=2)
        if len(lines) <= _MOST_ASSUMED:
            return lines
    return first_lines(lines, _MOST_ASSUMED, width) if values else ()


def finding_lines(review: Review, width: int, height: int) -> tuple[tuple[Line, ...], int]:
    """Return the first findings, each in full, and their number.

    ``height`` is the height of the body; the findings that do not fit are counted, with the key that lists them.
    """
    sheet, shown = Sheet(width), 0
    for at in range(min(MOST_FINDINGS, len(review.findings))):
        lines = _finding(review, at, width)
        if at and len(sheet.lines) + len(lines) > height // _SHARE:
            break
        sheet.extend(lines)
        shown += 1
    if shown < len(review.findings):
        sheet.add(quiet(f"  and {len(review.findings) - shown} more: f lists them all"))
    return sheet.done(), shown


def _finding(review: Review, at: int, width: int) -> tuple[Line, ...]:
    finding = review.findings[at]
    sign = Span(finding.severity, LEVELS[finding.severity])
    text = line(f"{at + 1} ", sign, f" {wording.finding_line(finding)}")
    cause = lead_text(review.session, review.leads[at])
    if not cause:
        return wrap(text, width, hang=2)
    term = line(quiet(f"← {cause}"))
    if width_of(text) + _GAP + width_of(term) <= width:
        return (spread(text, term, width),)
    return wrap((*text, quiet(" "), *term), width, hang=2)
