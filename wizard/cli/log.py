"""The log of ``--log FILE``: messages, their times and the exit code; no input and no secrets."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable
from typing import TextIO

from wizard.cli import exits
from wizard.cli.talk import complain
from wizard.version import __version__


class _Tee:
    """A standard error stream that also logs each line with its time."""

    def __init__(self, terminal: TextIO, log: TextIO) -> None:
        self._terminal = terminal
        self._log = log

    def write(self, text: str) -> int:
        for line in text.splitlines():
            _note(self._log, line)
        return self._terminal.write(text)

    def flush(self) -> None:
        self._terminal.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._terminal, name)


def logged(arguments: argparse.Namespace, work: Callable[[argparse.Namespace], int]) -> int:
    """Run ``work`` and append its messages to the log file; without running it, report a file that cannot be opened."""
    try:
        log = open(arguments.log, "a", encoding="utf-8", buffering=1)  # noqa: SIM115, PTH123  # closed below
    except OSError as error:
        complain(f"cannot write the log {arguments.log}: {error.strerror}", "choose another file")
        return exits.NOT_WRITTEN
    with contextlib.redirect_stderr(_Tee(sys.stderr, log)):
        _note(log, f"podwizard {__version__} {arguments.command}")
        code = work(arguments)
        _note(log, f"exit {code}")
    with contextlib.suppress(OSError):
        log.close()
    return code


def _note(log: TextIO, line: str) -> None:
    """Log one line with its time; errors in writing the log are ignored."""
    with contextlib.suppress(OSError):
        log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {line}\n")
