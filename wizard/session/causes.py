"""The answers that brought a block into the bundle: those that its rule asks for, the most specific first.

A rule may also test answers that only did not prevent it. A migration in an init container is added by a tick, and only
if there is one replica: the tick is the cause, and the number of replicas is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from wizard.decision.model import All, AnyOf, AtLeast, Condition, Fact, Is, Not

if TYPE_CHECKING:
    from wizard.render.model import Origin
    from wizard.session.interview import Interview


class TestedAnswer(NamedTuple):
    """A question and the options of its answer that a rule asks for."""

    question: str
    options: tuple[str, ...]


def causes(interview: Interview, origin: Origin) -> tuple[TestedAnswer, ...]:
    """Return the answers behind a block; those tested by the rule itself come before those tested by its facts.

    Where a rule only excludes answers, all answers that it tests are returned.
    """
    decision = interview.catalog.decision
    found: dict[str, dict[str, None]] = {}
    ranks: dict[str, tuple[bool, bool]] = {}
    for rule in (s.rule for s in interview.why if s.rule.key == origin.rule or s.rule.use in origin.also):
        for cell, in_fact in _asked(rule.when, decision.facts):
            answer = interview.answers.get(cell.question, ())
            picked = answer if isinstance(answer, tuple) else (answer,)
            if cell.question in origin.questions and (chosen := [one for one in picked if one in cell.options]):
                found.setdefault(cell.question, {}).update(dict.fromkeys(chosen))
                rank = in_fact, not decision.questions[cell.question].many
                ranks[cell.question] = min(rank, ranks.get(cell.question, rank))
    if not found:
        return tuple(
            TestedAnswer(each, _all(interview, each)) for each in origin.questions if each in decision.questions
        )
    return tuple(TestedAnswer(each, tuple(found[each])) for each in sorted(found, key=ranks.__getitem__))


def _all(interview: Interview, question_id: str) -> tuple[str, ...]:
    answer = interview.answers.get(question_id, ())
    return answer if isinstance(answer, tuple) else (answer,)


def _asked(condition: Condition, facts: Mapping[str, Condition], *, inside: bool = False) -> Iterator[tuple[Is, bool]]:
    """Yield each answer that a condition asks for, and not those that it excludes; true if a fact tests it."""
    match condition:
        case Is():
            yield condition, inside
        case Fact(name):
            if name in facts:
                yield from _asked(facts[name], facts, inside=True)
        case Not():
            return
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _asked(part, facts, inside=inside)
