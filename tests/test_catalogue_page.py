"""Agreement of docs/catalogue.md and docs/checks.md with the code, and the example, which is proved and rendered."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest

from tests import proxies
from wizard.cli.main import run
from wizard.render.compose.pod import LISTS, MAPS

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "catalogue"
PAGE = (ROOT / "docs" / "catalogue.md").read_text("utf-8")
Capture = pytest.CaptureFixture[str]


def test_the_tables_of_keys_and_types_match_the_loader() -> None:
    tools = runpy.run_path(str(ROOT / "tools" / "reference.py"))
    assert tools["renewed"](PAGE) == PAGE, "run python tools/reference.py"


def test_the_page_of_the_checks_matches_the_rules() -> None:
    tools = runpy.run_path(str(ROOT / "tools" / "reference.py"))
    assert tools["checks"]() == (ROOT / "docs" / "checks.md").read_text("utf-8"), "run python tools/reference.py"


def test_the_page_names_every_slot() -> None:
    for slot in (*LISTS, *MAPS):
        assert f"`{slot}`" in PAGE


def test_the_pages_examples_are_parts_of_proved_catalogues() -> None:
    texts = [proxies.TABLE, *(path.read_text("utf-8") for path in EXAMPLE.rglob("*.yaml"))]
    shown = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(shown) >= 4
    for block in shown:
        pieces = re.split(r"\n\n", block.removeprefix("questions:\n").strip("\n"))
        assert all(any(piece in text for text in texts) for piece in pieces), block


def test_the_example_is_proved(capsys: Capture) -> None:
    assert run(["check", str(EXAMPLE)]) == 0
    assert "proved for all 3 reachable sets of answers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "kind", "says"), [(["ends=no", "logs=files"], "deployment", "name: logs"), (["ends=yes"], "job", "Never")]
)
def test_the_example_is_rendered(words: list[str], kind: str, says: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(EXAMPLE, mine)
    sets = [part for word in (*words, "app.name=shop", "app.image=example.com/shop:1.0") for part in ("--set", word)]
    assert run(["new", str(tmp_path / "out"), "--catalog", str(mine), "--no-input", *sets]) == 0
    assert says in (tmp_path / "out" / "manifests" / f"{kind}.yaml").read_text("utf-8")
    assert run(["validate", str(tmp_path / "out"), "--pod-security", "restricted"]) == 0
