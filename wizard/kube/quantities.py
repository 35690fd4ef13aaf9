"""Exact quantities such as ``250m``, ``64Mi`` or ``1e3``, and percentages.

Source: k8s.io/apimachinery/pkg/api/resource (quantity.go, suffix.go), which keeps billionths and rounds up;
kube-apiserver 1.37.2 for the texts of ``tests/kube/texts.py``.
"""

from __future__ import annotations

from typing import Any

from wizard.kube.reason import Reason

_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", start=1)}
_LONGEST = 64
_FINEST = 9
BILLION = 10**_FINEST
_NOT_ONE = Reason("not a quantity")


def parse_quantity(text: str) -> int | Reason:
    """Return a quantity in billionths of its unit (a core, a byte).

    Surrounding spaces are ignored, as the server does. Unlike the server, this refuses a quantity without a digit
    (which the server reads as 0), more than 64 characters, and an exponent of more than four digits.
    """
    text = text.strip(" ")
    sign, bare = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    number = bare[: len(bare) - len(bare.lstrip("0123456789."))]
    whole, _, fraction = number.partition(".")
    digits = whole + fraction
    scale = _scale(bare[len(number) :])
    if len(text) > _LONGEST or scale is None or not digits.isdigit():
        return _NOT_ONE
    factor, exponent = scale
    power = exponent + _FINEST - len(fraction)
    amount = int(digits) * factor
    tens: int = 10 ** abs(power)
    amount = amount * tens if power >= 0 else -(-amount // tens)
    return -amount if sign == "-" else amount


def _scale(suffix: str) -> tuple[int, int] | None:
    """Return (factor, exponent of ten) of the suffix after the number; ``None`` if it is not valid."""
    if suffix in _DECIMAL:
        return 1, _DECIMAL[suffix]
    if suffix in _BINARY:
        return _BINARY[suffix], 0
    exponent = suffix[1:]
    digits = exponent[1:] if exponent[:1] in ("+", "-") else exponent
    if suffix[0] in "eE" and digits.isascii() and digits.isdigit() and len(digits) <= 4:
        return 1, int(exponent)
    return None


def quantity_of(value: Any) -> int | Reason:
    """Return the amount of a quantity in a manifest, where it may be a number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return _NOT_ONE
    return parse_quantity(value if isinstance(value, str) else repr(value))


def is_percent(text: str) -> bool:
    """Return whether a text is a whole percentage, such as ``25%``."""
    return text.endswith("%") and len(text) <= 19 and text[:-1].isascii() and text[:-1].isdigit()


def percent_or_int(value: Any) -> int | None:
    """Return ``25%`` as 25 and ``3`` as 3; ``None`` for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and is_percent(value):
        return int(value[:-1])
    return None


def bytes_text(amount_bytes: int) -> str:
    """Return bytes as a quantity for a field: ``160Mi``, ``1.5Gi``. For sentences, use ``text.memory_text``."""
    for unit, size in (("Gi", 1024**3), ("Mi", 1024**2), ("Ki", 1024)):
        if amount_bytes >= size:
            return f"{round(amount_bytes / size, 2):g}{unit}"
    return str(amount_bytes)
