"""The only owner of standard output (data) and standard error (talk)."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from wizard.text import cut, escaped

_LONGEST = 1_000


class OutputError(Exception):
    """Standard output took no more, for another reason than a reader that has gone away."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@contextmanager
def to_standard_output() -> Iterator[None]:
    """Turn what standard output refuses in the block into an ``OutputError``, and refuse nothing after that."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None:  # about a file, not about a stream
            raise
        close_quietly()
        raise OutputError(f"cannot write to standard output: {error.strerror or error}") from error


@contextmanager
def reported(done: str) -> Iterator[None]:
    """Report on work that is done already: when standard output fails in the block, the error says ``done``."""
    try:
        yield
        finish()
    except OutputError as error:
        raise OutputError(error.message, f"{done}; only the report is lost") from error


def put(text: str) -> None:
    """Write data to standard output.

    Raises:
        OutputError: it takes no more.
    """
    with to_standard_output():
        sys.stdout.write(text if text.endswith("\n") or not text else f"{text}\n")


def put_line(line: str) -> None:
    """Write a line below a heading; on a terminal a sentence is broken between words, and a command is left whole.

    Raises:
        OutputError: standard output takes no more.
    """
    whole = f"  {line}"
    if sys.stdout.isatty() and not line.startswith("  "):
        from shutil import get_terminal_size
        from textwrap import fill

        width = max(40, get_terminal_size().columns)
        whole = fill(whole, width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    put(whole)


def finish() -> None:
    """Send what standard output still holds back: a full disk is often noticed only then.

    Raises:
        OutputError: it takes no more.
    """
    with to_standard_output():
        sys.stdout.flush()


def put_json(data: object) -> None:
    """Write data as JSON, with escapes for every character that could drive a terminal: JSON itself asks for few."""
    import json

    text = json.dumps(data, indent=2, ensure_ascii=False)
    put("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


def say(text: str = "") -> None:
    """Write one line of talk to standard error; what it names cannot make two of it."""
    line = escaped(text, keep="\t")
    with suppress(OSError):  # nobody listens, or the disk that keeps it is full: the work itself goes on
        sys.stderr.write(f"{line}\n")


def complain(message: str, hint: str = "") -> None:
    """Say what is wrong and what to do about it; what is quoted in it may be of any length."""
    say(f"podwizard: {cut(message, _LONGEST)}")
    if hint:
        say(f"  {cut(hint, _LONGEST)}")


def open_streams() -> None:
    """Replace standard streams that the caller closed (``<&-``), and never fail on an unencodable character."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # for as long as we run
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def close_quietly() -> None:
    """After a stream has failed: let nothing fail while the interpreter flushes its streams."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(null, stream.fileno())
