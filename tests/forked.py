"""Processes that start with their libraries already loaded: podwizard on a terminal, the child of a dry run.

Such a process spends most of its time loading Textual or the Kubernetes client, and about a hundred tests start one.
Therefore a server that has loaded them once forks each process, with the same streams, session, environment and
``main``. The tests in ``tests/cluster/test_dry_run.py`` and ``tests/apiserver`` start the real child; those in
``tests/screens/test_start.py`` and ``test_crash.py``, all with a different locale or ``TERM``,
``test_the_command_leads_to_a_written_bundle`` and ``test_the_numbered_lines_lead_to_a_written_bundle`` start the real
wizard.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context, reduction
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any

from wizard import child
from wizard.child import command

if TYPE_CHECKING:
    import pytest

_FORKSERVER = get_context("forkserver")
_FORKSERVER.set_forkserver_preload(
    [
        *("kubernetes.client.rest", "wizard.cluster.worker", "wizard.cli.new", "wizard.cli.faces"),
        *("wizard.screens.app", "wizard.screens.pages.drawing", "tests.screens.small_wizard", __name__),
    ]
)
PROGRAMS = ("wizard", "tests.screens.small_wizard")
_READ_WHEN_USED = {"HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR", "PODWIZARD_FULL_REPAINT"}
"""Variables that no library reads at import time."""


class Forked:
    """The part of ``subprocess.Popen`` that is used here and by ``wizard.child``."""

    def __init__(self, target: Callable[[_Start], None], start: _Start) -> None:
        self.returncode: int | None = None
        self._process = _FORKSERVER.Process(target=target, args=(start,), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        self.returncode = self._process.exitcode
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        self.returncode = self._process.exitcode
        if self.returncode is None:
            raise subprocess.TimeoutExpired("forked", timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()


class _Start:
    """The settings of a child; pickling them for its start duplicates the file descriptors."""

    def __init__(
        self, descriptors: tuple[int, ...], words: Sequence[str], folder: Path, environ: Mapping[str, str]
    ) -> None:
        self.descriptors = descriptors
        self.words = words
        self.folder = folder
        self.environ = dict(environ)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "descriptors": [reduction.DupFd(each) for each in self.descriptors]}


def _become(start: _Start, *streams: int) -> None:
    """Set up session, environment, folder and streams as a newly started process would have them."""
    os.setsid()
    os.environ.clear()
    os.environ.update(start.environ)
    os.chdir(start.folder)
    for number, place in enumerate(streams):
        os.dup2(place, number)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.argv = [*start.words]


def _cluster(start: _Start) -> None:
    requests, errors, replies = (each.detach() for each in start.descriptors)  # type: ignore[attr-defined]
    _become(start, requests, os.open(os.devnull, os.O_WRONLY), errors)
    sys.argv = ["-c", str(replies)]
    from wizard.cluster.worker import main

    main()


class _Child(Forked):
    """The child process that sends requests to a cluster."""

    def __init__(self, *, stderr: IO[bytes], pass_fds: tuple[int], **_: Any) -> None:
        reader, writer = os.pipe()
        self.stdin = os.fdopen(writer, "wb", 0)
        self.stderr = None
        super().__init__(_cluster, _Start((reader, stderr.fileno(), *pass_fds), (), Path.cwd(), os.environ))
        os.close(reader)


def _popen(words: Sequence[str], **options: Any) -> Forked | subprocess.Popen[bytes]:
    ours = [*words[:-1]] == [*command("wizard.cluster.worker")]
    return _Child(**options) if ours else subprocess.Popen(words, **options)


def _shown(start: _Start) -> None:
    (slave,) = (each.detach() for each in start.descriptors)  # type: ignore[attr-defined]
    _become(start, slave, slave, slave)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdout = os.fdopen(1, "w", 1, closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc, assignment]
    import_module("wizard.__main__" if start.words[0] == "wizard" else start.words[0]).main()


def on_a_terminal(
    words: Sequence[str], slave: int, folder: Path, environ: Mapping[str, str], more: Mapping[str, str]
) -> Forked | subprocess.Popen[bytes]:
    """Start a program whose terminal is ``slave``; ``more`` goes into its environment."""
    python, option, *rest = words
    if (python, option) == (sys.executable, "-m") and rest[0] in PROGRAMS and _READ_WHEN_USED.issuperset(more):
        return Forked(_shown, _Start((slave,), rest, folder, {**environ, **more}))
    return subprocess.Popen(
        words,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**environ, **more},
        cwd=folder,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )


_SUBPROCESS = SimpleNamespace(
    Popen=_popen, PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
)


def fork_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make ``wizard.child`` fork its cluster processes from a server that has loaded the client."""
    monkeypatch.setattr(child, "subprocess", _SUBPROCESS)
