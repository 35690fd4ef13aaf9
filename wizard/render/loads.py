"""The requests of a pod from those of its containers, by the scheduler's rule.

Source: KEP-753 (kubernetes/enhancements, keps/sig-node/753-sidecar-containers), "Resources calculation".
"""

from collections.abc import Iterable
from typing import NamedTuple

from wizard.kube.quantities import BILLION, parse_quantity
from wizard.kube.reason import Reason


class Load(NamedTuple):
    """One container's requests, and when it runs."""

    cpu_millis: int
    memory_bytes: int
    init: bool
    lasting: bool
    """A native sidecar: listed among the init containers, but it stays."""


def effective(loads: Iterable[Load]) -> tuple[int, int]:
    """(millicores, bytes) the scheduler reserves for a pod of these containers in start order.

    The most an init container needs together with the sidecars started before it, or all sidecars
    and app containers together, whichever is more.
    """
    peak, sidecars, apps = (0, 0), (0, 0), (0, 0)
    for load in loads:
        own = (load.cpu_millis, load.memory_bytes)
        if not load.init:
            apps = _sum(apps, own)
        elif load.lasting:
            sidecars = _sum(sidecars, own)
            peak = _most(peak, sidecars)
        else:
            peak = _most(peak, _sum(sidecars, own))
    return _most(peak, _sum(sidecars, apps))


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _most(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), max(one[1], other[1])


def millicores(text: str) -> int:
    """A quantity of CPU in millicores, rounded up; 0 when it is none."""
    return _parts(text, BILLION // 1000)


def whole_bytes(text: str) -> int:
    """A quantity of memory in bytes, rounded up; 0 when it is none."""
    return _parts(text, BILLION)


def _parts(text: str, size: int) -> int:
    """A quantity in parts of so many billionths, rounded up; 0 when it is none."""
    amount = parse_quantity(text)
    return 0 if isinstance(amount, Reason) else -(-amount // size)
