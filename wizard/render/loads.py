"""The resource requests of a pod, computed from its containers' by the scheduler's rule.

Source: KEP-753 (kubernetes/enhancements, keps/sig-node/753-sidecar-containers), "Resources calculation".
"""

from collections.abc import Callable, Iterable
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
    loads = tuple(loads)
    return _effective(loads, lambda load: load.cpu_millis), _effective(loads, lambda load: load.memory_bytes)


def _effective(loads: Iterable[Load], amount: Callable[[Load], int]) -> int:
    peak = sidecars = apps = 0
    for load in loads:
        if not load.init:
            apps += amount(load)
        elif load.lasting:
            sidecars += amount(load)
            peak = max(peak, sidecars)
        else:
            peak = max(peak, sidecars + amount(load))
    return max(peak, sidecars + apps)


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
