"""A safety net below Textual's: the terminal is always restored to its original state."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

_LEAVE = (
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?7h\x1b[?2004l\x1b[?1004l"
    b"\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?2048l\x1b[?2026l"
)
_ENDING = (signal.SIGTERM, signal.SIGHUP)


def screen() -> int:
    """Return the descriptor to draw screens on: standard error or output if it is a terminal, else ``/dev/tty``.

    Standard output may be redirected to a file for the result, and standard error to another one.
    """
    for number in (2, 1):
        if os.isatty(number):
            return number
    with contextlib.suppress(OSError):
        return os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
    return 1


class Tty:
    """The terminal's original settings, and the means to restore them."""

    def __init__(self, before: list[Any]) -> None:
        self.before = before
        self.fileno = screen()

    def enter(self) -> None:
        """Queue keys without echo until Textual reads them; only Ctrl+C still takes effect immediately."""
        settings = termios.tcgetattr(0)
        settings[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        settings[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        settings[6] = list(settings[6])
        settings[6][termios.VMIN], settings[6][termios.VTIME] = 1, 0
        for key in (termios.VSUSP, termios.VQUIT):
            settings[6][key] = b"\0"  # a stop or abort from here would leave the terminal in raw mode
        termios.tcsetattr(0, termios.TCSANOW, settings)

    def restore(self) -> None:
        """Restore the original settings, unless they are in effect already."""
        with contextlib.suppress(termios.error, OSError):
            if termios.tcgetattr(0) == self.before:
                return
            termios.tcflush(0, termios.TCIFLUSH)  # these keys were not meant for the shell
            termios.tcsetattr(0, termios.TCSANOW, self.before)
            os.write(self.fileno, _LEAVE)


@contextlib.contextmanager
def restored_terminal() -> Iterator[Tty | None]:
    """Queue keys for the screens, and restore the terminal at the end of the block, even after an error or a signal."""
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
        with contextlib.suppress(ValueError):  # signal handlers can only be set in the main thread
            for number in guarded:
                signal.signal(number, end)
        tty.enter()
        yield tty
    finally:
        tty.restore()
        with contextlib.suppress(ValueError):
            for number in guarded:
                signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def heeded_interrupt() -> Iterator[None]:
    """Raise an interrupt (Ctrl+C) again at the end of the block if it was lost inside it.

    Python raises ``KeyboardInterrupt`` wherever it happens to be. If that is in a callback of the import system, Python
    prints the exception and continues.
    """
    interrupted = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread() or (
        signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if interrupted:
        raise KeyboardInterrupt
