"""Conditions as unions of boxes, for the prover.

A box allows some values of some variables and leaves the others free, like one rule of a DMN table: "work is server or
agent, and disk is yes" is the box ``{work: 0b011, disk: 0b01}``. A condition is the union of a few boxes. Decision
diagrams can express the same, and remain exact even where a question may not be asked; but a few bit operations compare
thousands of boxes (``masks.py``), and a box is what a message shows to the author. ``docs/decisions/0023`` has the
measurements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb

from wizard.decision.compiled import Compiled
from wizard.decision.model import All, AnyOf, AtLeast, Condition, Fact, Is, Not
from wizard.decision.variables import TICKED, Variable
from wizard.errors import CatalogError

Box = Mapping[int, int]
"""For each level, the mask of the allowed values; a variable that is not a key is free."""
Boxes = tuple[Box, ...]

ANYTHING: Boxes = ({},)
NOTHING: Boxes = ()
LARGEST = 20_000
"""The maximum number of boxes per condition; the shipped table's largest condition needs 20."""


def meet(one: Box, other: Box) -> dict[int, int] | None:
    """Return the intersection of two boxes, or ``None`` if it is empty."""
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
    """Return whether every point of ``small`` is in ``large``."""
    return all(level in small and not small[level] & ~mask for level, mask in large.items())


def union(parts: Sequence[Boxes]) -> Boxes:
    """Return all boxes of all parts, without those inside another box."""
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
    """Return the boxes of the intersection of all parts."""
    whole: Boxes = ANYTHING
    for boxes in sorted(parts, key=len):
        _guard(len(whole) * len(boxes))
        met = [both for one in whole for other in boxes if (both := meet(one, other)) is not None]
        whole = union([tuple(met)])
        if not whole:
            break
    return whole


class Expander:
    """A converter of one decision's conditions into boxes."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._known: dict[tuple[str, bool], Boxes] = {}

    def boxes(self, condition: Condition, *, wanted: bool = True) -> Boxes:
        """Return the boxes in which the condition's value is ``wanted``.

        Raises:
            CatalogError: there are more than ``LARGEST``.
        """
        match condition:
            case Is():
                return self._is(condition, wanted=wanted)
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
                    self._known[key] = self.boxes(self._compiled.decision.facts[condition.name], wanted=wanted)
                return self._known[key]

    def _is(self, condition: Is, *, wanted: bool) -> Boxes:
        variables = [self._compiled.variables[level] for level in self._compiled.levels[condition.question]]
        if not variables[0].option:
            mask = sum({1 << variables[0].values.index(option) for option in condition.options})
            return _one_cell(variables[0], mask if wanted else variables[0].full ^ mask)
        chosen = [each for each in variables if each.option in condition.options]
        if wanted:
            return union([_one_cell(each, 1 << TICKED) for each in chosen])
        return product([_one_cell(each, each.full ^ 1 << TICKED) for each in chosen])

    def _at_least(self, condition: AtLeast, *, wanted: bool) -> Boxes:
        count = condition.number if wanted else len(condition.parts) - condition.number + 1
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
