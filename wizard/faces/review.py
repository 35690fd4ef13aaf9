"""The review before writing: the change to each file, and the findings of the checks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.faces.form import Assumed, DetailsForm, assumed_values
from wizard.session.kept import blocking, findings_on_disk, kept_errors, leads, missed
from wizard.text import count
from wizard.texts import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wizard.faces.services import Services
    from wizard.render.model import BundleFile
    from wizard.session.session import Lead, Session
    from wizard.store.writer import PlanItem, WritePlan
    from wizard.validation.model import Finding


@dataclass(frozen=True, slots=True)
class Review:
    """Everything a face shows about a bundle before it is written."""

    session: Session
    plan: WritePlan
    findings: tuple[Finding, ...]
    leads: tuple[Lead, ...]
    """For each finding, the lead to the answer or parameter that can change it."""
    lacking: Mapping[str, str]
    """For each kept file that lacks parts of the bundle, a description of those parts."""
    rules: int
    """The number of rules checked."""
    assumed: tuple[Assumed, ...] = ()
    """Details that callers and Kubernetes rely on and that still have a default."""

    @classmethod
    def of(cls, session: Session, services: Services, target: Path | None) -> Review:
        """Render, plan and check a session's bundle; slow.

        Raises:
            WizardError: the bundle cannot be rendered, or the target cannot be read.
        """
        plan = services.plan(session.bundle, target or Path(session.bundle.name))
        assumed = assumed_values(DetailsForm.of(session))
        return cls(session, plan, (), (), {}, services.rules(), assumed).planned(plan)

    def planned(self, plan: WritePlan) -> Review:
        """Return the review of another plan, such as one that keeps other files; the checks cover the kept files."""
        findings = findings_on_disk(self.session, plan)
        lacking = {each.path: wording.missed_text(self.session, each) for each in missed(self.session, plan)}
        return replace(self, plan=plan, findings=findings, leads=leads(self.session, findings), lacking=lacking)

    @property
    def refusal(self) -> str:
        """The reason why nothing can be written, as a sentence without its full stop; empty if there is none."""
        errors = blocking(self.findings)
        return f"{count(errors, 'error')} must be fixed before the bundle can be written" if errors else ""

    @property
    def caution(self) -> str:
        """The reason why Enter alone does not write, as a sentence without its full stop; empty if there is none."""
        return wording.kept_errors(kept_errors(self.findings))

    @property
    def first_error(self) -> int:
        """The index of the first finding that is an error, from 0; 0 if there is none."""
        return next((at for at, finding in enumerate(self.findings) if finding.severity == "error"), 0)

    @property
    def counts(self) -> tuple[tuple[int, str], ...]:
        """The numbers of new, changed, removed and kept files; zeros are left out."""
        summary = self.plan.summary
        parts = (
            (summary.new, "new"),
            (summary.changed, "changed"),
            (summary.removed, "removed"),
            (summary.kept, "kept"),
        )
        return tuple((number, word) for number, word in parts if number)

    @property
    def summary(self) -> str:
        """A text such as ``158 offline rules, Kubernetes 1.33: nothing found``."""
        return wording.findings_summary(self.findings, self.rules, self.session.minor)

    @property
    def pod_security(self) -> str:
        """The Pod Security level that the bundle needs."""
        return "privileged" if self.session.bundle.privileged else "restricted"

    def file(self, path: str) -> BundleFile | None:
        """Return a file of the bundle with its origins; ``None`` for a file that is no longer part of it."""
        return next((file for file in self.session.traced.files if file.path == path), None)


def traced_review(session: Session, services: Services, target: Path | None) -> Review:
    """Return the review after computing the origin of each line as well, so that showing them takes no time."""
    review = Review.of(session, services, target)
    _traced = session.traced
    return review


def loses_edits(item: PlanItem) -> bool:
    """Return true if switching the file's action would lose a user's edits; only a capital O does it then."""
    return item.conflict and item.action == "keep"


def shows_counts(item: PlanItem) -> bool:
    """Return true if the number of lines in which a file differs is worth showing."""
    return item.state in ("changed", "edited", "foreign")


def moved_with_lines(session: Session, before: Session) -> str:
    """Describe what moved with the number of changed lines, which takes two renders; empty if that says no more."""
    moved = session.moved(before, with_lines=True)
    return wording.moved_line(session.catalog, moved) if moved.lines else ""
