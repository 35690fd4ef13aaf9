"""Faults in the results of rules: conflicting settings and implementations, broken promises, patterns and examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from itertools import combinations

from wizard.decision.boxes import Box
from wizard.decision.budget import Budget, BudgetSpentError
from wizard.decision.compile import compile_decision
from wizard.decision.compiled import Compiled
from wizard.decision.cover import MANY_RULES
from wizard.decision.diagram import FALSE
from wizard.decision.evaluate import question_states, state_after, values_of, verdict
from wizard.decision.faults import PendingFault
from wizard.decision.model import Answers, Example, Promise, Setting
from wizard.decision.reach import Reach, described
from wizard.decision.results import QuestionState, Verdict
from wizard.text import listed

_Claim = tuple[str, int, object, str]
"""A setting or pattern, the index of a rule, the value that the rule gives it, and that value in words."""


def setting_faults(reach: Reach, budget: Budget) -> Iterator[PendingFault]:
    """Yield set rules that can apply together and give one setting different values."""
    rules = enumerate(reach.compiled.decision.rules)
    claims = ((name, n, (type(value), value), _plain(value)) for n, rule in rules for name, value in rule.settings)
    message = "set rules {rules} disagree on '{name}' ({first} or {second})"
    hint = "rules that apply to the same answers must set the same value"
    yield from _disagreements(reach, budget, claims, "set-disagrees", message, hint)


def implementation_faults(reach: Reach, budget: Budget) -> Iterator[PendingFault]:
    """Yield rules that can apply together, use the same pattern and allow different implementations of it."""
    rules = ((n, rule) for n, rule in enumerate(reach.compiled.decision.rules) if rule.implementations)
    claims = ((rule.use, n, rule.implementations, " or ".join(rule.implementations)) for n, rule in rules)
    message = "rules {rules} disagree on the implementation of '{name}' ({first}; {second})"
    hint = "rules that apply to the same answers must name the same implementations, in the same order"
    yield from _disagreements(reach, budget, claims, "implementation-disagrees", message, hint)


def _disagreements(
    reach: Reach, budget: Budget, claims: Iterable[_Claim], code: str, message: str, hint: str
) -> Iterator[PendingFault]:
    """Yield a fault for every two rules that can apply together with different values for one name."""
    rules = reach.compiled.decision.rules
    by_name: dict[str, list[_Claim]] = {}
    for claim in claims:
        by_name.setdefault(claim[0], []).append(claim)
    for name, own in by_name.items():
        for (_, one, value, first), (_, other, another, second) in combinations(own, 2):
            budget.spend()
            node = FALSE if value == another else reach.builder.diagram.both(reach.rule(one), reach.rule(other))
            if node != FALSE:
                ids = listed(map(repr, (rules[one].id, rules[other].id)))
                start = message.format(rules=ids, name=name, first=first, second=second)
                yield PendingFault(code, rules[other].position, partial(_example, reach, node, start), hint)


def _plain(value: Setting) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _example(reach: Reach, node: int, start: str) -> str:
    return f"{start}: {described(reach.compiled, reach.example(node))}"


def promise_faults(reach: Reach, budget: Budget) -> Iterator[PendingFault]:
    """Yield patterns that occur together for some answers although a promise excludes it."""
    decision, diagram = reach.compiled.decision, reach.builder.diagram
    users: dict[str, list[int]] = {}
    for index, rule in enumerate(decision.rules):
        if rule.use:
            users.setdefault(rule.use, []).append(index)
    order = [*decision.patterns, *(name for name in users if name not in decision.patterns)]
    used: dict[str, int] = {}
    for promise in decision.promises:
        for mine, name in _kept_apart(promise, order):
            budget.spend()
            for each in (mine, name):
                if each not in used:
                    used[each] = diagram.any_of(reach.rule(index) for index in users.get(each, ()))
            node = diagram.both(used[mine], used[name])
            if node != FALSE:
                start = f"'{mine}' occurs with '{name}', which a promise excludes"
                yield PendingFault(
                    "promise-broken",
                    promise.position,
                    partial(_example, reach, node, start),
                    "narrow the rules that use them, or remove the promise",
                )


def _kept_apart(promise: Promise, patterns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of patterns that a promise keeps apart, each once."""
    seen: set[frozenset[str]] = set()
    for mine in (name for name in patterns if fnmatchcase(name, promise.use)):
        for name in patterns:
            pair = frozenset((mine, name))
            if len(pair) == 2 and pair not in seen and any(fnmatchcase(name, glob) for glob in promise.without):
                seen.add(pair)
                yield mine, name


def pattern_faults(compiled: Compiled) -> Iterator[PendingFault]:
    """Yield patterns that no rule uses, and names that are not patterns."""
    decision = compiled.decision
    used = {rule.use for rule in decision.rules if rule.use}
    for rule in decision.rules:
        if rule.use and rule.use not in decision.patterns:
            text = f"{rule.section} rule '{rule.id}' uses the pattern '{rule.use}', which is not declared"
            yield PendingFault("unknown-pattern", rule.position, text, "declare it under 'patterns'")
    for promise in decision.promises:
        for glob in (promise.use, *promise.without):
            if not any(fnmatchcase(name, glob) for name in decision.patterns):
                text = f"a promise names '{glob}', but no pattern has that name"
                yield PendingFault("unknown-pattern", promise.position, text, "fix the name")
    for name in decision.patterns:
        if name not in used and decision.rules:
            text = f"no rule uses the pattern '{name}'"
            yield PendingFault(
                "unused-pattern", decision.rules[0].position, text, "add a rule, or remove it", "warning"
            )


def example_faults(reach: Reach, *, large: bool) -> Iterator[PendingFault]:
    """Yield examples with another verdict; for a ``large`` table, only rules that may apply are evaluated."""
    for example in reach.compiled.decision.examples:
        compiled = _around(reach, example.answers) if large else reach.compiled
        state = state_after(compiled, example.answers)
        states = question_states(state)
        waiting = [name for name, at in states.items() if at is QuestionState.NEXT]
        if waiting:
            problems = [f"is not complete: {listed(map(repr, waiting))} must be answered"]
        else:
            problems = list(_problems(example, verdict(state)))
        if problems:
            text = f"example '{example.id}' {'; '.join(problems)}"
            yield PendingFault("example-fails", example.position, text, "fix the example or the rules")
        aside = [name for name, at in states.items() if at is QuestionState.ASIDE]
        if aside:
            text = f"example '{example.id}' answers {listed(map(repr, aside))}, which its other answers make irrelevant"
            yield PendingFault("example-aside", example.position, text, "remove that answer", "warning")


def _around(reach: Reach, answers: Answers) -> Compiled:
    """Return the decision without the rules whose boxes these answers exclude."""
    compiled = reach.compiled
    values, known = values_of(compiled, answers)

    def may(box: Box) -> bool:
        return all(
            not known >> level & 1 or mask & (1 << values[level] | compiled.variables[level].not_asked)
            for level, mask in box.items()
        )

    decision = compiled.decision
    rules = zip(decision.rules, reach.rule_boxes, strict=True)
    left = tuple(rule for rule, boxes in rules if any(may(box) for box in boxes))
    if len(left) > MANY_RULES:
        raise BudgetSpentError
    return compile_decision(decision._replace(rules=left))


def _problems(example: Example, found: Verdict) -> Iterator[str]:
    if found.base != example.base:
        base = f"the base '{found.base}'" if found.base else "no base"
        yield f"results in {base}, not '{example.base}'"
    yield from _difference(("adds", "add"), set(found.add), set(example.add))
    if example.warn is not None:
        yield from _difference(("warns of", "warn of"), set(found.warn), set(example.warn))
    if example.settings is not None:
        yield from _settings(found, dict(example.settings))


def _difference(verbs: tuple[str, str], got: set[str], expected: set[str]) -> Iterator[str]:
    does, do = verbs
    if got - expected:
        yield f"{does} {listed(map(repr, sorted(got - expected)))}, which it does not expect"
    if expected - got:
        yield f"does not {do} {listed(map(repr, sorted(expected - got)), 'or')}, which it expects"


def _settings(found: Verdict, expected: Mapping[str, Setting]) -> Iterator[str]:
    got = dict(found.settings)
    for name in sorted(got.keys() | expected.keys()):
        here = _plain(got[name]) if name in got else "nothing"
        there = _plain(expected[name]) if name in expected else "nothing"
        if here != there:
            yield f"sets {name} to {here}, not {there}"
