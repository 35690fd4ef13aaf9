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
from typing import TYPE_CHECKING, Any

from textual import events
from textual.drivers.linux_driver import LinuxDriver

from wizard.screens.early import OTHER_SCREEN, screen
from wizard.screens.keys import KeyParser
from wizard.screens.mirror import TOKEN, Mirror
from wizard.screens.page import believable

if TYPE_CHECKING:
    from wizard.screens.early import Painted

_SYNC_BEGIN, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
HANGUP = "hangup"
"""The name of the key that stands for a terminal that has gone away."""
_USUAL = (80, 24)


class ChangedCellsDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, sending less and leaving faster."""

    def __init__(self, app: Any, *, painted: Painted | None = None, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._painted = painted
        self._trusted = False
        if not (self._file and self._file.isatty()):  # the screens follow neither output into a file
            number = screen()
            given = sys.__stdout__ if number == 1 else None
            self._file = given or os.fdopen(number, "w", encoding="utf-8", closefd=number > 2)
        self._mirror: Mirror | None = None
        self._diffs = not os.environ.get("PODWIZARD_FULL_REPAINT")
        self._held = ""
        self._wake_read, self._wake_write = os.pipe()
        self._extent = self._get_terminal_size()
        """Columns and rows, as the terminal said last."""
        self._size = self._size or self._extent

    def forget(self) -> None:
        """Take nothing for granted: the next frame is sent whole."""
        self._mirror = Mirror(*self._extent)

    def resized(self, columns: int, rows: int) -> None:
        """Take a new size; the terminal repaints after it by itself, and the first size is not a change."""
        changed, self._extent = (columns, rows) != self._extent, (columns, rows)
        if changed or not self._trusted:
            self.forget()

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
        painted = self._painted
        self._trusted = painted is not None and painted.stands(*self._extent)
        if painted is not None and self._trusted:
            self._mirror = painted.mirror
        super().start_application_mode()  # type: ignore[no-untyped-call]
        told = signal.getsignal(signal.SIGWINCH)
        if callable(told):
            signal.signal(signal.SIGWINCH, partial(self._size_changed, told))
        if painted is not None and self.attrs_before is not None:
            self.attrs_before = painted.tty.before
            self._painted = None
            painted.tty.entered = False

    def _enable_mouse_support(self) -> None:
        """Clicks and the wheel only: reporting each movement would fill a slow line for nothing."""
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1006h")

    def _enable_mouse_pixels(self) -> None:
        """Leave mouse reports in cells: a view is as coarse, and few terminals say how large a cell is."""

    def _size_changed(self, told: Any, number: int, frame: FrameType | None) -> None:
        self._trusted = False
        # Textual hears of a size either by this signal or in band; some terminals announce the latter and send nothing.
        in_band, self._in_band_window_resize = self._in_band_window_resize, False
        told(number, frame)
        self._in_band_window_resize = in_band

    def write(self, data: str) -> None:
        """Send a frame as its difference, anything else as it is."""
        if data == OTHER_SCREEN and self._painted is not None:
            return  # there already, and many terminals would clear it
        if not self._diffs or self._mirror is None:
            super().write(data)
        elif data == _SYNC_BEGIN:
            self._held = data
        elif data == _SYNC_END and self._held:
            self._held = ""
        else:
            sent = self._mirror.update(data) if TOKEN.match(data) else None
            if sent is None:
                sent = data
            if sent:
                super().write(self._held + sent)
                self._held = ""

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
