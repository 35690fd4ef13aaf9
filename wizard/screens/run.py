"""The entry point of the screens, which restores the terminal afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wizard.screens.terminal.guard import heeded_interrupt, restored_terminal

if TYPE_CHECKING:
    from wizard.faces.services import FaceResult, Services
    from wizard.session.session import Session


def run(session: Session, *, target: Path | None, services: Services) -> FaceResult:
    """Show the wizard until it ends. The terminal is restored on a return, an exception or a termination signal."""
    with restored_terminal() as tty:
        with heeded_interrupt():
            from wizard.screens.app import run_app

        return run_app(session, target=target, services=services, before=tty.before if tty else None)
