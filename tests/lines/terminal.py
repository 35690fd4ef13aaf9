"""The face of numbered lines on a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.forked import Forked, on_a_terminal

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


class Terminal:
    """A user at a terminal who waits for each prompt and then types."""

    def __init__(self, process: Forked | subprocess.Popen[bytes], fd: int) -> None:
        self.process = process
        self.fd = fd
        self.text = ""
        self._seen = 0

    def until(self, text: str) -> str:
        """Read until ``text`` has appeared since the last call, and return the output up to it."""
        self._wait(lambda: text in self.text[self._seen :], repr(text))
        at = self.text.index(text, self._seen) + len(text)
        came, self._seen = self.text[self._seen : at], at
        return came

    def prompt(self) -> None:
        """Read until the output ends with a prompt."""
        self._wait(lambda: self.text[self._seen :].endswith(": "), "a prompt")
        self._seen = len(self.text)

    def type(self, *lines: str) -> None:
        """Type lines, and wait for the next prompt after each."""
        for line in lines:
            os.write(self.fd, f"{line}\n".encode())
            self.until("\n")
            self.prompt()

    def write_bundle(self) -> None:
        """Press Enter at the prompt that writes; keys typed before the prompt is shown do not count."""
        self._wait(lambda: "Enter writes" in self.text and self.text.endswith("keys: "), "the prompt that writes")
        self.press(b"\n")

    def press(self, keys: bytes) -> None:
        """Send raw bytes."""
        os.write(self.fd, keys)

    def end(self) -> int:
        """Wait until the process ends and return its exit code."""
        self._wait(lambda: self.process.poll() is not None, "the end")
        while self._read(0.1):
            pass
        return self.process.wait()

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        """Read until ``done`` returns true; fail if the process ends before that or takes too long."""
        end = time.monotonic() + PATIENCE
        while not done():
            active = self._read(0.1) or self.process.poll() is None or done()
            assert active and time.monotonic() < end, f"{what} did not come; the end of what came: {self.text[-1500:]}"

    def _read(self, seconds: float) -> bool:
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.text += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@contextmanager
def terminal(
    *words: str, cwd: Path, columns: int = 80, environ: Mapping[str, str | None] | None = None
) -> Iterator[Terminal]:
    """Run ``podwizard`` on its own pseudo-terminal, and kill it at the end."""
    main, child = os.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    env |= {"XDG_STATE_HOME": os.environ["XDG_STATE_HOME"], "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"]}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    removed = [key for key, value in (environ or {}).items() if value is None]
    more = {key: value for key, value in (environ or {}).items() if value is not None}
    command = (sys.executable, "-m", "wizard", *words)
    process = on_a_terminal(command, child, cwd, {key: env[key] for key in env if key not in removed}, more)
    os.close(child)
    try:
        yield Terminal(process, main)
    finally:
        process.kill()
        process.wait()
        with suppress(OSError):
            os.close(main)
