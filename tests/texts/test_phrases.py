"""The small pieces of sentences."""

from __future__ import annotations

import pytest

from wizard.texts.phrases import count, listing, lower_first, mebibytes, millis, short_list, shorten, with_article


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("init container", "an init container"),
        ("ambassador", "an ambassador"),
        ("log sidecar", "a log sidecar"),
        ("Deployment", "Deployment"),
        ("", ""),
    ],
)
def test_a_name_in_a_sentence_gets_its_article(name: str, said: str) -> None:
    assert with_article(name) == said


def test_a_list_is_joined_with_commas_and_a_word() -> None:
    assert [listing("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listing(["a", "b"], "or") == "a or b"


def test_a_long_list_says_how_many_more_there_are() -> None:
    assert short_list("abcde") == "a, b, c, d, e"
    assert short_list("abcdef") == "a, b, c, d and 2 more"


def test_a_count_takes_the_plural_from_two_on() -> None:
    assert [count(n, "answer") for n in (0, 1, 2)] == ["0 answers", "1 answer", "2 answers"]
    assert count(2, "policy", "policies") == "2 policies"


def test_a_long_text_is_cut_at_a_word() -> None:
    assert shorten("short", 10) == "short"
    assert shorten("one two, three", 10) == "one two…"


def test_the_first_letter_becomes_small_unless_the_word_is_an_abbreviation() -> None:
    assert [lower_first(t) for t in ("It runs", "HTTP is", "I do", "")] == ["it runs", "HTTP is", "I do", ""]


def test_amounts_are_written_as_kubernetes_and_people_write_them() -> None:
    assert [millis(n) for n in (150, 2000, 0)] == ["150m", "2", "0"]
    assert mebibytes(192 << 20) == "192 MiB"
