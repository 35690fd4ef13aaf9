"""Child processes of podwizard: how they are started, sent requests, read line by line, and ended.

A child runs ``main`` of one module, reads its requests from standard input, and gets the descriptor for its replies as
an argument. It leads a process group, so that the processes it started end with it; end of file on its standard input
shows that the parent is gone.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import wizard

_CHUNK = 1 << 16


def command(module: str, *flags: str) -> tuple[str, ...]:
    """Return the command that runs ``main`` of a module with this Python and these flags."""
    boot = f"import sys; sys.path.append(sys.argv.pop(1)); from {module} import main; main()"
    root = Path(next(iter(wizard.__path__))).parent
    return sys.executable, "-P", *flags, "-c", boot, str(root)


class ChildProcess:
    """A child process with its pipes.

    Args:
        words: The command; the descriptor for replies is appended as its last argument.
        errors: The destination of its standard error: an open file, or ``subprocess.PIPE``.
        longest: The maximum number of bytes in one line.

    Raises:
        OSError: The process cannot be started.
    """

    def __init__(self, words: Sequence[str], *, errors: int | IO[bytes], longest: int) -> None:
        reader, writer = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*words, str(writer)],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=(writer,),
                start_new_session=True,
            )
        except OSError:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        self._reader = reader
        self._poll = select.poll()
        self._poll.register(reader, select.POLLIN)
        self._pending = bytearray()
        self._seen = 0
        self._longest = longest
        self.late = False
        """True after ``line`` gave up at its deadline."""
        self.end = weakref.finalize(self, _end, self._process)
        """Kill the process and those that it started, and close its pipes; repeated calls are harmless."""
        weakref.finalize(self, os.close, reader)  # not in _end: another thread may be polling it

    @property
    def over(self) -> bool:
        """True if the process has ended."""
        return self._ended(0)

    @property
    def overlong(self) -> bool:
        """True after ``line`` gave up because a line was too long."""
        return len(self._pending) > self._longest

    def send(self, data: bytes) -> None:
        """Write to the process's standard input.

        Raises:
            OSError, ValueError: The process has ended.
        """
        assert self._process.stdin is not None
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._process.stdin.fileno(), rest) :]

    def line(self, deadline: float) -> bytes | None:
        """Return the next line; ``None`` if there is none by ``deadline`` (of ``time.monotonic``) or it is too long."""
        while (at := self._pending.find(b"\n", self._seen)) < 0:
            self._seen = len(self._pending)
            if self.overlong or not self._more(deadline):
                return None
        line = bytes(self._pending[:at])
        del self._pending[: at + 1]
        self._seen = 0
        return line

    def _more(self, deadline: float) -> bool:
        try:
            while not self._poll.poll(max(0.0, min(deadline - time.monotonic(), 1.0)) * 1000):
                if time.monotonic() >= deadline:
                    self.late = True
                    return False
            chunk = os.read(self._reader, _CHUNK)
        except OSError:
            return False
        self._pending += chunk
        return bool(chunk)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        self._process.send_signal(number)

    def finish(self, grace: float) -> int:
        """Wait ``grace`` seconds for the process to end, then kill it; return its exit code, negative for a signal."""
        if not self._ended(grace):
            _kill(self._process)
        return self._process.wait()

    def _ended(self, grace: float) -> bool:
        """Return whether it ends within ``grace`` seconds; if so, kill its group before the id can be reused."""
        if self._process.returncode is None:
            try:
                self._process.wait(grace)
            except subprocess.TimeoutExpired:
                return False
            _kill(self._process)
        return True

    def errors(self, most: int) -> bytes:
        """Return what the process wrote to its standard error, if that is a pipe."""
        return b"" if self._process.stderr is None else self._process.stderr.read(most)


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:  # otherwise its id may be reused, and its group was killed
        _kill(process)
        process.wait()
    for stream in (process.stdin, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()
