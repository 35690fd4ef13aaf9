"""The conditions of a decision as nodes of one diagram."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.decision.compiled import Compiled, Functions, Kind, Output
from wizard.decision.diagram import TRUE, Diagram
from wizard.decision.model import All, AnyOf, AtLeast, Condition, Decision, Fact, Is, Not, Setting


def make_functions(compiled: Compiled, *, limit: int | None = None) -> Functions:
    """All functions of a decision; with a ``limit`` it raises instead of growing larger."""
    builder = Builder(compiled, limit=limit)
    rules = tuple(builder.node(rule.when) for rule in compiled.decision.rules)
    outputs = tuple(_outputs(compiled.decision, rules, builder.diagram))
    return Functions(builder.diagram, builder.whens, rules, outputs)


class Builder:
    """Makes diagram nodes of conditions; the prover brings a limit of its own."""

    def __init__(self, compiled: Compiled, *, limit: int | None = None) -> None:
        self._compiled = compiled
        self.diagram = Diagram([len(each.values) for each in compiled.variables])
        self._facts: dict[str, int] = {}
        self._cells: dict[tuple[int, int], int] = {}
        whens: list[int] = []
        self.whens: tuple[int, ...] = ()
        for variable in compiled.variables:
            whens.append(TRUE if variable.when is None else self.node(variable.when))
            self.whens = tuple(whens)
        if limit is not None:
            self.diagram.allow(limit)

    def cell(self, level: int, mask: int) -> int:
        """True when the variable's value, NA included, is in ``mask``."""
        found = self._cells.get((level, mask))
        if found is None:
            diagram, variable, when = self.diagram, self._compiled.variables[level], self.whens[level]
            found = diagram.both(when, diagram.literal(level, mask))
            if mask & variable.not_asked:
                found = diagram.either(found, diagram.negate(when))
            self._cells[level, mask] = found
        return found

    def node(self, condition: Condition) -> int:
        """True where the condition holds."""
        diagram = self.diagram
        match condition:
            case Is():
                return self._atom(condition)
            case Fact():
                if condition.name not in self._facts:
                    self._facts[condition.name] = self.node(self._compiled.decision.facts[condition.name])
                return self._facts[condition.name]
            case Not():
                return diagram.negate(self.node(condition.part))
            case All():
                return diagram.all_of(self.node(part) for part in condition.parts)
            case AnyOf():
                return diagram.any_of(self.node(part) for part in condition.parts)
            case AtLeast():
                return diagram.at_least(condition.count, [self.node(part) for part in condition.parts])

    def _atom(self, atom: Is) -> int:
        variables = [self._compiled.variables[level] for level in self._compiled.levels[atom.question]]
        if not variables[0].option:
            mask = sum({1 << variables[0].values.index(option) for option in atom.options})
            return self.cell(variables[0].level, mask)
        return self.diagram.any_of(self.cell(each.level, 1) for each in variables if each.option in atom.options)


def _outputs(decision: Decision, rules: tuple[int, ...], diagram: Diagram) -> Iterator[Output]:
    found: dict[tuple[Kind, str, Setting, type], list[int]] = {}
    for rule, node in zip(decision.rules, rules, strict=True):
        if rule.section == "set":
            for name, value in rule.settings:
                # The type is part of the key because 1 == True.
                found.setdefault(("set", name, value, type(value)), []).append(node)
        else:
            name = rule.id if rule.section == "warn" else rule.use
            found.setdefault((rule.section, name, None, type(None)), []).append(node)
    for (kind, name, value, _), nodes in found.items():
        yield Output(kind, name, value, diagram.any_of(nodes))
