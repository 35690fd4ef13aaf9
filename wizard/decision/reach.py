"""Reachable answer sets: those in which exactly the questions whose ``when`` holds have an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wizard.decision.boxes import Box, inside, meet
from wizard.decision.compiled import Compiled
from wizard.decision.diagram import FALSE, BudgetSpentError
from wizard.decision.flow import bits
from wizard.decision.functions import Builder

Lines = dict[int, int]
"""A counterexample: for some variables the real values that all make one."""
Values = dict[int, int]
"""For some variables, closed under "what decides whether it is asked", the one value bit each has."""


class Reach:
    """Finds reachable answer sets in boxes, exactly; work beyond the builder's limit raises."""

    def __init__(self, compiled: Compiled, *, limit: int) -> None:
        self.compiled = compiled
        self.builder = Builder(compiled, limit=limit)
        self._rules: dict[int, int] = {}

    def rule(self, place: int) -> int:
        """The node of a rule."""
        if place not in self._rules:
            self._rules[place] = self.builder.node(self.compiled.decision.rules[place].when)
        return self._rules[place]

    def witness(self, box: Box) -> Values | None:
        """A reachable answer set in the box, or ``None`` when there is none."""
        wanted = self._asked_for(box)
        found = None if wanted is None else self._walk(wanted)
        if found is not None:
            return found
        node = self.node(box)
        return None if node == FALSE else self._walk(self.along(node))

    def node(self, box: Box) -> int:
        """The box as a node."""
        return self.builder.diagram.all_of(self.builder.cell(level, box[level]) for level in sorted(box))

    def along(self, node: int) -> Values:
        """Values that make a node true."""
        return {level: 1 << value for level, value in self.builder.diagram.path(node).items()}

    def _asked_for(self, box: Box) -> Box | None:
        """The box narrowed so that what must be asked is asked; only a good guess where there is a choice."""
        variables, when_boxes = self.compiled.variables, self.compiled.when_boxes
        wanted: Box = box
        todo = sum(1 << level for level in box if variables[level].when is not None)
        while todo:
            level = todo.bit_length() - 1
            todo ^= 1 << level
            if wanted[level] & variables[level].not_asked:
                continue
            for when in when_boxes[level]:
                if inside(wanted, when):
                    break
                met = meet(wanted, when)
                if met is not None:
                    wanted = met
                    todo |= sum(1 << each for each in when if variables[each].when is not None)
                    break
            else:
                return None
        return wanted

    def _walk(self, wanted: Mapping[int, int]) -> Values | None:
        """The first value that fits, question by question."""
        compiled = self.compiled
        needed = 0
        for level in wanted:
            needed |= 1 << level | compiled.depends[level]
        values: Values = {}
        for level in bits(needed):
            variable = compiled.variables[level]
            allowed = wanted.get(level, -1) & (variable.real if self.asked(level, values) else variable.not_asked)
            if not allowed:
                # A path through the diagram may name a variable that turns out not to matter.
                return None
            values[level] = allowed & -allowed
        return values

    def asked(self, level: int, values: Mapping[int, int]) -> bool:
        """Whether a variable is asked, given those it depends on."""
        if self.compiled.variables[level].when is None:
            return True
        return any(all(values[other] & mask for other, mask in box.items()) for box in self.compiled.when_boxes[level])

    def example(self, node: int, *, within: Box | None = None) -> Lines:
        """The shortest lines found such that every reachable answer set in them makes ``node`` true.

        ``within`` is a box in which it is true anyway, if one is known: a better start than one answer set.
        """
        diagram, variables = self.builder.diagram, self.compiled.variables
        if within and all(not mask & variables[level].not_asked for level, mask in within.items()):
            lines = dict(within)
        else:
            values = self._walk_all(self.along(node), diagram.support[node])
            lines = {level: bit for level, bit in values.items() if diagram.support[node] >> level & 1}
            lines = {level: bit for level, bit in lines.items() if bit & variables[level].real}
        try:
            wrong = diagram.negate(node)
            return self.shrunk(lines, lambda each: diagram.both(self.node(each), wrong) == FALSE)
        except BudgetSpentError:
            return lines

    def _walk_all(self, wanted: Values, support: int) -> Values:
        """Every variable of ``support`` with what it depends on; where ``wanted`` is silent, the first value."""
        values: Values = {}
        for level in bits(support | sum(1 << level for level in wanted)):
            variable = self.compiled.variables[level]
            for other in bits(self.compiled.depends[level]):
                if other not in values:
                    values[other] = self._value(other, wanted, values)
            values[level] = self._value(variable.level, wanted, values)
        return values

    def _value(self, level: int, wanted: Values, values: Values) -> int:
        variable = self.compiled.variables[level]
        return wanted.get(level, 1) if self.asked(level, values) else variable.not_asked

    def shrunk(self, lines: Lines, universal: Callable[[Lines], bool]) -> Lines:
        """Fewer lines, then more options a line, as long as every reachable answer set in them is meant."""
        for level in sorted(lines, reverse=True):
            fewer = {each: mask for each, mask in lines.items() if each != level}
            if universal(fewer):
                lines = fewer
        for level in sorted(lines):
            variable = self.compiled.variables[level]
            for bit in (1 << value for value in range(len(variable.values))):
                if bit & lines[level] or variable.option:
                    continue
                alone = {**lines, level: bit}
                if self.node(alone) != FALSE and universal(alone):
                    lines = {**lines, level: lines[level] | bit}
        return lines


def told(compiled: Compiled, lines: Lines) -> str:
    """The lines as ``question=option or option``, in the author's order."""
    order = sorted(lines, key=lambda level: (compiled.variables[level].place, level))
    parts: dict[str, list[str]] = {}
    for level in order:
        variable = compiled.variables[level]
        names = [each for value, each in enumerate(variable.values) if lines[level] >> value & 1]
        if not names:
            parts.setdefault(variable.question, []).append(f"{variable.question} not asked")
        elif not variable.option:
            unasked = " or not asked" if lines[level] & variable.not_asked else ""
            parts[variable.question] = [f"{variable.question}={' or '.join(names)}{unasked}"]
        else:
            sign = "=" if names == ["ticked"] else " without "
            parts.setdefault(variable.question, []).append(f"{variable.question}{sign}{variable.option}")
    return ", ".join(part for each in parts.values() for part in each) or "any answers"
