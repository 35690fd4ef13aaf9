"""The evaluation of a decision on partial answers: three-valued, exact, and the same for every face.

Every rule is a function of all possible answers, with "is it asked at all" folded in. A question can still
change the result if one part of the result (base, a pattern, a setting's value, a warning) depends on it for some
answers to the other questions; this is exact, not an estimate. An answer to a ``many`` question decides all its
options: an option that is offered only later counts as unticked.
"""

from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import NamedTuple

from wizard.decision.budget import BudgetSpentError
from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.functions import Output, allowed, plain
from wizard.decision.model import Answer, Answers, Part, Question, Setting
from wizard.decision.results import Candidates, Consequence, Evaluation, QuestionState, RuleState, RuleStatus, Verdict
from wizard.decision.terms import Terms
from wizard.decision.variables import TICKED, UNTICKED

_STATES = {TRUE: RuleState.MATCHED, FALSE: RuleState.EXCLUDED}


class DecisionState(NamedTuple):
    """The state of a decision after some answers: every function with these answers put in."""

    compiled: Compiled
    answers: Answers
    values: tuple[int, ...]
    """The answered value by level, or -1."""
    known: int
    """The bits of the answered variables."""
    whens: tuple[int, ...]
    """By level, the condition for asking the variable."""
    rules: tuple[int, ...]
    """By index in ``Decision.rules``; empty if rules were not requested."""
    outputs: tuple[int, ...]
    """By index in ``Functions.outputs``."""
    needed: int
    """The bits of the variables on which some part of the result still depends."""

    @property
    def done(self) -> bool:
        """True if no further answer can change the result."""
        return not self.needed


def values_of(compiled: Compiled, answers: Answers) -> tuple[list[int], int]:
    """Return the answered value or -1 by level, and the bits of the answered variables.

    An answer that the table does not know (from an old answers file) counts as not given; the session reports it.
    """
    values = [-1] * len(compiled.variables)
    known = 0
    for question_id, answer in answers.items():
        for level in compiled.levels.get(question_id, ()):
            variable = compiled.variables[level]
            if variable.option:
                if isinstance(answer, str):
                    continue
                values[level] = TICKED if variable.option in answer else UNTICKED
            elif isinstance(answer, str) and answer in variable.values:
                values[level] = variable.values.index(answer)
            else:
                continue
            known |= 1 << level
    return values, known


def state_after(
    compiled: Compiled, answers: Answers, *, only_base: bool = False, with_rules: bool = True
) -> DecisionState:
    """Put the answers into every function; with ``only_base``, the result is only the base workload."""
    functions = compiled.functions
    rules = functions.rules if with_rules else ()
    outputs = tuple([output.node for output in functions.outputs])
    start = DecisionState(compiled, {}, (-1,) * len(compiled.variables), 0, functions.whens, rules, outputs, 0)
    return further(start, answers, only_base=only_base)


def further(state: DecisionState, answers: Answers, *, only_base: bool = False) -> DecisionState:
    """Put answers to further questions into a state."""
    compiled = state.compiled
    values, known = values_of(compiled, answers)
    diagram, memo = compiled.functions.diagram, dict[int, int]()
    support, restrict = diagram.support, diagram.restrict

    def left(nodes: Iterable[int]) -> tuple[int, ...]:
        return tuple([restrict(node, values, known, memo) if support[node] & known else node for node in nodes])

    outputs = left(state.outputs)
    needed = 0
    for output, node in zip(compiled.functions.outputs, outputs, strict=True):
        if not only_base or output.section == "base":
            needed |= support[node]
    return DecisionState(
        compiled,
        {**state.answers, **answers},
        tuple([old if new < 0 else new for old, new in zip(state.values, values, strict=True)]),
        state.known | known,
        left(state.whens),
        left(state.rules),
        outputs,
        needed,
    )


def evaluate(compiled: Compiled, answers: Answers, *, only_base: bool = False) -> Evaluation:
    """Evaluate the decision on these answers.

    With ``only_base`` (``--quick``) a question counts only while it can change the base workload. The verdict is then
    available once the base is decided, and contains the rest as far as it is certain.
    """
    state = state_after(compiled, answers, only_base=only_base)
    terms = Terms(compiled, state.values, state.known, state.whens)
    rules = {
        rule.key: RuleStatus(rule, _STATES.get(node, RuleState.OPEN), partial(terms.of_rule, index, node))
        for index, (rule, node) in enumerate(zip(compiled.decision.rules, state.rules, strict=True))
    }
    return Evaluation(
        questions=question_states(state),
        rules=rules,
        candidates=candidates(state),
        next_question=_next_question(state),
        count_remaining=cache(partial(remaining, state, only_base=only_base)),
        relevant_options={
            question.id: offered(state, question)
            for question in compiled.decision.questions.values()
            if _asked(state, question) == TRUE
        },
        verdict=verdict(state) if state.done else None,
    )


def may_be_offered(compiled: Compiled, answers: Answers, question_id: str, option_id: str) -> bool:
    """Return whether an option can still be offered when its question is asked, for some further answers."""
    whens = state_after(compiled, answers, with_rules=False).whens
    levels = compiled.levels[question_id]
    own = [level for level in levels if compiled.variables[level].option in ("", option_id)]
    return any(whens[level] != FALSE for level in own)


def asked_in_order(compiled: Compiled, answers: Answers) -> tuple[str, ...] | None:
    """Return the questions that are asked if these answers are given one by one in the author's order.

    Returns ``None`` if one of them has no answer. Questions whose answer can no longer change the result are left out.
    """
    state = state_after(compiled, {}, with_rules=False)
    while not state.done:
        question = _next_question(state)
        if question is None or question not in answers:
            return None
        state = further(state, {question: answers[question]})
    return tuple(each for each in compiled.decision.questions if each in state.answers)


def _next_question(state: DecisionState) -> str | None:
    questions = state.compiled.decision.questions.values()
    return next((each.id for each in questions if _question_state(state, each) is QuestionState.NEXT), None)


def remaining(state: DecisionState, *, only_base: bool = False) -> tuple[int, int]:
    """Return the fewest and most questions still to come, or bounds if counting takes too long."""
    outputs = state.compiled.functions.outputs
    both = zip(outputs, state.outputs, strict=True)
    nodes = [node for output, node in both if not only_base or output.section == "base"]
    flow = state.compiled.flow
    try:
        count = flow.count(nodes, state.whens)
    except BudgetSpentError:
        return flow.bounds(nodes)
    return count.fewest, count.most


def _asked(state: DecisionState, question: Question) -> int:
    """Return ``TRUE``, ``FALSE``, or another node if it depends on open questions."""
    whens = [_offer(state, level) for level in state.compiled.levels[question.id]]
    if TRUE in whens:
        return TRUE
    return max(whens, default=FALSE)


def _offer(state: DecisionState, level: int) -> int:
    """Return the node for if an option is offered, ignoring ticked options that exclude it."""
    node = state.compiled.offered.get(level)
    if node is None:
        return state.whens[level]
    return state.compiled.functions.diagram.restrict(node, state.values, state.known, {})


def offered(state: DecisionState, question: Question) -> tuple[str, ...]:
    """Return the options that are certainly offered."""
    if not question.many:
        return tuple(option.id for option in question.options)
    both = zip(question.options, state.compiled.levels[question.id], strict=True)
    return tuple(option.id for option, level in both if _offer(state, level) == TRUE)


def question_states(state: DecisionState) -> dict[str, QuestionState]:
    """Return the state of each question, in the author's order.

    An answered question that may or may not be asked (an answer given in advance) is ``LATER``; an unanswered one that
    may be asked but can no longer matter is ``UNASKED``.
    """
    return {each.id: _question_state(state, each) for each in state.compiled.decision.questions.values()}


def _question_state(state: DecisionState, question: Question) -> QuestionState:
    levels = state.compiled.levels[question.id]
    asked = _asked(state, question)
    if any(state.known >> level & 1 for level in levels):
        if asked == TRUE:
            return QuestionState.ANSWERED
        return QuestionState.ASIDE if asked == FALSE else QuestionState.LATER
    needed = [level for level in levels if state.needed >> level & 1]
    if any(_offer(state, level) == TRUE for level in needed):
        return QuestionState.NEXT
    if needed:
        return QuestionState.LATER
    return QuestionState.SETTLED if asked == TRUE else QuestionState.UNASKED


def candidates(state: DecisionState) -> Candidates:
    """Group the patterns by certainty; each group is in output order."""
    outputs = state.compiled.functions.outputs
    nodes: dict[str, list[int]] = {}
    for output, node in zip(outputs, state.outputs, strict=True):
        if output.section in ("base", "add"):
            nodes.setdefault(output.name, []).append(node)
    patterns = state.compiled.decision.patterns
    order = [*patterns, *(name for name in nodes if name not in patterns)]
    certain = tuple(name for name in order if TRUE in nodes.get(name, ()))
    excluded = tuple(name for name in order if all(node == FALSE for node in nodes.get(name, ())))
    possible = tuple(name for name in order if name not in certain and name not in excluded)
    return Candidates(certain, possible, excluded)


def _certain(state: DecisionState, section: Part) -> Iterator[Output]:
    for output, node in zip(state.compiled.functions.outputs, state.outputs, strict=True):
        if node == TRUE and output.section == section:
            yield output


def certain_base(state: DecisionState) -> str | None:
    """Return the base workload once it is decided."""
    return next((output.name for output in _certain(state, "base")), None)


def settings(state: DecisionState) -> tuple[tuple[str, Setting], ...]:
    """Return the settings that are certain, in the author's order."""
    return tuple((output.name, plain(output)) for output in _certain(state, "set"))


def warnings(state: DecisionState) -> tuple[str, ...]:
    """Return the ids of the warnings that are certain, in the author's order."""
    return tuple(output.name for output in _certain(state, "warn"))


def verdict(state: DecisionState) -> Verdict:
    """Return the result as far as it is certain."""
    decision = state.compiled.decision
    added = {output.name for output in _certain(state, "add")}
    order = {name: index for index, name in enumerate(decision.patterns)}
    return Verdict(
        base=certain_base(state) or "",
        add=tuple(sorted(added, key=lambda name: (order.get(name, len(order)), name))),
        settings=settings(state),
        warn=warnings(state),
        fired=tuple(rule for rule, node in zip(decision.rules, state.rules, strict=True) if node == TRUE),
        implementations=tuple((output.name, allowed(output)) for output in _certain(state, "implementation")),
    )


def consequence(
    compiled: Compiled, answers: Answers, question_id: str, answer: Answer, instead_of: Answer | None = None
) -> Consequence:
    """Return the differences between this answer and ``instead_of`` (or no answer) to the question."""
    others = {key: value for key, value in answers.items() if key != question_id}
    unanswered = state_after(compiled, others, with_rules=False)
    before = unanswered if instead_of is None else further(unanswered, {question_id: instead_of})
    after = further(unanswered, {question_id: answer})
    was, now = candidates(before), candidates(after)
    states_before, states_after = question_states(before), question_states(after)
    changed = {
        each: (states_before[each], new)
        for each, new in states_after.items()
        if each != question_id and states_before[each] is not new
    }
    waiting = (QuestionState.NEXT, QuestionState.LATER)
    over = (QuestionState.SETTLED, QuestionState.UNASKED)
    known_warnings = warnings(before)
    base = certain_base(after)
    return Consequence(
        adds=tuple(name for name in now.certain if name not in was.certain),
        rules_out=tuple(name for name in now.excluded if name not in was.excluded),
        settings=tuple(
            (output.name, plain(output))
            for output, old, new in zip(compiled.functions.outputs, before.outputs, after.outputs, strict=True)
            if output.section == "set" and new == TRUE != old
        ),
        warns=tuple(each for each in warnings(after) if each not in known_warnings),
        opens=tuple(each for each, (_, new) in changed.items() if new is QuestionState.NEXT),
        needless=tuple(each for each, (old, new) in changed.items() if old in waiting and new in over),
        sets_aside=tuple(each for each, (_, new) in changed.items() if new is QuestionState.ASIDE),
        base=base if base != certain_base(before) else None,
    )
