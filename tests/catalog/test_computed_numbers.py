"""Numbers that a template computes: a comment above each explains the calculation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "templates"
_TEXT = re.compile(r"'[^']*'")
_SUM = re.compile(r"\{\{[^}]*?( [+*-] |//|\btimes\()")


def unexplained(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line number, line) of arithmetic without a comment directly above the line or its condition."""
    explained = False
    before: list[bool] = []
    """For each open condition, true if a comment is directly above it; that comment covers all its branches."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if bare.startswith("{% if"):
            before.append(explained)
        elif bare.startswith("{% endif") and before:
            explained = before.pop() or explained
        elif bare.startswith("{% el") and before:
            explained = before[-1]
        if bare.startswith("{%"):
            continue
        if bare.startswith("#"):
            explained = True
            continue
        if _SUM.search(_TEXT.sub("", line)) and not explained:
            yield number, bare
        explained = False


def test_arithmetic_without_a_comment_is_found() -> None:
    assert list(unexplained("a: {{ own.x // 5 ~ '' }}\n")) == [(1, "a: {{ own.x // 5 ~ '' }}")]
    assert list(unexplained("# Why.\n{% if y %}\na: {{ own.x + 60 }}\n")) == []
    assert list(unexplained("a: {{ '0 - ' ~ own.x }}\n")) == []


def test_every_computed_number_in_a_template_has_a_comment() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{number}": line
        for path in sorted(ROOT.rglob("*.yaml"))
        if path.name not in ("component.yaml", "parameters.yaml")
        for number, line in unexplained(path.read_text())
    }
    assert found == {}
