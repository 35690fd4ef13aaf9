"""Kubernetes quantities, compared with exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.kube.quantities import BILLION, bytes_text, parse_quantity, percent_or_int, quantity_of
from wizard.kube.reason import Reason

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
    assert parse_quantity(f"{sign}{number}{suffix}") == (-exact if sign == "-" else exact)


@pytest.mark.parametrize(
    "text",
    ["", ".", "x", "m", "1x", "1KI", "1mi", "1 Gi", "--1", "1.2.3", "1e", "1e+", "1e12345", "1e٣", "٣", "1" * 65],
)
def test_an_invalid_quantity_returns_a_reason(text: str) -> None:
    assert isinstance(parse_quantity(text), Reason)


@given(st.integers(-(10**12), 10**12))
def test_an_integer_in_a_manifest_is_read_as_a_quantity(number: int) -> None:
    assert quantity_of(number) == number * BILLION


@pytest.mark.parametrize(("value", "wanted"), [(0.5, 5 * 10**8), (1e-07, 100), ("0.5", 5 * 10**8), (" 1n ", 1)])
def test_a_float_or_text_in_a_manifest_is_read_as_a_quantity(value: object, wanted: int) -> None:
    assert quantity_of(value) == wanted


@pytest.mark.parametrize("value", [True, None, [], {}, float("nan"), float("inf")], ids=str)
def test_a_value_of_another_type_is_not_a_quantity(value: object) -> None:
    assert isinstance(quantity_of(value), Reason)


@pytest.mark.parametrize(
    ("value", "wanted"), [("25%", 25), (3, 3), (True, None), ("3", None), ("9" * 5000 + "%", None), (None, None)]
)
def test_a_percentage_or_an_integer_is_read_as_its_number(value: object, wanted: int | None) -> None:
    assert percent_or_int(value) == wanted


def test_amounts_of_memory_are_shown_in_short_form() -> None:
    assert [bytes_text(n * 1024**2) for n in (64, 1536, 1024)] == ["64Mi", "1.5Gi", "1Gi"]
