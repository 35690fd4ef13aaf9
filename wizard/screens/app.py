"""The wizard in a terminal: a Textual application whose screens show the views.

All content comes from the views in ``pages`` and ``dialogs``, which know neither Textual nor a terminal; ``stage``
shows one view at a time, and ``flow`` decides which one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from textual import events
from textual.app import App
from textual.screen import ModalScreen, Screen

from wizard.faces.services import FaceResult
from wizard.screens.flow import ScreenFlow
from wizard.screens.stage import LeavingError, Stage
from wizard.screens.surface import PageScreen
from wizard.screens.terminal.background import TerminalState
from wizard.screens.terminal.driver import HANGUP, Typed, driver_class
from wizard.screens.theme import TERMINAL, THEMES, chosen, misnamed
from wizard.screens.view import Press

if TYPE_CHECKING:
    from textual.command import Provider

    from wizard.faces.services import Services
    from wizard.session.session import Session

_TYPED_EARLY = "ctrl+j"
"""The key as which Enter arrives if it was typed before the terminal was in raw mode."""
_PALETTE = "ctrl+p"
_UNKNOWN = TerminalState()


def _commands() -> type[Provider]:
    """Return the provider of the palette's commands, imported only when the palette is opened."""
    from wizard.screens.palette import WizardCommands

    return WizardCommands


class WizardApp(App[FaceResult], inherit_bindings=False):
    """The application that connects the driver, the stage and the flow."""

    TITLE = "podwizard"
    CSS_PATH = "wizard.tcss"
    COMMANDS = {_commands}  # noqa: RUF012  # Textual's
    COMMAND_PALETTE_BINDING = _PALETTE

    def __init__(
        self, session: Session, target: Path | None, services: Services, state: TerminalState = _UNKNOWN
    ) -> None:
        # If ansi_color is set from the start, Textual obeys NO_COLOR by leaving colours out, not by replacing them with
        # black.
        super().__init__(driver_class=driver_class(state), ansi_color=True if "NO_COLOR" in os.environ else None)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = chosen(state.environ, state.background)
        self._use_enough_colours()
        self.animation_level = "none"
        self.stage = Stage(self, saves=services.saves)
        note = "; ".join(filter(None, (services.note, misnamed(state.environ))))
        self.flow = ScreenFlow(self.stage, session, target, replace(services, note=note))
        self.failure: BaseException | None = None
        self._journey: asyncio.Task[None] | None = None
        self._curtain = contextlib.ExitStack()

    def get_default_screen(self) -> Screen[None]:
        """Return the screen that shows the pages."""
        return PageScreen(self.stage.post)

    def on_load(self) -> None:
        """Hold back empty frames until the first page is ready."""
        self._curtain.enter_context(self.batch_update())

    def raise_curtain(self) -> None:
        """Release the held-back frames; called once the first page is built."""
        self._curtain.close()

    def on_ready(self) -> None:
        """Start the journey once there is a screen to show it on."""
        self._journey = asyncio.create_task(self._travel())
        self.app_resume_signal.subscribe(self, lambda _: self.action_forget())
        self.theme_changed_signal.subscribe(self, lambda _: self._themed())
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._failed_in_loop)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self.stage.post, Press(HANGUP))

    def _themed(self) -> None:
        self._use_enough_colours()
        self.stage.themed()

    def _use_enough_colours(self) -> None:
        """Send 256 colours to a terminal that names fewer in ``TERM``, unless the theme is the terminal's own."""
        if self.theme != TERMINAL and self.console.color_system == "standard":
            self.console = Console(color_system="256", file=self.console.file, force_terminal=True, soft_wrap=False)

    async def _travel(self) -> None:
        keep = True
        try:
            await self.flow.run()
        except LeavingError as leaving:
            keep = leaving.keep
        except Exception as error:
            self.failure = self.failure or error
        await asyncio.to_thread(self.stage.close)
        flow = self.flow
        shown = flow.last_page.written.session if flow.last_page else None
        self.exit(FaceResult(flow.session, flow.written, keep, flow.context, shown))

    async def on_event(self, event: events.Event) -> None:
        """Pass keys to the stage, so that each reaches the view it was meant for; the palette handles its own keys."""
        if isinstance(event, Typed):
            self._take_each(event)
        elif isinstance(self.screen_or_none, PageScreen) and isinstance(event, events.Key | events.Paste):
            event.stop()
            self._take(event)
        elif isinstance(event, events.Key) and event.key == "ctrl+c" and isinstance(self.screen, ModalScreen):
            self.screen.dismiss()  # closes the command palette
        else:
            await super().on_event(event)

    @property
    def screen_or_none(self) -> Screen[object] | None:
        """The top screen; ``None`` before the first one exists."""
        return self.screen_stack[-1] if self._screen_stacks[self.DEFAULT_MODE] else None

    def _take_each(self, event: Typed) -> None:
        """Pass on several keys; those after the one that opens the palette go to the palette, as messages."""
        for number, each in enumerate(event.keys):
            if not isinstance(self.screen_or_none, PageScreen):
                for later in event.keys[number:]:
                    self.post_message(later)
                return
            if isinstance(each, events.Key | events.Paste):
                self._take(each)

    def _take(self, event: events.Key | events.Paste) -> None:
        if isinstance(event, events.Paste):
            self.stage.post(Press("paste", event.text.replace("\r\n", "\n").replace("\r", "\n")))
        elif event.key == "ctrl+l":
            self.action_forget()
        elif event.key == "ctrl+z":
            self.action_suspend_process()
        elif event.key == _PALETTE and self.stage.view is not None and self.stage.view.leads_elsewhere:
            self.action_command_palette()
        else:
            text = event.character if event.is_printable and event.character else ""
            self.stage.post(Press("enter" if event.key == _TYPED_EARLY else event.key, text))

    def on_resize(self, event: events.Resize) -> None:
        """Handle a new size, including the initial one."""
        resized = getattr(self._driver, "resized", None)
        if resized is not None and resized(*event.size):
            self.screen.refresh(layout=True)  # Textual's frame may have been sent before the driver discarded its copy

    def action_command_palette(self) -> None:
        """Open the command palette over the page."""
        if isinstance(self.screen, PageScreen):
            from wizard.screens.palette import WizardPalette

            self.push_screen(WizardPalette(id="--command-palette"))

    def place_cursor(self, place: tuple[int, int], *, drawn: bool) -> None:
        """Leave the terminal's cursor at the user's focus, which braille displays and magnifiers follow.

        Unless the frame is ``drawn`` already, the cursor moves together with it.
        """
        name = "place_cursor" if drawn else "aim_cursor"
        if (move := getattr(self._driver, name, None)) is not None:
            move(*place)

    def action_forget(self) -> None:
        """Repaint the whole screen."""
        if (forget := getattr(self._driver, "forget", None)) is not None:
            forget()
        self.screen.refresh(layout=True)

    def _handle_exception(self, error: Exception) -> None:
        """Leave the screens without a traceback; the command line reports the error."""
        self.failure = self.failure or error
        self.exit(return_code=1)

    def panic(self, *_renderables: object) -> None:
        """Leave the screens in cases where Textual would print a traceback."""
        self._handle_exception(RuntimeError("the screens failed"))

    def _failed_in_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an exception that no task awaits, which asyncio would otherwise print over the screen."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self._handle_exception(error)


def run_app(session: Session, *, target: Path | None, services: Services, state: TerminalState) -> FaceResult:
    """Show the wizard until it ends; called by ``screens.run``, which guards the terminal and knows its settings."""
    app = WizardApp(session, target, services, state)
    try:
        outcome = app.run()
    finally:
        app.stage.close()  # save the last answers, even after an error
    if app.failure is not None:
        raise app.failure
    return outcome or FaceResult(app.flow.session, app.flow.written)
