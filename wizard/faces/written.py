"""The summary after writing: the written files, and the commands to run next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.session.kept import findings_on_disk, kept_errors, missed
from wizard.session.leaving import leaving
from wizard.texts import wording
from wizard.texts.contract import first_commands, first_summary, next_lines
from wizard.texts.phrases import come_back_command, readme_command, readme_place, validate_command

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.render.model import Step
    from wizard.session.session import Session
    from wizard.store.writer import WriteOutcome, WritePlan


@dataclass(frozen=True, slots=True)
class WrittenSummary:
    """Everything a face shows once the bundle is written."""

    session: Session
    target: Path
    written: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    """Kept files, each with the parts of the bundle it lacks, if any."""
    come_back_command: str
    context: str = ""
    """The kubeconfig context that was used."""
    readme_command: str = ""
    """The command that prints the bundle's README if the one in the folder is the user's own; else empty."""
    leaving: tuple[Step, ...] = ()
    """The commands that delete objects that are no longer part of the bundle."""
    errors: int = 0
    """The number of errors in kept files; if not 0, the only next command shows the errors."""
    lacking: str = ""
    """A sentence to read before the next command if kept files lack something that would be applied; else empty."""
    left: str = ""
    """A sentence about temporary files that could not be removed; usually empty."""

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands to run next, in order; at least one."""
        if self.errors:
            return (validate_command(self.target),)
        return next_lines(self.session.bundle.contract, self.target, context=self.context)

    @property
    def to_copy(self) -> tuple[str, ...]:
        """The commands to run from now on: those that create prerequisites, then the next ones."""
        before = () if self.errors else first_commands(self.session.bundle.contract, self.target)
        return (*before, *self.commands)

    @property
    def next_command(self) -> str:
        """The command to run next."""
        return self.commands[0]

    @property
    def first(self) -> str:
        """The number of prerequisites and where to read them, as a sentence; empty if there are none."""
        return first_summary(self.session.bundle.contract, readme_place(self.target, self.readme_command))

    @property
    def caution(self) -> str:
        """A sentence that says what to fix before anything is applied; usually empty."""
        return f"{wording.kept_errors(self.errors)}: fix them before anything is applied." if self.errors else ""

    def in_context(self, context: str) -> WrittenSummary:
        """Return the summary with another kubeconfig context in its commands."""
        return replace(self, context=context)

    @property
    def unchanged(self) -> bool:
        """True if writing changed nothing."""
        return not self.written and not self.removed


def written(session: Session, plan: WritePlan, outcome: WriteOutcome, *, context: str, catalog: str) -> WrittenSummary:
    """Summarize a write; ``context`` is the kubeconfig context used, ``catalog`` its name on the command line."""
    found = missed(session, plan)
    lacking = {each.path: wording.missed_text(session, each) for each in found}
    kept = tuple(f"{path}; {lacking[path]}" if path in lacking else path for path in outcome.kept)
    errors = kept_errors(findings_on_disk(session, plan))
    return WrittenSummary(
        session,
        outcome.target,
        outcome.written,
        outcome.removed,
        kept,
        come_back_command(outcome.target, catalog=catalog),
        context,
        readme_command(outcome.target, outcome.kept, catalog=catalog),
        leaving(plan),
        errors,
        wording.KEPT_LACKS if any(each.applied for each in found) else "",
        wording.left_text(outcome.left),
    )
