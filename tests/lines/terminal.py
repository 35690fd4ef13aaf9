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
from collections.abc import Iterator, Mapping
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
        end = time.monotonic() + PATIENCE
        while text not in self.text[self._seen :]:
            assert time.monotonic() < end, f"{text!r} did not come; the end of what came: {self.text[-1500:]}"
            if not self._read(0.2) and self.process.poll() is not None:
                assert text in self.text[self._seen :], f"it ended without {text!r}: {self.text[-1500:]}"
        at = self.text.index(text, self._seen) + len(text)
        came, self._seen = self.text[self._seen : at], at
        return came

    def prompt(self) -> None:
        """Read until the output ends with a prompt."""
        end = time.monotonic() + PATIENCE
        while not self.text[self._seen :].endswith(": "):
            assert time.monotonic() < end and self.process.poll() is None, f"no prompt: {self.text[-1500:]}"
            self._read(0.2)
        self._seen = len(self.text)

    def type(self, *lines: str) -> None:
        """Type lines, and wait for the next prompt after each."""
        for line in lines:
            os.write(self.fd, f"{line}\n".encode())
            self.until("\n")
            self.prompt()

    def write_bundle(self) -> None:
        """Press Enter at the prompt that writes; keys typed before the prompt is shown do not count."""
        end = time.monotonic() + PATIENCE
        while "Enter writes" not in self.text or not self.text.endswith("keys: "):
            assert time.monotonic() < end and self.process.poll() is None, f"no prompt: {self.text[-1500:]}"
            self._read(0.2)
        self.press(b"\n")

    def press(self, keys: bytes) -> None:
        """Send raw bytes."""
        os.write(self.fd, keys)

    def end(self) -> int:
        """Wait until the process ends and return its exit code."""
        finish = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < finish, f"it does not end: {self.text[-1500:]}"
            self._read(0.1)
        while self._read(0.1):
            pass
        return self.process.wait()

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
