"""What the terminal and the locale can do, and streams that are there even when nobody opened them."""

from __future__ import annotations

import io
import os
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


def open_streams() -> None:
    """Stand in for standard streams that were closed by whoever started us (``<&-``)."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # for as long as we run


def forgive_bytes() -> None:
    """Take and give characters that the locale has no letters for, instead of failing on them."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl+C waits until the block is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
