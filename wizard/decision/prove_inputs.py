"""Questions and options that are never offered or never matter, and ``not`` conditions that lean on "not asked"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from wizard.decision.boxes import Variable
from wizard.decision.compiled import Compiled, Functions
from wizard.decision.diagram import FALSE, TRUE
from wizard.decision.findings import Finding, listed
from wizard.decision.gaps import Budget
from wizard.decision.model import All, AnyOf, AtLeast, Condition, Fact, Is, Not, Question
from wizard.decision.reach import Reach
from wizard.decision.trials import Signatures, tried
from wizard.errors import Position

_NAMED = 3


def input_faults(
    reach: Reach, budget: Budget, functions: Functions | None, make: Callable[[], Functions]
) -> Iterator[Finding]:
    """Dead questions and options, and options nothing tells apart.

    Without ``functions`` (a very large table) trials come first, and only what they leave open has them made.
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
            yield Finding("dead-question", question.position, text.__str__, "mend its condition, or remove it")
        elif not any(each.level in signatures for each in asked):
            text = f"no answer to '{question.id}' ever changes the result"
            yield Finding("dead-question", question.position, text.__str__, "add a rule that tests it, or remove it")
        else:
            yield from _options(question, variables, asked, signatures, together)


def _options(
    question: Question,
    variables: list[Variable],
    asked: list[Variable],
    signatures: Signatures,
    together: Mapping[str, set[tuple[str, ...]]],
) -> Iterator[Finding]:
    if question.many:
        for variable in variables:
            position = question.option(variable.option).position
            name = f"option '{variable.option}' of '{question.id}'"
            if variable not in asked:
                text = f"{name} is never on offer: its condition never holds"
                yield Finding("dead-option", position, text.__str__, "mend its condition, or remove it")
            elif variable.level not in signatures:
                text = f"ticking {name} never changes the result"
                yield Finding("unused-option", position, text.__str__, "add a rule that tests it", "warning")
        return
    alike: dict[tuple[int, ...], list[str]] = {}
    for value, option in enumerate(variables[0].values):
        alike.setdefault(tuple(each[value] for each in signatures[variables[0].level]), []).append(option)
    for options in alike.values():
        # Options the author names in one breath differ for people, not for the rules.
        if len(options) > 1 and not any(set(options) <= set(named) for named in together.get(question.id, ())):
            text = f"options {listed(options)} of '{question.id}' always give the same result"
            position = question.option(options[-1]).position
            yield Finding("unused-option", position, text.__str__, "add a rule that tells them apart", "warning")


def late_faults(compiled: Compiled) -> Iterator[Finding]:
    """Options of a ``many`` question that hang on a question at or after their own."""
    for variable in compiled.variables:
        depends = compiled.depends[variable.level]
        late = any(depends >> other.level & 1 and other.place >= variable.place for other in compiled.variables)
        if variable.option and late:
            name = f"option '{variable.option}' of '{variable.question}'"
            text = f"{name} may come on offer only after the question is answered, and then counts as unticked"
            position = compiled.decision.questions[variable.question].option(variable.option).position
            yield Finding("late-option", position, text.__str__, "ask what it depends on earlier", "warning")


def _exact(functions: Functions) -> Signatures:
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
    """Every condition that is written down, with whose it is."""
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
    """For each question the lists of options that some condition names as one."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for _, _, condition in _conditions(compiled):
        for atom, _ in _atoms(condition, negated=False):
            if len(atom.options) > 1:
                found.setdefault(atom.question, set()).add(atom.options)
    return found


def _atoms(condition: Condition, *, negated: bool) -> Iterator[tuple[Is, bool]]:
    """The atoms written in a condition, and whether each stands under a ``not``."""
    match condition:
        case Is():
            yield condition, negated
        case Not():
            yield from _atoms(condition.part, negated=not negated)
        case All() | AnyOf() | AtLeast():
            for part in condition.parts:
                yield from _atoms(part, negated=negated)
        case Fact():
            return


def leaning_faults(reach: Reach) -> Iterator[Finding]:
    """Conditions with a ``not`` that also hold because its question is not asked: one note for each question."""
    compiled, builder = reach.compiled, reach.builder
    leaning: dict[str, list[tuple[str, Position]]] = {}
    for owner, position, condition in _conditions(compiled):
        for question in dict.fromkeys(atom.question for atom, negated in _atoms(condition, negated=False) if negated):
            whens = [builder.whens[level] for level in compiled.levels[question]]
            unasked = builder.diagram.negate(builder.diagram.any_of(whens))
            if unasked != FALSE and builder.diagram.both(builder.node(condition), unasked) != FALSE:
                leaning.setdefault(question, []).append((owner, position))
    for question, owners in leaning.items():
        names = [owner for owner, _ in owners]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        text = f"'not' on '{question}' also holds where it is not asked: {', '.join(names[:_NAMED])}{more}"
        hint = "nothing to do if that is meant; else name the options that are"
        yield Finding("not-asked-holds", owners[0][1], text.__str__, hint, "note")
