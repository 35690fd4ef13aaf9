"""The page with every finding of a bundle in full."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.faces.leads import lead_text
from wizard.screens.page import BACK, HELP, KeyHint, Page, Room, Sheet
from wizard.screens.text import Span, Style, line, strong
from wizard.screens.view import Back, Done, Listing, Press, View, move
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.faces.review import Review
    from wizard.session.session import Lead

LEVELS = {"error": Style.ERROR, "warning": Style.NOTICE, "note": Style.PLAIN}


@dataclass(frozen=True, slots=True)
class FindingsView(Listing["Back | Lead"]):
    """Every finding in full; Enter leads to its cause."""

    review: Review
    message: str = ""

    def page(self, room: Room) -> Page:
        """Show one paragraph per finding."""
        sheet = Sheet(room.alone)
        for number, finding in enumerate(self.review.findings):
            cause = lead_text(self.review.session, self.review.leads[number])
            sign = Span(finding.severity, LEVELS[finding.severity])
            sheet.add("  ", sign, f" {wording.finding_line(finding)}", hang=4, item=number)
            detail = [finding.path, finding.hint, f"caused by: {cause}" if cause else "", f"rule: {finding.rule}"]
            for text in detail:
                if text:
                    sheet.add(text, indent=4)
            sheet.blank()
        keys = (KeyHint("enter", "fix", "go to what causes it"), BACK, HELP)
        title = line(strong("Findings"))
        return Page(title, sheet.rows, keys, at=self.at, message=line(self.message))

    def press(self, press: Press) -> View[Back | Lead] | Done[Back | Lead] | None:
        """Handle keys; Enter leads to the cause."""
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(self.review.findings)), message="")
        if press.key in ("enter", "right") and self.review.findings:
            lead = self.review.leads[self.at]
            return Done(lead) if lead else replace(self, message=wording.uncaused(self.review.findings[self.at]))
        return Done(Back()) if press.key in ("escape", "left", "f") else None

    def picked(self, item: int) -> FindingsView:
        """Highlight the clicked finding."""
        return replace(self, at=item, message="")
