"""Base rules that apply together, found by one AND per cell and grouped into the largest sets that meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.decision.boxes import Box, Boxes, meet, product
from wizard.decision.flow import bits
from wizard.decision.gaps import Budget
from wizard.decision.masks import Masks
from wizard.decision.reach import Reach
from wizard.frozen import dataclass

_KEPT = 64
"""Boxes of a growing group that are followed; more only matters for the size of a group."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Rules (places in the given list) that all apply in the reachable part of ``box``."""

    rules: tuple[int, ...]
    box: Box


class Overlaps:
    """Finds every pair of rules that can apply together."""

    def __init__(self, reach: Reach, rules: Sequence[Boxes], budget: Budget) -> None:
        self._reach = reach
        self._rules = rules
        self._budget = budget
        self.partners: list[int] = [0] * len(rules)
        """For each rule the bits of the later rules it overlaps."""

    def find(self) -> int:
        """Fill ``partners``; the number of overlapping pairs."""
        boxes = [box for rule in self._rules for box in rule]
        owners = [place for place, rule in enumerate(self._rules) for _ in rule]
        masks = Masks(boxes, self._reach.compiled.variables)
        for place, box in enumerate(boxes):
            owner = owners[place]
            later = masks.meeting(box) >> (place + 1)
            if not later:
                continue
            for other in bits(later):
                partner = owners[place + 1 + other]
                if partner == owner or self.partners[owner] >> partner & 1:
                    continue
                self._budget.spend()
                both = meet(box, boxes[place + 1 + other])
                if both is not None and self._reach.witness(both) is not None:
                    self.partners[owner] |= 1 << partner
        return sum(each.bit_count() for each in self.partners)

    def groups(self) -> Iterator[Overlap]:
        """Sets of rules that apply together, each as large as it gets, until every pair is in one."""
        shown = [0] * len(self._rules)
        either = list(self.partners)
        for place, mask in enumerate(self.partners):
            for other in bits(mask):
                either[other] |= 1 << place
        for place, mask in enumerate(self.partners):
            for other in bits(mask):
                if not shown[place] >> other & 1:
                    group = self._grown(place, other, either)
                    for one in group.rules:
                        shown[one] |= sum(1 << each for each in group.rules)
                    yield group

    def _grown(self, place: int, other: int, either: Sequence[int]) -> Overlap:
        boxes = self._both(self._rules[place], self._rules[other])
        group = [place, other]
        for more in bits(either[place] & either[other]):
            larger = self._both(boxes, self._rules[more])
            if larger:
                boxes = larger
                group.append(more)
        return Overlap(tuple(sorted(group)), boxes[0])

    def _both(self, one: Boxes, other: Boxes) -> Boxes:
        """Where both apply: all reachable boxes, so that growing a group does not end in a corner."""
        self._budget.spend(len(one) * len(other))
        return tuple(box for box in product([one, other]) if self._reach.witness(box) is not None)[:_KEPT]
