"""The real thing on a pseudo-terminal: what is shown, what is sent, and how the terminal is left."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyte
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os
from wizard.ui.app import run
from tests.ui.drive import no_services
from tests.ui.small import session
outcome = run(session(), target=None, services=no_services())
print("left", outcome.keep, dict(outcome.session.answers), flush=True)
os._exit(0)
"""


class Terminal:
    """A child on a pseudo-terminal, and the screen that a person would see."""

    def __init__(self, columns: int = 80, rows: int = 24, environ: Mapping[str, str] | None = None) -> None:
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**env, **(environ or {})},
            start_new_session=True,
        )
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.sent = b""

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, text: str, *, seconds: float = 30) -> str:
        """Read until the text stands on the screen."""
        end = time.monotonic() + seconds
        while text not in "\n".join(self.screen.display):
            assert time.monotonic() < end, "\n".join(self.screen.display)
            self._read(0.05)
        return "\n".join(self.screen.display)

    def quiet(self) -> None:
        """Read until nothing more comes for a while."""
        while self._read(0.4):
            pass

    def _read(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.sent += data
        # Questions to the terminal are not for the screen, and this emulator would print them.
        self.stream.feed(data.replace(b"\x1b[>25u", b"").replace(b"\x1b[<u", b""))
        return bool(data)

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def cells(self) -> list[list[tuple[object, ...]]]:
        return [[tuple(self.screen.buffer[y][x]) for x in range(self.screen.columns)] for y in range(self.screen.lines)]

    def close(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        os.close(self.slave)
        os.close(self.master)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.close()


def test_changed_cells_show_what_full_frames_show() -> None:
    pictures, sent = [], []
    for environ in ({}, {"PODWIZARD_FULL_REPAINT": "1"}):
        terminal = Terminal(environ=environ)
        try:
            seen = []
            terminal.until("What kind of work")
            for keys, then in ((b"\x1b[B", "› 2"), (b"1", "What must it"), (b"a", "Answers"), (b"\x1b[D", "What must")):
                terminal.press(keys)
                terminal.until(then)
                terminal.quiet()
                seen.append(terminal.cells())
            pictures.append(seen)
            sent.append(len(terminal.sent))
        finally:
            terminal.close()
    assert pictures[0] == pictures[1]
    assert sent[0] < sent[1] / 2


def test_nothing_is_sent_while_nothing_happens(terminal: Terminal) -> None:
    terminal.until("What kind of work")
    terminal.quiet()
    before = len(terminal.sent)
    terminal._read(1.5)
    assert len(terminal.sent) == before


def test_ctrl_l_and_a_resize_paint_everything_again(terminal: Terminal) -> None:
    terminal.until("What kind of work")
    terminal.quiet()
    picture = terminal.screen.display
    terminal.screen.reset()
    terminal.press(b"\x0c")
    terminal.until("What kind of work")
    terminal.quiet()
    assert terminal.screen.display == picture
    terminal.screen.resize(30, 100)
    terminal.screen.reset()
    terminal.resize(100, 30)
    os.killpg(terminal.child.pid, signal.SIGWINCH)
    terminal.until("So far")
    terminal.quiet()
    assert "So far" in terminal.screen.display[2]
    assert terminal.screen.display[-1].startswith(" 1-2 choose")


@pytest.mark.parametrize("way", ["ctrl+c", "SIGTERM", "hangup"])
def test_every_way_out_leaves_the_terminal_as_it_was(terminal: Terminal, way: str) -> None:
    terminal.until("What kind of work")
    terminal.press(b"1")
    terminal.until("What must it find again?")
    if way == "ctrl+c":
        terminal.press(b"\x03")
        terminal.until("Leave the wizard?")
        terminal.press(b"\x03")
    else:
        terminal.child.send_signal(signal.SIGTERM if way == "SIGTERM" else signal.SIGHUP)
    terminal.until("left True")
    terminal.quiet()
    assert b"left True {'work': 'server'}" in terminal.sent
    assert terminal.child.wait(timeout=20) == 0
    assert termios.tcgetattr(terminal.slave) == terminal.before
    for switched_off in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?2004l", b"\x1b[<u", b"\x1b[?7h"):
        assert terminal.sent.rindex(switched_off) > terminal.sent.rindex(b"disk")


def test_a_crash_leaves_the_terminal_as_it_was_and_is_told_to_the_caller() -> None:
    program = "from wizard.ui.screens.question import QuestionView\nQuestionView.page = lambda *a: 1 / 0\n" + PROGRAM
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    before = termios.tcgetattr(slave)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    child = subprocess.Popen([sys.executable, "-c", program], stdin=slave, stdout=slave, stderr=slave, env=env)
    data = b""
    while child.poll() is None or select.select([master], [], [], 0.2)[0]:
        if select.select([master], [], [], 0.2)[0]:
            data += os.read(master, 65536)
    assert child.returncode == 1
    assert data.rstrip().endswith(b"ZeroDivisionError: division by zero")
    assert b"\x1b[?1049l" in data
    assert termios.tcgetattr(slave) == before
    os.close(slave)
    os.close(master)
