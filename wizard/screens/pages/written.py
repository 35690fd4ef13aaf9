"""What was written, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wizard.screens.page import Key, Page, Room, Sheet
from wizard.screens.text import line, strong
from wizard.screens.view import Done, Press, View
from wizard.texts import wording
from wizard.texts.phrases import come_back_command, next_command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wizard.session.session import Session
    from wizard.store.writer import WriteOutcome

_LISTED = 12
_REST = 8
"""The lines that are not the list, where there is only one."""


@dataclass(frozen=True, slots=True)
class WrittenView(View[None]):
    """The last screen."""

    session: Session
    outcome: WriteOutcome
    context: str = ""
    catalog: str = ""
    """The catalogue as it was named on the command line."""
    lacking: Mapping[str, str] = field(default_factory=dict)
    """For each kept file that lacks something of the bundle, what."""

    def page(self, room: Room) -> Page:
        """Files, next commands, how to come back."""
        outcome = self.outcome
        sheet = Sheet(room.width)
        if outcome.nothing:
            sheet.add(strong("Unchanged: "), f"{outcome.target} already holds exactly this.")
        groups = (("Written", outcome.written), ("Removed", outcome.removed), ("Kept as yours", outcome.kept))
        most = max(_LISTED, room.height - _REST) if sum(bool(paths) for _, paths in groups) == 1 else _LISTED
        for heading, paths in groups:
            if paths:
                sheet.heading(f"{heading} ({len(paths)})")
                shown = paths if len(paths) <= most + 1 else paths[:most]
                for path in shown:
                    lacking = self.lacking.get(path, "")
                    sheet.add(f"{path}; {lacking}" if lacking else path, indent=2, hang=2)
                if len(paths) > len(shown):
                    sheet.add(f"and {len(paths) - len(shown)} more", indent=2)
        sheet.heading("Next")
        sheet.add(next_command(outcome.target, context=self.context), indent=2, hang=6)
        sheet.heading("To come back")
        sheet.add(come_back_command(outcome.target, catalog=self.catalog), indent=2, hang=6)
        status = "written"
        title = wording.verdict_title(self.session, width=room.whole - len(status) - 1)
        return Page(line(strong(title)), sheet.done(), (Key("enter", "to the shell"),), status=line(status))

    @property
    def leads_to_answers(self) -> bool:
        """Not from here."""
        return False

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Any key that means going on."""
        return Done(None) if press.key in ("enter", "escape", "q", "space", "left") else None
