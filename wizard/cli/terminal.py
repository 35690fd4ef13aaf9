"""Capabilities of the terminal and the locale."""

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
    """Return why the terminal cannot show the screens; empty if it can."""
    if environ.get("TERM", "") in _NO_SCREENS:
        return f"TERM={environ.get('TERM', '')}: the terminal cannot show screens"
    return "" if speaks_utf8(environ) else "the locale is not UTF-8, which screens need"


def has_person() -> bool:
    """Return true if there is a user at a terminal, even if standard output is redirected."""
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
    """Yield the stream for prompts: standard output, or the terminal itself if output goes to a file or a pipe.

    If answers come from a file or a pipe, no terminal is needed, and prompts go to standard output as well.
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
    """Open the controlling terminal for writing; return ``None`` if there is none."""
    try:
        return open("/dev/tty", "w", encoding=sys.stdin.encoding, errors="replace")  # noqa: PTH123
    except OSError:
        return None


def forgive_bytes() -> None:
    """Replace characters that the locale cannot encode or decode, instead of failing on them."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != "replace":  # not possible once something was read
            stream.reconfigure(errors="replace")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore Ctrl+C during the block; for short work whose result must not be lost."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
