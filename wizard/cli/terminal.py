"""What the terminal and the locale can do."""

from __future__ import annotations

import io
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_NO_SCREENS = ("", "dumb", "unknown", "emacs", "dialup", "network", "printer")


def capable(environ: Mapping[str, str]) -> bool:
    """Whether the terminal can show the screens."""
    return environ.get("TERM", "") not in _NO_SCREENS


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
