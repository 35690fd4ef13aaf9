"""The files in ``examples/``: one for each of the article's cases, complete enough to write a bundle without input."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.journeys import CASES, session_of
from wizard.catalog.model import Catalog
from wizard.cli.main import run

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FILES = sorted(EXAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_written_unchanged(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert path.read_text("utf-8").startswith("# ")
    assert run(["new", str(tmp_path / "out"), "--answers", str(path), "--no-input"]) == 0
    assert "error:" not in capsys.readouterr().err
    (written,) = yaml.safe_load((tmp_path / "out" / "podwizard.yaml").read_text("utf-8"))["workloads"]
    given = yaml.safe_load(path.read_text("utf-8"))
    given = given["workloads"][0] if "workloads" in given else given  # one example uses the short form
    assert written["answers"] == given["answers"], "it answers what is not asked, or leaves something out"
    assert written["parameters"].items() >= given.get("parameters", {}).items()


@pytest.mark.parametrize("name", CASES)
def test_each_case_of_the_article_has_its_example(
    catalog: Catalog, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = session_of(catalog, name).verdict
    assert expected is not None
    assert run(["recommend", "--answers", str(EXAMPLES / f"{name}.yaml"), "-o", "yaml"]) == 0
    data = yaml.safe_load(capsys.readouterr().out)
    assert (data["base"], tuple(data["add"])) == (expected.base, expected.add)
