"""The unambiguous half of the project's word list, checked on everything that people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOTS = (
    "decision_table.yaml",
    "templates",
    "examples",
    "wizard",
    "tools",
    "benchmarks",
    "docs",
    "README.md",
    "CONTRIBUTING.md",
)
"""Files that users and developers read."""
SUFFIXES = frozenset({".py", ".md", ".yaml", ".hcl"})

WORDS = {
    "mend(s|ed|ing)?": "fix, repair",
    "anew": "again, start over, from scratch",
    "particulars": "details",
    "somebody|whoever": "a user, the person who",
    "look out": "warning",
    "cannot be had": "is not available, cannot be locked",
    "under our hands": "concurrently",
    "fault of podwizard": "internal error",
    "where you left(?! off)": "where you left off",
    "stands? twice": "is defined twice",
    "stands? (above|below)": "is above, is below",
    "(one|MiB) a (node|pod|line)": "one per node, 64 MiB per pod",
}
"""Pattern (case-insensitive; a space matches any whitespace) -> the words to use instead."""
_FOUND = {
    re.compile(rf"\b({pattern})\b".replace(" ", r"\s+"), re.IGNORECASE): better for pattern, better in WORDS.items()
}
_COMMENT = re.compile(r"\n[ #]*")


def files(*roots: str) -> Iterator[Path]:
    """Yield the files that people read below some paths of the project."""
    for root in roots:
        path = ROOT / root
        yield from [path] if path.is_file() else (each for each in sorted(path.rglob("*")) if each.suffix in SUFFIXES)


def odd_words(text: str) -> list[tuple[int, str, str]]:
    """Return (line, words found, words to use) for each match, even across a line break."""
    flat = _COMMENT.sub(lambda gap: " " * len(gap[0]), text)
    return sorted(
        (text.count("\n", 0, match.start()) + 1, " ".join(match[0].split()), better)
        for pattern, better in _FOUND.items()
        for match in pattern.finditer(flat)
    )


def test_the_project_uses_the_words_of_the_trade() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: '{words}': use {better}"
        for path in files(*ROOTS)
        for line, words, better in odd_words(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It must be mended first.", ["mended"]),
        ("Start anew.", ["anew"]),
        ("Enter continues where you left, q quits.", ["where you left"]),
        ("Enter continues where you left off.", []),
        ("Somebody must say so.", ["Somebody"]),
        ("Amend the commit; recommend a fix.", []),
        ("# It continues where you\n# left, or not.", ["where you left"]),
        ("'x' stands twice in the file", ["stands twice"]),
        ("It costs 64 MiB a pod.", ["MiB a pod"]),
    ],
)
def test_only_odd_words_are_found(text: str, words: list[str]) -> None:
    assert [found for _, found, _ in odd_words(text)] == words


def test_every_root_has_files_to_read() -> None:
    assert all(list(files(root)) for root in ROOTS)
