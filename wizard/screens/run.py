"""The entry point of the screens, which restores the terminal afterwards."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.screens.terminal.background import TerminalState, ask, decides_theme, read_available, split_reply
from wizard.screens.terminal.guard import heeded_interrupt, restored_terminal

if TYPE_CHECKING:
    from wizard.faces.services import FaceResult, Services
    from wizard.session.session import Session


def run(session: Session, *, target: Path | None, services: Services, theme: str | None = None) -> FaceResult:
    """Show the wizard until it ends, in the requested theme: ``dark``, ``light`` or ``terminal``.

    The terminal is restored on a return, an exception or a termination signal.
    """
    environ = {**os.environ, "PODWIZARD_THEME": theme} if theme else os.environ
    with restored_terminal() as tty:
        asked = tty is not None and decides_theme(environ) and not environ.get("TEXTUAL_DRIVER")
        if tty is not None and asked:
            ask(tty.fileno)
        with heeded_interrupt():
            from wizard.screens.app import run_app

        background, typed = split_reply(read_available() if asked else b"")
        state = TerminalState(tty.before if tty else None, background, typed, environ)
        return run_app(session, target=target, services=services, state=state)
