"""A decision made ready for evaluating, explaining and proving.

Every option of a ``many`` question becomes a yes/no variable of its own. What is costly is made on first use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import Literal

from wizard.decision.boxes import ANYTHING, Boxes, Expander, Variable
from wizard.decision.diagram import TRUE, Diagram
from wizard.decision.flow import Flow
from wizard.decision.model import All, AnyOf, AtLeast, Condition, Decision, Fact, Is, Not, Question, Rule, Setting
from wizard.errors import CatalogError, Fault
from wizard.frozen import dataclass

Kind = Literal["base", "add", "set", "warn"]


@dataclass(frozen=True, slots=True)
class Output:
    """One part of the result: a pattern, a value of a setting, or a warning; ``node`` says when it is there."""

    kind: Kind
    name: str
    value: Setting
    node: int


@dataclass(frozen=True, slots=True)
class Functions:
    """All conditions as nodes of one diagram."""

    diagram: Diagram
    whens: tuple[int, ...]
    """By variable level."""
    rules: tuple[int, ...]
    """In the order of ``Decision.rules``."""
    outputs: tuple[Output, ...]


@dataclass(frozen=True, eq=False)
class Compiled:
    """A decision with its variables. Later work is kept on the value, never in a module."""

    decision: Decision
    variables: tuple[Variable, ...]
    levels: Mapping[str, tuple[int, ...]]
    """For each question its variables, in the order of its options."""
    depends: tuple[int, ...]
    """For each variable the bits of all variables that decide, at any distance, whether it is asked."""
    index: Mapping[str, int] = field(default_factory=dict)
    """``Rule.key`` to its place in ``Decision.rules``."""

    @cached_property
    def _expander(self) -> Expander:
        return Expander(self.variables, self.levels, self.decision.facts)

    @cached_property
    def rule_boxes(self) -> tuple[Boxes, ...]:
        """The boxes of each rule, in the order of ``Decision.rules``."""
        return tuple(self._expander.boxes(rule.when) for rule in self.decision.rules)

    @cached_property
    def when_boxes(self) -> tuple[Boxes, ...]:
        """The boxes in which each variable is asked."""
        expander = self._expander
        return tuple(ANYTHING if each.when is None else expander.boxes(each.when) for each in self.variables)

    def expand(self) -> None:
        """Make all boxes now, for a value that is kept for the next start."""
        _ = self.rule_boxes, self.when_boxes
        self.__dict__.pop("_expander")  # it has done its work

    @cached_property
    def functions(self) -> Functions:
        """Every condition as a function of the answers; asked-or-not is folded in."""
        return make_functions(self)

    @cached_property
    def flow(self) -> Flow:
        """The order of questions, for the result as a whole."""
        return Flow(self.variables, self.levels, self.functions.diagram)


class Builder:
    """Makes diagram nodes of conditions; the prover brings a limit of its own."""

    def __init__(self, compiled: Compiled, *, limit: int | None = None) -> None:
        self._compiled = compiled
        self.diagram = Diagram([len(each.values) for each in compiled.variables])
        self._facts: dict[str, int] = {}
        self._cells: dict[tuple[int, int], int] = {}
        whens: list[int] = []
        self.whens: tuple[int, ...] = ()
        for variable in compiled.variables:
            whens.append(TRUE if variable.when is None else self.node(variable.when))
            self.whens = tuple(whens)
        if limit is not None:
            self.diagram.allow(limit)

    def cell(self, level: int, mask: int) -> int:
        """True when the variable's value, NA included, is in ``mask``."""
        found = self._cells.get((level, mask))
        if found is None:
            diagram, variable, when = self.diagram, self._compiled.variables[level], self.whens[level]
            found = diagram.both(when, diagram.literal(level, mask))
            if mask & variable.not_asked:
                found = diagram.either(found, diagram.negate(when))
            self._cells[level, mask] = found
        return found

    def node(self, condition: Condition) -> int:
        """True where the condition holds."""
        diagram = self.diagram
        match condition:
            case Is():
                return self._atom(condition)
            case Fact():
                if condition.name not in self._facts:
                    self._facts[condition.name] = self.node(self._compiled.decision.facts[condition.name])
                return self._facts[condition.name]
            case Not():
                return diagram.negate(self.node(condition.part))
            case All():
                return diagram.all_of(self.node(part) for part in condition.parts)
            case AnyOf():
                return diagram.any_of(self.node(part) for part in condition.parts)
            case AtLeast():
                return diagram.at_least(condition.count, [self.node(part) for part in condition.parts])

    def _atom(self, atom: Is) -> int:
        variables = [self._compiled.variables[level] for level in self._compiled.levels[atom.question]]
        if not variables[0].option:
            mask = sum({1 << variables[0].values.index(option) for option in atom.options})
            return self.cell(variables[0].level, mask)
        return self.diagram.any_of(self.cell(each.level, 1) for each in variables if each.option in atom.options)


def make_functions(compiled: Compiled, *, limit: int | None = None) -> Functions:
    """All functions of a decision; with a ``limit`` it raises instead of growing larger."""
    builder = Builder(compiled, limit=limit)
    rules = tuple(builder.node(rule.when) for rule in compiled.decision.rules)
    outputs = tuple(_outputs(compiled.decision, rules, builder.diagram))
    return Functions(builder.diagram, builder.whens, rules, outputs)


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


def _outputs(decision: Decision, rules: tuple[int, ...], diagram: Diagram) -> Iterator[Output]:
    found: dict[tuple[Kind, str, Setting, type], list[int]] = {}
    for rule, node in zip(decision.rules, rules, strict=True):
        if rule.section == "set":
            for name, value in rule.settings:
                # The type is part of the key because 1 == True.
                found.setdefault(("set", name, value, type(value)), []).append(node)
        else:
            name = rule.id if rule.section == "warn" else rule.use
            found.setdefault((rule.section, name, None, type(None)), []).append(node)
    for (kind, name, value, _), nodes in found.items():
        yield Output(kind, name, value, diagram.any_of(nodes))
