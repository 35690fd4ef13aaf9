"""A crash report that holds where it happened and nothing a person typed."""

from __future__ import annotations

import argparse
import os
import tempfile
import traceback
from pathlib import Path

from wizard.version import __version__


def report(arguments: argparse.Namespace, error: BaseException) -> str:
    """Write the report to a private file and return the sentence that names it.

    Only code positions and the error's type are written: messages and values may hold secrets.
    """
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    lines = [f"podwizard {__version__}, command {arguments.command}", type(error).__name__, *frames]
    try:
        handle, name = tempfile.mkstemp(prefix="podwizard-crash-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
    except OSError:
        return f"at {frames[-1]}" if frames else ""
    return f"please report it with {name} (it holds code positions only, nothing you typed)"
