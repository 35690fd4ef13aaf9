"""The dry run's child process as its parent sees it: started early, given one request, and always ended."""

from __future__ import annotations

import math
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from wizard.child import ChildProcess, command
from wizard.errors import ClusterError

_LONGEST_LINE = 32 << 20
_GRACE = 5.0


def start_child(words: Sequence[str] = ()) -> Child:
    """Start the process; it only loads modules until it receives its request.

    Raises:
        ClusterError: the client library is not installed, or no process can be started.
    """
    if not words and find_spec("kubernetes") is None:
        raise ClusterError("the live check needs the package kubernetes", hint='pip install "kubernetes>=37.0.2,<38"')
    try:
        return Child(words)
    except OSError as error:
        raise ClusterError(f"cannot start the process that talks to the cluster: {error.strerror}") from error


class Spare:
    """A holder of at most one child process, started early; as a context manager it also ends the process.

    Loading the Kubernetes client takes about as long as checking a bundle offline, or as reading which cluster the
    request will go to. Until the user confirms, the child only imports: it opens no connection, runs no credential
    plugin and reads no file that a kubeconfig names.
    """

    def __init__(self) -> None:
        self._child: Child | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def start(self) -> None:
        """Start the child unless there is one; an error is raised later, by ``take``."""
        if self._child is None:
            with suppress(ClusterError):
                self._child = start_child()

    def take(self) -> Child:
        """Return the child that was started, or else a new one.

        Raises:
            ClusterError: the client library is not installed, or no process can be started.
        """
        child, self._child = self._child, None
        return child or start_child()

    def end(self) -> None:
        """End the child if it was never taken."""
        child, self._child = self._child, None
        if child is not None:
            child.end()


class Child:
    """The process and its private folder. It loads the client immediately and then waits for its request."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self.folder = tempfile.mkdtemp(prefix="podwizard-")
        self._errors = Path(self.folder, "errors")
        words = words or command("wizard.cluster.worker")
        try:
            with self._errors.open("wb") as errors:
                self._process = ChildProcess(words, errors=errors, longest=_LONGEST_LINE)
        except OSError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self._deadline = math.inf
        self._ending = threading.Lock()
        self._end = weakref.finalize(self, _end, self._process, self.folder)

    @property
    def late(self) -> bool:
        """True after ``line`` returned ``None`` because the time was up."""
        return self._process.late

    def send(self, request: bytes, timeout: float) -> None:
        """Send the one request; after ``timeout`` seconds ``line`` returns ``None`` and ``late`` becomes true."""
        self._deadline = time.monotonic() + timeout
        threading.Thread(target=_feed, args=(self._process, request), daemon=True).start()

    def line(self) -> bytes | None:
        """Read the next line; ``None`` if there are no more."""
        return self._process.line(self._deadline)

    def end(self) -> None:
        """Kill the process with all its descendants and remove its folder; safe to call from two threads."""
        with self._ending:
            self._end()

    def post_mortem(self) -> tuple[int, str]:
        """Return the exit code and the last line of standard error, then clean up."""
        code = self._process.finish(_GRACE)
        last_line = ""
        with suppress(OSError):
            last_line = self._errors.read_bytes()[-2000:].decode(errors="replace").strip().rpartition("\n")[2]
        self.end()
        return code, last_line[:300]


def _feed(process: ChildProcess, request: bytes) -> None:
    with suppress(OSError, ValueError):  # the process has ended, which its reader notices
        process.send(request)


def _end(process: ChildProcess, folder: str) -> None:
    process.end()
    shutil.rmtree(folder, ignore_errors=True)
