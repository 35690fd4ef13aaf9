"""The parent's side of a dry run: starts the child process, reads its events, ends it whatever happens."""

from __future__ import annotations

import contextlib
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
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import wizard
from wizard.check.model import Document
from wizard.cluster.model import CheckFinished, Event, ObjectResult, Target
from wizard.cluster.protocol import Limits, Request, decode_event, encode_request
from wizard.errors import ClusterError

_BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from wizard.cluster.worker import main; main()"
_CHUNK = 1 << 16
_LONGEST_LINE = 32 << 20
_GRACE = 5.0
_STANDARD = Limits()


class DryRun:
    """One dry run. Nothing is asked, and no process started, before ``start``.

    ``events`` may be called again after an interruption and goes on where it was; ``cancel`` may be called from any
    thread, and more than once.
    """

    def __init__(
        self,
        target: Target,
        documents: Sequence[Document],
        *,
        deep: bool = False,
        timeout: float | None = None,
        limits: Limits = _STANDARD,
        command: Sequence[str] = (),
    ) -> None:
        self.target = target
        self.total = len(documents)
        self._objects = tuple(document.object for document in documents if isinstance(document.object, dict))
        self._deep = deep
        self._limits = limits
        self._command = tuple(command)
        self._timeout = timeout if timeout is not None else limits.total + limits.plugin + _GRACE
        self._child: _Child | None = None
        self._lock = threading.Lock()
        self._cancelled = False
        self._over = False
        self._results = 0

    def start(self) -> None:
        """Start the child process.

        Raises:
            ClusterError: the client library is not installed, or no process can be started.
        """
        with self._lock:
            if self._child is not None or self._cancelled:
                return
            if not self._command and find_spec("kubernetes") is None:
                raise ClusterError(
                    "the live check needs the package kubernetes", hint='pip install "kubernetes>=37.0.2,<38"'
                )
            try:
                self._child = _Child(self._request, self._command, self._timeout)
            except OSError as error:
                raise ClusterError(f"the checker cannot be started: {error.strerror}") from error

    def _request(self, folder: str) -> bytes:
        return encode_request(Request(self.target, self._objects, folder, self._deep, self._limits))

    def cancel(self) -> None:
        """Stop asking: end the child process and everything it started, and remove its files."""
        with self._lock:
            self._cancelled = True
            child = self._child
        if child is not None:
            child.end()

    def events(self) -> Iterator[Event]:
        """What the cluster says, in order, up to one ``CheckFinished``; blocks between events."""
        try:
            self.start()
        except ClusterError as error:
            self._over = True
            yield CheckFinished(0, self.total, error=error.message, hint=error.hint)
        while not self._over:
            event = self._next()
            if isinstance(event, CheckFinished):
                self._over = True
                if self._child is not None:
                    self._child.end()
            elif isinstance(event, ObjectResult):
                self._results += 1
            yield event

    def _next(self) -> Event:
        while self._child is not None and not self._cancelled:
            line = self._child.line()
            if line is None:
                break
            event = decode_event(line)
            if event is not None:
                return event
        return self._ending()

    def _ending(self) -> CheckFinished:
        """Why the child said nothing more."""
        checked = min(self._results, self.total)
        if self._cancelled or self._child is None:
            return CheckFinished(checked, self.total, cancelled=True)
        if self._child.late:
            return CheckFinished(checked, self.total, error=f"no end after {self._timeout:g} s; stopped")
        code, said = self._child.post_mortem()
        hint = said or "try again; if it happens again, report it"
        return CheckFinished(checked, self.total, error=f"the checker stopped unexpectedly (code {code})", hint=hint)


class _Child:
    """The process, its pipes and its folder."""

    def __init__(self, request: Callable[[str], bytes], command: tuple[str, ...], timeout: float) -> None:
        self.folder = tempfile.mkdtemp(prefix="podwizard-")
        self._errors = Path(self.folder, "errors")
        reader, writer = os.pipe()
        root = str(Path(next(iter(wizard.__path__))).parent)
        words = command or (sys.executable, "-P", "-c", _BOOT, root)
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
        self._deadline = time.monotonic() + timeout
        self._pending = bytearray()
        self._ending = threading.Lock()
        self.late = False
        self._end = weakref.finalize(self, _end, self._process, self.folder)
        weakref.finalize(self, os.close, reader)  # not in _end: another thread may be waiting for it to be readable
        data = request(self.folder)
        threading.Thread(target=_feed, args=(self._process, data), daemon=True).start()

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
        """Kill whatever is left and clean up; after that nothing is left, whoever began with it."""
        with self._ending:
            self._end()

    def post_mortem(self) -> tuple[int, str]:
        """How the process ended, and its last word."""
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
