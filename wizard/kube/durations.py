"""Durations in Go's notation: ``30s``, ``1h30m``, ``250ms``.

Source: time.ParseDuration of Go's standard library, which keeps nanoseconds in 64 bits and truncates.
"""

from __future__ import annotations

from wizard.kube.reason import Reason

SECOND = 10**9
_UNITS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
"""In nanoseconds. The micro sign and the Greek letter mu look alike, and Go accepts both."""
_LONGEST = 256
_MOST = 2**63 - 1
_NOT_ONE = Reason("not a duration")


def parse_duration(text: str) -> int | Reason:
    """Return a duration in nanoseconds; negative if it has a minus sign."""
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    if not rest or len(text) > _LONGEST:
        return _NOT_ONE
    total = 0
    while rest:
        number = rest[: len(rest) - len(rest.lstrip("0123456789."))]
        rest = rest[len(number) :]
        unit = rest[: next((at for at, mark in enumerate(rest) if mark in "0123456789."), len(rest))]
        rest = rest[len(unit) :]
        whole, _, fraction = number.partition(".")
        if not (whole + fraction).isdigit() or unit not in _UNITS:
            return _NOT_ONE
        total += int(whole + fraction) * _UNITS[unit] // 10 ** len(fraction)
    if total > _MOST:
        return Reason("longer than Kubernetes can represent", "at most 2562047h")
    return -total if text[0] == "-" else total
