"""The only owner of standard output (data) and standard error (talk)."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

_LONGEST = 1_000


def clean(text: str) -> str:
    """``text`` with control characters made visible, so that no data can drive the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else _visible(ord(c)) for c in text)


def _visible(code: int) -> str:
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as Python carries it
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def put(text: str) -> None:
    """Write data to standard output."""
    try:
        sys.stdout.write(text if text.endswith("\n") or not text else f"{text}\n")
    except OSError as error:
        error.filename = "standard output"
        raise


def put_json(data: object) -> None:
    """Write data as JSON, with escapes for every character that could drive a terminal: JSON itself asks for few."""
    import json

    text = json.dumps(data, indent=2, ensure_ascii=False)
    put("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


def say(text: str = "") -> None:
    """Write one line of talk to standard error; what it names cannot make two of it."""
    line = clean(text).replace("\n", "\\n")
    with suppress(OSError):  # nobody listens, or the disk that keeps it is full: the work itself goes on
        sys.stderr.write(f"{line}\n")


def complain(message: str, hint: str = "") -> None:
    """Say what is wrong and what to do about it; what is quoted in it may be of any length."""
    say(f"podwizard: {_cut(message)}")
    if hint:
        say(f"  {_cut(hint)}")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def open_streams() -> None:
    """Stand in for standard streams that were closed by whoever started us (``<&-``), and fail on no letter."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # for as long as we run
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def close_quietly() -> None:
    """After a broken pipe: let nothing fail while the interpreter flushes its streams."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(null, stream.fileno())
