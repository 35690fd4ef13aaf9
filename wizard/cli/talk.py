"""The only owner of standard output (data) and standard error (talk)."""

from __future__ import annotations

import os
import sys


def clean(text: str) -> str:
    """``text`` with control characters made visible, so that no data can drive the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


def put(text: str) -> None:
    """Write data to standard output."""
    sys.stdout.write(text if text.endswith("\n") or not text else f"{text}\n")


def say(text: str = "") -> None:
    """Write one line of talk to standard error."""
    sys.stderr.write(f"{clean(text)}\n")


def complain(message: str, hint: str = "") -> None:
    """Say what is wrong and what to do about it."""
    say(f"podwizard: {message}")
    if hint:
        say(f"  {hint}")


def close_quietly() -> None:
    """After a broken pipe: let nothing fail while the interpreter flushes its streams."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, ValueError):
            os.dup2(null, stream.fileno())
