"""Why not, what would change it, and what depends on a question; every answer is re-evaluated, none is guessed."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.decision.boxes import UNTICKED
from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.evaluate import Look, candidates, look, question_states, verdict
from wizard.decision.model import Answer, Answers, Rule
from wizard.decision.results import Change, Flip, QuestionState, WhyNot
from wizard.decision.terms import Terms
from wizard.frozen import dataclass

_Move = tuple[int, int]
"""A variable and the value it is changed to."""
_Moves = tuple[_Move, ...]


def why_not(compiled: Compiled, answers: Answers, *, only_base: bool = False) -> tuple[WhyNot, ...]:
    """For each rejected pattern its nearest rule and the answers that exclude it; base patterns first, or alone."""
    seen = look(compiled, answers)
    terms = Terms(compiled, seen.values, seen.known, seen.whens)
    excluded = set(candidates(seen).excluded)
    nearest: dict[str, tuple[tuple[int, int], WhyNot]] = {}
    based: set[str] = set()
    for place, rule in enumerate(compiled.decision.rules):
        if rule.section == "base":
            based.add(rule.use)
        elif only_base:
            continue
        if rule.use not in excluded or seen.rules[place] != FALSE:
            continue
        distance, found = terms.nearest(place)
        if rule.use not in nearest or distance < nearest[rule.use][0]:
            nearest[rule.use] = (distance, WhyNot(rule.use, rule, found))
    order = [*compiled.decision.patterns, *nearest]
    names = sorted(nearest, key=lambda name: (name not in based, order.index(name)))
    return tuple(nearest[name][1] for name in names)


def depends_on(compiled: Compiled, answers: Answers, question_id: str) -> tuple[Rule, ...]:
    """The open and matched rules whose outcome hangs on this question, directly or through facts and conditions."""
    seen = look(compiled, answers)
    without = look(compiled, {key: value for key, value in answers.items() if key != question_id})
    mine = sum(1 << level for level in compiled.levels[question_id])
    support = compiled.functions.diagram.support
    return tuple(
        rule
        for rule, now, before in zip(compiled.decision.rules, seen.rules, without.rules, strict=True)
        if now != FALSE and support[before] & mine
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A flip with what it does to each part of the result: gained or lost, for certain or perhaps."""

    flip: Flip
    effects: frozenset[tuple[int, bool]]
    rank: tuple[int, int]


def flips(compiled: Compiled, answers: Answers, *, depth: int = 1, limit: int | None = None) -> tuple[Flip, ...]:
    """All changes of one answer, then (``depth=2``) of two, that change a complete verdict; nearest first.

    Ticking or unticking one option of a ``many`` question is one change. Each is re-evaluated: when it opens
    questions, ``certain`` is false. A change of two answers is listed only when it does something (gains or loses a
    pattern, a setting or a warning, for certain or perhaps) that neither of its two changes does alone. First come
    the flips to another base, then to other patterns, then to other settings and warnings.
    """
    seen = look(compiled, answers)
    if not seen.done:
        return ()
    moving = set(_moving(seen, depth))
    singles = {moves[0]: _outcome(seen, moves) for moves in sorted(moving) if len(moves) == 1}
    found = sorted((each for each in singles.values() if each.effects), key=lambda each: each.rank)
    doubles = []
    for moves in sorted(moves for moves in moving if len(moves) == 2):
        alone = [singles[move].effects if move in singles else frozenset() for move in moves]
        outcome = _outcome(seen, moves)
        if outcome.effects - alone[0] - alone[1]:
            doubles.append(outcome)
    doubles.sort(key=lambda each: each.rank)
    return tuple(each.flip for each in (found + doubles)[:limit])


def _moving(seen: Look, depth: int) -> Iterator[_Moves]:
    """The moves of at most ``depth`` answers that change some part of the result; each part is walked apart."""
    functions = seen.compiled.functions
    level, kids = functions.diagram.level, functions.diagram.kids
    for output, outcome in zip(functions.outputs, seen.outputs, strict=True):
        reached: set[tuple[int, _Moves]] = set()
        stack: list[tuple[int, _Moves]] = [(output.node, ())]
        while stack:
            node, moves = stack.pop()
            if (node, moves) in reached:
                continue
            reached.add((node, moves))
            if moves and node != outcome and (node <= TRUE or seen.values[level[node]] < 0):
                # At an open question the part may change: what exactly, re-evaluation says.
                yield moves
            for value, kid in enumerate(kids[node]):
                current = seen.values[level[node]]
                if current in (value, -1):
                    stack.append((kid, moves))
                elif len(moves) < depth:
                    stack.append((kid, (*moves, (level[node], value))))


def _outcome(seen: Look, moves: _Moves) -> _Outcome:
    compiled = seen.compiled
    changed = _changed(seen, moves)
    after = look(compiled, {**seen.answers, **changed})
    effects = frozenset(
        (place, gained)
        for place, (old, new) in enumerate(zip(seen.outputs, after.outputs, strict=True))
        if old != new
        for gained in (True, False)
        if (old == FALSE and new != FALSE if gained else old == TRUE and new != TRUE)
    )
    kinds = {compiled.functions.outputs[place].kind for place, _ in effects}
    kind = 0 if "base" in kinds else 1 if "add" in kinds else 2
    changes = tuple(
        Change(each, seen.answers[each], changed[each]) for each in compiled.decision.questions if each in changed
    )
    return _Outcome(_flip(seen, after, changes), effects, (kind, 0 if after.done else 1))


def _flip(seen: Look, after: Look, changes: tuple[Change, ...]) -> Flip:
    if after.done:
        old, new = verdict(seen), verdict(after)
        adds = tuple(name for name in new.patterns if name not in old.patterns)
        drops = tuple(name for name in old.patterns if name not in new.patterns)
        return Flip(changes, certain=True, verdict=new, adds=adds, drops=drops)
    asks = tuple(each for each, state in question_states(after).items() if state is QuestionState.NEXT)
    bases = {
        output.name
        for output, node in zip(after.compiled.functions.outputs, after.outputs, strict=True)
        if output.kind == "base" and node != FALSE
    }
    possible = tuple(name for name in after.compiled.decision.patterns if name in bases)
    return Flip(changes, certain=False, verdict=None, asks=asks, candidates=possible)


def _changed(seen: Look, moves: _Moves) -> dict[str, Answer]:
    changed: dict[str, Answer] = {}
    for level, value in moves:
        variable = seen.compiled.variables[level]
        if not variable.option:
            changed[variable.question] = variable.values[value]
            continue
        ticked = changed.get(variable.question, seen.answers[variable.question])
        order = seen.compiled.decision.questions[variable.question].options
        keep = {*ticked, variable.option} if value != UNTICKED - 1 else {*ticked} - {variable.option}
        changed[variable.question] = tuple(option.id for option in order if option.id in keep)
    return changed
