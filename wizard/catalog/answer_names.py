"""The current and former names in a catalogue, and the check of former names."""

from collections.abc import Iterable, Iterator, Mapping

from wizard.catalog.former import AnswerNames, Former, QuestionOption
from wizard.catalog.model import Component, Pattern
from wizard.decision.model import Decision
from wizard.errors import Fault, Position
from wizard.text import shown

_Claim = tuple[str, str, str, Position]
"""The kind of thing, its former id, its current id, and the position of the `was` entry's owner."""


def answer_names(decision: Decision, patterns: Mapping[str, Pattern], components: Iterable[Component]) -> AnswerNames:
    """Collect the names that an answers file may use."""
    components = tuple(components)
    names: dict[str, set[str]] = {}
    declared = [parameter for component in components for parameter in component.parameters]
    for parameter in declared:
        names.setdefault(parameter.component, {"implementation"}).add(parameter.name)
    return AnswerNames(
        parameters={component: frozenset(found) for component, found in names.items()},
        decided=frozenset({p.key for p in declared if p.decided} - {p.key for p in declared if not p.decided}),
        former=_former(decision, patterns, components),
    )


def _former(decision: Decision, patterns: Mapping[str, Pattern], components: Iterable[Component]) -> Former:
    claims: dict[str, dict[str, str]] = {"question": {}, "option": {}, "pattern": {}, "parameter": {}}
    for kind, was, now, _ in _claims(decision, patterns, components):
        claims[kind].setdefault(was, now)
    options = {_question_option(was): _question_option(now) for was, now in claims["option"].items()}
    return Former(claims["question"], options, claims["pattern"], claims["parameter"])


def check_former(
    decision: Decision,
    patterns: Mapping[str, Pattern],
    components: Mapping[tuple[str, str], Component],
    faults: list[Fault],
) -> None:
    """Report former ids that are still in use, and former ids that two things claim."""
    known = {
        "question": set(decision.questions),
        "option": {f"{q.id}.{option.id}" for q in decision.questions.values() for option in q.options},
        "pattern": set(patterns),
        "parameter": {p.key for component in components.values() for p in component.parameters},
    }
    taken: dict[tuple[str, str], str] = {}
    for kind, was, now, position in _claims(decision, patterns, components.values()):
        first = taken.setdefault((kind, was), now)
        if was in known[kind]:
            message = f"{kind} '{now}' was '{shown(was)}', which is still {'an' if kind == 'option' else 'a'} {kind}"
            faults.append(Fault("former-id", message, position, "remove it from `was`, or rename the other one"))
        elif first != now:
            message = f"{kind}s '{first}' and '{now}' both were '{shown(was)}'"
            faults.append(Fault("former-id", message, position, "keep it in one `was`"))


def _claims(decision: Decision, patterns: Mapping[str, Pattern], components: Iterable[Component]) -> Iterator[_Claim]:
    for question in decision.questions.values():
        yield from (("question", was, question.id, question.position) for was in question.was)
        for option in question.options:
            now = f"{question.id}.{option.id}"
            yield from (("option", _full(was, question.id), now, option.position) for was in option.was)
    for pattern in patterns.values():
        yield from (("pattern", was, pattern.id, pattern.position) for was in pattern.was)
    for parameter in (parameter for component in components for parameter in component.parameters):
        for was in parameter.was:
            yield "parameter", _full(was, parameter.component), parameter.key, parameter.position


def _full(was: str, owner: str) -> str:
    return was if "." in was else f"{owner}.{was}"


def _question_option(text: str) -> QuestionOption:
    question, _, option = text.partition(".")
    return question, option
