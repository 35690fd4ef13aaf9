"""Durations, compared with exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.kube.durations import parse_duration
from wizard.kube.reason import Reason

_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 6 * 10**10, "h": 36 * 10**11}
_NUMBERS = st.from_regex(r"[0-9]{1,5}(\.[0-9]{0,12})?|\.[0-9]{1,12}", fullmatch=True)


@given(
    sign=st.sampled_from(["", "+", "-"]),
    parts=st.lists(st.tuples(_NUMBERS, st.sampled_from(sorted(_UNITS))), min_size=1, max_size=4),
)
def test_a_duration_is_the_sum_of_its_parts_in_whole_nanoseconds(sign: str, parts: list[tuple[str, str]]) -> None:
    exact = sum(floor(Fraction(f"0{number}".removesuffix(".")) * _UNITS[unit]) for number, unit in parts)
    found = parse_duration(sign + "".join(f"{number}{unit}" for number, unit in parts))
    assert found == (-exact if sign == "-" else exact)


@pytest.mark.parametrize("text", ["0", "+0", "-0", "0s"])
def test_zero_needs_no_unit(text: str) -> None:
    assert parse_duration(text) == 0


@pytest.mark.parametrize(
    "text", ["", "-", "5", "h", ".h", "5 m", "1h5", "1d", "٣s", "1.2.3s", "99999999h", "--1s", "1s" * 200, "1S"]
)
def test_an_invalid_duration_returns_a_reason(text: str) -> None:
    assert isinstance(parse_duration(text), Reason)
