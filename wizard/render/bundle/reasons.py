"""Reasons for a component's blocks in a manifest, in the words of the questions and answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.decision.model import All, AnyOf, AtLeast, Condition, Fact, Is, Not, Question
from wizard.render.compose.workshop import Workshop
from wizard.text import shorten, visible

_LONGEST = 100


def reasons(shop: Workshop) -> Mapping[str, str]:
    """Return comments by component id: ``<- logs: Only to files``, or the component's title if no answer brought it."""
    return {c.id: _reason(shop, c.id) for c in shop.components if c is not shop.base}


def _reason(shop: Workshop, pattern: str) -> str:
    decision = shop.catalog.decision
    origin = shop.request.origins.get(pattern)
    wanted: dict[str, set[str]] = {}
    for rule in decision.rules:
        if origin is not None and rule.key == origin.rule:
            for cell in _cells(rule.when, decision.facts):
                wanted.setdefault(cell.question, set()).update(cell.options)
    texts = []
    for question_id in origin.questions if origin else ():
        question = decision.questions.get(question_id)
        if question is not None and (answer := _answer(shop, question, wanted.get(question_id, set()))):
            texts.append(f"{question.topic or question.id}: {answer}")
    known = shop.catalog.patterns.get(pattern)
    return "<- " + visible(_fitting(texts) or (known and (known.short or known.title)) or pattern)


def _fitting(texts: list[str]) -> str:
    """Join as many answers as fit on one line, latest questions first, since they are the most specific."""
    kept: list[str] = []
    for text in reversed(texts):
        short = shorten(text, _LONGEST)
        if sum(len(other) + 2 for other in kept) + len(short) <= _LONGEST:
            kept.append(short)
    return "; ".join(kept)


def _answer(shop: Workshop, question: Question, wanted: set[str]) -> str:
    given = shop.request.answers.get(question.id)
    picked = given if isinstance(given, tuple) else (given,)
    fitting = [o for o in question.options if o.id in picked and (not question.many or not wanted or o.id in wanted)]
    return ", ".join(option.say.rstrip(".") for option in fitting)


def _cells(condition: Condition, facts: Mapping[str, Condition]) -> Iterator[Is]:
    match condition:
        case Is():
            yield condition
        case Fact(name):
            if name in facts:
                yield from _cells(facts[name], facts)
        case Not(part):
            yield from _cells(part, facts)
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _cells(part, facts)
