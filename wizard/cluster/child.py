"""The dry run's child process, seen from its parent: started ahead, given one request, ended whatever happens."""

from __future__ import annotations

import contextlib
import math
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import wizard
from wizard.errors import ClusterError

_BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from wizard.cluster.worker import main; main()"
_CHUNK = 1 << 16
_LONGEST_LINE = 32 << 20
_GRACE = 5.0


def start_child(command: Sequence[str] = ()) -> Child:
    """Start the process; it only imports until it gets its request.

    Raises:
        ClusterError: the client library is not installed, or no process can be started.
    """
    if not command and find_spec("kubernetes") is None:
        raise ClusterError("the live check needs the package kubernetes", hint='pip install "kubernetes>=37.0.2,<38"')
    try:
        return Child(command)
    except OSError as error:
        raise ClusterError(f"cannot start the process that asks the cluster: {error.strerror}") from error


class Spare:
    """At most one child process, started while the user still reads which cluster will be asked.

    Loading the Kubernetes client takes about as long as reading that page. Until the user confirms, the child only
    imports: it opens no connection, runs no credential plugin and reads no file that a kubeconfig names.
    """

    def __init__(self) -> None:
        self._child: Child | None = None

    def start(self) -> None:
        """Start the child, if there is none; an error waits for ``take``."""
        if self._child is None:
            with contextlib.suppress(ClusterError):
                self._child = start_child()

    def take(self) -> Child:
        """Return the child that was started, or else a new one.

        Raises:
            ClusterError: as ``start_child``.
        """
        child, self._child = self._child, None
        return child or start_child()

    def end(self) -> None:
        """End the child that nobody took."""
        child, self._child = self._child, None
        if child is not None:
            child.end()


class Child:
    """The process, its pipes and its private folder. It loads the client at once and then waits for its request."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        self.folder = tempfile.mkdtemp(prefix="podwizard-")
        self._errors = Path(self.folder, "errors")
        reader, writer = os.pipe()
        root = str(Path(next(iter(wizard.__path__))).parent)
        words = tuple(command) or (sys.executable, "-P", "-c", _BOOT, root)
        try:
            with self._errors.open("wb") as errors:
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
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            os.close(writer)
        self._reader = reader
        self._poll = select.poll()
        self._poll.register(reader, select.POLLIN)
        self._deadline = math.inf
        self._pending = bytearray()
        self._ending = threading.Lock()
        self.late = False
        self._end = weakref.finalize(self, _end, self._process, self.folder)
        weakref.finalize(self, os.close, reader)  # not in _end: another thread may be waiting for it to be readable

    def send(self, request: bytes, timeout: float) -> None:
        """Hand over the one request; after ``timeout`` seconds ``line`` gives up and ``late`` is true."""
        self._deadline = time.monotonic() + timeout
        threading.Thread(target=_feed, args=(self._process, request), daemon=True).start()

    def line(self) -> bytes | None:
        """The next line, or ``None`` when there will be none."""
        while True:
            head, newline, rest = self._pending.partition(b"\n")
            if newline:
                self._pending = rest
                return bytes(head)
            if len(self._pending) > _LONGEST_LINE or not self._more():
                return None

    def _more(self) -> bool:
        while True:
            left = self._deadline - time.monotonic()
            try:
                if not self._poll.poll(max(0.0, min(left, 1.0)) * 1000):
                    if left > 0:
                        continue
                    self.late = True
                    return False
                chunk = os.read(self._reader, _CHUNK)
            except OSError:
                return False
            self._pending += chunk
            return bool(chunk)

    def end(self) -> None:
        """Kill whatever is left and clean up; after that nothing is left, also when two threads end it."""
        with self._ending:
            self._end()

    def post_mortem(self) -> tuple[int, str]:
        """Describe how the process ended, with its last words."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        said = ""
        with contextlib.suppress(OSError):
            said = self._errors.read_bytes()[-2000:].decode(errors="replace").strip().rpartition("\n")[2]
        self.end()
        return self._process.returncode, said[:300]


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    """Write the request; the pipe stays open, as its end tells the child that the parent is gone."""
    assert process.stdin is not None
    try:
        process.stdin.write(data)
        process.stdin.flush()
    except (OSError, ValueError):
        return


def _end(process: subprocess.Popen[bytes], folder: str) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)  # before it is waited for: the number is still its own
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
