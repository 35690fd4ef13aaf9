"""The last step in lines: what would be written, the diffs, the cluster's word, and writing it."""

from __future__ import annotations

from pathlib import Path

from wizard import wording
from wizard.cluster.model import CheckFinished, Identity, ObjectResult, Target
from wizard.errors import WizardError
from wizard.plain.journey import Journey
from wizard.plain.lines import Back, Lines
from wizard.render.writer import Choice, WriteOutcome, WritePlan

_SIGNS = {"new": "+", "changed": "~", "unchanged": "=", "edited": "!", "foreign": "!", "stale": "-"}


def write_bundle(journey: Journey) -> WriteOutcome:
    """Show the bundle and what writing it would do, until the person writes it.

    Raises:
        Back: the person wants to change something first.
    """
    lines, session = journey.lines, journey.session
    target = journey.target or Path(session.bundle.name)
    plan = journey.services.plan(session.bundle, target)
    show_plan(plan, lines)
    _show_findings(journey)
    while True:
        text = lines.ask("Enter writes; d N diff, p N print, k N keep, w N write, v ask the cluster, a answers, q:")
        word, _, rest = text.partition(" ")
        if word == "":
            outcome = _write(journey, plan)
            if outcome is not None:
                return outcome
        elif word in ("a", "b"):
            raise Back
        elif word == "q":
            lines.confirm_leaving()
        elif word == "v":
            ask_cluster(journey)
        elif word in ("d", "p", "k", "w"):
            plan = _file_command(plan, word, rest, lines)
        else:
            lines.say(f"'{text[:40]}' does nothing here.")


def _write(journey: Journey, plan: WritePlan) -> WriteOutcome | None:
    errors = [f for f in journey.session.findings if f.severity == "error"]
    if errors:
        journey.lines.say("Nothing is written while an error stands: change an answer or a detail first (a).")
        return None
    try:
        return journey.services.write(plan)
    except WizardError as error:
        journey.lines.say(f"{error.message}. {error.hint}".rstrip())
        return None


def show_plan(plan: WritePlan, lines: Lines) -> None:
    """One line for each file, with what happens to it."""
    lines.say()
    lines.say(f"Bundle -> {plan.target}")
    for note in plan.notes:
        lines.say(note, indent=2)
    for number, item in enumerate(plan.items, 1):
        kept = "  (kept: yours)" if item.conflict and item.choice == "keep" else ""
        counts = f"  +{item.added} -{item.removed}" if item.added or item.removed else ""
        lines.say(f"{number:>2} {_SIGNS[item.state]} {item.path}  {item.state}{counts}{kept}", indent=2)


def _show_findings(journey: Journey) -> None:
    findings = journey.session.findings
    for finding in findings:
        lead = journey.session.lead(finding.ref, finding.path)
        cause = lead.parameter or lead.question
        where = f" (from {cause})" if cause else ""
        text = f"{finding.severity}: {wording.finding_line(finding)}{where}. {finding.hint}"
        journey.lines.say(text.rstrip(), indent=2, hang=2)
    journey.lines.say(wording.findings_summary(findings, journey.services.rules(), (1, 37)))


def _file_command(plan: WritePlan, word: str, rest: str, lines: Lines) -> WritePlan:
    if not rest.isdigit() or not 1 <= int(rest) <= len(plan.items):
        lines.say(f"{word}: give a file's number, 1 to {len(plan.items)}")
        return plan
    item = plan.items[int(rest) - 1]
    if word == "d":
        lines.raw(item.diff() or "no difference")
    elif word == "p":
        lines.raw(item.text or "")
    else:
        wanted: Choice = "keep" if word == "k" else ("remove" if "remove" in item.choices else "write")
        if wanted in item.choices:
            plan = plan.choose(item.path, wanted)
        show_plan(plan, lines)
    return plan


def ask_cluster(journey: Journey) -> None:
    """Choose a context, confirm it, and print the cluster's answers as they arrive."""
    lines, services = journey.lines, journey.services
    if services.targets is None or services.check is None:
        lines.say("No cluster can be asked from here.")
        return
    try:
        target = _choose(journey, services.targets())
        if target is None:
            return
        check = services.check(target, journey.session.bundle)
        journey.context = target.context
    except WizardError as error:
        lines.say(f"{error.message}. {error.hint}".rstrip())
        return
    try:
        for event in check.events():
            show_event(event, lines)
    except KeyboardInterrupt:
        check.cancel()
        lines.say("stopped")


def _choose(journey: Journey, targets: tuple[Target, ...]) -> Target | None:
    lines = journey.lines
    for number, target in enumerate(targets, 1):
        lines.say(f"{number}  {target.context}  {target.server}", indent=2)
    text = lines.ask("which context (Enter: the first, n: none):") if len(targets) > 1 else ""
    if text == "n" or (text and not (text.isdigit() and 1 <= int(text) <= len(targets))):
        return None
    target = targets[int(text) - 1 if text else 0]
    for row in wording.target_lines(target):
        lines.say(row, indent=2, hang=2)
    needed = "yes, production" if target.production else "yes"
    return target if lines.ask(f'Ask this cluster? Type "{needed}":') == needed else None


def show_event(event: Identity | ObjectResult | CheckFinished, lines: Lines) -> None:
    """One event of a dry run as lines."""
    for row in wording.event_lines(event):
        lines.say(row, indent=2, hang=2)
    if isinstance(event, ObjectResult) and event.diff:
        lines.raw(event.diff)
