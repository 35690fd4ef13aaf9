"""The reference semantics of a decision, by trying every answer: slow and short, for comparison with the engine.

A *world* is an answer to every variable, asked or not. Answers to questions that are not asked are ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from wizard.decision.model import (
    All,
    Answer,
    Answers,
    AnyOf,
    AtLeast,
    Condition,
    Decision,
    Fact,
    Is,
    Not,
    Question,
    Rule,
    Setting,
)
from wizard.decision.results import QuestionState, RuleState

Input = tuple[str, str]
"""A question and, for a ``many``, one of its options."""
World = Mapping[Input, str]


@dataclass(frozen=True)
class Result:
    base: frozenset[str]
    add: frozenset[str]
    settings: frozenset[tuple[str, Setting]]
    warn: frozenset[str]


@dataclass(frozen=True)
class Brute:
    decision: Decision

    def keys(self, question: Question) -> tuple[Input, ...]:
        return tuple((question.id, option.id) for option in question.options) if question.many else ((question.id, ""),)

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        keys, values = [], []
        for question in self.decision.questions.values():
            for key in self.keys(question):
                keys.append(key)
                values.append(("yes", "no") if question.many else tuple(option.id for option in question.options))
        return tuple(dict(zip(keys, chosen, strict=True)) for chosen in product(*values))

    def asked(self, world: World, key: Input) -> bool:
        question = self.decision.questions[key[0]]
        if not self.offered(world, key):
            return False
        earlier = [each.id for each in question.options[: self._place(key)]] if key[1] else []
        rivals = [each for each in earlier if question.clash((each, key[1]))]
        return not any(world[question.id, each] == "yes" and self.asked(world, (question.id, each)) for each in rivals)

    def _place(self, key: Input) -> int:
        return [each.id for each in self.decision.questions[key[0]].options].index(key[1])

    def offered(self, world: World, key: Input) -> bool:
        """Return whether an option is offered, even if a ticked option excludes it."""
        question = self.decision.questions[key[0]]
        whens = [question.when, question.option(key[1]).when if key[1] else None]
        return all(when is None or self.holds(world, when) for when in whens)

    def holds(self, world: World, condition: Condition) -> bool:
        match condition:
            case Is():
                question = self.decision.questions[condition.question]
                if not question.many:
                    key = (question.id, "")
                    return world[key] in condition.options and self.asked(world, key)
                wanted = [(question.id, option) for option in condition.options]
                return any(world[key] == "yes" and self.asked(world, key) for key in wanted)
            case Fact():
                return self.holds(world, self.decision.facts[condition.name])
            case Not():
                return not self.holds(world, condition.part)
            case All():
                return all(self.holds(world, part) for part in condition.parts)
            case AnyOf():
                return any(self.holds(world, part) for part in condition.parts)
            case AtLeast():
                return sum(self.holds(world, part) for part in condition.parts) >= condition.number

    def fired(self, world: World) -> tuple[Rule, ...]:
        return self._fired[tuple(world.values())]

    @cached_property
    def _fired(self) -> Mapping[tuple[str, ...], tuple[Rule, ...]]:
        """The rules that apply, by the values of a world; cached, because tests ask for them repeatedly."""
        rules = self.decision.rules
        return {
            tuple(world.values()): tuple(rule for rule in rules if self.holds(world, rule.when))
            for world in self.worlds
        }

    def _result(self, world: World) -> Result:
        fired = self.fired(world)
        return Result(
            frozenset(rule.use for rule in fired if rule.section == "base"),
            frozenset(rule.use for rule in fired if rule.section == "add"),
            frozenset(pair for rule in fired for pair in rule.settings),
            frozenset(rule.id for rule in fired if rule.section == "warn"),
        )

    @cached_property
    def _results(self) -> Mapping[tuple[str, ...], Result]:
        return {tuple(world.values()): self._result(world) for world in self.worlds}

    def result(self, world: World) -> Result:
        return self._results[tuple(world.values())]

    def given(self, answers: Answers) -> dict[Input, str]:
        found = {}
        for name, answer in answers.items():
            for key in self.keys(self.decision.questions[name]):
                found[key] = answer if isinstance(answer, str) else "yes" if key[1] in answer else "no"
        return found

    def completions(self, answers: Answers) -> tuple[World, ...]:
        given = self.given(answers)
        return tuple(world for world in self.worlds if all(world[key] == value for key, value in given.items()))

    def reachable(self) -> frozenset[frozenset[tuple[Input, str]]]:
        return frozenset(
            frozenset((key, value) for key, value in world.items() if self.asked(world, key)) for world in self.worlds
        )

    # --- partial answers -------------------------------------------------------------------------

    def rule_state(self, answers: Answers, rule: Rule) -> RuleState:
        found = {self.holds(world, rule.when) for world in self.completions(answers)}
        return RuleState.OPEN if len(found) == 2 else RuleState.MATCHED if True in found else RuleState.EXCLUDED

    def surely_asked(self, answers: Answers, key: Input) -> bool | None:
        found = {self.offered(world, key) for world in self.completions(answers)}
        return None if len(found) == 2 else True in found

    def matters(self, answers: Answers, key: Input) -> bool:
        alike: dict[tuple[tuple[Input, str], ...], set[Result]] = {}
        for world in self.completions(answers):
            others = tuple(each for each in world.items() if each[0] != key)
            alike.setdefault(others, set()).add(self.result(world))
        return any(len(results) > 1 for results in alike.values())

    def state(self, answers: Answers, question: Question) -> QuestionState:
        keys = self.keys(question)
        asked = {key: self.surely_asked(answers, key) for key in keys}
        if question.id in answers:
            if True in asked.values():
                return QuestionState.ANSWERED
            return QuestionState.LATER if None in asked.values() else QuestionState.ASIDE
        needed = [key for key in keys if self.matters(answers, key)]
        if any(asked[key] for key in needed):
            return QuestionState.NEXT
        if needed:
            return QuestionState.LATER
        return QuestionState.SETTLED if True in asked.values() else QuestionState.UNASKED

    def next_question(self, answers: Answers) -> Question | None:
        for question in self.decision.questions.values():
            if self.state(answers, question) is QuestionState.NEXT:
                return question
        return None

    def possible_answers(self, answers: Answers, question: Question) -> Iterator[Answer]:
        if not question.many:
            yield from (option.id for option in question.options)
            return
        on_offer = [key[1] for key in self.keys(question) if self.surely_asked(answers, key)]
        for ticks in product((True, False), repeat=len(on_offer)):
            ticked = tuple(option for option, tick in zip(on_offer, ticks, strict=True) if tick)
            if question.clash(ticked) is None:
                yield ticked

    def remaining(self, answers: Answers) -> tuple[int, float, int]:
        question = self.next_question(answers)
        if question is None:
            return 0, 0.0, 0
        after = [
            self.remaining({**answers, question.id: answer}) for answer in self.possible_answers(answers, question)
        ]
        mean = sum(each[1] for each in after) / len(after)
        return 1 + min(each[0] for each in after), 1 + mean, 1 + max(each[2] for each in after)
