"""Leads from a line, a finding or a server's message back to the answer or parameter that can change it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wizard.cluster.model import ObjectState
from wizard.session.causes import causes, own_parameters
from wizard.session.session import Lead
from wizard.text import listed, spaced
from wizard.texts import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wizard.cluster.model import ObjectResult
    from wizard.render.model import BundleFile, Origin
    from wizard.session.session import Session

_WARNED_FIELD = re.compile(r'(?:unknown field "(?P<unknown>[^"]+)"|(?P<field>(?:spec|metadata|data)[^\s:,]*)[:,])')
_NEW_NAMESPACE = "app.create_namespace"


@dataclass(frozen=True, slots=True)
class LineStory:
    """The reasons for one line of a bundle; empty for a line of the workload's own template."""

    pattern: str = ""
    """The name of the pattern that contributed the line; empty for the user's program itself."""
    answers: tuple[tuple[str, str], ...] = ()
    """Topic and answer of each question behind it."""
    parameters: tuple[str, ...] = ()
    """Keys of the parameters in the line."""
    lead: Lead = field(default_factory=Lead)


def origin_at(file: BundleFile, number: int) -> Origin | None:
    """Return the origin of a line; lines count from 1."""
    return file.origins[number - 1] if number <= len(file.origins) else None


def lead_of_origin(session: Session, origin: Origin | None) -> Lead:
    """Return the lead to the one thing that can change a line: a parameter before an answer."""
    if origin is None:
        return Lead()
    own = own_parameters(session, origin)
    return Lead(parameter=own[0]) if own else Lead(session.question_behind(origin))


def line_story(session: Session, origin: Origin | None) -> LineStory:
    """Return the reasons why a line is in the bundle."""
    if origin is None:
        return LineStory()
    parts = [each for each in (origin.component, *origin.also) if each != "app"]
    return LineStory(
        listed(wording.pattern_name(session.catalog, each) for each in parts),
        answers_behind(session, origin),
        own_parameters(session, origin),
        lead_of_origin(session, origin),
    )


def unchosen_text(origin: Origin | None) -> str:
    """Return a sentence about a line that no answer and no detail can change; all README lines are such lines."""
    if origin is None:
        return "No single answer or detail is behind this line."
    return "This line is part of the workload's own template."


def answers_behind(session: Session, origin: Origin) -> tuple[tuple[str, str], ...]:
    """Return the topic and the answer of each question that explains a line; of several ticks, only those behind it."""
    rows = ((session.catalog.decision.questions[each.question], each.options) for each in causes(session, origin))
    return tuple((wording.topic(question), question.answer_text(options)) for question, options in rows)


def topic_and_answer(session: Session, question_id: str) -> tuple[str, str]:
    """Return a question's topic and its answer, such as ``("logs", "only to files")``."""
    question = session.catalog.decision.questions[question_id]
    answer = question.answer_text(session.answers.get(question_id))
    return wording.topic(question), answer


def lead_text(session: Session, lead: Lead) -> str:
    """Return a short name for a lead's target; empty if it has none."""
    if lead.parameter:
        return spaced(lead.parameter.rpartition(".")[2])
    if lead.question in session.catalog.decision.questions:
        return wording.topic(session.catalog.decision.questions[lead.question])
    return ""


# --- a server's message --------------------------------------------------------------------------


def lead_of_result(session: Session, result: ObjectResult) -> Lead:
    """Return the parameter or question that can change a result; an empty lead if there is none."""
    if result.ref.kind == "Namespace" and result.state in (ObjectState.FORBIDDEN, ObjectState.DENIED):
        asked = any(each.parameter.key == _NEW_NAMESPACE for each in session.fields)
        return Lead(parameter=_NEW_NAMESPACE if asked else "")
    leads = (session.lead(result.owner or result.ref, path) for path in _paths(session, result))
    lead = next(filter(None, leads), Lead())
    if not lead.parameter and any("immutable" in cause.message for cause in result.causes):
        return session.lead(result.owner or result.ref, "metadata.name") or lead  # another name avoids the conflict
    return lead


def _is_added(session: Session, result: ObjectResult) -> bool:
    """Return true if the object is an addition to the workload, such as its PodDisruptionBudget."""
    from wizard.render.bundle.provenance import origin_in

    origin = origin_in(session.traced, result.owner or result.ref, "")
    return origin is not None and origin.component != "app"


def _paths(session: Session, result: ObjectResult) -> Iterator[str]:
    """Yield the fields that a result is about, most specific first; an empty path means the object itself."""
    yield from (cause.field for cause in result.causes if cause.field)
    for text in result.warnings:
        if found := _WARNED_FIELD.match(text):
            yield found["unknown"] or found["field"]
    if result.state in (ObjectState.ACCEPTED, ObjectState.WARNED):
        return
    if result.ref.namespace and f"namespace {result.ref.namespace}" in result.message and not result.stand_in:
        # A user may lack the permission for the kind of an addition; the workload's own kinds are allowed elsewhere.
        kind = result.state is ObjectState.FORBIDDEN and _is_added(session, result)
        yield "" if kind else "metadata.namespace"
    if result.state is ObjectState.EXISTS and (result.causes or result.diff):
        yield "metadata.name"
    elif result.state in (ObjectState.INVALID, ObjectState.DENIED, ObjectState.DEFERRED) and not result.stand_in:
        yield ""  # leads to the answer that put this object into the bundle
