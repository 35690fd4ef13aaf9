"""The resource requests of a pod, computed from its containers' by the scheduler's rule.

Source: KEP-753 (kubernetes/enhancements, keps/sig-node/753-sidecar-containers), "Resources calculation".
"""

from collections.abc import Iterable
from typing import NamedTuple

from wizard.kube.quantities import BILLION, parse_quantity
from wizard.kube.reason import Reason


class Load(NamedTuple):
    """One container's requests, and the phase in which it runs."""

    cpu_millis: int
    memory_bytes: int
    init: bool
    lasting: bool
    """A native sidecar: listed among the init containers, but it keeps running."""


def effective(loads: Iterable[Load]) -> tuple[int, int]:
    """Return (millicores, bytes) that the scheduler reserves for a pod with these containers, given in start order.

    This is the larger of two amounts: the most that an init container needs together with the sidecars started before
    it, and the sum of all sidecars and app containers.
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
    """Return a CPU quantity in millicores, rounded up; 0 if it is not valid."""
    return _parts(text, BILLION // 1000)


def whole_bytes(text: str) -> int:
    """Return a memory quantity in bytes, rounded up; 0 if it is not valid."""
    return _parts(text, BILLION)


def _parts(text: str, size: int) -> int:
    """Return a quantity in units of ``size`` billionths, rounded up; 0 if it is not valid."""
    amount = parse_quantity(text)
    return 0 if isinstance(amount, Reason) else -(-amount // size)
