"""The last look before writing: what writing would do to each file, and what the checks say of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.faces.form import Assumed, DetailsForm, assumed_values
from wizard.session.kept import blocking, findings_on_disk, held, leads, missed
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
    """Everything a face shows of a bundle before it is written."""

    session: Session
    plan: WritePlan
    findings: tuple[Finding, ...]
    leads: tuple[Lead, ...]
    """For each finding, what can be changed about it."""
    lacking: Mapping[str, str]
    """For each kept file that lacks something of the bundle, what."""
    rules: int
    """The number of rules that were checked."""
    assumed: tuple[Assumed, ...] = ()
    """The details that callers and Kubernetes rely on, and that nobody has given."""

    @classmethod
    def of(cls, session: Session, services: Services, target: Path | None) -> Review:
        """Render, plan and check; slow.

        Raises:
            WizardError: it cannot be rendered, or the target cannot be read.
        """
        plan = services.plan(session.bundle, target or Path(session.bundle.name))
        assumed = assumed_values(DetailsForm.of(session))
        return cls(session, plan, (), (), {}, services.rules(), assumed).planned(plan)

    def planned(self, plan: WritePlan) -> Review:
        """Review another plan: other files are kept, and the checks look at those."""
        findings = findings_on_disk(self.session, plan)
        lacking = {each.path: wording.missed_text(self.session, each) for each in missed(self.session, plan)}
        return replace(self, plan=plan, findings=findings, leads=leads(self.session, findings), lacking=lacking)

    @property
    def refusal(self) -> str:
        """A sentence without its end that says why nothing can be written; empty when all is well."""
        errors = blocking(self.findings)
        return f"{count(errors, 'error')} must be fixed before the bundle can be written" if errors else ""

    @property
    def caution(self) -> str:
        """A sentence without its end that says why Enter alone writes nothing; empty when all is well."""
        return wording.kept_errors(held(self.findings))

    @property
    def first_error(self) -> int:
        """The number of the first finding that is an error, from 0."""
        return next((at for at, finding in enumerate(self.findings) if finding.severity == "error"), 0)

    @property
    def counts(self) -> tuple[tuple[int, str], ...]:
        """The numbers of new, changed, removed and kept files; none of them zero."""
        told = self.plan.summary
        parts = ((told.new, "new"), (told.changed, "changed"), (told.removed, "removed"), (told.kept, "kept"))
        return tuple((number, word) for number, word in parts if number)

    @property
    def summary(self) -> str:
        """``158 offline rules, Kubernetes 1.33: nothing found``."""
        return wording.findings_summary(self.findings, self.rules, self.session.minor)

    @property
    def pod_security(self) -> str:
        """The Pod Security level that the bundle needs."""
        return "privileged" if self.session.bundle.privileged else "restricted"

    def file(self, path: str) -> BundleFile | None:
        """Find a file of the bundle with its origins; ``None`` for one that is no longer part of it."""
        return next((file for file in self.session.traced.files if file.path == path), None)


def loses_edits(item: PlanItem) -> bool:
    """Tell whether the other choice for a file loses what a person wrote, so that only a capital O does it."""
    return item.conflict and item.action == "keep"


def shows_counts(item: PlanItem) -> bool:
    """Tell whether it is worth saying how many lines of a file differ."""
    return item.state in ("changed", "edited", "foreign")
