"""The wizard in a terminal: a Textual application with one screen, one widget and no state.

Everything shown comes from the views in ``screens`` and ``dialogs``, which know neither Textual nor a
terminal; ``stage`` shows them one after another and ``flow`` decides which.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen

from wizard.faces.services import FaceResult, Services
from wizard.screens.driver import HANGUP, ChangedCellsDriver
from wizard.screens.flow import ScreenFlow
from wizard.screens.ink import Ink
from wizard.screens.stage import REPAINT, LeavingError, Stage
from wizard.screens.view import Press
from wizard.screens.widgets.canvas import Canvas
from wizard.texts.phrases import speaks_utf8

if TYPE_CHECKING:
    from wizard.screens.early import Painted
    from wizard.session.session import Session

_EARLY_ENTER = "ctrl+j"
"""The key that Enter arrives as when it was typed before the terminal was in raw mode."""

__all__ = ["FaceResult", "Services", "WizardApp", "run"]


class WizardScreen(Screen[None], inherit_bindings=False):
    """The only screen: every key, click and paste goes to the stage."""

    ALLOW_SELECT = False

    DEFAULT_CSS = "WizardScreen { background: ansi_default; color: ansi_default; overflow: hidden; }"

    def __init__(self, canvas: Canvas, stage: Stage) -> None:
        super().__init__()
        self._canvas = canvas
        self._stage = stage

    def compose(self) -> ComposeResult:
        """One widget."""
        yield self._canvas

    def on_key(self, event: events.Key) -> None:
        """A key for whatever is shown."""
        event.stop()
        if event.key == "ctrl+l":
            self.app.action_forget()  # type: ignore[attr-defined]
        elif event.key == "ctrl+z":
            self.app.action_suspend_process()
        else:
            text = event.character if event.is_printable and event.character else ""
            self._stage.post(Press("enter" if event.key == _EARLY_ENTER else event.key, text))

    def on_canvas_resized(self) -> None:
        """Lay the same view out for the new size."""
        self._stage.post(REPAINT)

    def on_click(self, event: events.Click) -> None:
        """A click, for whatever is shown there."""
        event.stop()
        self._stage.point(event.screen_x, event.screen_y)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves as the arrows do."""
        event.stop()
        self._stage.post(Press("down"))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves as the arrows do."""
        event.stop()
        self._stage.post(Press("up"))

    def on_paste(self, event: events.Paste) -> None:
        """Text from the clipboard, line breaks and all."""
        event.stop()
        self._stage.post(Press("paste", event.text.replace("\r\n", "\n").replace("\r", "\n")))


class WizardApp(App[FaceResult], inherit_bindings=False):
    """Wires the driver, the stage and the flow together."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "podwizard"

    def __init__(
        self, session: Session, target: Path | None, services: Services, painted: Painted | None = None
    ) -> None:
        driver = partial(ChangedCellsDriver, painted=painted) if sys.__stdin__ else None
        super().__init__(driver_class=driver, ansi_color=True)  # type: ignore[arg-type]  # it is only called
        self.animation_level = "none"
        ink = Ink(self.console.color_system, colours=not self.no_color, utf8=speaks_utf8())
        self.stage = Stage(Canvas(ink, painted.lines if painted else ()))
        self.flow = ScreenFlow(self.stage, session, target, services)
        self.failure: BaseException | None = None
        self._journey: asyncio.Task[None] | None = None

    def get_default_screen(self) -> Screen[None]:
        """The only screen."""
        return WizardScreen(self.stage.canvas, self.stage)

    def on_ready(self) -> None:
        """Begin the journey once there is something to paint on."""
        self._journey = asyncio.create_task(self._travel())
        self.app_resume_signal.subscribe(self, lambda _: self.action_forget())
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
            self.failure = error
        await asyncio.to_thread(self.stage.close)
        self.exit(FaceResult(self.flow.session, self.flow.written, keep, self.flow.context))

    def on_resize(self, event: events.Resize) -> None:
        """Also told of the size at the start."""
        if isinstance(self._driver, ChangedCellsDriver):
            self._driver.resized(*event.size)

    def action_forget(self) -> None:
        """Paint everything again."""
        self._forget()
        self.refresh(layout=True)
        self.stage.canvas.refresh()

    def _forget(self) -> None:
        if isinstance(self._driver, ChangedCellsDriver):
            self._driver.forget()

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


def run(session: Session, *, target: Path | None, services: Services, painted: Painted | None = None) -> FaceResult:
    """Show the wizard until it ends, on what is ``painted`` already; for ``screens.run``, which guards the terminal."""
    app = WizardApp(session, target, services, painted)
    try:
        outcome = app.run()
    finally:
        app.stage.close()  # the last answers are saved, whatever happened
    if app.failure is not None:
        raise app.failure
    return outcome or FaceResult(app.flow.session, app.flow.written)
