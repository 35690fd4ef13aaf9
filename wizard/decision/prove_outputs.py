"""Faults of what rules put out: settings that disagree, promises, patterns and examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from itertools import combinations

from wizard.decision.boxes import Box
from wizard.decision.compile import compile_decision
from wizard.decision.compiled import Compiled
from wizard.decision.cover import MANY_RULES
from wizard.decision.diagram import FALSE, BudgetSpentError
from wizard.decision.evaluate import look, question_states, values_of, verdict
from wizard.decision.findings import Finding, listed
from wizard.decision.gaps import Budget
from wizard.decision.model import Answers, Example, Setting
from wizard.decision.reach import Reach, told
from wizard.decision.results import QuestionState, Verdict
from wizard.frozen import replace


def setting_faults(reach: Reach, budget: Budget) -> Iterator[Finding]:
    """Set rules that fit together and write different values to one parameter."""
    rules = reach.compiled.decision.rules
    writers: dict[str, list[tuple[int, Setting]]] = {}
    for place, rule in enumerate(rules):
        for name, value in rule.settings if rule.section == "set" else ():
            writers.setdefault(name, []).append((place, value))
    for name, pairs in writers.items():
        for (one, first), (other, second) in combinations(pairs, 2):
            budget.spend()
            if first == second and type(first) is type(second):
                continue
            node = reach.builder.diagram.both(reach.rule(one), reach.rule(other))
            if node != FALSE:
                start = f"set rules {listed((rules[one].id, rules[other].id))} disagree on '{name}'"
                values = f"{_plain(first)} or {_plain(second)}"
                yield Finding(
                    "set-disagrees",
                    rules[other].position,
                    partial(_example, reach, node, f"{start} ({values})"),
                    "rules that fit the same answers must write the same value",
                )


def _plain(value: Setting) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _example(reach: Reach, node: int, start: str) -> str:
    return f"{start}: {told(reach.compiled, reach.example(node))}"


def promise_faults(reach: Reach, budget: Budget) -> Iterator[Finding]:
    """Patterns that a promise keeps apart and some answers bring together."""
    decision, diagram = reach.compiled.decision, reach.builder.diagram
    users: dict[str, list[int]] = {}
    for place, rule in enumerate(decision.rules):
        if rule.use:
            users.setdefault(rule.use, []).append(place)
    order = [*decision.patterns, *(name for name in users if name not in decision.patterns)]
    for promise in decision.promises:
        mine = diagram.any_of(reach.rule(place) for place in users.get(promise.use, ()))
        for name in order:
            budget.spend()
            if name == promise.use or not any(fnmatchcase(name, glob) for glob in promise.without):
                continue
            node = diagram.both(mine, diagram.any_of(reach.rule(place) for place in users.get(name, ())))
            if node != FALSE:
                start = f"'{promise.use}' meets '{name}', which a promise excludes"
                yield Finding(
                    "promise-broken",
                    promise.position,
                    partial(_example, reach, node, start),
                    "narrow the rules that use them, or take the promise back",
                )


def pattern_faults(compiled: Compiled) -> Iterator[Finding]:
    """Patterns no rule uses, and names that are no patterns."""
    decision = compiled.decision
    used = {rule.use for rule in decision.rules if rule.use}
    for rule in decision.rules:
        if rule.use and rule.use not in decision.patterns:
            text = f"{rule.section} rule '{rule.id}' uses the pattern '{rule.use}', which is not declared"
            yield Finding("unknown-pattern", rule.position, text.__str__, "declare it under 'patterns'")
    for promise in decision.promises:
        for glob in (promise.use, *promise.without):
            if not any(fnmatchcase(name, glob) for name in decision.patterns):
                text = f"a promise names '{glob}', but no pattern is called that"
                yield Finding("unknown-pattern", promise.position, text.__str__, "mend the name")
    for name in decision.patterns:
        if name not in used and decision.rules:
            text = f"no rule uses the pattern '{name}'"
            yield Finding(
                "unused-pattern", decision.rules[0].position, text.__str__, "add a rule, or remove it", "warning"
            )


def example_faults(compiled: Compiled, *, large: bool) -> Iterator[Finding]:
    """Examples whose answers do not give the verdict they tell; of a ``large`` table only the rules that may apply."""
    for example in compiled.decision.examples:
        seen = look(_around(compiled, example.answers) if large else compiled, example.answers)
        states = question_states(seen)
        waiting = [name for name, state in states.items() if state is QuestionState.NEXT]
        if waiting:
            problems = [f"is not complete: {listed(waiting)} must be answered"]
        else:
            problems = list(_problems(example, verdict(seen)))
        if problems:
            text = f"example '{example.id}' {'; '.join(problems)}"
            yield Finding("example-fails", example.position, text.__str__, "mend the example or the rules")
        aside = [name for name, state in states.items() if state is QuestionState.ASIDE]
        if aside:
            text = f"example '{example.id}' answers {listed(aside)}, which its other answers leave unasked"
            yield Finding("example-aside", example.position, text.__str__, "remove that answer", "warning")


def _around(compiled: Compiled, answers: Answers) -> Compiled:
    """The decision without the rules that these answers exclude at first sight."""
    values, known = values_of(compiled, answers)

    def may(box: Box) -> bool:
        return all(
            not known >> level & 1 or mask & (1 << values[level] | compiled.variables[level].not_asked)
            for level, mask in box.items()
        )

    decision = compiled.decision
    rules = zip(decision.rules, compiled.rule_boxes, strict=True)
    left = tuple(rule for rule, boxes in rules if any(may(box) for box in boxes))
    if len(left) > MANY_RULES:
        raise BudgetSpentError
    return compile_decision(replace(decision, rules=left))


def _problems(example: Example, found: Verdict) -> Iterator[str]:
    if found.base != example.base:
        base = f"the base '{found.base}'" if found.base else "no base"
        yield f"gives {base}, not '{example.base}'"
    yield from _difference(("adds", "add"), set(found.add), set(example.add))
    if example.warn is not None:
        yield from _difference(("warns of", "warn of"), set(found.warn), set(example.warn))
    if example.settings is not None:
        yield from _settings(found, dict(example.settings))


def _difference(verbs: tuple[str, str], got: set[str], told_of: set[str]) -> Iterator[str]:
    does, do = verbs
    if got - told_of:
        yield f"{does} {listed(sorted(got - told_of))}, which it does not tell"
    if told_of - got:
        yield f"does not {do} {listed(sorted(told_of - got), 'or')}, which it tells"


def _settings(found: Verdict, told_of: Mapping[str, Setting]) -> Iterator[str]:
    got = dict(found.settings)
    for name in sorted(got.keys() | told_of.keys()):
        here = _plain(got[name]) if name in got else "nothing"
        there = _plain(told_of[name]) if name in told_of else "nothing"
        if here != there:
            yield f"sets {name} to {here}, not {there}"
