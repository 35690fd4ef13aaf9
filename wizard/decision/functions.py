"""The conditions of a decision, and each part of its result, as nodes of one diagram."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from wizard.decision.diagram import TRUE, Diagram
from wizard.decision.model import All, AnyOf, AtLeast, Condition, Decision, Fact, Is, Not, Part, Rule, Setting
from wizard.decision.variables import TICKED, Variable


class Output(NamedTuple):
    """A part of the result: a pattern, a setting's value or a warning; ``node`` is true where it applies."""

    section: Part
    name: str
    """A pattern's id, a setting's name or a warn rule's id."""
    value: Setting | tuple[str, ...]
    """The value of a setting, or the allowed implementations of a pattern; else ``None``."""
    node: int


def plain(output: Output) -> Setting:
    """Return the value of a setting."""
    return None if isinstance(output.value, tuple) else output.value


def allowed(output: Output) -> tuple[str, ...]:
    """Return the allowed implementations of a pattern."""
    return output.value if isinstance(output.value, tuple) else ()


class Functions(NamedTuple):
    """All conditions of a decision as nodes."""

    diagram: Diagram
    whens: tuple[int, ...]
    """By level, the condition for asking the variable."""
    rules: tuple[int, ...]
    """By index in ``Decision.rules``, the condition for applying the rule."""
    outputs: tuple[Output, ...]


def make_functions(
    decision: Decision,
    variables: Sequence[Variable],
    levels: Mapping[str, tuple[int, ...]],
    *,
    limit: int | None = None,
) -> Functions:
    """Build all functions of a decision.

    Raises:
        BudgetSpentError: they need more than ``limit`` nodes.
    """
    builder = Builder(variables, levels, decision.facts, limit=limit)
    rules = tuple(builder.node(rule.when) for rule in decision.rules)
    outputs = tuple(_outputs(decision, rules, builder.diagram))
    return Functions(builder.diagram, tuple(builder.whens), rules, outputs)


class Written:
    """A builder of nodes for conditions as written: "not asked" is an additional value of a variable."""

    def __init__(
        self, variables: Sequence[Variable], levels: Mapping[str, tuple[int, ...]], facts: Mapping[str, Condition]
    ) -> None:
        self._variables = variables
        self._levels = levels
        self._conditions = facts
        self._facts: dict[str, int] = {}
        self.diagram = Diagram([each.full.bit_length() for each in variables])

    def cell(self, level: int, mask: int) -> int:
        """Return the function that is true if the variable's value, or "not asked", is in ``mask``."""
        return self.diagram.literal(level, mask)

    def node(self, condition: Condition) -> int:
        """Return the function that is true where the condition holds."""
        diagram = self.diagram
        match condition:
            case Is():
                return self._is(condition)
            case Fact():
                if condition.name not in self._facts:
                    self._facts[condition.name] = self.node(self._conditions[condition.name])
                return self._facts[condition.name]
            case Not():
                return diagram.negate(self.node(condition.part))
            case All():
                return diagram.all_of(self.node(part) for part in condition.parts)
            case AnyOf():
                return diagram.any_of(self.node(part) for part in condition.parts)
            case AtLeast():
                return diagram.at_least(condition.number, [self.node(part) for part in condition.parts])

    def _is(self, condition: Is) -> int:
        variables = [self._variables[level] for level in self._levels[condition.question]]
        if not variables[0].option:
            mask = sum({1 << variables[0].values.index(option) for option in condition.options})
            return self.cell(variables[0].level, mask)
        ticked = (self.cell(each.level, 1 << TICKED) for each in variables if each.option in condition.options)
        return self.diagram.any_of(ticked)


class Builder(Written):
    """A builder of nodes for conditions as functions of the answers, with "is it asked at all" folded in."""

    def __init__(
        self,
        variables: Sequence[Variable],
        levels: Mapping[str, tuple[int, ...]],
        facts: Mapping[str, Condition],
        *,
        limit: int | None = None,
    ) -> None:
        super().__init__(variables, levels, facts)
        self.diagram = Diagram([len(each.values) for each in variables])
        self._cells: dict[tuple[int, int], int] = {}
        self.whens: list[int] = []
        """By level, the condition for asking the variable."""
        for variable in variables:
            self.whens.append(TRUE if variable.when is None else self.node(variable.when))
        if limit is not None:
            self.diagram.allow(limit)

    def cell(self, level: int, mask: int) -> int:
        """Return the function that is true if the answer, or "not asked", is in ``mask``."""
        found = self._cells.get((level, mask))
        if found is None:
            diagram, when = self.diagram, self.whens[level]
            found = diagram.both(when, diagram.literal(level, mask))
            if mask & self._variables[level].not_asked:
                found = diagram.either(found, diagram.negate(when))
            self._cells[level, mask] = found
        return found


def _outputs(decision: Decision, rules: tuple[int, ...], diagram: Diagram) -> Iterator[Output]:
    found: dict[OutputEntry, list[int]] = {}
    for rule, node in zip(decision.rules, rules, strict=True):
        for entry in output_entries(rule):
            found.setdefault(entry, []).append(node)
    for (section, name, value, _), nodes in found.items():
        yield Output(section, name, value, diagram.any_of(nodes))


OutputEntry = tuple[Part, str, Setting | tuple[str, ...], type]
"""A part of the result; the type distinguishes the values 1 and ``True``."""


def output_entries(rule: Rule) -> Iterator[OutputEntry]:
    """Yield the parts of the result that a rule produces if it applies."""
    if rule.section == "set":
        for name, value in rule.settings:
            yield "set", name, value, type(value)
    else:
        yield rule.section, rule.id if rule.section == "warn" else rule.use, None, type(None)
    if rule.implementations:
        yield "implementation", rule.use, rule.implementations, tuple
