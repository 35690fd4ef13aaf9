"""The answers that a goal implies: a wanted pattern, or an option that the user already knows.

For example, ``CronJob`` implies one answer, ``work=periodic``. A pattern further down implies one answer for each
question on the way whose wrong answer would rule it out. Questions that cannot rule the goal out are left open, and so
are those of which several answers lead there, unless they decide the workload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wizard.decision.evaluate import evaluate, may_be_offered
from wizard.decision.results import QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wizard.decision.model import Answer, Question
    from wizard.session.session import Session

_MOST_STEPS = 1000
"""The most questions that one search visits; the shipped table needs about twenty, or a few hundred to compare ways."""
_OPEN = (QuestionState.NEXT, QuestionState.LATER)


Implied = dict[str, "Answer | None"]
"""The implied answers by question; ``None`` for a question that stays open, or opens again, for the user to choose."""


class Goal(NamedTuple):
    """A pattern by its id, or an option of a question; empty for a goal that any answers reach."""

    pattern: str = ""
    question: str = ""
    option: str = ""


def towards(session: Session, goal: Goal) -> Session | None:
    """Return the session with the answers that a goal implies; ``None`` if no answers lead to it.

    Earlier answers stay wherever the goal allows them.
    """
    if goal == Goal():
        return session
    walk = session
    for question_id in session.answers:
        walk = walk.forget(question_id)
    implied = _walked(session, walk, goal, iter(range(_MOST_STEPS)))
    if implied is None:
        return None
    for question_id, answer in implied.items():
        session = session.forget(question_id) if answer is None else session.answer(question_id, answer)
    return session


def _walked(session: Session, walk: Session, goal: Goal, steps: Iterator[int]) -> Implied | None:
    """Answer the next question and continue recursively; backtrack to another answer if the first one leads nowhere."""
    if _reached(walk, goal):
        return {goal.question: _with_option(session, walk, goal)} if goal.question else {}
    question = walk.question
    if question is None or next(steps, None) is None:
        return None
    ways = list(_ways(session, walk, question, goal))
    kept = [(answer, after) for answer, after in ways if _reachable(after, goal)]
    if 1 < len(kept) < len(ways) and not _may_choose(session, walk, question, kept[0][0]):
        agreed = _agreed(session, [after for _, after in kept], goal, steps)
        return None if agreed is None else {question.id: None, **agreed}
    for number, (answer, after) in enumerate(kept):
        further = _walked(session, after, goal, steps)
        if further is not None:
            needed = number > 0 or len(kept) < len(ways)
            return {question.id: answer, **further} if needed else further
    return None


def _may_choose(session: Session, walk: Session, question: Question, answer: Answer) -> bool:
    """Return true if the first of several answers may be taken: a harmless or earlier one, or one on the workload.

    Without a workload, the verdict that the user wants would have no shape yet.
    """
    base = evaluate(walk.compiled, walk.answers, only_base=True).questions[question.id]
    return base in _OPEN or answer in _unsurprising(session, question)


def _agreed(session: Session, walks: list[Session], goal: Goal, steps: Iterator[int]) -> Implied | None:
    """Return the answers that the goal implies after each of several answers, between which only the user can choose.

    For example, metrics of Redis may be in one of two foreign formats: the question stays open, and the answer that
    the program cannot be changed is implied after both.
    """
    found = [further for walk in walks if (further := _walked(session, walk, goal, steps)) is not None]
    if not found:
        return None
    return {key: answer for key, answer in found[0].items() if all(key in one and one[key] == answer for one in found)}


def _reached(walk: Session, goal: Goal) -> bool:
    if goal.question:
        return walk.question is not None and walk.question.id == goal.question
    return goal.pattern in walk.evaluation.candidates.certain


def _reachable(walk: Session, goal: Goal) -> bool:
    if not goal.question:
        candidates = walk.evaluation.candidates
        return goal.pattern in candidates.certain or goal.pattern in candidates.possible
    if walk.evaluation.questions.get(goal.question) not in _OPEN:
        return False
    if walk.question is not None and walk.question.id == goal.question:
        return any(option.id == goal.option for option in walk.offered(goal.question))
    return may_be_offered(walk.compiled, walk.answers, goal.question, goal.option)


def _ways(session: Session, walk: Session, question: Question, goal: Goal) -> Iterator[tuple[Answer, Session]]:
    """Yield the answers to a question and the resulting sessions: the earlier answer first, then the harmless one."""
    offered = [option.id for option in walk.offered(question.id)]
    singles: list[Answer] = [(one,) for one in offered] if question.many else list(offered)
    first = [one for one in _unsurprising(session, question) if one in (*singles, ())]
    for answer in dict.fromkeys((*first, *singles)):
        if question.id != goal.question:
            yield answer, walk.answer(question.id, answer)


def _unsurprising(session: Session, question: Question) -> tuple[Answer, ...]:
    """Return the earlier answer to a question and the harmless one, as far as there are any."""
    harmless = () if question.many else question.unsure
    return tuple(one for one in (session.answers.get(question.id), harmless) if one is not None)


def _with_option(session: Session, walk: Session, goal: Goal) -> Answer:
    """Return the option alone, or together with the options that are already ticked."""
    question = walk.catalog.decision.questions[goal.question]
    if not question.many:
        return goal.option
    given = session.answers.get(goal.question, ())
    ticked = {*given, goal.option} - {*question.excluded(goal.option)} if isinstance(given, tuple) else {goal.option}
    return tuple(option.id for option in question.options if option.id in ticked)
