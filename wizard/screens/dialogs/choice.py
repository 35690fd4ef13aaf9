"""A question with a few ways to answer, each with its letter."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.screens.page import Sheet
from wizard.screens.text import strong

Offer = tuple[str, str, str]
"""Letter, what it does, and what comes of it."""


def choice_sheet(ask: str, offers: Sequence[Offer], at: int, width: int) -> Sheet:
    """The question and its answers, one highlighted."""
    sheet = Sheet(width)
    sheet.add(strong(ask))
    sheet.blank()
    for number, (letter, what, then) in enumerate(offers):
        here = number == at
        sheet.add(f"{'›' if here else ' '} {letter}  {what.ljust(22)}{then}", hang=5, focus=here)
    return sheet
