"""The answers that brought a block into the bundle: those that its rule asks for, the most specific first.

A rule may also test answers that only did not prevent it. A migration in an init container is added by a tick, and only
if there is one replica: the tick is the cause, and the number of replicas is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from wizard.decision.model import All, AnyOf, AtLeast, Condition, Fact, Is, Not, Rule

if TYPE_CHECKING:
    from wizard.render.model import Origin
    from wizard.session.details import Details


class TestedAnswer(NamedTuple):
    """A question and the options of its answer that a rule asks for."""

    question: str
    options: tuple[str, ...]


def causes(session: Details, origin: Origin) -> tuple[TestedAnswer, ...]:
    """Return the answers behind a block; those tested by the rule itself come before those tested by its facts.

    Where a rule only excludes answers, all answers that it tests are returned.
    """
    if settled := settled_by(session, origin):
        return settled
    rules = (s.rule for s in session.why if s.rule.key == origin.rule or s.rule.use in origin.also)
    return _tested(session, rules, origin.questions)


def own_parameters(session: Details, origin: Origin) -> tuple[str, ...]:
    """Return the parameters behind a block that the user can set; the table sets the others."""
    return tuple(key for key in origin.parameters if key not in {*_decided(session, origin)})


def _decided(session: Details, origin: Origin) -> Mapping[str, str]:
    """Return the parameters behind a block that the table may set, each with its setting."""
    fields = (session.resolved.get(key) for key in origin.parameters)
    return {f.parameter.key: f.parameter.setting for f in fields if f is not None and f.parameter.decided}


def settled_by(session: Details, origin: Origin) -> tuple[TestedAnswer, ...]:
    """Return the answers by which the table sets a line's value, such as that of ``completionMode``; mostly none."""
    settings = {*_decided(session, origin).values()} if session.verdict else set()
    fired = session.verdict.fired if session.verdict and settings else ()
    rules = [rule for rule in fired if rule.section == "set" and settings & {name for name, _ in rule.settings}]
    return _tested(
        session, rules, tuple(dict.fromkeys(question for rule in rules for question in session.behind(rule)))
    )


def _tested(session: Details, rules: Iterable[Rule], questions: tuple[str, ...]) -> tuple[TestedAnswer, ...]:
    """Return the answers to these questions that the rules ask for, and all answers to them if there are none."""
    decision = session.catalog.decision
    found: dict[str, dict[str, None]] = {}
    ranks: dict[str, tuple[bool, bool]] = {}
    for rule in rules:
        for cell, in_fact in _asked(rule.when, decision.facts):
            chosen = [one for one in _all(session, cell.question) if one in cell.options]
            if cell.question in questions and chosen:
                found.setdefault(cell.question, {}).update(dict.fromkeys(chosen))
                rank = in_fact, not decision.questions[cell.question].many
                ranks[cell.question] = min(rank, ranks.get(cell.question, rank))
    if not found:
        return tuple(TestedAnswer(each, _all(session, each)) for each in questions if each in decision.questions)
    return tuple(TestedAnswer(each, tuple(found[each])) for each in sorted(found, key=ranks.__getitem__))


def _all(session: Details, question_id: str) -> tuple[str, ...]:
    answer = session.answers.get(question_id, ())
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
