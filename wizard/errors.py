"""The one family of errors podwizard raises; they never print."""

from typing import NamedTuple


class Position(NamedTuple):
    """A place in a text file; line and column count from 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """``file:line:column``, or just the file when no line is known."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column or 1}"


class WizardError(Exception):
    """An error that the caller cannot handle by reading a result.

    ``message`` says what is wrong (one line), ``hint`` says what to do about it, and each of ``more`` is a line about
    something else that is wrong. All may hold untrusted text: the code that shows them escapes it.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "", more: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.more = more


class UsageError(WizardError):
    """Bad input or missing answers."""


class CatalogError(WizardError):
    """A decision table, template or data file that cannot be used.

    ``faults`` holds every fault found, not only the first.
    """

    def __init__(self, message: str, *, hint: str = "", faults: tuple["Fault", ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.faults = faults


class RenderError(WizardError):
    """A bundle that could not be rendered."""


class ClusterError(WizardError):
    """The cluster could not be asked."""

    exit_code = 3


class WriteError(WizardError):
    """The target could not be written; nothing in it is half-written."""

    exit_code = 5


class Fault(NamedTuple):
    """One fault of a catalogue: an id, what is wrong, where, and what to do."""

    code: str
    message: str
    position: Position
    hint: str = ""
    level: str = "error"

    def __str__(self) -> str:
        """One line: where, what, and what to do."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.position}: {self.message}{hint}"
