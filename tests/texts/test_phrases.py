"""The small pieces of sentences."""

from __future__ import annotations

import pytest

from wizard.texts.phrases import lower_first, with_article


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


def test_the_first_letter_becomes_small_unless_the_word_is_an_abbreviation() -> None:
    assert [lower_first(t) for t in ("It runs", "HTTP is", "I do", "")] == ["it runs", "HTTP is", "I do", ""]
