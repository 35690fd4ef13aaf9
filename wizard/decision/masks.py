"""Comparison of many boxes in one step, by an integer per value with the bits of the boxes that allow it.

Applying an answer to all boxes is then a single AND. With the boxes ``{disk: 0b01}`` and ``{}`` (anything), the column
of "disk is yes" is ``0b11`` and that of "disk is no" is ``0b10``, so an AND with the latter leaves only the second box.
"""

from __future__ import annotations

from collections.abc import Sequence

from wizard.decision.boxes import Box
from wizard.decision.variables import Variable


class Masks:
    """Bit columns over a list of boxes.

    ``columns[level][value]`` has the boxes that allow the value (the last value is "not asked", if that is possible),
    ``holding[level]`` those that test the variable at all, ``all`` every box.
    """

    __slots__ = ("_allowed", "all", "columns", "holding")

    def __init__(self, boxes: Sequence[Box], variables: Sequence[Variable]) -> None:
        self.all = (1 << len(boxes)) - 1
        size = len(boxes) + 7 >> 3
        forbidden = [[bytearray(size) for _ in range(each.full.bit_length())] for each in variables]
        holding = [bytearray(size) for _ in variables]
        for index, box in enumerate(boxes):
            byte, bit = index >> 3, 1 << (index & 7)
            for level, mask in box.items():
                holding[level][byte] |= bit
                for value, column in enumerate(forbidden[level]):
                    if not mask >> value & 1:
                        column[byte] |= bit
        self.columns = [[self.all & ~int.from_bytes(each, "little") for each in column] for column in forbidden]
        self.holding = [int.from_bytes(each, "little") for each in holding]
        self._allowed: dict[tuple[int, int], int] = {}

    def allowing(self, level: int, mask: int) -> int:
        """Return the boxes that allow at least one of these values."""
        found = self._allowed.get((level, mask))
        if found is None:
            found = 0
            for value, column in enumerate(self.columns[level]):
                if mask >> value & 1:
                    found |= column
            self._allowed[level, mask] = found
        return found

    def meeting(self, box: Box) -> int:
        """Return the boxes that intersect this one, reachable or not."""
        met = self.all
        for level, mask in box.items():
            met &= self.allowing(level, mask)
            if not met:
                break
        return met
