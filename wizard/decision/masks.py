"""Many boxes at once: for each value of each variable one big integer, whose bit ``i`` says "box ``i`` allows it"."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.decision.boxes import Box, Variable


class Masks:
    """Bit columns over a list of boxes."""

    __slots__ = ("_allowed", "_values", "all", "boxes", "columns", "holding")

    def __init__(self, boxes: Sequence[Box], variables: Sequence[Variable]) -> None:
        self.boxes = boxes
        self.all = (1 << len(boxes)) - 1
        size = len(boxes) + 7 >> 3
        self._values = [len(each.values) + (each.when is not None) for each in variables]
        forbidden = [[bytearray(size) for _ in range(count)] for count in self._values]
        holding = [bytearray(size) for _ in variables]
        for place, box in enumerate(boxes):
            byte, bit = place >> 3, 1 << (place & 7)
            for level, mask in box.items():
                holding[level][byte] |= bit
                for value, column in enumerate(forbidden[level]):
                    if not mask >> value & 1:
                        column[byte] |= bit
        self.columns = [[self.all & ~int.from_bytes(each, "little") for each in column] for column in forbidden]
        self.holding = [int.from_bytes(each, "little") for each in holding]
        self._allowed: dict[tuple[int, int], int] = {}

    def allowing(self, level: int, mask: int) -> int:
        """The boxes that allow at least one of these values."""
        found = self._allowed.get((level, mask))
        if found is None:
            found = 0
            for value, column in enumerate(self.columns[level]):
                if mask >> value & 1:
                    found |= column
            self._allowed[level, mask] = found
        return found

    def meeting(self, box: Box) -> int:
        """The boxes that meet this one, whether reachable or not."""
        met = self.all
        for level, mask in box.items():
            met &= self.allowing(level, mask)
            if not met:
                break
        return met
