"""A terminal driver that sends only the cells that changed, and lets go of the terminal at once.

Textual repaints whole lines, and the whole screen several times at a start; over a slow line that is what a
person waits for. This driver keeps a copy of what the terminal shows and sends the difference. The copy is
forgotten whenever something else may have drawn: on a resize, after a suspend, and when asked (Ctrl+L).
``PODWIZARD_FULL_REPAINT=1`` switches it off.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import termios
from codecs import getincrementaldecoder
from functools import partial
from types import FrameType
from typing import Any

from textual import events
from textual.drivers.linux_driver import LinuxDriver

from wizard.screens.page import believable
from wizard.screens.terminal.guard import screen
from wizard.screens.terminal.keys import KeyParser
from wizard.screens.terminal.mirror import TOKEN, Mirror

_SYNC_BEGIN, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
_SHOW_CURSOR = "\x1b[?25h"
HANGUP = "hangup"
"""The name of the key that stands for a terminal that has gone away."""
_USUAL = (80, 24)


def driver_class(before: list[Any] | None) -> Any:
    """This driver, for a terminal with these settings, unless ``TEXTUAL_DRIVER`` names another, as for a browser."""
    if os.environ.get("TEXTUAL_DRIVER") or not sys.__stdin__:
        return None
    return partial(ChangedCellsDriver, before=before)


def erases_in_colour(number: int) -> bool:
    """Tell whether terminfo knows that the terminal fills erased cells with the colour of the ground."""
    try:
        import curses
    except ImportError:  # some builds of Python have none
        return False
    try:
        curses.setupterm(fd=number)
    except curses.error:
        return False
    return curses.tigetflag("bce") == 1 and bool(curses.tigetstr("ech"))


class ChangedCellsDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, sending less and leaving faster."""

    def __init__(self, app: Any, *, before: list[Any] | None = None, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._before = before
        """The terminal's settings as they were found, which a suspend gives back to the shell."""
        self._sized = False
        """True once the size at the start has been taken."""
        self._cursor = (0, 0)
        """Column and row, from 0, where the cursor is left after each frame."""
        self._left_at = (0, 0)
        """The place where the last frame left it."""
        if not (self._file and self._file.isatty()):  # the screens follow neither output into a file
            number = screen()
            given = sys.__stdout__ if number == 1 else None
            self._file = given or os.fdopen(number, "w", encoding="utf-8", closefd=number > 2)
        self._mirror: Mirror | None = None
        self._diffs = not os.environ.get("PODWIZARD_FULL_REPAINT")
        self._erases = erases_in_colour(self.fileno)
        self._held = ""
        self._wake_read, self._wake_write = os.pipe()
        self._extent = self._get_terminal_size()
        """Columns and rows, as the terminal said last."""
        self._size = self._size or self._extent

    def forget(self) -> None:
        """Take nothing for granted: the next frame is sent whole."""
        self._mirror = Mirror(*self._extent, erases=self._erases)

    def resized(self, columns: int, rows: int) -> bool:
        """Take a new size; tell whether the next frame must be whole, as after each but the first."""
        changed, self._extent = (columns, rows) != self._extent, (columns, rows)
        forgotten = changed or self._sized
        if forgotten:
            self.forget()
        self._sized = True
        return forgotten

    def aim_cursor(self, x: int, y: int) -> None:
        """Leave the cursor there after the frame to come, and each later one."""
        self._cursor = (x, y)

    def place_cursor(self, x: int, y: int) -> None:
        """Leave the cursor there after each frame, from now on."""
        self._cursor = (x, y)
        if self._cursor != self._left_at and self._mirror is not None and self._diffs:
            super().write(self._at_cursor())

    def _at_cursor(self) -> str:
        """The sequence that moves the cursor to its place."""
        self._left_at = x, y = self._cursor
        return f"\x1b[{y + 1};{x + 1}H"

    def _get_terminal_size(self) -> tuple[int, int]:
        """Ask the terminal for its size; ``COLUMNS`` and ``LINES`` count only when it says nothing."""
        with contextlib.suppress(OSError, ValueError):
            if size := believable(*os.get_terminal_size(self.fileno)):
                return size
        return believable(*super()._get_terminal_size()) or _USUAL

    def start_application_mode(self) -> None:
        """Also called after a suspend, when the shell has drawn on the terminal."""
        self._extent = self._get_terminal_size()
        self.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        told = signal.getsignal(signal.SIGWINCH)
        if callable(told):
            signal.signal(signal.SIGWINCH, partial(self._size_changed, told))
        if self._before is not None and self.attrs_before is not None:
            self.attrs_before = self._before
        super().write(_SHOW_CURSOR)

    def _enable_mouse_support(self) -> None:
        """Clicks and the wheel only: reporting each movement would fill a slow line for nothing."""
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1006h")

    def _enable_mouse_pixels(self) -> None:
        """Leave mouse reports in cells: a view is as coarse, and few terminals say how large a cell is."""

    def _size_changed(self, told: Any, number: int, frame: FrameType | None) -> None:
        # Textual hears of a size either by this signal or in band; some terminals announce the latter and send nothing.
        in_band, self._in_band_window_resize = self._in_band_window_resize, False
        told(number, frame)
        self._in_band_window_resize = in_band

    def write(self, data: str) -> None:
        """Send a frame as its difference, anything else as it is."""
        if not self._diffs or self._mirror is None:
            super().write(data)
        elif data == _SYNC_BEGIN:
            self._held = data
        elif data == _SYNC_END and self._held:
            self._held = ""
        else:
            sent = self._mirror.parts(data, self._cursor) if TOKEN.match(data) else None
            if sent is None:
                super().write(self._held + data)
                self._held = ""
            elif sent[1]:  # what comes first is seen at once, also where the rest waits for its end
                super().write(f"{sent[0]}{self._held}{sent[1]}{self._at_cursor()}")
                self._held = ""
            elif sent[0]:
                super().write(f"{sent[0]}{self._at_cursor()}")

    def _run_input_thread(self) -> None:
        """Read until the end; an error of ours ends the wizard as one in the app does, not as a traceback."""
        try:
            self.run_input_thread()
        except Exception as error:  # raised again where the wizard was started
            self._app.call_later(self._app._handle_exception, error)

    def _read(self) -> bytes:
        """Read what was typed; nothing once the terminal has gone away."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def run_input_thread(self) -> None:
        """Wait for input without waking up meanwhile, and stop as soon as asked."""
        parser = KeyParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._wake_read, selectors.EVENT_READ)
            pause: float | None = None
            while not self.exit_event.is_set():
                ready = {key.fd for key, _ in selector.select(pause)}
                if self._wake_read in ready:
                    os.read(self._wake_read, 1)
                    break
                if self.fileno in ready:
                    data = self._read()
                    if not data:
                        self.process_message(events.Key(HANGUP, None))
                        break
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
                # A lone Esc is told from a longer sequence by what follows in time.
                pause = parser.pause

    def disable_input(self) -> None:
        """Stop reading at once, so that what is typed next belongs to the shell."""
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"x")
        super().disable_input()
        with contextlib.suppress(termios.error, OSError, ValueError):
            termios.tcflush(self.fileno, termios.TCIFLUSH)
