"""The child process that asks a cluster, started with its libraries already loaded.

Loading the Kubernetes client takes a child process most of its time, and some hundred tests start one. So a server,
which has loaded it once, forks each child: a process of its own with the same pipes, session, environment and ``main``.
The tests in ``tests/cluster/test_dry_run.py`` and ``tests/apiserver`` start the real command.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context, reduction
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import pytest

from wizard import child
from wizard.child import command

_FORKSERVER = get_context("forkserver")
_FORKSERVER.set_forkserver_preload(["kubernetes.client.rest", "wizard.cluster.worker"])


class Forked:
    """The part of ``subprocess.Popen`` that ``wizard.child`` uses."""

    def __init__(self, *, stderr: IO[bytes], pass_fds: tuple[int], **_: Any) -> None:
        reader, writer = os.pipe()
        self.stdin = os.fdopen(writer, "wb", 0)
        self.stderr = None
        self.returncode: int | None = None
        start = _Start(reader, stderr.fileno(), *pass_fds)
        self._process = _FORKSERVER.Process(target=_run, args=(start,), daemon=True)
        self._process.start()
        os.close(reader)
        assert self._process.pid is not None
        self.pid = self._process.pid

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
    """What a child gets; its descriptors travel with it when it is pickled for its start."""

    def __init__(self, *descriptors: int) -> None:
        self.descriptors = descriptors
        self.folder = Path.cwd()
        self.environ = dict(os.environ)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "descriptors": [reduction.DupFd(each) for each in self.descriptors]}


def _run(start: _Start) -> None:
    requests, errors, replies = (each.detach() for each in start.descriptors)  # type: ignore[attr-defined]
    os.setsid()
    os.environ.clear()
    os.environ.update(start.environ)
    os.chdir(start.folder)
    null = os.open(os.devnull, os.O_WRONLY)
    for number, place in enumerate((requests, null, errors)):
        os.dup2(place, number)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.argv = ["-c", str(replies)]
    from wizard.cluster.worker import main

    main()


def _popen(words: Sequence[str], **options: Any) -> Forked | subprocess.Popen[bytes]:
    ours = [*words[:-1]] == [*command("wizard.cluster.worker")]
    return Forked(**options) if ours else subprocess.Popen(words, **options)


_SUBPROCESS = SimpleNamespace(
    Popen=_popen, PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
)


def fork_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``wizard.child`` fork the processes that ask a cluster from one that has loaded the client."""
    monkeypatch.setattr(child, "subprocess", _SUBPROCESS)
