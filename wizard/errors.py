"""The errors that podwizard raises, in one family; they never print."""

from typing import NamedTuple


class Position(NamedTuple):
    """A position in a text file; line and column count from 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return ``file:line:column``, or only the file if the line is not known."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column or 1}"


class WizardError(Exception):
    """An error that the caller cannot handle by reading a result.

    ``message`` describes the error in one line, ``hint`` a way to fix it, and each of ``more`` is a line about a
    further error. All may contain untrusted text: the code that shows them escapes it.
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
    """The cluster could not be queried."""

    exit_code = 3


class WriteError(WizardError):
    """The target could not be written; it contains no half-written files."""

    exit_code = 5


class Fault(NamedTuple):
    """One fault of a catalogue: an id, the problem, its position, and a hint."""

    code: str
    message: str
    position: Position
    hint: str = ""
    level: str = "error"

    def __str__(self) -> str:
        """Return the position, the problem and the hint in one line."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.position}: {self.message}{hint}"
