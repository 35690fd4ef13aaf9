"""The first page, on the screen before Textual is imported (``docs/decisions/0014-early-paint.md``).

Importing Textual is most of a start. The views know no Textual, so the first page is painted with plain escape
sequences meanwhile, and the driver is told what the terminal shows. ``PODWIZARD_FULL_REPAINT=1`` switches it off.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

from wizard.screens.first import first_view
from wizard.screens.ink import Ink, colours_wanted
from wizard.screens.mirror import Mirror
from wizard.screens.page import believable, compose, fits, room_for
from wizard.screens.text import Line
from wizard.texts.phrases import speaks_utf8

if TYPE_CHECKING:
    from wizard.faces.services import Services
    from wizard.session.session import Session

OTHER_SCREEN = "\x1b[?1049h"
_ENTER = f"{OTHER_SCREEN}\x1b[?25l"
_LEAVE = (
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?7h\x1b[?2004l\x1b[?1004l"
    b"\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?2048l\x1b[?2026l"
)
_ENDING = (signal.SIGTERM, signal.SIGHUP)


def screen() -> int:
    """The descriptor that screens are drawn on: an output that is a terminal, else the terminal itself.

    Standard output may be a file, which gets what was decided, and the errors another one.
    """
    for number in (2, 1):
        if os.isatty(number):
            return number
    with contextlib.suppress(OSError):
        return os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
    return 1


class Tty:
    """The terminal as it was found, and the way back there."""

    def __init__(self, before: list[Any]) -> None:
        self.before = before
        self.fileno = screen()
        self.entered = False
        """True when the early page stands there and nobody else will take it away."""
        self.resized = False

    def enter(self) -> None:
        """Keys wait unseen for Textual to read them; only Ctrl+C still acts at once."""
        settings = termios.tcgetattr(0)
        settings[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        settings[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        settings[6] = list(settings[6])
        settings[6][termios.VMIN], settings[6][termios.VTIME] = 1, 0
        for key in (termios.VSUSP, termios.VQUIT):
            settings[6][key] = b"\0"  # stopped or aborted here, it would leave the terminal like this
        self.entered = True
        with contextlib.suppress(ValueError):  # not the main thread, which alone is told of signals
            signal.signal(signal.SIGWINCH, self._size_changed)
        termios.tcsetattr(0, termios.TCSANOW, settings)

    def _size_changed(self, _number: int, _frame: FrameType | None) -> None:
        self.resized = True

    def write(self, text: str) -> None:
        """Send all of it."""
        data = text.encode()
        while data:
            data = data[os.write(self.fileno, data) :]

    def restore(self) -> None:
        """As it was found; does nothing where it is so already."""
        with contextlib.suppress(termios.error, OSError):
            if not self.entered and termios.tcgetattr(0) == self.before:
                return
            self.entered = False
            termios.tcflush(0, termios.TCIFLUSH)  # what was typed was not meant for the shell
            termios.tcsetattr(0, termios.TCSANOW, self.before)
            os.write(self.fileno, _LEAVE)


@dataclass(frozen=True, slots=True)
class Painted:
    """The page that is on the terminal already."""

    tty: Tty
    lines: tuple[Line, ...]
    mirror: Mirror

    def stands(self, columns: int, rows: int) -> bool:
        """Tell whether nothing has happened to it meanwhile."""
        return not self.tty.resized and (self.mirror.columns, self.mirror.rows) == (columns, rows)


def paint(session: Session, services: Services, tty: Tty) -> Painted | None:
    """Paint the first page; ``None`` where that is switched off or not sure to be right."""
    size = _size(tty)
    view = first_view(session, services) if size is not None else None
    if size is None or view is None:
        return None
    columns, rows = size
    lines = compose(view.page(room_for(columns, rows)), columns, rows)
    mirror = Mirror(columns, rows)
    sent = mirror.update(_frame(lines))
    if sent is None:
        return None
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    tty.enter()
    tty.write(_ENTER + sent)
    return Painted(tty, lines, mirror)


def _size(tty: Tty) -> tuple[int, int] | None:
    if os.environ.get("PODWIZARD_FULL_REPAINT") or not os.isatty(tty.fileno):
        return None
    with contextlib.suppress(OSError, ValueError):
        size = believable(*os.get_terminal_size(0))
        return size if size is not None and fits(*size) else None
    return None


def _frame(lines: tuple[Line, ...]) -> str:
    """The lines as Textual writes them."""
    from rich.console import Console

    asked_for: Any = os.environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    environ = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    console = Console(color_system=asked_for, force_terminal=True, legacy_windows=False, _environ=environ)
    ink = Ink(console.color_system, colours=colours_wanted(os.environ), utf8=speaks_utf8())
    system = console._color_system
    return "".join(
        f"\x1b[{y};1H" + "".join(style.render(text, color_system=system) for text, style in ink.runs(content))
        for y, content in enumerate(lines, 1)
    )


@contextlib.contextmanager
def restored_terminal() -> Iterator[Tty | None]:
    """A net under Textual's own: whatever happens, the terminal comes back."""
    try:
        tty = Tty(termios.tcgetattr(0))
    except (termios.error, OSError):
        yield None
        return

    def end(number: int, _frame: FrameType | None) -> None:
        tty.restore()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    guarded = [number for number in _ENDING if signal.getsignal(number) is signal.SIG_DFL]
    try:
        with contextlib.suppress(ValueError):  # not the main thread, which alone is told of signals
            for number in guarded:
                signal.signal(number, end)
        yield tty
    finally:
        tty.restore()
        with contextlib.suppress(ValueError):
            for number in guarded:
                signal.signal(number, signal.SIG_DFL)
