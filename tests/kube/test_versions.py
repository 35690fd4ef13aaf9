"""Versions, as people, catalogues and servers write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wizard.validation
from wizard.catalog.load import load_catalog
from wizard.kube.reason import Reason
from wizard.kube.versions import DEFAULT, MINORS, NEWEST, OLDEST, minor_text, parse_minor, parse_version

_NUMBER = st.integers(0, 999)


@given(_NUMBER, _NUMBER, _NUMBER, st.sampled_from(["", "-gke.100", "+k3s1", "-rc.1+build"]))
def test_a_version_is_its_three_numbers(major: int, minor: int, patch: int, rest: str) -> None:
    assert parse_version(f"v{major}.{minor}.{patch}{rest}") == (major, minor, patch)
    assert parse_version(f"{major}.{minor}{rest}") == (major, minor, 0)
    assert parse_minor(minor_text((major, minor))) == (major, minor)


@pytest.mark.parametrize(
    "text", ["", "1", "1.", ".1", "1.33.", "1.33.2.1", "1.²", "1.٣", "1.-3", "1.1000", "one", "1.33 ", "1.33-\x1b[2J"]
)
def test_an_invalid_version_returns_a_reason(text: str) -> None:
    assert isinstance(parse_version(text), Reason)
    assert isinstance(parse_minor(text), Reason)


@pytest.mark.parametrize("text", ["v1.33", "1.33.1", "1.33+", "01.33", "1.033"])
def test_a_minor_has_only_one_spelling(text: str) -> None:
    assert isinstance(parse_minor(text), Reason)


def test_the_supported_minors_are_consecutive() -> None:
    assert tuple((1, number) for number in range(OLDEST[1], NEWEST[1] + 1)) == MINORS
    assert DEFAULT in MINORS


def test_the_only_shipped_schema_is_that_of_the_newest_minor() -> None:
    folder = Path(wizard.validation.__path__[0]) / "schemas"
    assert [path.name for path in sorted(folder.glob("v*.json"))] == [f"v{minor_text(NEWEST)}.json"]
    assert json.loads((folder / f"v{minor_text(NEWEST)}.json").read_text())["minor"] == minor_text(NEWEST)


def test_the_shipped_catalogue_supports_all_minors() -> None:
    assert load_catalog().minors == MINORS
