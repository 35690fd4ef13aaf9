"""A question with a few answers, each with a letter."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.screens.page import Sheet
from wizard.screens.text import accent, quiet, strong

Offer = tuple[str, str, str]
"""Letter, action, and consequence of the action."""


def choice_sheet(ask: str, offers: Sequence[Offer], width: int) -> Sheet:
    """Return the question and its answers as rows."""
    sheet = Sheet(width)
    sheet.add(strong(ask))
    sheet.blank()
    for number, (letter, what, then) in enumerate(offers):
        sheet.add("  ", accent(letter), f"  {what.ljust(22)}", quiet(then), hang=5, item=number)
    return sheet
