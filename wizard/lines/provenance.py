"""Which answer or detail put a line of the bundle there, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.session.session import Lead
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.lines.lines import Lines
    from wizard.render.model import BundleFile, Origin
    from wizard.session.session import Session


def cause_text(session: Session, lead: Lead) -> str:
    """A cause in a word or two; empty when nothing can be changed about it."""
    if lead.parameter:
        return f"the detail {lead.parameter}"
    if lead.question in session.catalog.decision.questions:
        question = session.catalog.decision.questions[lead.question]
        said = wording.answer_text(question, session.answers.get(question.id))
        return f"the answer on {wording.topic(question)}: {said}"
    return ""


def numbered_text(session: Session, file: BundleFile) -> str:
    """The file with line numbers and, where a block begins, what put it there."""
    rows = []
    before: Origin | None = None
    for number, text in enumerate(file.text.splitlines(), 1):
        origin = _origin(file, number)
        quiet = origin == before or text.lstrip().startswith("#") or (origin is not None and _own(origin))
        told = "" if quiet else cause_text(session, _lead(session, origin))
        rows.append(f"{number:>3} {text}{f'   <- {told}' if told else ''}")
        before = before if text.lstrip().startswith("#") else origin
    return "\n".join(rows)


def tell_line(session: Session, file: BundleFile, number: int, lines: Lines) -> Lead | None:
    """Say what put one line there; what can be changed about it."""
    lines.say(f"Line {number}: {file.text.splitlines()[number - 1].strip()}", hang=2)
    origin = _origin(file, number)
    if origin is None:
        lines.say("It is part of the workload's own template.", indent=2)
        return None
    if origin.component != "app":
        lines.say(f"Part of: {wording.pattern_name(session.catalog, origin.component)}.", indent=2, hang=2)
    for item in origin.questions:
        question = session.catalog.decision.questions[item]
        said = wording.answer_text(question, session.answers.get(item))
        lines.say(f"Because of the answer on {wording.topic(question)}: {said}.", indent=2, hang=2)
    for key in origin.parameters:
        lines.say(f"Holds the detail {key}.", indent=2, hang=2)
    lead = _lead(session, origin)
    cause = cause_text(session, lead)
    if not cause:
        lines.say("It is part of the workload's own template.", indent=2)
        return None
    lines.say(f"g goes to {cause.partition(':')[0]}.", indent=2)
    return lead


def _origin(file: BundleFile, number: int) -> Origin | None:
    return file.origins[number - 1] if number <= len(file.origins) else None


def _own(origin: Origin) -> bool:
    """Whether it is in every bundle of that workload."""
    return origin.component == "app" and not origin.parameters


def _lead(session: Session, origin: Origin | None) -> Lead:
    """A parameter before an answer."""
    if origin is None:
        return Lead()
    return Lead(parameter=origin.parameters[0]) if origin.parameters else Lead(session.telling(origin))
