"""The house rule for docstrings: a function's starts with a verb, a class's or module's with a noun."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("wizard", "tools")
QUESTIONS = frozenset({"what", "whether", "where", "which", "why", "how", "when", "who", "whose"})


def docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each string statement: docstrings of modules, classes, functions and attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text


def asking(path: Path) -> list[str]:
    """Return the docstrings of a file that start with a question word, each with its place."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[0]}"
        for line, text in docstrings(ast.parse(path.read_text()))
        if text.split(maxsplit=1)[0].rstrip(",:").lower() in QUESTIONS
    ]


def test_docstrings_do_not_start_with_a_question_word() -> None:
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    assert [line for path in paths for line in asking(path)] == []
