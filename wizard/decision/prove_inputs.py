"""Faults of questions: unused questions and options, and ``not`` conditions that hold because nothing was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from wizard.decision.budget import Budget
from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.faults import PendingFault
from wizard.decision.functions import Functions
from wizard.decision.model import All, AnyOf, AtLeast, Condition, Fact, Is, Not, Question
from wizard.decision.reach import Reach
from wizard.decision.trials import Signatures, tried
from wizard.decision.variables import Variable
from wizard.errors import Position
from wizard.text import first_few, listed

_NAMED = 3


def input_faults(
    reach: Reach, budget: Budget, functions: Functions | None, make: Callable[[], Functions]
) -> Iterator[PendingFault]:
    """Yield questions and options that never matter, and options that no rule distinguishes.

    Without ``functions`` (for a large table), trial answers come first; ``make`` builds the functions if these are not
    enough.
    """
    compiled, whens = reach.compiled, reach.builder.whens
    signatures = _exact(functions) if functions else tried(reach, budget)
    if signatures is None:
        signatures = _exact(make())
    together = _together(compiled)
    for question in compiled.decision.questions.values():
        variables = [compiled.variables[level] for level in compiled.levels[question.id]]
        asked = [each for each in variables if whens[each.level] != FALSE]
        if not asked:
            text = f"'{question.id}' is never asked: its condition never holds"
            yield PendingFault("dead-question", question.position, text, "fix its condition, or remove it")
        elif not any(each.level in signatures for each in asked):
            text = f"no answer to '{question.id}' ever changes the result"
            yield PendingFault("dead-question", question.position, text, "add a rule that tests it, or remove it")
        else:
            yield from _options(question, variables, asked, signatures, together)


def _options(
    question: Question,
    variables: list[Variable],
    asked: list[Variable],
    signatures: Signatures,
    together: Mapping[str, set[tuple[str, ...]]],
) -> Iterator[PendingFault]:
    if question.many:
        for variable in variables:
            position = question.option(variable.option).position
            name = f"option '{variable.option}' of '{question.id}'"
            if variable not in asked:
                text = f"{name} is never offered: its condition never holds"
                yield PendingFault("dead-option", position, text, "fix its condition, or remove it")
            elif variable.level not in signatures:
                text = f"ticking {name} never changes the result"
                yield PendingFault("unused-option", position, text, "add a rule that tests it", "warning")
        return
    alike: dict[tuple[int, ...], list[str]] = {}
    for value, option in enumerate(variables[0].values):
        alike.setdefault(tuple(each[value] for each in signatures[variables[0].level]), []).append(option)
    for options in alike.values():
        # Options that the author lists together in one condition are different for users, though not for the rules.
        if len(options) > 1 and not any(set(options) <= set(named) for named in together.get(question.id, ())):
            text = f"options {listed(map(repr, options))} of '{question.id}' always lead to the same result"
            position = question.option(options[-1]).position
            yield PendingFault("unused-option", position, text, "add a rule that tells them apart", "warning")


def late_faults(compiled: Compiled) -> Iterator[PendingFault]:
    """Yield options of a ``many`` question that depend on a question at or after their own."""
    for variable in compiled.variables:
        depends = compiled.offers[variable.level]
        late = any(depends >> other.level & 1 and other.order >= variable.order for other in compiled.variables)
        if variable.option and late:
            name = f"option '{variable.option}' of '{variable.question}'"
            text = f"{name} may be offered only after the question is answered, and then counts as unticked"
            position = compiled.decision.questions[variable.question].option(variable.option).position
            yield PendingFault("late-option", position, text, "ask the questions it depends on earlier", "warning")


def _exact(functions: Functions) -> Signatures:
    """Return every node of the outputs as a test of its variable: equal kids mean equal results."""
    found: Signatures = {}
    diagram = functions.diagram
    todo = [output.node for output in functions.outputs]
    seen = {FALSE, TRUE}
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            found.setdefault(diagram.level[node], []).append(diagram.kids[node])
            todo.extend(diagram.kids[node])
    return found


def _conditions(compiled: Compiled) -> Iterator[tuple[str, Position, Condition]]:
    """Yield every condition of the table with its owner."""
    decision = compiled.decision
    for question in decision.questions.values():
        if question.when is not None:
            yield f"question {question.id}", question.position, question.when
        for option in question.options:
            if option.when is not None:
                yield f"option {option.id} of {question.id}", option.position, option.when
    for rule in decision.rules:
        yield rule.key, rule.position, rule.when
    for name, condition in decision.facts.items():
        yield f"fact {name}", decision.fact_positions.get(name, Position(decision.id)), condition


def _together(compiled: Compiled) -> dict[str, set[tuple[str, ...]]]:
    """Return, for each question, the lists of options that some condition names together."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for _, _, condition in _conditions(compiled):
        for test, _ in _tests(condition, negated=False):
            if len(test.options) > 1:
                found.setdefault(test.question, set()).add(test.options)
    return found


def _tests(condition: Condition, *, negated: bool) -> Iterator[tuple[Is, bool]]:
    """Yield the tests in a condition, each with a flag that is true if it is negated."""
    match condition:
        case Is():
            yield condition, negated
        case Not():
            yield from _tests(condition.part, negated=not negated)
        case All() | AnyOf() | AtLeast():
            for part in condition.parts:
                yield from _tests(part, negated=negated)
        case Fact():
            return


def unasked_faults(reach: Reach) -> Iterator[PendingFault]:
    """Yield one note per question for conditions with a ``not`` that also hold if the question is not asked."""
    compiled, builder = reach.compiled, reach.builder
    holding: dict[str, list[tuple[str, Position]]] = {}
    for owner, position, condition in _conditions(compiled):
        for question in dict.fromkeys(test.question for test, negated in _tests(condition, negated=False) if negated):
            whens = [builder.whens[level] for level in compiled.levels[question]]
            unasked = builder.diagram.negate(builder.diagram.any_of(whens))
            if unasked != FALSE and builder.diagram.both(builder.node(condition), unasked) != FALSE:
                holding.setdefault(question, []).append((owner, position))
    for question, owners in holding.items():
        names = [owner for owner, _ in owners]
        text = f"'not' on '{question}' also holds where it is not asked: {first_few(names, _NAMED)}"
        hint = "nothing to do if that is intended; otherwise list the options one by one"
        yield PendingFault("not-asked-holds", owners[0][1], text, hint, "note")
