"""Former ids of questions, options, patterns and parameters, so that an answers file of an earlier version stays good.

``was: [mail]`` says that something was called ``mail``. ``was: [habits.special]`` on an option says that it was the
option ``special`` of the question ``habits``, and on a parameter that it belonged to another component.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wizard.catalog.model import Component, Parameter, Pattern
from wizard.decision.model import Decision
from wizard.errors import Fault, Position
from wizard.text import shown

QuestionOption = tuple[str, str]
"""A question and one of its options."""


class Former(NamedTuple):
    """Names of today, by former id."""

    questions: Mapping[str, str] = {}
    options: Mapping[QuestionOption, QuestionOption] = {}
    components: Mapping[str, str] = {}
    parameters: Mapping[str, str] = {}
    """By ``component.name``."""

    def question(self, name: str) -> str:
        """Return the question's id of today."""
        return self.questions.get(name, name)

    def option(self, question: str, option: str) -> QuestionOption:
        """Return the question and option of today."""
        now = self.question(question)
        return self.options.get((question, option)) or self.options.get((now, option)) or (now, option)

    def knows(self, component: str) -> bool:
        """Tell whether a component was called so, or had parameters that are another one's today."""
        return component in self.components or any(key.rpartition(".")[0] == component for key in self.parameters)

    def parameter(self, component: str, name: str) -> tuple[str, str]:
        """Return the component and the name of today."""
        now = self.components.get(component, component)
        key = self.parameters.get(f"{component}.{name}") or self.parameters.get(f"{now}.{name}") or f"{now}.{name}"
        owner, _, called = key.rpartition(".")
        return owner, called


_Claim = tuple[str, str, str, Position]
"""The kind of thing, its former id, its id of today, and where that is said."""


def former_ids(decision: Decision, patterns: Mapping[str, Pattern], components: Iterable[Component]) -> Former:
    """Collect the former ids of a catalogue."""
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
    """Find former ids that are in use today, and those that two things claim."""
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
            message = f"{kind} '{now}' was '{shown(was)}', which is still {_article(kind)} {kind}"
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
    for component in components:
        yield from (claim for parameter in component.parameters for claim in _of_parameter(parameter))


def _of_parameter(parameter: Parameter) -> Iterator[_Claim]:
    yield from (
        ("parameter", _full(was, parameter.component), parameter.key, parameter.position) for was in parameter.was
    )


def _full(was: str, owner: str) -> str:
    return was if "." in was else f"{owner}.{was}"


def _question_option(text: str) -> QuestionOption:
    question, _, option = text.partition(".")
    return question, option


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeio" else "a"
