"""The page after writing: the files, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.screens.page import KeyHint, Page, Room, Sheet
from wizard.screens.text import line, strong
from wizard.screens.view import Done, Press, View
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.faces.written import WrittenSummary

_LISTED = 12
_REST = 8
"""The lines that are not the list, where there is only one."""


@dataclass(frozen=True, slots=True)
class WrittenView(View[None]):
    """The last screen."""

    written: WrittenSummary

    def page(self, room: Room) -> Page:
        """Files, next commands, how to come back."""
        done = self.written
        sheet = Sheet(room.width)
        if done.unchanged:
            sheet.add(strong("Unchanged: "), f"{done.target} already holds exactly this.")
        groups = (("Written", done.written), ("Removed", done.removed), ("Kept as yours", done.kept))
        most = max(_LISTED, room.height - _REST) if sum(bool(paths) for _, paths in groups) == 1 else _LISTED
        for heading, paths in groups:
            if paths:
                sheet.heading(f"{heading} ({len(paths)})")
                shown = paths if len(paths) <= most + 1 else paths[:most]
                for path in shown:
                    sheet.add(path, indent=2, hang=2)
                if len(paths) > len(shown):
                    sheet.add(f"and {len(paths) - len(shown)} more", indent=2)
        sheet.heading("Next")
        sheet.add(done.next_command, indent=2, hang=6)
        sheet.heading("To come back")
        sheet.add(done.come_back_command, indent=2, hang=6)
        status = "written"
        title = wording.verdict_title(done.session, width=room.whole - len(status) - 1)
        return Page(line(strong(title)), sheet.done(), (KeyHint("enter", "to the shell"),), status=line(status))

    @property
    def leads_to_answers(self) -> bool:
        """Not from here."""
        return False

    def press(self, press: Press) -> View[None] | Done[None] | None:
        """Any key that means going on."""
        return Done(None) if press.key in ("enter", "escape", "q", "space", "left") else None
