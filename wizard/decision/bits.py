"""Sets of small numbers as the bits of one integer, such as the levels of variables or the indexes of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers whose bits are set, lowest first: ``0b101`` yields 0 and 2."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def clusters(links: Iterable[int]) -> list[int]:
    """Merge masks that share a bit, directly or indirectly: ``0b011, 0b110, 0b1000`` become ``0b111, 0b1000``."""
    found: list[int] = []
    for link in links:
        apart = []
        for cluster in found:
            if cluster & link:
                link |= cluster
            else:
                apart.append(cluster)
        found = [*apart, link]
    return found
