"""The house rule of docstrings: a function's begins with a verb, a class's or module's with a noun."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("wizard", "tools")
QUESTIONS = frozenset({"what", "whether", "where", "which", "why", "how", "when", "who", "whose"})
NOT_YET = (
    "wizard/catalog",
    "wizard/render",
)
"""Packages that do not follow it yet; each is taken out when it does."""


def docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each text alone on its line: the docstrings of modules, classes, functions and attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text


def asking(path: Path) -> list[str]:
    """Return the docstrings of a file that begin with a question word, each with its place."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[0]}"
        for line, text in docstrings(ast.parse(path.read_text()))
        if text.split(maxsplit=1)[0].rstrip(",:").lower() in QUESTIONS
    ]


def test_docstrings_do_not_begin_with_a_question_word() -> None:
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    found = {path: asking(path) for path in paths if not str(path.relative_to(ROOT)).startswith(NOT_YET)}
    assert [line for lines in found.values() for line in lines] == []


def test_every_exception_is_still_needed() -> None:
    clean = [name for name in NOT_YET if not any(asking(path) for path in (ROOT / name).rglob("*.py"))]
    assert clean == []
