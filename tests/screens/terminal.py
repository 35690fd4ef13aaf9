"""A program on a pseudo-terminal, the screen that a user would see, and the terminal modes the program left behind."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pyte

from tests.forked import on_a_terminal

ROOT = Path(__file__).resolve().parents[2]
SMALL = (sys.executable, "-m", "tests.screens.small_wizard")
WIZARD = (sys.executable, "-m", "wizard")
_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_QUERY = b"\x1b]11;?\x1b\\"
_KITTY = re.compile(rb"\x1b\[([><])\d*u")
_NOT_FOR_THE_SCREEN = re.compile(rb"\x1b\[[><]\d*u|\x1b\[\?[\d;]+\$p")
_OTHER_SCREEN = re.compile(rb"(\x1b\[\?1049[hl])")
_PLAIN = re.compile(rb"\x1b\[22(;[\d;]*)?m")
_BEGUN = re.compile(rb"\x1b(?:\[[\d;?<>$]*)?\Z")
"""A sequence whose end has not arrived yet."""
_FAINT = re.compile(rb"\x1b\[((?:\d+;)*)2((?:;(?:7|[34]9))*m)")
Row = list[tuple[object, ...]]
Cells = list[Row]


def cells(screen: pyte.Screen) -> Cells:
    """Return the visible attributes of each cell; a blank cell shows only its background, lines and reverse video."""
    return [row_cells(screen, y) for y in range(screen.lines)]


def row_cells(screen: pyte.Screen, y: int) -> Row:
    """Return the visible attributes of the cells in one row."""
    row = screen.buffer[y]
    return [_seen(row[x]) for x in range(screen.columns)]


@cache
def _seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    if cell.data != " " or cell.reverse or cell.underscore or cell.strikethrough:
        return tuple(cell)
    return tuple(cell._replace(fg="default", bold=False, italics=False, blink=False))


class Terminal:
    """A child process on its own pseudo-terminal."""

    def __init__(
        self,
        command: Sequence[str] = SMALL,
        *,
        columns: int = 80,
        rows: int = 24,
        environ: Mapping[str, str] | None = None,
        folder: Path = ROOT,
        claimed: tuple[int, int] | None = None,
        background: bytes = b"",
    ) -> None:
        self.background = background
        """The reply to a query of the background, such as ``rgb:0000/0000/0000``; empty for a terminal without one."""
        self.master, self.slave = pty.openpty()
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self._text: str | None = None
        self.resize(columns, rows)
        if claimed is not None:
            self.claim(*claimed)
        self.before = termios.tcgetattr(self.slave)
        self.sent = self._begun = b""
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        env["HOME"] = env["XDG_STATE_HOME"] = os.environ.get("HOME", "/")
        env["XDG_CACHE_HOME"] = os.environ.get("XDG_CACHE_HOME", env["HOME"])
        self.child = on_a_terminal(command, self.slave, folder, env, environ or {})

    def resize(self, columns: int, rows: int) -> None:
        """Change the size, as when a window is dragged; the kernel notifies the program."""
        self.screen.resize(rows, columns)
        self._text = None
        self.claim(columns, rows)

    def claim(self, columns: int, rows: int) -> None:
        """Report a size to the program that can differ from the emulator's size."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def text(self) -> str:
        """The text on the screen, which the emulator computes cell by cell, so it is kept until more is shown."""
        if self._text is None:
            self._text = "\n".join(self.screen.display)
        return self._text

    def until(self, text: str, *, seconds: float = 60) -> str:
        """Read until the text is on the screen."""
        end = time.monotonic() + seconds
        while text not in self.text:
            assert time.monotonic() < end, f"no {text!r} on\n{self.text}"
            if not self.read(0.05) and self.child.poll() is not None and not self.read(0.2):
                raise AssertionError(f"it ended without {text!r} on\n{self.text}")
        return self.text

    def quiet(self, seconds: float = 0.25) -> str:
        """Read until no output arrives for the given number of seconds."""
        while self.read(seconds):
            pass
        return self.text

    def read(self, seconds: float) -> bool:
        """Read the available output; return True if there was any."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.feed(data)
        return bool(data)

    def feed(self, data: bytes) -> None:
        """Show output on the emulated screen."""
        if self.background and _QUERY in self.sent[-len(_QUERY) :] + data and _QUERY not in self.sent:
            self.press(b"\x1b]11;" + self.background + b"\x1b\\")
        self.sent += data
        self._text = None
        data = self._begun + data
        begun = _BEGUN.search(data)
        data, self._begun = (data[: begun.start()], data[begun.start() :]) if begun else (data, b"")
        # This emulator would print queries to the terminal instead of ignoring them.
        # It does not know faint either; italics stand in for it, because podwizard does not use them.
        supported = _FAINT.sub(b"\x1b[\\g<1>3\\g<2>", _NOT_FOR_THE_SCREEN.sub(b"", data))
        for part in _OTHER_SCREEN.split(_PLAIN.sub(b"\x1b[22;23\\g<1>m", supported)):
            if _OTHER_SCREEN.fullmatch(part):
                self.screen.reset()  # this emulator has only one screen
            self.stream.feed(part)

    def press(self, keys: str | bytes, then: str = "") -> str:
        """Send keys, and wait until the text ``then`` is on the screen."""
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)
        return self.until(then) if then else self.text

    def ended(self) -> int:
        """Wait until the program ends and return its exit code."""
        end = time.monotonic() + 60
        while self.child.poll() is None:
            assert time.monotonic() < end, f"it does not end\n{self.text}"
            self.read(0.05)
        self.quiet(0.05)
        return self.child.wait()

    def cells(self) -> Cells:
        """Return every cell with its colours and weight."""
        return cells(self.screen)

    def restored(self) -> bool:
        """Check that line settings, screen, cursor, mouse, paste and keyboard are restored."""
        assert termios.tcgetattr(self.slave) == self.before
        assert modes(self.sent) == frozenset(), modes(self.sent)
        return True

    def close(self) -> None:
        """Kill the child process and close the pseudo-terminal."""
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        for descriptor in (self.slave, self.master):
            if descriptor >= 0:
                os.close(descriptor)


def modes(sent: bytes) -> frozenset[str]:
    """Return the terminal modes that differ from their defaults after these bytes."""
    off_by_default = {b"7": b"l", b"25": b"l"}  # line wrap and the cursor are on
    changed: set[str] = set()
    for numbers, state in _MODE.findall(sent):
        for number in numbers.split(b";"):
            unusual = state == off_by_default.get(number, b"h")
            (changed.add if unusual else changed.discard)(number.decode())
    depth = 0
    for kind in _KITTY.findall(sent):
        depth = depth + 1 if kind == b">" else max(0, depth - 1)
    return frozenset(changed | ({"keyboard"} if depth else set()))


@contextmanager
def terminal(
    command: Sequence[str] = SMALL,
    *,
    columns: int = 80,
    rows: int = 24,
    environ: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    claimed: tuple[int, int] | None = None,
    background: bytes = b"",
) -> Iterator[Terminal]:
    """Run a program on a pseudo-terminal that is closed at the end."""
    made = Terminal(
        command,
        columns=columns,
        rows=rows,
        environ=environ,
        folder=folder,
        claimed=claimed,
        background=background,
    )
    try:
        yield made
    finally:
        made.close()
