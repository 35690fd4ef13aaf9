"""Kubernetes quantities, against exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.catalog.quantity import BILLION, billionths

_FACTORS = {
    **{
        suffix: Fraction(10) ** power
        for suffix, power in zip("numkMGTPE", (-9, -6, -3, 3, 6, 9, 12, 15, 18), strict=True)
    },
    **{f"{letter}i": Fraction(1024) ** power for power, letter in enumerate("KMGTPE", start=1)},
    **{f"{letter}{power}": Fraction(10) ** power for letter in "eE" for power in (-12, -1, 0, 7, 99)},
    "": Fraction(1),
}


@given(
    sign=st.sampled_from(["", "+", "-"]),
    number=st.from_regex(r"[0-9]{1,18}(\.[0-9]{0,12})?|\.[0-9]{1,12}", fullmatch=True),
    suffix=st.sampled_from(sorted(_FACTORS)),
)
def test_a_quantity_is_read_exactly_and_rounded_up(sign: str, number: str, suffix: str) -> None:
    exact = ceil(Fraction(f"0{number}".removesuffix(".")) * _FACTORS[suffix] * BILLION)
    assert billionths(f"{sign}{number}{suffix}") == (-exact if sign == "-" else exact)


@pytest.mark.parametrize(
    "text",
    ["", ".", "x", "m", "1x", "1KI", "1mi", "1 Gi", "--1", "1.2.3", "1e", "1e+", "1e12345", "1e٣", "٣", "1" * 65],
)
def test_what_is_no_quantity_is_none(text: str) -> None:
    assert billionths(text) is None
