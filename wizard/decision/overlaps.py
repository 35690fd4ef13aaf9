"""Base rules that apply together: every pair, found by a few ANDs per box, and the largest groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wizard.decision.bits import bits
from wizard.decision.boxes import Box, Boxes, meet, product
from wizard.decision.budget import Budget
from wizard.decision.masks import Masks
from wizard.decision.reach import Reach

_KEPT = 64
"""The maximum number of boxes followed for a growing group; more would only affect the size of a group."""


class Overlap(NamedTuple):
    """Rules, by index, that all apply in the reachable part of ``box``."""

    rules: tuple[int, ...]
    box: Box


class Overlaps:
    """A search for every pair of base rules that can apply together."""

    def __init__(self, reach: Reach, budget: Budget) -> None:
        self._reach = reach
        self._budget = budget
        self._partners = [0] * len(reach.rule_boxes)
        """By rule, the bits of the rules that it overlaps."""
        self.pairs = 0
        """The number of pairs found."""

    def find(self) -> None:
        """Find the pairs."""
        boxes = [box for rule in self._reach.base for box in self._reach.rule_boxes[rule]]
        owners = [rule for rule in self._reach.base for _ in self._reach.rule_boxes[rule]]
        masks = Masks(boxes, self._reach.compiled.variables)
        for index, box in enumerate(boxes):
            owner = owners[index]
            for later in bits(masks.meeting(box) >> index + 1):
                other = index + 1 + later
                partner = owners[other]
                if partner == owner or self._partners[owner] >> partner & 1:
                    continue
                self._budget.spend()
                both = meet(box, boxes[other])
                if both is not None and self._reach.point(both) is not None:
                    self._partners[owner] |= 1 << partner
                    self._partners[partner] |= 1 << owner
                    self.pairs += 1

    def groups(self) -> Iterator[Overlap]:
        """Yield groups of rules that apply together, each as large as possible, until every pair is in a group."""
        shown = [0] * len(self._partners)
        for index, partners in enumerate(self._partners):
            for other in bits(partners):
                if not shown[index] >> other & 1:
                    group = self._grown(index, other)
                    for one in group.rules:
                        shown[one] |= sum(1 << each for each in group.rules)
                    yield group

    def _grown(self, index: int, other: int) -> Overlap:
        boxes = self._both(self._reach.rule_boxes[index], self._reach.rule_boxes[other])
        group = [index, other]
        for more in bits(self._partners[index] & self._partners[other]):
            larger = self._both(boxes, self._reach.rule_boxes[more])
            if larger:
                boxes = larger
                group.append(more)
        return Overlap(tuple(sorted(group)), boxes[0])

    def _both(self, one: Boxes, other: Boxes) -> Boxes:
        """Return all reachable boxes in which both apply; a single box could prevent the group from growing."""
        self._budget.spend(len(one) * len(other))
        return tuple(box for box in product([one, other]) if self._reach.point(box) is not None)[:_KEPT]
