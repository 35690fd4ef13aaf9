"""A terminal driver that sends only the cells that changed, and lets go of the terminal at once.

Textual repaints whole lines, and the whole screen several times at a start; over a slow line that is what a
person waits for. This driver keeps a copy of what the terminal shows and sends the difference. The copy is
forgotten whenever something else may have drawn: on a resize, after a suspend, and when asked (Ctrl+L).
``PODWIZARD_FULL_REPAINT=1`` switches it off.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rich.cells import get_character_cell_size
from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

Cell = tuple[str, str]
"""The characters of a cell (none for the right half of a wide one), and its colours and weight as SGR codes."""
_EMPTY: Cell = (" ", "")
_TOKEN = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|([^\x1b]+)")
_CODE = re.compile(r"[34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+")
_SYNC_BEGIN, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
HANGUP = "hangup"
"""The name of the key that stands for a terminal that has gone away."""
_BRIDGE = 5
"""Unchanged cells that are cheaper to send again than to jump over."""


@lru_cache(maxsize=512)
def canonical(codes: str) -> str:
    """SGR codes without those that only name the terminal's own colours."""
    return ";".join(match[0] for match in _CODE.finditer(codes) if match[0] not in ("0", "39", "49"))


class Mirror:
    """What the terminal shows, and the shortest way from there to a new frame."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.blank = True
        self.shown: list[list[Cell]] = [[_EMPTY] * columns for _ in range(rows)]

    def update(self, frame: str) -> str | None:
        """The bytes that bring the terminal to ``frame``; ``None`` when it holds anything but cells."""
        wanted = self._read(frame)
        if wanted is None:
            return None
        out = ["\x1b[0m\x1b[2J"] if self.blank else []
        self.blank = False
        style = ""
        for y, row in wanted.items():
            style = self._send_row(out, y, row, style)
            self.shown[y] = row
        if style:
            out.append("\x1b[0m")
        return "".join(out)

    def _read(self, frame: str) -> dict[int, list[Cell]] | None:
        rows: dict[int, list[Cell]] = {}
        x = y = at = 0
        style = ""
        for match in _TOKEN.finditer(frame):
            if match.start() != at:
                return None
            at = match.end()
            if match[1]:
                y, x = int(match[1]) - 1, int(match[2]) - 1
            elif match[3] is not None:
                style = canonical(match[3])
            elif match[4] != "\n" and y < self.rows:
                row = rows.get(y)
                if row is None:
                    row = rows[y] = list(self.shown[y])
                x = self._put(row, x, match[4], style)
        return rows if at == len(frame) else None

    def _put(self, row: list[Cell], x: int, text: str, style: str) -> int:
        columns = self.columns
        if text.isascii():
            text = text.replace("\n", "")
            fits = text[: max(0, columns - x)]
            row[x : x + len(fits)] = [(c, style) for c in fits]
            return x + len(text)
        for character in text:
            wide = 0 if character == "\n" else get_character_cell_size(character)
            if wide == 0:
                continue
            if x + wide <= columns:
                row[x] = (character, style)
                if wide == 2:
                    row[x + 1] = ("", style)
            x += wide
        return x

    def _send_row(self, out: list[str], y: int, row: list[Cell], style: str) -> str:
        old = self.shown[y]
        if row == old:
            return style
        columns = self.columns
        changed = [x for x in range(columns) if row[x] != old[x]]
        if any(not text for text, _ in row) or any(not text for text, _ in old):
            # Half of a wide character cannot be replaced alone; the whole row is rare and safe.
            changed = list(range(columns))
        tail = columns
        while tail and row[tail - 1] == _EMPTY:
            tail -= 1
        blank_from = next((x for x in changed if x >= tail), columns)
        if columns - blank_from <= 3:
            blank_from = columns
        for start, end in _runs([x for x in changed if x < blank_from]):
            out.append(f"\x1b[{y + 1};{start + 1}H")
            style = _send_cells(out, row[start : end + 1], style)
        if blank_from < columns:
            out.append(f"\x1b[{y + 1};{blank_from + 1}H" + ("\x1b[0m" if style else "") + "\x1b[K")
            style = ""
        return style


def _runs(cells: list[int]) -> list[tuple[int, int]]:
    """First and last of each stretch of cells with only small gaps in it."""
    runs: list[tuple[int, int]] = []
    for x in cells:
        if runs and x - runs[-1][1] <= _BRIDGE:
            runs[-1] = (runs[-1][0], x)
        else:
            runs.append((x, x))
    return runs


def _send_cells(out: list[str], cells: list[Cell], style: str) -> str:
    for text, wanted in cells:
        if wanted != style:
            out.append(f"\x1b[0;{wanted}m" if wanted else "\x1b[0m")
            style = wanted
        out.append(text)
    return style


class KeyParser(XTermParser):
    """Takes Esc with a character right behind it for two keys.

    Over a slow line, and when a person types ahead, Esc and the next key arrive together; Textual would make one
    key with Alt of them, of which the wizard has none, or even another character.
    """

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:  # noqa: FBT001, FBT002
        together = len(sequence) == 2 and sequence[0] == "\x1b" and sequence[1] not in "[O"
        if alt or together:
            yield events.Key("escape", "\x1b")
        yield from super()._sequence_to_key_events(sequence[1:] if together else sequence)


class ChangedCellsDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, sending less and leaving faster."""

    def __init__(self, app: Any, **settings: Any) -> None:
        super().__init__(app, **settings)
        if sys.__stdout__ is not None and not (self._file and self._file.isatty()):
            self._file = sys.__stdout__  # errors may be sent to a file, and the screens must not follow them
        self._mirror: Mirror | None = None
        self._diffs = not os.environ.get("PODWIZARD_FULL_REPAINT")
        self._held = ""
        self._wake_read, self._wake_write = os.pipe()

    def forget(self) -> None:
        """Take nothing for granted: the next frame is sent whole."""
        columns, rows = self._get_terminal_size()
        self._mirror = Mirror(columns, rows)

    def _get_terminal_size(self) -> tuple[int, int]:
        """What the terminal says of itself; ``COLUMNS`` and ``LINES`` count only when it says nothing."""
        with contextlib.suppress(OSError, ValueError):
            columns, rows = os.get_terminal_size(self.fileno)
            if columns and rows:
                return columns, rows
        size: tuple[int, int] = super()._get_terminal_size()
        return size

    def start_application_mode(self) -> None:
        """Also called after a suspend, when the shell has drawn on the terminal."""
        self.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def write(self, data: str) -> None:
        """Send a frame as its difference, anything else as it is."""
        if not self._diffs or self._mirror is None:
            super().write(data)
        elif data == _SYNC_BEGIN:
            self._held = data
        elif data == _SYNC_END and self._held:
            self._held = ""
        else:
            sent = self._mirror.update(data) if _TOKEN.match(data) else None
            if sent is None:
                sent = data
            if sent:
                super().write(self._held + sent)
                self._held = ""

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
                pause = None
                if self._wake_read in ready:
                    os.read(self._wake_read, 1)
                    break
                if self.fileno in ready:
                    data = os.read(self.fileno, 4096)
                    if not data:
                        self.process_message(events.Key(HANGUP, None))
                        break
                    text = decode(data)
                    # The first bytes of a character alone are no text yet, and no text would end the parser.
                    for event in parser.feed(text) if text else ():
                        self.process_message(event)
                    # A lone Esc is told from a longer sequence by what follows in time.
                    pause = constants.ESCAPE_DELAY + 0.005
                for event in parser.tick():
                    self.process_message(event)

    def disable_input(self) -> None:
        """Stop reading at once, so that what is typed next belongs to the shell."""
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"x")
        super().disable_input()
        with contextlib.suppress(termios.error, OSError, ValueError):
            termios.tcflush(self.fileno, termios.TCIFLUSH)
