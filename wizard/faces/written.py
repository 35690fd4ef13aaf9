"""The end of a journey: what was written, and the commands that come next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.session.kept import findings_on_disk, held, missed
from wizard.session.leaving import leaving
from wizard.texts import wording
from wizard.texts.contract import first_summary, next_lines
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
    """Each with what it lacks of the bundle, if anything."""
    next_command: str
    come_back_command: str
    context: str = ""
    """The cluster that was asked."""
    readme_command: str = ""
    """Prints the bundle's README, where the one in the folder is a person's own; else empty."""
    leaving: tuple[Step, ...] = ()
    """The commands that delete what is no longer part of the bundle."""
    errors: int = 0
    """The number of errors in files that are kept: then the next command shows them, and nothing is to be applied."""
    lacking: str = ""
    """A sentence to read before the next command, where kept files lack something that would be applied; else empty."""

    @property
    def first(self) -> str:
        """Say how much must be there before anything is applied, and where to read it; empty where nothing must."""
        return first_summary(self.session.bundle.contract, readme_place(self.target, self.readme_command))

    @property
    def caution(self) -> str:
        """A sentence that says what is to be done before anything is applied; mostly empty."""
        return f"{wording.kept_errors(self.errors)}: fix them before anything is applied." if self.errors else ""

    @property
    def unchanged(self) -> bool:
        """Tell whether the folder held exactly this before."""
        return not self.written and not self.removed


def written(session: Session, plan: WritePlan, outcome: WriteOutcome, *, context: str, catalog: str) -> WrittenSummary:
    """Tell what writing did; ``context`` is the cluster that was asked, ``catalog`` as it was named to the command."""
    found = missed(session, plan)
    lacking = {each.path: wording.missed_text(session, each) for each in found}
    kept = tuple(f"{path}; {lacking[path]}" if path in lacking else path for path in outcome.kept)
    errors = held(findings_on_disk(session, plan))
    applied = next_lines(session.bundle.contract, outcome.target, context=context)[0]
    return WrittenSummary(
        session,
        outcome.target,
        outcome.written,
        outcome.removed,
        kept,
        validate_command(outcome.target) if errors else applied,
        come_back_command(outcome.target, catalog=catalog),
        context,
        readme_command(outcome.target, outcome.kept, catalog=catalog),
        leaving(plan),
        errors,
        wording.KEPT_LACKS if any(each.applied for each in found) else "",
    )
