"""The last resort: an internal error becomes one message, a report and a separate exit code."""

from __future__ import annotations

import os
from pathlib import Path

from wizard.cli import exits
from wizard.cli.talk import complain, say
from wizard.version import __version__


class CrashError(Exception):
    """An internal error in a face; its cause is the original exception."""

    def __init__(self, come_back: str) -> None:
        super().__init__()
        self.come_back = come_back
        """The command that continues with the saved answers; empty if none are saved."""


def crashed(command: str, error: BaseException) -> int:
    """Report the failure, the path of the crash report and the command to come back; return the exit code."""
    come_back = ""
    if isinstance(error, CrashError):
        come_back, error = error.come_back, error.__cause__ or error
    complain(f"internal error: {type(error).__name__}", _report(command, error))
    if come_back:
        say(f"  your answers are saved; come back with: {come_back}")
    return exits.CRASHED


def _report(command: str, error: BaseException) -> str:
    """Write the report to a private file and return the sentence that names it.

    It contains only code positions and the error's type, because messages and values may contain secrets.
    """
    import tempfile
    import traceback

    frames = [
        f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    lines = [f"podwizard {__version__}, command {command or 'none'}", type(error).__name__, *frames]
    try:
        handle, name = tempfile.mkstemp(prefix="podwizard-crash-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
    except OSError:
        return f"at {frames[-1]}" if frames else ""
    return f"please report it with {name} (it holds code positions only, nothing you typed)"
