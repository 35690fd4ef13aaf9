"""The way out of a folder that cannot be written to: a command that continues with the saved answers in another one."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from wizard.errors import WriteError
from wizard.store.files import ANSWERS
from wizard.store.place import unwritable
from wizard.texts.phrases import shell_path

if TYPE_CHECKING:
    from wizard.session.saved import Lease


def check_place(target: Path | None, lease: Lease, arguments: argparse.Namespace) -> str:
    """Raise an error for a folder that cannot be written to; for an existing read-only bundle, return a note.

    Raises:
        WriteError: nothing can be written there; the hint has a command for another folder.
    """
    fault = unwritable(target or Path(), "" if target else "the current folder")
    if fault is None:
        return ""
    if target is not None and os.path.isfile(target / ANSWERS):  # noqa: PTH113  # never raises
        return f"{fault.message.partition(';')[0]}; it is read-only"
    kept = f"; answers of an earlier run are kept; use them with: {_command(lease, arguments)}"
    hint = f"use a folder that you can write to: podwizard FOLDER{kept if lease.path else ''}"
    raise WriteError(f"{fault.message.partition(';')[0]}; nothing was asked", hint=hint)


def come_back_elsewhere(target: Path | None, lease: Lease, arguments: argparse.Namespace) -> str:
    """Return the command that continues in another folder if this one cannot be written to; else an empty text."""
    return _command(lease, arguments) if lease.path and unwritable(target or Path()) else ""


@contextmanager
def with_way_out(target: Path | None, lease: Lease, arguments: argparse.Namespace) -> Iterator[None]:
    """Add the command to continue in another folder to a write error in the block, or in the decorated function."""
    try:
        yield
    except WriteError as error:
        command = come_back_elsewhere(target, lease, arguments)
        if not command:
            raise
        way = f"your answers are kept: quit, and continue in another folder with: {command}"
        raise WriteError(error.message, hint="; ".join(filter(None, (error.hint, way)))) from error


def _command(lease: Lease, arguments: argparse.Namespace) -> str:
    catalog = f" --catalog {quote(arguments.catalog)}" if arguments.catalog else ""
    return f"podwizard FOLDER --answers {shell_path(lease.path)}{catalog}"
