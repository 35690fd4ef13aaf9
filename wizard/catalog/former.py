"""The names that an answers file may have: those of today, and former ones that stand for them.

``was: [mail]`` says that something was called ``mail``. ``was: [habits.special]`` on an option says that it was the
option ``special`` of the question ``habits``, and on a parameter that it belonged to another component.
"""

from collections.abc import Mapping
from typing import NamedTuple

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


class AnswerNames(NamedTuple):
    """The names that an answers file may have beside the questions and options of today."""

    parameters: Mapping[str, frozenset[str]] = {}
    """The names of a component's parameters, by the component's name."""
    decided: frozenset[str] = frozenset()
    """The keys of parameters that the answers alone decide."""
    former: Former = Former()
