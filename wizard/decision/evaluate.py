"""Evaluation of a decision on partial answers: three-valued, exact, and the same for every face.

Every rule is a function of all possible answers, with "is it asked at all" folded in. A question can still change
the result when one part of the result (base, a pattern, a setting's value, a warning) still depends on it, over every
way to answer the others; this is exact, not an estimate. An answer to a ``many`` question settles all its options: an
option that comes on offer later counts as unticked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from wizard.decision.boxes import UNTICKED
from wizard.decision.compiled import Compiled, Output
from wizard.decision.diagram import FALSE, TRUE, BudgetSpentError
from wizard.decision.flow import bits
from wizard.decision.model import Answer, Answers, Question, Setting
from wizard.decision.results import Candidates, Consequence, Evaluation, QuestionState, RuleState, RuleStatus, Verdict
from wizard.decision.terms import Terms
from wizard.frozen import dataclass

_STATES = {TRUE: RuleState.MATCHED, FALSE: RuleState.EXCLUDED}


@dataclass(frozen=True, slots=True)
class Look:
    """What is left of every function once the answers are put in."""

    compiled: Compiled
    answers: Answers
    values: tuple[int, ...]
    """By variable: the answered value, or -1."""
    known: int
    """The bits of the answered variables."""
    whens: tuple[int, ...]
    rules: tuple[int, ...]
    """Empty where nobody asks for single rules."""
    outputs: tuple[int, ...]
    needed: int
    """The bits of the variables that some part of the result still depends on."""

    @property
    def done(self) -> bool:
        """Whether no answer can change the result any more."""
        return not self.needed


def values_of(compiled: Compiled, answers: Answers) -> tuple[list[int], int]:
    """The answered value of each variable, or -1, and the bits of those answered.

    What the table does not know (an old answers file) counts as not answered; the session says so to the user.
    """
    values = [-1] * len(compiled.variables)
    known = 0
    for question_id, answer in answers.items():
        for level in compiled.levels.get(question_id, ()):
            variable = compiled.variables[level]
            if variable.option:
                if isinstance(answer, str):
                    continue
                values[level] = 0 if variable.option in answer else UNTICKED - 1
            elif isinstance(answer, str) and answer in variable.values:
                values[level] = variable.values.index(answer)
            else:
                continue
            known |= 1 << level
    return values, known


def look(compiled: Compiled, answers: Answers, *, only_base: bool = False, with_rules: bool = True) -> Look:
    """Put the answers into every function. With ``only_base`` the result is the base workload alone."""
    functions = compiled.functions
    rules = functions.rules if with_rules else ()
    outputs = tuple([output.node for output in functions.outputs])
    nothing = Look(compiled, {}, (-1,) * len(compiled.variables), 0, functions.whens, rules, outputs, 0)
    return further(nothing, answers, only_base=only_base)


def further(seen: Look, answers: Answers, *, only_base: bool = False) -> Look:
    """Put more answers, to other questions, into what was left."""
    compiled = seen.compiled
    values, known = values_of(compiled, answers)
    diagram, memo = compiled.functions.diagram, dict[int, int]()
    support, restrict = diagram.support, diagram.restrict

    def left(nodes: Iterable[int]) -> tuple[int, ...]:
        return tuple([restrict(node, values, known, memo) if support[node] & known else node for node in nodes])

    outputs = left(seen.outputs)
    needed = 0
    for output, node in zip(compiled.functions.outputs, outputs, strict=True):
        if not only_base or output.kind == "base":
            needed |= support[node]
    return Look(
        compiled,
        {**seen.answers, **answers},
        tuple([old if new < 0 else new for old, new in zip(seen.values, values, strict=True)]),
        seen.known | known,
        left(seen.whens),
        left(seen.rules),
        outputs,
        needed,
    )


def evaluate(compiled: Compiled, answers: Answers, *, only_base: bool = False) -> Evaluation:
    """Everything the answers tell.

    With ``only_base`` (``--quick``) a question counts only while it can change the base workload; the verdict then
    comes as soon as the base is decided and holds the rest as far as it is certain.
    """
    seen = look(compiled, answers, only_base=only_base)
    states = question_states(seen)
    terms = Terms(compiled, seen.values, seen.known, seen.whens)
    rules = {
        rule.key: RuleStatus(rule, _STATES.get(node, RuleState.OPEN), partial(terms.of_rule, place, node))
        for place, (rule, node) in enumerate(zip(compiled.decision.rules, seen.rules, strict=True))
    }
    return Evaluation(
        questions=states,
        rules=rules,
        candidates=candidates(seen),
        next_question=next((each for each, state in states.items() if state is QuestionState.NEXT), None),
        remaining=remaining(seen, only_base=only_base),
        relevant_options={
            question.id: offered(seen, question)
            for question in compiled.decision.questions.values()
            if _asked(seen, question) == TRUE
        },
        verdict=verdict(seen) if seen.done else None,
    )


def asked_in_order(compiled: Compiled, answers: Answers) -> tuple[str, ...] | None:
    """The questions that are asked when these answers are given one by one in the author's order.

    ``None`` when one of them has no answer. An answer that comes too late to change the result is none of them.
    """
    seen = look(compiled, {}, with_rules=False)
    while not seen.done:
        question = next(
            (q.id for q in compiled.decision.questions.values() if _state(seen, q) is QuestionState.NEXT), ""
        )
        if question not in answers:
            return None
        seen = further(seen, {question: answers[question]})
    return tuple(each for each in compiled.decision.questions if each in seen.answers)


def remaining(seen: Look, *, only_base: bool = False) -> tuple[int, int]:
    """The exact fewest and most questions still to come; bounds of them where counting would take too long."""
    outputs = seen.compiled.functions.outputs
    nodes = [node for output, node in zip(outputs, seen.outputs, strict=True) if not only_base or output.kind == "base"]
    flow = seen.compiled.flow
    try:
        span = flow.span(nodes, seen.whens)
    except BudgetSpentError:
        return flow.bounds(nodes)
    return span.fewest, span.most


def _asked(seen: Look, question: Question) -> int:
    """``TRUE``, ``FALSE``, or another number when it depends on open questions."""
    whens = [seen.whens[level] for level in seen.compiled.levels[question.id]]
    if TRUE in whens:
        return TRUE
    return max(whens, default=FALSE)


def offered(seen: Look, question: Question) -> tuple[str, ...]:
    """The options certainly on offer."""
    if not question.many:
        return tuple(option.id for option in question.options)
    levels = seen.compiled.levels[question.id]
    return tuple(option.id for option, level in zip(question.options, levels, strict=True) if seen.whens[level] == TRUE)


def question_states(seen: Look) -> dict[str, QuestionState]:
    """Where each question stands, in the author's order.

    An answered question that may or may not be asked (an answer given beforehand) is ``LATER``; an unanswered one
    that may be asked but can no longer matter is ``UNASKED``.
    """
    return {each.id: _state(seen, each) for each in seen.compiled.decision.questions.values()}


def _state(seen: Look, question: Question) -> QuestionState:
    levels = seen.compiled.levels[question.id]
    asked = _asked(seen, question)
    if any(seen.known >> level & 1 for level in levels):
        if asked == TRUE:
            return QuestionState.ANSWERED
        return QuestionState.ASIDE if asked == FALSE else QuestionState.LATER
    needed = [level for level in levels if seen.needed >> level & 1]
    if any(seen.whens[level] == TRUE for level in needed):
        return QuestionState.NEXT
    if needed:
        return QuestionState.LATER
    return QuestionState.SETTLED if asked == TRUE else QuestionState.UNASKED


def candidates(seen: Look) -> Candidates:
    """The patterns by certainty, in output order."""
    outputs = seen.compiled.functions.outputs
    nodes: dict[str, list[int]] = {}
    for output, node in zip(outputs, seen.outputs, strict=True):
        if output.kind in ("base", "add"):
            nodes.setdefault(output.name, []).append(node)
    patterns = seen.compiled.decision.patterns
    order = [*patterns, *(name for name in nodes if name not in patterns)]
    certain = tuple(name for name in order if TRUE in nodes.get(name, ()))
    excluded = tuple(name for name in order if all(node == FALSE for node in nodes.get(name, ())))
    possible = tuple(name for name in order if name not in certain and name not in excluded)
    return Candidates(certain, possible, excluded)


def _certain(seen: Look, kind: str) -> Iterator[Output]:
    for output, node in zip(seen.compiled.functions.outputs, seen.outputs, strict=True):
        if node == TRUE and output.kind == kind:
            yield output


def certain_base(seen: Look) -> str | None:
    """The base workload, once it is decided."""
    return next((output.name for output in _certain(seen, "base")), None)


def settings(seen: Look) -> tuple[tuple[str, Setting], ...]:
    """The settings that are certain, in the author's order."""
    return tuple((output.name, output.value) for output in _certain(seen, "set"))


def warnings(seen: Look) -> tuple[str, ...]:
    """The ids of the warnings that are certain, in the author's order."""
    return tuple(output.name for output in _certain(seen, "warn"))


def verdict(seen: Look) -> Verdict:
    """The outcome as far as it is certain."""
    decision = seen.compiled.decision
    added = {output.name for output in _certain(seen, "add")}
    order = {name: place for place, name in enumerate(decision.patterns)}
    return Verdict(
        base=certain_base(seen) or "",
        add=tuple(sorted(added, key=lambda name: (order.get(name, len(order)), name))),
        settings=settings(seen),
        warn=warnings(seen),
        fired=tuple(rule for rule, node in zip(decision.rules, seen.rules, strict=True) if node == TRUE),
    )


def consequence(compiled: Compiled, answers: Answers, question_id: str, answer: Answer) -> Consequence:
    """What this answer would do, against the same answers without any to this question."""
    others = {key: value for key, value in answers.items() if key != question_id}
    before = look(compiled, others, with_rules=False)
    after = further(before, {question_id: answer})
    was, now = candidates(before), candidates(after)
    states_before, states_after = question_states(before), question_states(after)
    waiting = (QuestionState.NEXT, QuestionState.LATER)

    def moved(start: tuple[QuestionState, ...], *, to: tuple[QuestionState, ...]) -> tuple[str, ...]:
        return tuple(
            each
            for each, state in states_after.items()
            if each != question_id and state in to and states_before[each] in start and each not in others_of(start)
        )

    def others_of(start: tuple[QuestionState, ...]) -> frozenset[str]:
        return frozenset(others) if start is waiting else frozenset()

    not_next = tuple(state for state in QuestionState if state is not QuestionState.NEXT)
    counted = (QuestionState.ANSWERED, QuestionState.LATER)
    known_warnings = warnings(before)
    base = certain_base(after)
    return Consequence(
        adds=tuple(name for name in now.certain if name not in was.certain),
        rules_out=tuple(name for name in now.excluded if name not in was.excluded),
        settings=tuple(
            (output.name, output.value)
            for output, old, new in zip(compiled.functions.outputs, before.outputs, after.outputs, strict=True)
            if output.kind == "set" and new == TRUE != old
        ),
        warns=tuple(each for each in warnings(after) if each not in known_warnings),
        asks=moved(not_next, to=(QuestionState.NEXT,)),
        spares=moved(waiting, to=(QuestionState.SETTLED, QuestionState.UNASKED)),
        sets_aside=tuple(
            each
            for each in others
            if each in states_after and states_after[each] is QuestionState.ASIDE and states_before[each] in counted
        ),
        remaining=remaining(after),
        base=base if base != certain_base(before) else None,
    )


def open_levels(seen: Look) -> Iterator[int]:
    """The variables the result still depends on."""
    return bits(seen.needed)
