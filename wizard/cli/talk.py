"""The only owner of standard output (data) and standard error (talk)."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress


def clean(text: str) -> str:
    """``text`` with control characters made visible, so that no data can drive the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


def put(text: str) -> None:
    """Write data to standard output."""
    sys.stdout.write(text if text.endswith("\n") or not text else f"{text}\n")


def say(text: str = "") -> None:
    """Write one line of talk to standard error."""
    with suppress(OSError):  # nobody listens, or the disk that keeps it is full: the work itself goes on
        sys.stderr.write(f"{clean(text)}\n")


def complain(message: str, hint: str = "") -> None:
    """Say what is wrong and what to do about it."""
    say(f"podwizard: {message}")
    if hint:
        say(f"  {hint}")


def open_streams() -> None:
    """Stand in for standard streams that were closed by whoever started us (``<&-``), and fail on no letter."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # for as long as we run
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.encoding != "utf-8":
        sys.stdout.reconfigure(errors="backslashreplace")


def close_quietly() -> None:
    """After a broken pipe: let nothing fail while the interpreter flushes its streams."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(null, stream.fileno())
