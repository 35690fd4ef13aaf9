"""Abilities of the terminal and the locale."""

from __future__ import annotations

import io
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from wizard.texts.phrases import speaks_utf8

_NO_SCREENS = ("", "dumb", "unknown", "emacs", "dialup", "network", "printer")


def no_screens(environ: Mapping[str, str]) -> str:
    """Say why the terminal cannot show the screens; empty where it can."""
    if environ.get("TERM", "") in _NO_SCREENS:
        return f"TERM={environ.get('TERM', '')}: the terminal cannot show screens"
    return "" if speaks_utf8(environ) else "the locale is not UTF-8, which screens need"


def has_person() -> bool:
    """Return whether a person at a terminal can be asked, wherever standard output goes."""
    if not sys.stdin.isatty():
        return False
    if any(stream.isatty() for stream in (sys.stdout, sys.stderr)):
        return True
    terminal = _terminal()
    if terminal is not None:
        terminal.close()
    return terminal is not None


@contextmanager
def asking_on() -> Iterator[TextIO]:
    """The stream for questions: standard output, or the terminal itself where a file or a pipe gets the output.

    Answers that come from a file or a pipe need no terminal: standard output then gets the questions as well.
    """
    if sys.stdout.isatty() or not sys.stdin.isatty():
        yield sys.stdout
        return
    terminal = _terminal()
    if terminal is None:
        yield sys.__stderr__ if sys.__stderr__ is not None and sys.__stderr__.isatty() else sys.stdout
        return
    with terminal:
        yield terminal


def _terminal() -> TextIO | None:
    """The terminal that controls this process, to write to; ``None`` where none does."""
    try:
        return open("/dev/tty", "w", encoding=sys.stdin.encoding, errors="replace")  # noqa: PTH123
    except OSError:
        return None


def forgive_bytes() -> None:
    """Take and give characters that the locale has no letters for, instead of failing on them."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != "replace":  # refused once something was read
            stream.reconfigure(errors="replace")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl+C does nothing until the block is done; for a moment's work whose result must not get lost."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
