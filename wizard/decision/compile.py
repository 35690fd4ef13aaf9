"""The compiler of a decision: it orders the variables and checks the references in conditions."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.decision.compiled import Compiled
from wizard.decision.model import All, AnyOf, AtLeast, Condition, Decision, Fact, Is, Not, Question, Rule
from wizard.decision.variables import Variable
from wizard.errors import CatalogError, Fault


def compile_decision(decision: Decision) -> Compiled:
    """Order the variables of a decision and check its references.

    This is cheap enough for every start; the diagram is built on first use.

    Raises:
        CatalogError: a condition names something that does not exist, or conditions depend on each other in a circle.
    """
    references = _References(decision)
    drafts = [draft for number, each in enumerate(decision.questions.values()) for draft in _drafts(each, number)]
    for rule in decision.rules:
        references.of(rule.when, rule)
    owned: dict[str, list[int]] = {question: [] for question in decision.questions}
    for number, draft in enumerate(drafts):
        owned[draft.question].append(number)
    owners = [decision.questions[draft.question] for draft in drafts]
    needs = [
        {
            other
            for question, options in (references.of(draft.when, owner) if draft.when else ())
            for other in owned[question]
            if not drafts[other].option or drafts[other].option in options
        }
        for draft, owner in zip(drafts, owners, strict=True)
    ]
    order = _sorted(needs, owners)
    level_of = {number: level for level, number in enumerate(order)}
    depends = _closed(order, needs)
    apart = [{other for other in each if drafts[other].question != drafts[n].question} for n, each in enumerate(needs)]
    variables = tuple(drafts[number]._replace(level=level) for number, level in level_of.items())
    levels = {question: tuple(level_of[number] for number in numbers) for question, numbers in owned.items()}
    return Compiled(decision, variables, levels, depends, _closed(order, apart))


def _closed(order: list[int], needs: list[set[int]]) -> tuple[int, ...]:
    """Return, for each level, the bits of the variables that it needs directly or indirectly."""
    level_of = {number: level for level, number in enumerate(order)}
    found: list[int] = []
    for number in order:
        bits = 0
        for level in (level_of[other] for other in needs[number]):
            bits |= 1 << level | found[level]
        found.append(bits)
    return tuple(found)


_Reference = tuple[str, tuple[str, ...]]
"""A question that a condition tests, and the options it names."""


def _drafts(question: Question, order: int) -> Iterator[Variable]:
    """Yield the variables of a question, still without a level."""
    if not question.many:
        yield Variable(-1, question.id, "", tuple(option.id for option in question.options), question.when, order)
        return
    earlier: set[str] = set()
    for option in question.options:
        whens = [when for when in (question.when, option.when) if when is not None]
        rivals = tuple(each for each in question.excluded(option.id) if each in earlier)
        earlier.add(option.id)
        if rivals:
            # While an option is ticked, a later option that excludes it is treated as not offered. So functions and
            # proofs never have to deal with both being ticked.
            whens.append(Not(Is(question.id, rivals)))
        both = All(tuple(whens)) if len(whens) > 1 else next(iter(whens), None)
        yield Variable(-1, question.id, option.id, ("ticked", "unticked"), both, order, rivals)


class _References:
    """A collector of the questions and options that a condition tests, including those in facts.

    It raises ``CatalogError`` for names that do not exist.
    """

    def __init__(self, decision: Decision) -> None:
        self._decision = decision
        self._facts: dict[str, frozenset[_Reference] | None] = {}

    def of(self, condition: Condition, owner: Rule | Question) -> frozenset[_Reference]:
        match condition:
            case Is():
                self._check(condition, owner)
                return frozenset([(condition.question, condition.options)])
            case Not():
                return self.of(condition.part, owner)
            case Fact():
                return self._fact(condition.name, owner)
            case All() | AnyOf() | AtLeast():
                return frozenset(each for part in condition.parts for each in self.of(part, owner))

    def _fact(self, name: str, owner: Rule | Question) -> frozenset[_Reference]:
        if name not in self._decision.facts:
            raise _refused("unknown-fact", f"'{owner.id}' uses the fact '{name}', which does not exist", owner)
        if name in self._facts:
            found = self._facts[name]
            if found is None:
                raise _refused("cycle", f"the fact '{name}' is defined by itself", owner)
            return found
        self._facts[name] = None
        found = self._facts[name] = self.of(self._decision.facts[name], owner)
        return found

    def _check(self, condition: Is, owner: Rule | Question) -> None:
        question = self._decision.questions.get(condition.question)
        if question is None:
            message = f"'{owner.id}' tests the question '{condition.question}', which does not exist"
            raise _refused("unknown-question", message, owner)
        known = {option.id for option in question.options}
        for option in condition.options:
            if option not in known:
                message = f"'{owner.id}' tests '{condition.question}: {option}', but that question has no such option"
                raise _refused("unknown-option", message, owner)


def _refused(code: str, message: str, owner: Rule | Question) -> CatalogError:
    return CatalogError(message, faults=(Fault(code, message, owner.position),))


def _sorted(needs: list[set[int]], owners: list[Question]) -> list[int]:
    """Sort the variables in the author's order, but each after the variables that it depends on."""
    order: dict[int, None] = {}
    waiting = dict.fromkeys(range(len(needs)))
    while waiting:
        ready = next((number for number in waiting if needs[number] <= order.keys()), None)
        if ready is None:
            stuck = owners[next(iter(waiting))]
            raise _refused("cycle", f"the 'when' of '{stuck.id}' depends, in a circle, on its own answer", stuck)
        del waiting[ready]
        order[ready] = None
    return list(order)
