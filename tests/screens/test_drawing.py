"""The drawing as a strip: lines end between containers and objects, and nothing disappears without a word."""

from __future__ import annotations

import re

import pytest

from tests.journeys import CASES
from tests.screens.test_sheets import texts, verdict
from tests.shipped import CATALOG
from wizard.faces.drawing import APP, Drawing, DrawnContainer, drawing, name_of
from wizard.screens.pages.drawing import strip_lines

_INDENT = " " * len("So far   ")


def strip(drawn: Drawing, width: int, most: int = 2) -> list[str]:
    return texts(strip_lines(drawn, CATALOG, width, most=most))


def helpers(count: int) -> tuple[DrawnContainer, ...]:
    return tuple(DrawnContainer(f"fetch-number-{number}", "init", f"init.{number}") for number in range(count))


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("case", CASES)
def test_a_line_of_the_strip_ends_between_containers_and_between_objects(case: str, width: int) -> None:
    drawn = drawing(verdict(case).session)
    head, *rest = strip(drawn, width, most=9)
    assert all(each.startswith(_INDENT) and each[len(_INDENT)] != " " for each in rest)
    pieces = [piece for each in (head, *rest) for piece in re.split(r" [›‖·](?: |$)|   ", each) if piece.strip()]
    for one in drawn.containers:
        assert any(piece.strip().startswith(f"{one.role} {name_of(one)}") for piece in pieces), one
    kinds = {one.kind for one in drawn.around if one.kind != "Job"}
    assert kinds <= {piece.strip() for piece in pieces}


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("case", CASES)
def test_a_line_of_the_strip_never_exceeds_the_width(case: str, width: int) -> None:
    assert all(len(each) <= width for each in strip(drawing(verdict(case).session), width))


def test_the_strip_counts_the_containers_that_it_has_no_room_for() -> None:
    drawn = drawing(verdict("simple-api").session)
    many = drawn._replace(containers=(*helpers(5), *drawn.containers))
    assert strip(many, 60)[1:3] == [
        f"{_INDENT}init fetch-number-0 › init fetch-number-1 ›",
        f"{_INDENT}init fetch-number-2 › init fetch-number-3 › 2 more",
    ]
    assert [each for each in strip(many, 60, most=9) if APP in each]


def test_the_strip_leaves_out_where_containers_send_to_before_it_leaves_out_containers() -> None:
    drawn = drawing(verdict("simple-api").session)
    (one, two) = (each._replace(goes_to=("storage.example.com:443",)) for each in helpers(2))
    assert strip(drawn._replace(containers=(one, *drawn.containers)), 60)[1:3] == [
        f"{_INDENT}init fetch-number-0 → storage.example.com:443 ›",
        f"{_INDENT}app your program",
    ]
    assert strip(drawn._replace(containers=(one, two, *drawn.containers)), 60)[1:3] == [
        f"{_INDENT}init fetch-number-0 › init fetch-number-1 ›",
        f"{_INDENT}app your program",
    ]
