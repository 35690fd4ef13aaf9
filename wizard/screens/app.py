"""The wizard in a terminal: a Textual application whose screens show what the views say.

Everything shown comes from the views in ``pages`` and ``dialogs``, which know neither Textual nor a terminal;
``stage`` shows them one after another and ``flow`` decides which.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.screen import ModalScreen, Screen

from wizard.faces.services import FaceResult
from wizard.screens.flow import ScreenFlow
from wizard.screens.stage import LeavingError, Stage
from wizard.screens.surface import PageScreen
from wizard.screens.terminal.driver import HANGUP, driver_class
from wizard.screens.theme import THEMES, chosen, misnamed
from wizard.screens.view import Press

if TYPE_CHECKING:
    from textual.command import Provider

    from wizard.faces.services import Services
    from wizard.session.session import Session

_TYPED_EARLY = "ctrl+j"
"""The key that Enter arrives as when it was typed before the terminal was in raw mode."""
_PALETTE = "ctrl+p"


def _commands() -> type[Provider]:
    """The commands of the palette, which is imported when it is opened."""
    from wizard.screens.palette import WizardCommands

    return WizardCommands


class WizardApp(App[FaceResult], inherit_bindings=False):
    """Wires the driver, the stage and the flow together."""

    TITLE = "podwizard"
    CSS_PATH = "wizard.tcss"
    COMMANDS = {_commands}  # noqa: RUF012  # Textual's
    COMMAND_PALETTE_BINDING = _PALETTE

    def __init__(
        self, session: Session, target: Path | None, services: Services, before: list[Any] | None = None
    ) -> None:
        # Told at once that the colours are the terminal's own, Textual leaves them out as NO_COLOR asks, not to black.
        super().__init__(driver_class=driver_class(before), ansi_color=True if "NO_COLOR" in os.environ else None)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = chosen()
        self.animation_level = "none"
        self.stage = Stage(self, saves=services.saves)
        note = "; ".join(filter(None, (services.note, misnamed())))
        self.flow = ScreenFlow(self.stage, session, target, replace(services, note=note))
        self.failure: BaseException | None = None
        self._journey: asyncio.Task[None] | None = None
        self._curtain = contextlib.ExitStack()

    def get_default_screen(self) -> Screen[None]:
        """The screen of the pages."""
        return PageScreen(self.stage.post)

    def on_load(self) -> None:
        """Keep empty pictures off the terminal until the first page is there."""
        self._curtain.enter_context(self.batch_update())

    def raise_curtain(self) -> None:
        """Let the terminal show what there is; called after the first page is made."""
        self._curtain.close()

    def on_ready(self) -> None:
        """Begin the journey once there is something to show it on."""
        self._journey = asyncio.create_task(self._travel())
        self.app_resume_signal.subscribe(self, lambda _: self.action_forget())
        self.theme_changed_signal.subscribe(self, lambda _: self.stage.themed())
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._failed_in_loop)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self.stage.post, Press(HANGUP))

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
        told = flow.told.written.session if flow.told else None
        self.exit(FaceResult(flow.session, flow.written, keep, flow.context, told))

    async def on_event(self, event: events.Event) -> None:
        """Pass keys through the stage's gate, so that each meets the view it was meant for; the palette has its own."""
        if isinstance(self.screen_or_none, PageScreen) and isinstance(event, events.Key | events.Paste):
            event.stop()
            self._take(event)
        elif isinstance(event, events.Key) and event.key == "ctrl+c" and isinstance(self.screen, ModalScreen):
            self.screen.dismiss()  # the command palette
        else:
            await super().on_event(event)

    @property
    def screen_or_none(self) -> Screen[object] | None:
        """The screen in front; ``None`` before the first one is there."""
        return self.screen_stack[-1] if self._screen_stacks[self.DEFAULT_MODE] else None

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
        """Also told of the size at the start."""
        resized = getattr(self._driver, "resized", None)
        if resized is not None and resized(*event.size):
            self.screen.refresh(layout=True)  # Textual's own frame may have been sent before the driver forgot

    def action_command_palette(self) -> None:
        """Show the palette over the page."""
        if isinstance(self.screen, PageScreen):
            from wizard.screens.palette import WizardPalette

            self.push_screen(WizardPalette(id="--command-palette"))

    def place_cursor(self, place: tuple[int, int], *, drawn: bool) -> None:
        """Leave the terminal's cursor where the attention should be: braille displays and magnifiers follow it.

        Before the picture is ``drawn``, its frame takes the cursor along.
        """
        name = "place_cursor" if drawn else "aim_cursor"
        if (move := getattr(self._driver, name, None)) is not None:
            move(*place)

    def action_forget(self) -> None:
        """Paint everything again."""
        if (forget := getattr(self._driver, "forget", None)) is not None:
            forget()
        self.screen.refresh(layout=True)

    def _handle_exception(self, error: Exception) -> None:
        """Leave the screens; the command line tells of the error, and no traceback is shown."""
        self.failure = self.failure or error
        self.exit(return_code=1)

    def panic(self, *_renderables: object) -> None:
        """Leave the screens where Textual would show a traceback of its own."""
        self._handle_exception(RuntimeError("the screens failed"))

    def _failed_in_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take an error that no task waits for, which asyncio would write across the screen."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self._handle_exception(error)


def run_app(
    session: Session, *, target: Path | None, services: Services, before: list[Any] | None = None
) -> FaceResult:
    """Show the wizard until it ends; for ``screens.run``, which guards the terminal and knows how it was before."""
    app = WizardApp(session, target, services, before)
    try:
        outcome = app.run()
    finally:
        app.stage.close()  # the last answers are saved, whatever happened
    if app.failure is not None:
        raise app.failure
    return outcome or FaceResult(app.flow.session, app.flow.written)
