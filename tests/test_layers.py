"""House rules that a tool can check: imports between layers, sizes of files and functions, names of tests."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "wizard").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60


def test_a_layer_imports_only_lower_layers() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_init_files_are_empty() -> None:
    assert [str(path) for path in MODULES if path.name == "__init__.py" and path.read_text().strip()] == []


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") < LINES_OF_A_FILE
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_a_tests_name_starts_with_a_real_subject() -> None:
    """Reject names such as ``test_it_can_be_switched_off``, which mean nothing in a list of failures."""
    named = re.compile(r"def (test_(?:it|they|one_that|who|whoever|what|whatever|where|which)_\w+)")
    paths = [path for path in TESTS if path.name.startswith("test_")]
    found = {path: named.findall(path.read_text("utf-8")) for path in paths}
    assert [f"{path.relative_to(ROOT)}: {name}" for path, names in found.items() for name in names] == []


def test_a_types_name_is_defined_only_once() -> None:
    homes: dict[str, set[str]] = {}
    for path in MODULES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, set()).add(str(path.relative_to(ROOT / "wizard")))
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper():
                    homes.setdefault(target.id, set()).add(str(path.relative_to(ROOT / "wizard")))
    twice = {name: found for name, found in homes.items() if len(found) > 1}
    assert twice == {
        # Established terms: a row of the decision table, and a check of manifests.
        "Rule": {"decision/model.py", "validation/frame.py"},
        # A component's declaration, and a connection to a server.
        "Connection": {"catalog/declarations.py", "cluster/connection.py"},
        # Parameter types, and the catalogue's images and YAML's nodes.
        "Image": {"catalog/model.py", "catalog/types/addresses.py"},
        "Map": {"catalog/types/lists.py", "render/compose/tree.py"},
        "Scalar": {"catalog/types/scalars.py", "render/compose/tree.py"},
        # One per face.
        "PageStep": {"lines/journey.py", "screens/flow.py"},
    }
