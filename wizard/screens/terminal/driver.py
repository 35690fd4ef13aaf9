"""A terminal driver that sends only the changed cells, and releases the terminal immediately on exit.

Textual repaints whole lines, and the whole screen several times at startup. Over a slow connection, that is most of
the time the user waits. This driver keeps a copy of the terminal's cells and sends only the difference. It discards the
copy whenever something else may have drawn on the terminal: on a resize, after a suspend, and on request (Ctrl+L).
``PODWIZARD_FULL_REPAINT=1`` disables it.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from types import FrameType
from typing import Any

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from wizard.screens.page import believable
from wizard.screens.terminal.background import TerminalState
from wizard.screens.terminal.guard import screen
from wizard.screens.terminal.keys import KeyParser
from wizard.screens.terminal.mirror import TOKEN, Mirror

_SYNC_BEGIN, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
_SHOW_CURSOR = "\x1b[?25h"
HANGUP = "hangup"
"""The key name that reports that the terminal has gone away."""
_USUAL = (80, 24)
_MOST_READ = 1 << 16
"""Bytes to read at once, at most."""


class Typed(events.Event, bubble=False):
    """Several keys and pastes, in order."""

    def __init__(self, keys: Sequence[Message]) -> None:
        super().__init__()
        self.keys = keys


def driver_class(state: TerminalState) -> Any:
    """Return this driver's class for a terminal, or ``None`` to let Textual choose.

    Textual chooses when ``TEXTUAL_DRIVER`` names a driver, such as one for a browser, and without a standard input.
    """
    if os.environ.get("TEXTUAL_DRIVER") or not sys.__stdin__:
        return None
    return partial(ChangedCellsDriver, state=state)


def erases_in_colour(number: int) -> bool:
    """Return true if terminfo says that the terminal fills erased cells with the background colour."""
    try:
        import curses
    except ImportError:  # some builds of Python lack curses
        return False
    try:
        curses.setupterm(fd=number)
    except curses.error:
        return False
    return curses.tigetflag("bce") == 1 and bool(curses.tigetstr("ech"))


class ChangedCellsDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, sending less and exiting faster."""

    def __init__(self, app: Any, *, state: TerminalState, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._before = state.settings
        """The terminal settings at startup, which a suspend restores for the shell."""
        self._typed = state.typed
        """Bytes that were read before the driver started and are still to be handled."""
        self._sized = False
        """True once the initial size is known."""
        self._cursor = (0, 0)
        """Column and row, from 0, where the cursor is to be left after each frame."""
        self._left_at = (0, 0)
        """The position where the last frame left the cursor."""
        if not (self._file and self._file.isatty()):  # the screens never follow redirected output into a file
            number = screen()
            given = sys.__stdout__ if number == 1 else None
            self._file = given or os.fdopen(number, "w", encoding="utf-8", closefd=number > 2)
        self._mirror: Mirror | None = None
        self._diffs = not os.environ.get("PODWIZARD_FULL_REPAINT")
        self._erases = erases_in_colour(self.fileno)
        self._held = ""
        self._wake_read, self._wake_write = os.pipe()
        self._extent = self._get_terminal_size()
        """Columns and rows, as last reported by the terminal."""
        self._size = self._size or self._extent

    def forget(self) -> None:
        """Discard the copy of the terminal's cells, so that the next frame is sent in full."""
        self._mirror = Mirror(*self._extent, erases=self._erases)

    def resized(self, columns: int, rows: int) -> bool:
        """Apply a new size; return true if the next frame must be sent in full, as after every size but the first."""
        changed, self._extent = (columns, rows) != self._extent, (columns, rows)
        forgotten = changed or self._sized
        if forgotten:
            self.forget()
        self._sized = True
        return forgotten

    def aim_cursor(self, x: int, y: int) -> None:
        """Set the position where the next frame, and each later one, leaves the cursor."""
        self._cursor = (x, y)

    def place_cursor(self, x: int, y: int) -> None:
        """Move the cursor now, and leave it there after each later frame."""
        self._cursor = (x, y)
        if self._cursor != self._left_at and self._mirror is not None and self._diffs:
            super().write(self._at_cursor())

    def _at_cursor(self) -> str:
        """Return the sequence that moves the cursor to its position."""
        self._left_at = x, y = self._cursor
        return f"\x1b[{y + 1};{x + 1}H"

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the terminal's size; ``COLUMNS`` and ``LINES`` count only when the terminal reports none."""
        with contextlib.suppress(OSError, ValueError):
            if size := believable(*os.get_terminal_size(self.fileno)):
                return size
        return believable(*super()._get_terminal_size()) or _USUAL

    def start_application_mode(self) -> None:
        """Take over the terminal, at startup or after a suspend, during which the shell has drawn on it."""
        self._extent = self._get_terminal_size()
        self.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        handler = signal.getsignal(signal.SIGWINCH)
        if callable(handler):
            signal.signal(signal.SIGWINCH, partial(self._size_changed, handler))
        if self._before is not None and self.attrs_before is not None:
            self.attrs_before = self._before
        super().write(_SHOW_CURSOR)

    def _enable_mouse_support(self) -> None:
        """Enable clicks and the wheel only: reporting each movement would fill a slow connection for no benefit."""
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1006h")

    def _enable_mouse_pixels(self) -> None:
        """Keep mouse reports in cells: views need no finer unit, and few terminals report the size of a cell."""

    def _size_changed(self, handler: Any, number: int, frame: FrameType | None) -> None:
        # Textual learns a new size by this signal or in band, not both; some terminals announce in-band reports but
        # send none.
        in_band, self._in_band_window_resize = self._in_band_window_resize, False
        handler(number, frame)
        self._in_band_window_resize = in_band

    def write(self, data: str) -> None:
        """Send only the changed cells of a frame; send anything else unchanged."""
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
            elif sent[1]:  # the first part is sent before the synchronized update, so that it is visible immediately
                super().write(f"{sent[0]}{self._held}{sent[1]}{self._at_cursor()}")
                self._held = ""
            elif sent[0]:
                super().write(f"{sent[0]}{self._at_cursor()}")

    def _run_input_thread(self) -> None:
        """Read input until the end; an exception ends the wizard like one in the app, without printing a traceback."""
        try:
            self.run_input_thread()
        except Exception as error:  # raised again by the code that started the wizard
            self._app.call_later(self._app._handle_exception, error)

    def _read(self) -> bytes:
        """Read typed bytes; return none once the terminal has gone away."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _read_all(self, selector: selectors.BaseSelector) -> bytes:
        """Read everything that was typed so far, such as a paste; return none once the terminal has gone away."""
        data = self._read()
        while data and len(data) < _MOST_READ and self.fileno in {key.fd for key, _ in selector.select(0)}:
            if not (more := self._read()):
                break
            data += more
        return data

    def _pass_on(self, found: Iterable[Message]) -> None:
        """Send events to the app; neighbouring keys go in one message, because one for each takes far longer."""
        for typed, group in groupby(found, lambda event: isinstance(event, events.Key | events.Paste)):
            each = tuple(group)
            for event in (Typed(each),) if typed and len(each) > 1 else each:
                self.process_message(event)

    def run_input_thread(self) -> None:
        """Wait for input without polling, and stop as soon as requested."""
        parser = KeyParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._wake_read, selectors.EVENT_READ)
            self._pass_on(parser.feed(decode(self._typed)))
            self._typed, pause = b"", parser.pause
            while not self.exit_event.is_set():
                ready = {key.fd for key, _ in selector.select(pause)}
                if self._wake_read in ready:
                    os.read(self._wake_read, 1)
                    break
                if self.fileno in ready:
                    data = self._read_all(selector)
                    if not data:
                        self.process_message(events.Key(HANGUP, None))
                        break
                    self._pass_on(parser.feed(decode(data)))
                self._pass_on(parser.tick())
                # A lone Esc differs from a longer sequence only by the time until the next byte.
                pause = parser.pause

    def disable_input(self) -> None:
        """Stop reading immediately, so that anything typed next goes to the shell."""
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"x")
        super().disable_input()
        with contextlib.suppress(termios.error, OSError, ValueError):
            termios.tcflush(self.fileno, termios.TCIFLUSH)
