"""Reasons against patterns, changes that would lead to another verdict, and rules that depend on a question.

Every change is evaluated again; none is guessed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.evaluate import DecisionState, candidates, question_states, state_after, verdict
from wizard.decision.model import Answer, Answers, Rule
from wizard.decision.results import AnswerChange, Flip, QuestionState, WhyNot
from wizard.decision.terms import Terms
from wizard.decision.variables import TICKED

_Move = tuple[int, int]
"""A variable and its new value."""
_Moves = tuple[_Move, ...]


def why_not(compiled: Compiled, answers: Answers, *, only_base: bool = False) -> tuple[WhyNot, ...]:
    """Return the nearest rule of each rejected pattern, and the answers against it; base patterns first, or alone."""
    state = state_after(compiled, answers)
    terms = Terms(compiled, state.values, state.known, state.whens)
    bases = compiled.decision.bases
    excluded = {*candidates(state).excluded} & bases if only_base else {*candidates(state).excluded}
    nearest: dict[str, tuple[tuple[int, int], WhyNot]] = {}
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


class _Ranked(NamedTuple):
    """A flip with its effects on the parts of the result."""

    flip: Flip
    effects: frozenset[tuple[int, bool]]
    """Pairs of an index in ``Functions.outputs`` and true for gained, false for lost; certain and possible effects."""
    rank: tuple[int, int]


def flips(compiled: Compiled, answers: Answers, *, depth: int = 1, limit: int | None = None) -> tuple[Flip, ...]:
    """Return all changes of one answer (``depth=2``: also of two) that change a complete verdict, nearest first.

    Ticking or unticking one option of a ``many`` question is one change. Each change is re-evaluated; if it opens
    questions, ``certain`` is false. A change of two answers is listed only if it has an effect (gains or loses a
    pattern, a setting or a warning, certainly or possibly) that neither of its two changes has alone. The flips to
    another base come first, then those to other patterns, then those to other settings and warnings.
    """
    state = state_after(compiled, answers)
    if not state.done:
        return ()
    moving = set(_moving(state, depth))
    singles = {moves[0]: _ranked(state, moves) for moves in sorted(moving) if len(moves) == 1}
    found = sorted((each for each in singles.values() if each.effects), key=lambda each: each.rank)
    doubles = []
    for moves in sorted(moves for moves in moving if len(moves) == 2):
        alone = [singles[move].effects if move in singles else frozenset() for move in moves]
        ranked = _ranked(state, moves)
        if ranked.effects - alone[0] - alone[1]:
            doubles.append(ranked)
    doubles.sort(key=lambda each: each.rank)
    return tuple(each.flip for each in (found + doubles)[:limit])


def _moving(state: DecisionState, depth: int) -> Iterator[_Moves]:
    """Yield the moves of at most ``depth`` answers that change part of the result; parts are searched separately."""
    functions = state.compiled.functions
    level, kids = functions.diagram.level, functions.diagram.kids
    for output, now in zip(functions.outputs, state.outputs, strict=True):
        reached: set[tuple[int, _Moves]] = set()
        stack: list[tuple[int, _Moves]] = [(output.node, ())]
        while stack:
            node, moves = stack.pop()
            if (node, moves) in reached:
                continue
            reached.add((node, moves))
            if moves and node != now and (node <= TRUE or state.values[level[node]] < 0):
                # The part may change at an open question; a new evaluation shows how.
                yield moves
            for value, kid in enumerate(kids[node]):
                current = state.values[level[node]]
                if current in (value, -1):
                    stack.append((kid, moves))
                elif len(moves) < depth:
                    stack.append((kid, (*moves, (level[node], value))))


def _ranked(state: DecisionState, moves: _Moves) -> _Ranked:
    compiled = state.compiled
    changed = _changed(state, moves)
    after = state_after(compiled, {**state.answers, **changed})
    effects = frozenset(
        (index, gained)
        for index, (old, new) in enumerate(zip(state.outputs, after.outputs, strict=True))
        if old != new
        for gained in (True, False)
        if (old == FALSE and new != FALSE if gained else old == TRUE and new != TRUE)
    )
    sections = {compiled.functions.outputs[index].section for index, _ in effects}
    first = 0 if "base" in sections else 1 if "add" in sections else 2
    changes = tuple(
        AnswerChange(each, state.answers[each], changed[each])
        for each in compiled.decision.questions
        if each in changed
    )
    return _Ranked(_flip(state, after, changes), effects, (first, 0 if after.done else 1))


def _flip(state: DecisionState, after: DecisionState, changes: tuple[AnswerChange, ...]) -> Flip:
    if after.done:
        old, new = verdict(state), verdict(after)
        adds = tuple(name for name in new.patterns if name not in old.patterns)
        drops = tuple(name for name in old.patterns if name not in new.patterns)
        return Flip(changes, certain=True, verdict=new, adds=adds, drops=drops)
    opens = tuple(each for each, at in question_states(after).items() if at is QuestionState.NEXT)
    bases = after.compiled.decision.bases - {*candidates(after).excluded}
    possible = tuple(name for name in after.compiled.decision.patterns if name in bases)
    return Flip(changes, certain=False, verdict=None, opens=opens, candidates=possible)


def _changed(state: DecisionState, moves: _Moves) -> dict[str, Answer]:
    changed: dict[str, Answer] = {}
    for level, value in moves:
        variable = state.compiled.variables[level]
        if not variable.option:
            changed[variable.question] = variable.values[value]
            continue
        ticked = changed.get(variable.question, state.answers[variable.question])
        order = state.compiled.decision.questions[variable.question].options
        keep = {*ticked, variable.option} if value == TICKED else {*ticked} - {variable.option}
        changed[variable.question] = tuple(option.id for option in order if option.id in keep)
    return changed
