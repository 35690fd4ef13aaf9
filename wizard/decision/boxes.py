"""Conditions as unions of boxes: a box allows some values of some variables and leaves the rest free.

A value set is a small integer: bit ``i`` is option ``i``, and the bit after the last one is NA, "not asked".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb

from wizard.decision.model import All, AnyOf, AtLeast, Condition, Fact, Is, Not
from wizard.errors import CatalogError
from wizard.frozen import dataclass

Box = Mapping[int, int]
"""Variable level to allowed values; a variable that is not a key is free."""
Boxes = tuple[Box, ...]

TICKED, UNTICKED = 1, 2
ANYTHING: Boxes = ({},)
NOTHING: Boxes = ()
LARGEST = 20_000
"""Boxes one condition may need before it is refused; the real table's largest needs 20."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One input of the decision: a single question, or one option of a ``many`` question."""

    level: int
    """Its place in an order in which every variable comes after those its ``when`` tests."""
    question: str
    option: str
    """The option of a ``many`` question, else empty."""
    values: tuple[str, ...]
    when: Condition | None
    """The question's and the option's condition together."""
    place: int
    """The question's place in the author's order."""

    @property
    def real(self) -> int:
        """The value set of all real answers."""
        return (1 << len(self.values)) - 1

    @property
    def not_asked(self) -> int:
        """The value set that holds only NA; empty when the variable is always asked."""
        return 0 if self.when is None else 1 << len(self.values)

    @property
    def full(self) -> int:
        """Every value, NA included where it can be."""
        return self.real | self.not_asked


def meet(one: Box, other: Box) -> dict[int, int] | None:
    """The box both allow, or ``None`` when it is empty."""
    if len(one) < len(other):
        one, other = other, one
    both = dict(one)
    for level, mask in other.items():
        mask &= both.get(level, -1)
        if not mask:
            return None
        both[level] = mask
    return both


def inside(small: Box, large: Box) -> bool:
    """Whether every point of ``small`` is in ``large``."""
    return all(level in small and not small[level] & ~mask for level, mask in large.items())


def union(parts: Sequence[Boxes]) -> Boxes:
    """All boxes of all parts, without those that lie inside another one."""
    found = [box for boxes in parts for box in boxes]
    if len(found) < 2:
        return tuple(found)
    _guard(len(found))
    if len(found) > 400:
        return tuple({tuple(sorted(box.items())): box for box in found}.values())
    found.sort(key=len)
    kept: list[Box] = []
    for box in found:
        if not any(inside(box, other) for other in kept):
            kept.append(box)
    return tuple(kept)


def product(parts: Sequence[Boxes]) -> Boxes:
    """The boxes of the intersection of all parts."""
    whole: Boxes = ANYTHING
    for boxes in sorted(parts, key=len):
        _guard(len(whole) * len(boxes))
        met = [both for one in whole for other in boxes if (both := meet(one, other)) is not None]
        whole = union([tuple(met)])
        if not whole:
            break
    return whole


class Expander:
    """Turns conditions into boxes; remembers facts, and belongs to one compiled decision."""

    def __init__(
        self, variables: Sequence[Variable], levels: Mapping[str, tuple[int, ...]], facts: Mapping[str, Condition]
    ) -> None:
        self._variables = variables
        self._levels = levels
        self._facts = facts
        self._known: dict[tuple[str, bool], Boxes] = {}

    def boxes(self, condition: Condition, *, wanted: bool = True) -> Boxes:
        """The boxes where the condition is ``wanted``."""
        match condition:
            case Is():
                return self._atom(condition, wanted=wanted)
            case Not():
                return self.boxes(condition.part, wanted=not wanted)
            case All():
                parts = [self.boxes(part, wanted=wanted) for part in condition.parts]
                return product(parts) if wanted else union(parts)
            case AnyOf():
                parts = [self.boxes(part, wanted=wanted) for part in condition.parts]
                return union(parts) if wanted else product(parts)
            case AtLeast():
                return self._at_least(condition, wanted=wanted)
            case Fact():
                key = (condition.name, wanted)
                if key not in self._known:
                    self._known[key] = self.boxes(self._facts[condition.name], wanted=wanted)
                return self._known[key]

    def _atom(self, atom: Is, *, wanted: bool) -> Boxes:
        levels = self._levels[atom.question]
        if not self._variables[levels[0]].option:
            variable = self._variables[levels[0]]
            mask = sum({1 << variable.values.index(option) for option in atom.options})
            return _one_cell(variable, mask if wanted else variable.full ^ mask)
        chosen = [self._variables[level] for level in levels if self._variables[level].option in atom.options]
        if wanted:
            return union([_one_cell(variable, TICKED) for variable in chosen])
        return product([_one_cell(variable, variable.full ^ TICKED) for variable in chosen])

    def _at_least(self, condition: AtLeast, *, wanted: bool) -> Boxes:
        count = condition.count if wanted else len(condition.parts) - condition.count + 1
        if count <= 0:
            return ANYTHING
        parts = [self.boxes(part, wanted=wanted) for part in condition.parts]
        _guard(comb(len(parts), count))
        return union([product(chosen) for chosen in combinations(parts, count)])


def _one_cell(variable: Variable, mask: int) -> Boxes:
    if not mask:
        return NOTHING
    return ANYTHING if mask == variable.full else ({variable.level: mask},)


def _guard(size: int) -> None:
    if size > LARGEST:
        raise CatalogError(
            f"a condition of the decision table is too large: it needs more than {LARGEST} cases",
            hint="split it into several rules, or name its parts as questions",
        )
