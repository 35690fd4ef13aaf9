"""The command palette: the keys of the current screen, and the themes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.command import CommandInput, CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.containers import Horizontal, Vertical
from textual.widgets import LoadingIndicator

from wizard.screens.theme import NAMES
from wizard.screens.view import Press
from wizard.screens.widgets.marked import MarkedList

if TYPE_CHECKING:
    from textual.types import IgnoreReturnCallbackType


class Commands(CommandList, MarkedList, can_focus=False):
    """The commands that match the typed letters."""


class WizardPalette(CommandPalette):
    """Textual's palette, styled like the other lists."""

    def compose(self) -> ComposeResult:
        """Yield Textual's widgets, without its button and with our list."""
        with Vertical(id="--container"):
            with Horizontal(id="--input"):
                yield CommandInput(placeholder="Type a few letters of a command", select_on_focus=False)
            with Vertical(id="--results"):
                yield Commands()
                yield LoadingIndicator()


class WizardCommands(Provider):
    """A provider of everything that the help lists."""

    async def discover(self) -> Hits:
        """Yield all commands, before anything is typed."""
        for title, does, help_text in self._commands():
            yield DiscoveryHit(title, does, help=help_text or None)

    async def search(self, query: str) -> Hits:
        """Yield the commands that match the query."""
        matcher = self.matcher(query)
        for title, does, help_text in self._commands():
            if (score := matcher.match(f"{title} {help_text}")) > 0:
                yield Hit(score, title, does, help=help_text or None)

    def _commands(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        """Yield the title, callback and help text, which may be empty, of each command."""
        stage = self.app.stage  # type: ignore[attr-defined]  # a WizardApp
        page = stage.screen.body.page
        for hint in page.keys if page is not None else ():
            if hint.key:
                press = Press(hint.key, hint.key if len(hint.key) == 1 else "")
                yield f"{hint.does} ({hint.name})", partial(stage.post, press), hint.more
        for word, name in NAMES.items():
            yield f"theme: {word}", partial(setattr, self.app, "theme", name), "colours of the screens, until you quit"
