"""Kubernetes quantities such as ``250m``, ``64Mi`` or ``1e3``, exactly.

Source: k8s.io/apimachinery/pkg/api/resource, which keeps billionths and rounds up.
"""

from __future__ import annotations

_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", start=1)}
_LONGEST = 64
_FINEST = 9
BILLION = 10**_FINEST


def billionths(text: str) -> int | None:
    """What a quantity stands for, in billionths of its unit (a core, a byte); ``None`` when it is none."""
    sign, bare = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    number = bare[: len(bare) - len(bare.lstrip("0123456789."))]
    whole, _, fraction = number.partition(".")
    digits = whole + fraction
    scale = _scale(bare[len(number) :])
    if len(text) > _LONGEST or scale is None or not digits.isdigit():
        return None
    factor, exponent = scale
    power = exponent + _FINEST - len(fraction)
    amount = int(digits) * factor
    tens: int = 10 ** abs(power)
    amount = amount * tens if power >= 0 else -(-amount // tens)
    return -amount if sign == "-" else amount


def _scale(suffix: str) -> tuple[int, int] | None:
    """(factor, exponent of ten) of what stands behind the number."""
    if suffix in _DECIMAL:
        return 1, _DECIMAL[suffix]
    if suffix in _BINARY:
        return _BINARY[suffix], 0
    exponent = suffix[1:]
    digits = exponent[1:] if exponent[:1] in ("+", "-") else exponent
    if suffix[0] in "eE" and digits.isascii() and digits.isdigit() and len(digits) <= 4:
        return 1, int(exponent)
    return None
