"""Conversion of records to plain data and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, NamedTuple

import pytest

from wizard.plain import to_plain, to_value


class Colour(Enum):
    RED = "red"


class Leaf(NamedTuple):
    name: str
    weight: float = 1.0


class Bud(NamedTuple):
    colour: Colour


@dataclass(frozen=True)
class Twig:
    parts: tuple[Leaf | Bud, ...]
    pair: tuple[str, int] = ("a", 1)
    side: Literal["left", "right"] = "left"
    notes: Mapping[str, str | None] | None = None
    rest: Any = None


def test_a_record_survives_the_round_trip_through_json() -> None:
    twig = Twig((), ("b", 2), "right", {"x": None, "y": "z"}, [1, {"a": 2}])
    assert to_value(json.loads(json.dumps(to_plain(twig))), Twig) == twig


def test_a_union_member_is_selected_by_name_and_missing_fields_get_defaults() -> None:
    data = {"parts": [{"Leaf": ["oak"]}, {"Leaf": {"name": "elm", "weight": 2}}, {"Bud": {"colour": "RED"}}]}
    data["parts"][0] = {"Leaf": ["oak", 1.5]}
    assert to_value(data, Twig) == Twig((Leaf("oak", 1.5), Leaf("elm", 2.0), Bud(Colour.RED)))


@pytest.mark.parametrize(
    "data",
    [
        [],
        None,
        {"parts": [], "pair": ["a"]},
        {"parts": [], "pair": ["a", True]},
        {"parts": [], "side": "up"},
        {"parts": [], "other": 1},
        {"parts": "ab"},
        {"parts": [{"Twig": []}]},
        {"parts": [{"Bud": ["BLUE"]}]},
        {"parts": [], "notes": {"x": 1}},
        {},
    ],
    ids=str,
)
def test_data_that_does_not_match_the_record_is_refused(data: object) -> None:
    with pytest.raises((TypeError, ValueError, LookupError)):
        to_value(data, Twig)
