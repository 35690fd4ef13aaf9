"""A program in a pseudo-terminal, measured as a user sees it.

    python benchmarks/terminal.py [--until TEXT] [--keys TEXT] [--quit TEXT] -- COMMAND [ARG ...]

Milliseconds depend on the computer: compare programs by taking turns (as ``run.py`` does), never the values of two
runs.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pyte

SIZE = (80, 24)
SILENCE = 0.15
"""Seconds of silence that end a burst; they are not counted."""
STARTING = 0.8
"""Seconds of silence at the start, when a first page may be shown long before the program is complete."""
LONGEST = 20.0
_NAMES = {
    "down": "\x1b[B",
    "up": "\x1b[A",
    "left": "\x1b[D",
    "right": "\x1b[C",
    "enter": "\r",
    "ctrl+c": "\x03",
    "ctrl+q": "\x11",
}


class _Screen(pyte.Screen):
    """A screen that answers the terminal queries that pyte supports."""

    master = -1

    def write_process_input(self, data: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self.master, data.encode())


@dataclass
class Burst:
    """A burst of bytes without a longer silence in it."""

    ms: float = 0.0
    """The time from the key or the launch to the last byte."""
    bytes: int = 0


class Terminal:
    """One run of a program."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], folder: Path) -> None:
        self.screen = _Screen(*SIZE)
        self._stream = pyte.ByteStream(self.screen)
        self._mark = time.perf_counter()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
            os.execvpe(command[0], list(command), dict(environ))
        self.screen.master = self.master
        self.peak_kib = 0

    def shows(self, text: str) -> bool:
        return any(text in line for line in self.screen.display)

    def until(self, text: str) -> float:
        """Return the milliseconds from the launch to the write that put ``text`` on the screen."""
        while not self.shows(text):
            if not self._read(LONGEST):
                raise TimeoutError(f"{text!r} never came up:\n" + "\n".join(self.screen.display))
        return self._since

    def cpu_ms(self) -> float:
        """Return the processor time of all threads so far, which does not depend on the computer's load."""
        stats = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(stat.read_text().split()[0]) for stat in stats) / 1e6

    def settle(self, silence: float = SILENCE) -> Burst:
        """Read until the program falls silent; return the burst since the launch or the last key."""
        while self._read(silence):
            pass
        return Burst(self._since, self._count)

    def answered(self, key: str, text: str) -> float:
        """Press a key now; return the milliseconds from the launch until ``text`` appears."""
        os.write(self.master, _NAMES.get(key, key).encode())
        return self.until(text)

    def press(self, key: str) -> Burst:
        """Press a key and return the burst that it causes."""
        self._mark, self._since, self._count = time.perf_counter(), 0.0, 0
        os.write(self.master, _NAMES.get(key, key).encode())
        self._read(1.0)
        return self.settle()

    def idle(self, seconds: float) -> int:
        """Return the number of bytes that arrive without a key."""
        before, end = self._count, time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)
        return self._count - before

    def leave(self, key: str) -> float:
        """Return the milliseconds from a key to the program's end; a program that does not end is killed."""
        self._mark = time.perf_counter()
        os.write(self.master, _NAMES.get(key, key).encode())
        while self._read(2.0):
            pass
        return self._reap()

    def kill(self) -> None:
        """Kill the program immediately."""
        os.kill(self.pid, signal.SIGKILL)
        self._reap()

    _since = 0.0
    _count = 0

    def _read(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self._since = (time.perf_counter() - self._mark) * 1000
        self._count += len(data)
        self._stream.feed(data)
        return bool(data)

    def _reap(self) -> float:
        ended = False
        for _ in range(2000):
            pid, _, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                ended = True
                break
            time.sleep(0.0005)
        took = (time.perf_counter() - self._mark) * 1000
        if not ended:
            os.kill(self.pid, signal.SIGKILL)
            _, _, usage = os.wait4(self.pid, 0)
        self.peak_kib = usage.ru_maxrss
        os.close(self.master)
        return took if ended else float("nan")


@dataclass(frozen=True)
class Program:
    """A program to start, and the keys to press in it."""

    command: tuple[str, ...]
    until: str
    keys: tuple[str, ...] = ("down", "down", "down", "up", "up", "up")
    quit: tuple[str, ...] = ("ctrl+q",)
    """Keys that end the program; the last one is measured."""
    step: str = ""
    """A key that leads to the next screen, measured in a separate run."""
    ahead: tuple[str, str] = ("", "")
    """A key typed as soon as ``until`` appears, and the text that it brings up; measured in a separate run."""
    idle: float = 0.0
    environ: Mapping[str, str] = field(default_factory=dict)


def measure(program: Program, folder: Path) -> dict[str, float]:
    """Return the metrics of one program: from one run, and from another each for a step and for a key typed ahead."""
    terminal = Terminal(program.command, program.environ, folder)
    figures = {"until_ms": terminal.until(program.until)}
    settled = terminal.settle(STARTING)
    figures |= {"settled_ms": settled.ms, "settled_bytes": settled.bytes, "start_cpu_ms": terminal.cpu_ms()}
    presses = [terminal.press(key) for key in program.keys]
    if presses:
        figures["key_ms"] = median(press.ms for press in presses)
        figures["key_bytes"] = median(press.bytes for press in presses)
    if program.idle:
        figures["idle_bytes"] = terminal.idle(program.idle)
    for key in program.quit[:-1]:
        terminal.press(key)
    figures["quit_ms"] = terminal.leave(program.quit[-1])
    figures["peak_kib"] = terminal.peak_kib
    if program.ahead[0]:
        terminal = Terminal(program.command, program.environ, folder)
        terminal.until(program.until)
        figures["answered_ms"] = terminal.answered(*program.ahead)
        terminal.kill()
    if program.step:
        terminal = Terminal(program.command, program.environ, folder)
        terminal.until(program.until)
        terminal.settle(STARTING)
        step = terminal.press(program.step)
        figures |= {"step_ms": step.ms, "step_bytes": step.bytes}
        terminal.kill()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--until", default="", help="the text that has to come up")
    parser.add_argument("--keys", default="", help="names or characters, such as 'down down enter'")
    parser.add_argument("--quit", default="ctrl+c", help="the keys that end it; the last one is measured")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    keys = tuple(arguments.keys.split())
    program = Program(
        tuple(arguments.command), arguments.until, keys, tuple(arguments.quit.split()), environ=os.environ
    )
    for name, value in measure(program, Path.cwd()).items():
        print(f"{name:14} {value:10.1f}")


if __name__ == "__main__":
    main()
