"""Declarations of the components in play, with the values that the parameters have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, TypeVar

from wizard.catalog.declarations import Declarations, Times
from wizard.catalog.model import Component, Parameter, Value
from wizard.catalog.resolve import value_texts
from wizard.catalog.values import format_value
from wizard.catalog.when import Atom, Surroundings, When, holds, true_in


class Conditional(Protocol):
    """A declaration that holds only under a condition."""

    @property
    def when(self) -> When:
        """The condition."""


T = TypeVar("T", bound=Conditional)


class Declared:
    """What the components of one bundle declare.

    Args:
        components: those in play, the workload first.
        values: the parameters' values, by key.
        bundle: what conditions look at besides.
    """

    def __init__(self, components: tuple[Component, ...], values: Mapping[str, Value], bundle: Surroundings) -> None:
        self.components = components
        self.values = values
        self.bundle = bundle
        self.parameters = {p.key: p for component in components for p in component.parameters}

    def each(self, of: Callable[[Declarations], tuple[T, ...]]) -> Iterator[tuple[Component, T]]:
        """(component, declaration) of one sort, where its condition holds."""
        for component in self.components:
            for declaration in of(component.declares):
                if self.holds(declaration.when):
                    yield component, declaration

    def holds(self, when: When) -> bool:
        """Tell whether a condition holds in this bundle."""
        return holds(when, self._truth)

    def shown(self, key: str) -> bool:
        """Tell whether a form would show the parameter."""
        parameter = self.parameters.get(key)
        return parameter is not None and (parameter.decided or self.holds(parameter.shown_when))

    def text(self, value: str) -> str:
        """A literal as it is, a parameter's key as the text of its value."""
        parameter = self.parameters.get(value)
        return value if parameter is None else self.value_text(parameter)

    def value_text(self, parameter: Parameter) -> str:
        """The parameter's value as a person would type it; empty when it has none."""
        value = self.values.get(parameter.key)
        return "" if value is None else format_value(parameter, value)

    def seconds(self, of: Callable[[Times], str]) -> int:
        """The sum of the seconds that all containers take, one after the other."""
        return sum(int(self.text(of(times)) or 0) for _, times in self.each(lambda declares: declares.times))

    def _truth(self, atom: Atom) -> bool:
        return true_in(atom, self.bundle, self._texts)

    def _texts(self, key: str, field: str) -> tuple[str, ...]:
        return value_texts(self.parameters[key], self.values.get(key), field) if key in self.parameters else ()
