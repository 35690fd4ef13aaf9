"""The names that an answers file may use: current ones, and former ones that stand for them.

``was: [mail]`` means that something used to be called ``mail``. On an option, ``was: [habits.special]`` means that it
used to be the option ``special`` of the question ``habits``; on a parameter, that it belonged to another component.
"""

from collections.abc import Mapping
from typing import NamedTuple

QuestionOption = tuple[str, str]
"""A question and one of its options."""


class Former(NamedTuple):
    """Current names by former name."""

    questions: Mapping[str, str] = {}
    options: Mapping[QuestionOption, QuestionOption] = {}
    components: Mapping[str, str] = {}
    parameters: Mapping[str, str] = {}
    """Current keys by former key, both in the form ``component.name``."""

    def question(self, name: str) -> str:
        """Return the current id of a question."""
        return self.questions.get(name, name)

    def option(self, question: str, option: str) -> QuestionOption:
        """Return the current question and option."""
        now = self.question(question)
        return self.options.get((question, option)) or self.options.get((now, option)) or (now, option)

    def knows(self, component: str) -> bool:
        """Return whether this is a former component name, or the former component of a parameter."""
        return component in self.components or any(key.rpartition(".")[0] == component for key in self.parameters)

    def parameter(self, component: str, name: str) -> tuple[str, str]:
        """Return the current component and name of a parameter."""
        now = self.components.get(component, component)
        key = self.parameters.get(f"{component}.{name}") or self.parameters.get(f"{now}.{name}") or f"{now}.{name}"
        owner, _, called = key.rpartition(".")
        return owner, called


class AnswerNames(NamedTuple):
    """The names that an answers file may use in addition to the current questions and options."""

    parameters: Mapping[str, frozenset[str]] = {}
    """The names of a component's parameters, by the component's name."""
    decided: frozenset[str] = frozenset()
    """The keys of parameters that the answers alone decide."""
    former: Former = Former()
