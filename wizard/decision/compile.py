"""Orders the variables of a decision and checks what its conditions refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush

from wizard.decision.boxes import Variable
from wizard.decision.compiled import Compiled
from wizard.decision.model import All, AnyOf, AtLeast, Condition, Decision, Fact, Is, Not, Question, Rule
from wizard.errors import CatalogError, Fault


def compile_decision(decision: Decision) -> Compiled:
    """Order the variables of a decision and check its references; raises ``CatalogError``.

    Cheap enough for every start: boxes and diagrams are made when they are first used.
    """
    tests = _Tests(decision)
    drafts = [draft for place, question in enumerate(decision.questions.values()) for draft in _drafts(question, place)]
    for rule in decision.rules:
        tests.of(rule.when, rule)
    owners: dict[str, list[int]] = {question: [] for question in decision.questions}
    for number, (question, *_) in enumerate(drafts):
        owners[question.id].append(number)
    needs = [
        {other for name in (tests.of(when, question) if when else ()) for other in _meant(name, owners, drafts)}
        for question, _, _, when, _ in drafts
    ]
    order = _sorted(needs, drafts)
    level_of = {number: level for level, number in enumerate(order)}
    variables = tuple(Variable(level, drafts[number][0].id, *drafts[number][1:]) for level, number in enumerate(order))
    depends: list[int] = []
    for number in order:
        bits = 0
        for other in needs[number]:
            bits |= 1 << level_of[other] | depends[level_of[other]]
        depends.append(bits)
    levels = {question: tuple(level_of[number] for number in numbers) for question, numbers in owners.items()}
    index = {rule.key: place for place, rule in enumerate(decision.rules)}
    return Compiled(decision, variables, levels, tuple(depends), index)


_Draft = tuple[Question, str, tuple[str, ...], Condition | None, int]
_Named = tuple[str, tuple[str, ...]]


def _drafts(question: Question, place: int) -> Iterator[_Draft]:
    if not question.many:
        yield question, "", tuple(option.id for option in question.options), question.when, place
        return
    for option in question.options:
        whens = [when for when in (question.when, option.when) if when is not None]
        both = All(tuple(whens)) if len(whens) == 2 else next(iter(whens), None)
        yield question, option.id, ("ticked", "unticked"), both, place


def _meant(name: _Named, owners: Mapping[str, list[int]], drafts: list[_Draft]) -> list[int]:
    question, options = name
    return [number for number in owners[question] if not drafts[number][1] or drafts[number][1] in options]


class _Tests:
    """Which questions and options a condition tests, facts included; refuses what does not exist."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision
        self._facts: dict[str, frozenset[_Named] | None] = {}

    def of(self, condition: Condition, owner: Rule | Question) -> frozenset[_Named]:
        match condition:
            case Is():
                self._check(condition, owner)
                return frozenset([(condition.question, condition.options)])
            case Not():
                return self.of(condition.part, owner)
            case Fact():
                return self._fact(condition.name, owner)
            case All() | AnyOf() | AtLeast():
                return frozenset(name for part in condition.parts for name in self.of(part, owner))

    def _fact(self, name: str, owner: Rule | Question) -> frozenset[_Named]:
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

    def _check(self, atom: Is, owner: Rule | Question) -> None:
        question = self._decision.questions.get(atom.question)
        if question is None:
            raise _refused(
                "unknown-question", f"'{owner.id}' tests the question '{atom.question}', which does not exist", owner
            )
        known = {option.id for option in question.options}
        for option in atom.options:
            if option not in known:
                raise _refused(
                    "unknown-option",
                    f"'{owner.id}' tests '{atom.question}: {option}', but that question has no such option",
                    owner,
                )


def _refused(code: str, message: str, owner: Rule | Question) -> CatalogError:
    return CatalogError(message, faults=(Fault(code, message, owner.position),))


def _sorted(needs: list[set[int]], drafts: list[_Draft]) -> list[int]:
    """The author's order, but each variable after those it depends on."""
    waiting = [len(each) for each in needs]
    users: list[list[int]] = [[] for _ in needs]
    for number, each in enumerate(needs):
        for other in each:
            users[other].append(number)
    ready = [number for number, count in enumerate(waiting) if not count]
    heapify(ready)
    order: list[int] = []
    while ready:
        number = heappop(ready)
        order.append(number)
        for user in users[number]:
            waiting[user] -= 1
            if not waiting[user]:
                heappush(ready, user)
    if len(order) < len(needs):
        stuck = drafts[next(number for number, count in enumerate(waiting) if count)][0]
        raise _refused("cycle", f"whether '{stuck.id}' is asked depends, in a circle, on its own answer", stuck)
    return order
