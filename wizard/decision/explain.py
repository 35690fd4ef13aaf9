"""Reasons against patterns, changes that would lead to another verdict, and rules that depend on a question.

Every change is evaluated again; none is guessed.
"""

from collections.abc import Iterable, Iterator

from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.evaluate import DecisionState, candidates, question_states, state_after, verdict
from wizard.decision.model import Answer, Answers, AnyOf, AtLeast, Condition, Decision, Fact, Is, Not, Rule
from wizard.decision.results import Flip, QuestionState, Term, WhyNot
from wizard.decision.terms import Terms
from wizard.decision.variables import TICKED

_Move = tuple[int, int]
"""A variable and its new value."""


def why_not(compiled: Compiled, answers: Answers, *, only_base: bool = False) -> tuple[WhyNot, ...]:
    """Return the nearest rule of each rejected pattern, and the answers against it; base patterns first, or alone."""
    state = state_after(compiled, answers)
    terms = Terms(compiled, state.values, state.known, state.whens)
    bases = compiled.decision.bases
    excluded = {*candidates(state).excluded} & bases if only_base else {*candidates(state).excluded}
    nearest: dict[str, tuple[tuple[int, ...], WhyNot]] = {}
    for index, rule in enumerate(compiled.decision.rules):
        if rule.use not in excluded or state.rules[index] != FALSE:
            continue
        distance, found = terms.nearest(index)
        if rule.use not in nearest or distance < nearest[rule.use][0]:
            nearest[rule.use] = (distance, WhyNot(rule.use, rule, found))
    order = [*compiled.decision.patterns, *nearest]
    names = sorted(nearest, key=lambda name: (name not in bases, order.index(name)))
    return tuple(nearest[name][1] for name in names)


def depends_on(compiled: Compiled, answers: Answers, question_id: str) -> tuple[Rule, ...]:
    """Return the open and matched rules that depend on this question, directly or through facts and conditions."""
    state = state_after(compiled, answers)
    without = state_after(compiled, {key: value for key, value in answers.items() if key != question_id})
    mine = sum(1 << level for level in compiled.levels[question_id])
    support = compiled.functions.diagram.support
    return tuple(
        rule
        for rule, now, before in zip(compiled.decision.rules, state.rules, without.rules, strict=True)
        if now != FALSE and support[before] & mine
    )


def behind(compiled: Compiled, answers: Answers, rule: Rule, terms: Iterable[Term]) -> frozenset[str]:
    """Return the questions whose answers lead to what a matched rule gives, and those that opened these questions.

    An answer that only chooses between two rules for the same pattern is left out: with metrics that the monitoring can
    read, one rule gives a node agent a DaemonSet; with others, another rule does. An answer that only did not prevent a
    setting is left out too: work that must not be done twice is not retried, and only numbered parts have another field
    for that.
    """
    asked = [term.question for term in terms]
    if rule.section == "set":
        wanted = {*_openers(compiled.decision, answers, rule.when)}
        asked = [each for each in asked if each in wanted] or asked
    if rule.use and sum(each.use == rule.use for each in compiled.decision.rules) > 1:
        for question in tuple(dict.fromkeys(asked)):
            fewer = {key: value for key, value in answers.items() if key != question}
            if rule.use in candidates(state_after(compiled, fewer)).certain:
                answers, asked = fewer, [each for each in asked if each != question]
    found: dict[str, None] = {}
    while asked:
        question = asked.pop()
        if question not in found:
            found[question] = None
            when = compiled.decision.questions[question].when
            asked += _openers(compiled.decision, answers, when) if when is not None else ()
    return frozenset(found)


def holds(decision: Decision, answers: Answers, when: Condition) -> bool:
    """Return true if the answers that count make a condition true; a question without one makes no test true."""
    if isinstance(when, Is):
        return any(_openers(decision, answers, when))
    if isinstance(when, Fact):
        return holds(decision, answers, decision.facts[when.name])
    if isinstance(when, Not):
        return not holds(decision, answers, when.part)
    true = sum(holds(decision, answers, part) for part in when.parts)
    return true >= (when.number if isinstance(when, AtLeast) else 1 if isinstance(when, AnyOf) else len(when.parts))


def _openers(decision: Decision, answers: Answers, when: Condition) -> Iterator[str]:
    """Yield the questions of which an answer is wanted by a condition and was given; what it excludes opens nothing."""
    if isinstance(when, Is):
        answer = answers.get(when.question, ())
        if {*(answer if isinstance(answer, tuple) else (answer,))} & {*when.options}:
            yield when.question
    elif isinstance(when, Fact):
        yield from _openers(decision, answers, decision.facts[when.name])
    elif not isinstance(when, Not):
        for part in when.parts:
            yield from _openers(decision, answers, part)


def flips(compiled: Compiled, answers: Answers) -> tuple[Flip, ...]:
    """Return all changes of one answer that change a complete verdict.

    Ticking or unticking one option of a ``many`` question is one change. Each change is re-evaluated; if it opens
    questions, ``certain`` is false. The flips to another base come first, then those to other patterns, then those to
    other settings and warnings.
    """
    state = state_after(compiled, answers)
    if not state.done:
        return ()
    found = []
    for move in sorted(_moving(state)):
        question, answer = _changed(state, *move)
        after = state_after(compiled, {**state.answers, question: answer})
        outputs = zip(compiled.functions.outputs, state.outputs, after.outputs, strict=True)
        sections = {output.section for output, old, new in outputs if old != new}
        if sections:
            first = 0 if "base" in sections else 1 if "add" in sections else 2
            found.append((first, not after.done, _flip(state, after, question)))
    return tuple(flip for _, _, flip in sorted(found, key=lambda row: row[:2]))


def _moving(state: DecisionState) -> set[_Move]:
    """Return the moves that change part of the result; parts are searched separately."""
    functions = state.compiled.functions
    level, kids = functions.diagram.level, functions.diagram.kids
    moving: set[_Move] = set()
    for output, now in zip(functions.outputs, state.outputs, strict=True):
        reached: set[tuple[int, _Move | None]] = set()
        stack: list[tuple[int, _Move | None]] = [(output.node, None)]
        while stack:
            node, move = stack.pop()
            if (node, move) in reached:
                continue
            reached.add((node, move))
            if move is not None and node != now and (node <= TRUE or state.values[level[node]] < 0):
                # The part may change at an open question; a new evaluation shows how.
                moving.add(move)
            for value, kid in enumerate(kids[node]):
                current = state.values[level[node]]
                if current in (value, -1):
                    stack.append((kid, move))
                elif move is None:
                    stack.append((kid, (level[node], value)))
    return moving


def _flip(state: DecisionState, after: DecisionState, question: str) -> Flip:
    change = question, state.answers[question], after.answers[question]
    if after.done:
        old, new = verdict(state), verdict(after)
        adds = tuple(name for name in new.patterns if name not in old.patterns)
        drops = tuple(name for name in old.patterns if name not in new.patterns)
        return Flip(*change, certain=True, verdict=new, adds=adds, drops=drops)
    opens = tuple(each for each, at in question_states(after).items() if at is QuestionState.NEXT)
    bases = after.compiled.decision.bases - {*candidates(after).excluded}
    possible = tuple(name for name in after.compiled.decision.patterns if name in bases)
    return Flip(*change, certain=False, verdict=None, opens=opens, candidates=possible)


def _changed(state: DecisionState, level: int, value: int) -> tuple[str, Answer]:
    """Return the question of a variable and its answer after the variable gets another value."""
    variable = state.compiled.variables[level]
    if not variable.option:
        return variable.question, variable.values[value]
    ticked = {*state.answers[variable.question]}
    keep = ticked | {variable.option} if value == TICKED else ticked - {variable.option}
    options = state.compiled.decision.questions[variable.question].options
    return variable.question, tuple(option.id for option in options if option.id in keep)
