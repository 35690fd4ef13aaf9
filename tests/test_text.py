"""Text helpers: safe lines, truncation, lists and counts, similar words, amounts."""

from __future__ import annotations

import os

import pytest

from wizard.text import (
    count,
    cpu_text,
    cut,
    did_you_mean,
    escaped,
    first_few,
    first_sentence,
    listed,
    memory_text,
    orphan_break,
    printable,
    shorten,
    shown,
    visible,
)

HOSTILE = "a\x1b\x9b\u202e\U000e0001b\tc\n"


def test_an_escaped_text_spells_out_control_characters() -> None:
    assert escaped(HOSTILE) == "a\\x1b\\x9b\\u202e\\ue0001b\\tc\\n"
    assert escaped(HOSTILE, keep="\n\t") == "a\\x1b\\x9b\\u202e\\ue0001b\tc\n"
    assert escaped(os.fsdecode(b"\xff")) == "\\xff"
    assert escaped("naïve\r") == "naïve\\r"


def test_a_visible_text_keeps_its_width() -> None:
    assert visible(HOSTILE) == "a????b c "
    assert visible("a\u00a0\u2028é") == "a  é"


@pytest.mark.parametrize(("text", "yes"), [("a\nb", True), ("a\rb", False), ("a\tb", False), ("", True)])
def test_a_printable_text_has_only_line_breaks_and_visible_characters(text: str, *, yes: bool) -> None:
    assert printable(text) is yes


def test_a_truncated_value_in_a_message_keeps_its_end() -> None:
    assert shown("a\nb") == "a\\nb"
    assert shown("x" * 70 + "end", 20) == "x" * 15 + "…xend"
    assert len(shown("\x1b" * 1_000_000)) == 60
    assert cut("abcdefghij", 10) == "abcdefghij"


def test_prose_is_truncated_at_a_word() -> None:
    assert shorten("short", 10) == "short"
    assert shorten("one two, three", 10) == "one two…"


def test_the_first_sentence_of_a_paragraph_has_no_full_stop() -> None:
    assert first_sentence("One\n thing. And more.") == "One thing"
    assert first_sentence("Version 1.2 only.") == "Version 1.2 only"


def test_a_list_is_joined_with_commas_and_a_word() -> None:
    assert [listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listed(["a", "b"], "or") == "a or b"


def test_a_long_list_ends_with_the_number_of_further_items() -> None:
    assert first_few("abcde") == "a, b, c, d, e"
    assert first_few("abcdef") == "a, b, c, d and 2 more"


def test_a_count_is_plural_except_for_one() -> None:
    assert [count(n, "answer") for n in (0, 1, 2)] == ["0 answers", "1 answer", "2 answers"]
    assert count(2, "policy", "policies") == "2 policies"


def test_a_similar_word_is_suggested_regardless_of_case() -> None:
    assert did_you_mean("ASK", ["asks", "other"]) == "did you mean 'asks'?"
    assert did_you_mean("zzz", ["asks"]) == ""


def test_amounts_are_formatted_for_people() -> None:
    assert [cpu_text(n) for n in (0, 20, 500, 1000, 1040, 5200)] == ["0", "20m", "500m", "1", "1.04", "5.2"]
    assert [memory_text(n << 20) for n in (0, 64, 1536, 1024)] == ["0", "64 MiB", "1.5 GiB", "1 GiB"]
    assert memory_text(100) == "100 bytes"


@pytest.mark.parametrize(
    ("before", "last", "moved"),
    [
        ("where they are taken care", "of).", "care"),
        ("the host processes:", "no", ""),
        ("lost with each", "unmistakably-long", ""),
        ("two words stay", "as they", ""),
        ("one-word-alone", "end", ""),
    ],
)
def test_a_short_last_word_takes_one_more_word_from_a_longer_line(before: str, last: str, moved: str) -> None:
    at = orphan_break(before, last, 25)
    assert before[at:].strip() == moved if moved else at == 0
    assert orphan_break(before, last, len(last)) == 0, "there is no room"
