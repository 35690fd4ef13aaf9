"""The command palette: the keys of the screen that is shown, and the themes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from wizard.screens.theme import NAMES
from wizard.screens.view import Press

if TYPE_CHECKING:
    from textual.types import IgnoreReturnCallbackType


class WizardCommands(Provider):
    """All that the help lists, to find by its words."""

    async def discover(self) -> Hits:
        """Everything, before a word is typed."""
        for title, does, help_text in self._commands():
            yield DiscoveryHit(title, does, help=help_text or None)

    async def search(self, query: str) -> Hits:
        """Commands that hold the letters."""
        matcher = self.matcher(query)
        for title, does, help_text in self._commands():
            if (score := matcher.match(f"{title} {help_text}")) > 0:
                yield Hit(score, title, does, help=help_text or None)

    def _commands(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        """Their titles, their deeds, and a sentence on each, which may be empty."""
        stage = self.app.stage  # type: ignore[attr-defined]  # a WizardApp
        page = stage.screen.body.page
        for hint in page.keys if page is not None else ():
            if hint.key:
                press = Press(hint.key, hint.key if len(hint.key) == 1 else "")
                yield f"{hint.does} ({hint.name})", partial(stage.post, press), hint.more
        for word, name in NAMES.items():
            yield f"theme: {word}", partial(setattr, self.app, "theme", name), "colours of the screens, until you leave"
