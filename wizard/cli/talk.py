"""The only owner of standard output (for data) and standard error (for messages)."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from wizard.text import cut, escaped

if TYPE_CHECKING:
    from wizard.render.model import Contract, Step

_LONGEST = 1_000


class OutputError(Exception):
    """A failure of standard output for any reason other than a closed pipe."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@contextmanager
def to_standard_output() -> Iterator[None]:
    """Turn a failure of standard output in the block into an ``OutputError``, and silence failures after that."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None:  # concerns a file, not a stream
            raise
        close_quietly()
        raise OutputError(f"cannot write to standard output: {error.strerror or error}") from error


@contextmanager
def reported(done: str) -> Iterator[None]:
    """Add ``done`` to the error if standard output fails in the block, which reports on finished work."""
    try:
        yield
        finish()
    except OutputError as error:
        raise OutputError(error.message, f"{done}; only the report is lost") from error


def put(text: str) -> None:
    """Write data to standard output.

    Raises:
        OutputError: standard output failed.
    """
    with to_standard_output():
        sys.stdout.write(text if text.endswith("\n") or not text else f"{text}\n")


def put_line(line: str) -> None:
    """Write a line below a heading; on a terminal it wraps between words, but an indented command stays whole.

    Raises:
        OutputError: standard output failed.
    """
    whole = f"  {line}"
    if sys.stdout.isatty() and not line.startswith("  "):
        from shutil import get_terminal_size
        from textwrap import fill

        width = max(40, get_terminal_size().columns)
        whole = fill(whole, width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    put(whole)


def put_contract(contract: Contract, target: object, leaving: tuple[Step, ...]) -> None:
    """Write the sections of a bundle's contract, except for the next steps.

    Raises:
        OutputError: standard output failed.
    """
    from wizard.texts.contract import NEXT, contract_sections

    for head, lines in contract_sections(contract, target, leaving=leaving):
        if head != NEXT:
            put(f"{head}:")
            for line in lines:
                put_line(line)


def finish() -> None:
    """Flush standard output: a full disk is often noticed only then.

    Raises:
        OutputError: standard output failed.
    """
    with to_standard_output():
        sys.stdout.flush()


def put_json(data: object) -> None:
    """Write data as JSON, with every unprintable character escaped: JSON itself requires that for only a few."""
    import json

    text = json.dumps(data, indent=2, ensure_ascii=False)
    put("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


def say(text: str = "") -> None:
    """Write one message line to standard error; control characters in it are escaped, so it stays one line."""
    line = escaped(text, keep="\t")
    with suppress(OSError):  # standard error is closed or its disk is full: the work itself continues
        sys.stderr.write(f"{line}\n")


def complain(message: str, hint: str = "") -> None:
    """Print an error and its hint, each cut to a maximum length."""
    say(f"podwizard: {cut(message, _LONGEST)}")
    if hint:
        say(f"  {cut(hint, _LONGEST)}")


def open_streams() -> None:
    """Replace standard streams that the caller closed (``<&-``), and never fail on an unencodable character."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # open until exit
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def close_quietly() -> None:
    """Prevent errors from the interpreter's final flush after a stream has failed."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(null, stream.fileno())
