"""Commands and short phrases."""

from __future__ import annotations

import pytest

from wizard.render.model import Contract, Step
from wizard.texts.contract import next_lines
from wizard.texts.phrases import come_back_command, remaining, shell_path, whole_way


@pytest.mark.parametrize(
    ("path", "pasted"),
    [("out", "./out"), ("../a", "../a"), ("/tmp/b", "/tmp/b"), (".", "."), ("two words", "'./two words'")],
)
def test_a_path_can_be_pasted_into_a_shell(path: str, pasted: str) -> None:
    assert shell_path(path) == pasted


def test_a_command_names_its_context_and_catalogue_only_when_there_is_one() -> None:
    contract = Contract(next=(Step("kubectl apply -k {path}"), Step("git add {path}", tool="git")))
    assert next_lines(contract, "out") == ("kubectl apply -k ./out", "git add ./out")
    assert next_lines(contract, "out", context="a b") == ("kubectl apply -k ./out --context 'a b'", "git add ./out")
    assert come_back_command(None) == "podwizard"
    assert come_back_command("out", catalog="own") == "podwizard ./out --catalog own"


@pytest.mark.parametrize(
    ("left", "expected"),
    [((0, 0), "nothing left to ask"), ((1, 1), "last question"), ((2, 2), "2 more"), ((2, 5), "about 3 more")],
)
def test_the_remaining_questions_are_shown_as_one_estimate(left: tuple[int, int], expected: str) -> None:
    assert remaining(left, 3) == expected


@pytest.mark.parametrize(
    ("left", "likely", "expected"),
    [
        ((4, 18), 9, "about 9 questions, 2 minutes"),
        ((2, 2), 2, "2 questions, 1 minute"),
        ((1, 1), 1, "last question"),
        ((0, 0), 0, "nothing left to ask"),
    ],
)
def test_a_new_session_shows_how_long_it_takes(left: tuple[int, int], likely: int, expected: str) -> None:
    assert whole_way(left, likely) == expected
