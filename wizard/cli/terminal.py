"""What the terminal and the locale can do."""

from __future__ import annotations

import io
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_NO_SCREENS = ("", "dumb", "unknown", "emacs", "dialup", "network", "printer")


def capable(environ: Mapping[str, str]) -> bool:
    """Whether the terminal can show the screens."""
    return environ.get("TERM", "") not in _NO_SCREENS


def speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale is UTF-8, read as the C library does.

    Python coerces the C locale by setting ``LC_CTYPE=C.UTF-8`` itself, so that value alone proves nothing.
    """
    chosen = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    if chosen == "C.UTF-8" and not environ.get("LC_ALL") and environ.get("LC_CTYPE") == "C.UTF-8":
        chosen = environ.get("LANG") or ""
    return re.search(r"utf-?8", chosen, re.IGNORECASE) is not None


def forgive_bytes() -> None:
    """Take and give characters that the locale has no letters for, instead of failing on them."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
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
