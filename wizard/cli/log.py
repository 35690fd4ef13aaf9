"""``--log FILE``: what was said, when, and how it ended; nothing that was typed, no secret."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable
from typing import TextIO

from wizard.errors import WriteError
from wizard.version import __version__


class _Tee:
    """Standard error that also keeps each line, with the time it was said."""

    def __init__(self, terminal: TextIO, log: TextIO) -> None:
        self._terminal = terminal
        self._log = log

    def write(self, text: str) -> int:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S")
        for line in text.splitlines():
            self._log.write(f"{stamp} {line}\n")
        return self._terminal.write(text)

    def flush(self) -> None:
        self._log.flush()
        self._terminal.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._terminal, name)


def logged(arguments: argparse.Namespace, work: Callable[[argparse.Namespace], int]) -> int:
    """Do ``work`` and append what it says to the log file.

    Raises:
        WriteError: the file cannot be opened.
    """
    try:
        log = open(arguments.log, "a", encoding="utf-8")  # noqa: SIM115, PTH123  # closed below
    except OSError as error:
        raise WriteError(
            f"cannot write the log {arguments.log}: {error.strerror}", hint="choose another file"
        ) from error
    tee = _Tee(sys.stderr, log)
    with log, contextlib.redirect_stderr(tee):
        log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} podwizard {__version__} {arguments.command}\n")
        code = work(arguments)
        log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} exit {code}\n")
    return code
