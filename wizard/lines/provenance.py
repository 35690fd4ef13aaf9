"""The answer or detail behind a line of the bundle, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.leads import answers_behind, lead_of_origin, line_story, origin_at, topic_and_answer, unchosen_text

if TYPE_CHECKING:
    from wizard.lines.lines import Lines
    from wizard.render.model import BundleFile, Origin
    from wizard.session.session import Lead, Session


def cause_text(session: Session, lead: Lead, origin: Origin | None = None) -> str:
    """Describe the answer or detail that a lead refers to; empty if there is none.

    With the line's ``origin``, of several ticks only those are described that brought the line.
    """
    if lead.parameter:
        return f"the detail {lead.parameter}"
    if lead.question in session.catalog.decision.questions:
        behind = answers_behind(session, origin) if origin else ()
        topic, answer = behind[0] if behind else topic_and_answer(session, lead.question)
        return f"the answer on {topic}: {answer}"
    return ""


def numbered_text(session: Session, file: BundleFile) -> str:
    """Return the file with line numbers and, at the start of each block, the cause of that block."""
    rows = []
    before: Origin | None = None
    for number, text in enumerate(file.text.splitlines(), 1):
        origin = origin_at(file, number)
        quiet = origin == before or text.lstrip().startswith("#") or (origin is not None and _own(origin))
        cause = "" if quiet else cause_text(session, lead_of_origin(session, origin), origin)
        rows.append(f"{number:>3} {text}{f'   <- {cause}' if cause else ''}")
        before = before if text.lstrip().startswith("#") else origin
    return "\n".join(rows)


def describe_line(session: Session, file: BundleFile, number: int, lines: Lines) -> Lead | None:
    """Describe the origin of one line, and return its lead; ``None`` if nothing can change the line."""
    lines.say(f"Line {number}: {file.text.splitlines()[number - 1].strip()}", hang=2)
    story = line_story(session, origin_at(file, number))
    if story.pattern:
        lines.say(f"Part of: {story.pattern}.", indent=2, hang=2)
    for topic, answer in story.answers:
        lines.say(f"Because of the answer on {topic}: {answer}.", indent=2, hang=2)
    for key in story.parameters:
        lines.say(f"Contains the detail {key}.", indent=2, hang=2)
    cause = cause_text(session, story.lead)
    if not cause:
        lines.say(unchosen_text(origin_at(file, number)), indent=2)
        return None
    lines.say(f"g goes to {cause.partition(':')[0]}.", indent=2)
    return story.lead


def _own(origin: Origin) -> bool:
    """Return true if the line is in every bundle of its workload."""
    return origin.component == "app" and not origin.parameters
