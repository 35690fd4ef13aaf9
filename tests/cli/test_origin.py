"""A bundle's catalogue and app, which change only if the user decides so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.at_hand import render_here
from wizard.catalog.folder import shipped_root
from wizard.catalog.shipped import shipped_catalog
from wizard.cli.inputs import catalog_path
from wizard.cli.main import run
from wizard.errors import UsageError
from wizard.store.written import WrittenWith, written_with

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = str(ROOT / "examples" / "orders-api.yaml")
OTHER = ROOT / "examples" / "catalogue"
FILE = Path("out/manifests/deployment.yaml")
Capture = pytest.CaptureFixture[str]
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    render_here(monkeypatch)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Return a copy of the shipped catalogue with one difference, under the same id and version."""
    copied = tmp_path / "mine"
    root = shipped_root()
    shutil.copytree(root / "templates", copied / "templates")
    shutil.copy(root / "decision_table.yaml", copied)
    path = copied / "templates" / "workloads" / "deployment" / "workload.yaml"
    text = path.read_text()
    assert "revisionHistoryLimit: 5" in text
    path.write_text(text.replace("revisionHistoryLimit: 5", "revisionHistoryLimit: 9"))
    return copied


def new(*words: str) -> int:
    return run(["new", "out", "--no-input", *words])


def raise_version(catalog: Path, version: str) -> None:
    path = catalog / "decision_table.yaml"
    text = path.read_text()
    assert "2026.1" in text
    path.write_text(text.replace("2026.1", version, 1))


# --- the bundle's catalogue --------------------------------------------------------------------------


def test_a_bundle_names_its_catalogue_relative_to_its_own_folder(mine: Path, capsys: Capture) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    text = Path("out/podwizard.yaml").read_text()
    assert '\ncatalog: "../../mine"\n' in text
    command = "podwizard new . --answers podwizard.yaml --catalog ../../mine"
    assert f"\n{command}\n" in Path("out/README.md").read_text()
    assert str(mine.parent) not in text + Path("out/README.md").read_text()
    capsys.readouterr()
    os.chdir("out")
    assert run([*command.split()[1:], "--no-input"]) == 0
    assert "unchanged: ." in capsys.readouterr().out


def test_the_readme_command_names_the_catalogue_relative_to_the_current_folder(mine: Path, capsys: Capture) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    Path("out/README.md").write_text("mine\n")
    Path("out/manifests/service.yaml").unlink()
    capsys.readouterr()
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "-o readme" in line]
    assert [line.partition("podwizard ")[2] for line in lines] == ["./out --catalog ../mine -o readme"] * len(lines)
    assert len(lines) == 2, "beside the kept file, and where it is said what must be there first"


def test_a_bundle_of_the_shipped_catalogue_names_no_catalogue() -> None:
    assert new("--answers", ANSWERS) == 0
    assert "catalog:" not in Path("out/podwizard.yaml").read_text()
    assert "--catalog" not in Path("out/README.md").read_text()


def test_without_its_catalogue_a_bundle_is_not_written_and_the_message_names_it(mine: Path, capsys: Capture) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    capsys.readouterr()
    for words in ([], ["--answers", "out/podwizard.yaml"], ["--set", "copies=elastic"], ["--dry-run=client"]):
        assert new(*words) == 2
        err = capsys.readouterr().err
        assert "out holds a bundle of the catalogue ../mine" in err and "use --catalog ../mine;" in err
    assert "revisionHistoryLimit: 9" in FILE.read_text()


def test_a_bundle_of_the_shipped_catalogue_refuses_another_catalogue(mine: Path, capsys: Capture) -> None:
    assert new("--answers", ANSWERS) == 0
    assert new("--catalog", "../mine") == 2
    err = capsys.readouterr().err
    assert "of the shipped catalogue" in err and "leave --catalog out;" in err
    assert "revisionHistoryLimit: 5" in FILE.read_text()


def test_a_catalogue_with_another_id_is_refused_and_the_bundles_own_is_named(mine: Path, capsys: Capture) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    assert new("--catalog", str(OTHER)) == 2
    assert "use --catalog ../mine;" in capsys.readouterr().err


def test_an_upgraded_catalogue_at_the_same_path_is_accepted(mine: Path) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    raise_version(mine, "2027.1")
    path = mine / "templates" / "workloads" / "deployment" / "workload.yaml"
    path.write_text(path.read_text().replace("revisionHistoryLimit: 9", "revisionHistoryLimit: 8"))
    assert new("--catalog", "../mine") == 0
    assert "revisionHistoryLimit: 8" in FILE.read_text() and "2027.1" in Path("out/podwizard.yaml").read_text()


def test_an_upgraded_shipped_catalogue_is_accepted() -> None:
    assert new("--answers", ANSWERS) == 0
    base = Path("out/.podwizard/base.json")
    data = json.loads(base.read_text())
    base.write_text(json.dumps({**data, "catalog": "0" * 64}))
    assert new() == 0


def test_a_newer_catalogue_at_another_path_is_accepted_and_an_older_one_is_not(mine: Path, capsys: Capture) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    moved = mine.rename(mine.with_name("moved"))
    assert new("--catalog", "../moved") == 0, "the same contents are the same catalogue"
    raise_version(moved, "2026.2")
    elsewhere = moved.rename(moved.with_name("elsewhere"))
    assert new("--catalog", "../elsewhere") == 0
    assert 'catalog: "../../elsewhere"' in Path("out/podwizard.yaml").read_text()
    elsewhere = elsewhere.rename(elsewhere.with_name("again"))
    path = elsewhere / "decision_table.yaml"
    path.write_text(path.read_text().replace("2026.2", "2026.1", 1))
    assert new("--catalog", "../again") == 2


def test_the_catalog_line_in_the_answers_file_changes_a_bundles_catalogue(mine: Path, capsys: Capture) -> None:
    assert new("--answers", ANSWERS) == 0
    assert new("--catalog", "../mine") == 2
    assert 'write catalog: "../../mine" into out/podwizard.yaml' in capsys.readouterr().err
    path = Path("out/podwizard.yaml")
    path.write_text(path.read_text().replace("options:\n", 'catalog: "../../mine"\noptions:\n', 1))
    assert new("--catalog", "../mine") == 0
    assert "revisionHistoryLimit: 9" in FILE.read_text()
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("catalog:")))
    assert new() == 0
    assert "revisionHistoryLimit: 5" in FILE.read_text()


def test_every_command_refuses_an_answers_file_for_another_catalogue(mine: Path, capsys: Capture) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    capsys.readouterr()
    for words in (["new", "two", "--no-input"], ["recommend"]):
        assert run([*words, "--answers", "out/podwizard.yaml"]) == 2
        assert "add --catalog ../mine\n" in capsys.readouterr().err
    assert run(["new", "two", "--no-input", "--answers", "out/podwizard.yaml", "--catalog", "../mine"]) == 0
    assert run(["recommend", "--answers", "out/podwizard.yaml", "--catalog", "../mine"]) == 0


def test_a_folder_with_only_an_answers_file_accepts_the_given_catalogue(mine: Path) -> None:
    Path("out").mkdir()
    shutil.copy(ANSWERS, "out/podwizard.yaml")
    assert new("--catalog", "../mine") == 0


def test_the_covering_answers_files_name_their_catalogue() -> None:
    assert run(["check", str(OTHER), "--cover", "cover"]) == 0
    texts = [path.read_text() for path in Path("cover").iterdir()]
    assert texts and all(f"catalog: {json.dumps(str(OTHER))}" in text for text in texts)


def test_a_catalogues_path_is_relative_to_the_bundle_unless_given_as_absolute(tmp_path: Path) -> None:
    assert catalog_path(None, Path("out")) == catalog_path("", None) == ""
    assert catalog_path("cat", Path("out")) == catalog_path("./cat/", None) == "../cat"
    assert catalog_path("../cat", Path("a/b")) == "../../../cat"
    assert catalog_path("/opt/cat/", Path("out")) == "/opt/cat"
    (tmp_path / "real").mkdir()
    Path("link").symlink_to(tmp_path / "real")
    assert catalog_path("cat", Path("link")) == "../work/cat"
    (tmp_path / "real" / "v3").mkdir()
    Path("current").symlink_to(tmp_path / "real" / "v3")
    assert catalog_path("current", Path("out")) == "../current"
    assert catalog_path("current/../x", Path("out")) == "../../real/x"
    with pytest.raises(UsageError, match="cannot be shown"):
        catalog_path("a\nb", None)


# --- the question about the catalogue -----------------------------------------------------------------


def test_the_numbered_lines_ask_for_the_catalogue_and_default_to_the_bundles_own(mine: Path, type_lines: Typed) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    code, out, err = type_lines("", "", "", "")
    assert code == 0 and "out holds a bundle of the catalogue ../mine" in err
    assert "Enter uses the bundle's own catalogue" in out
    assert "unchanged: out" in out and "come back: podwizard ./out --catalog ../mine" in out


def test_the_numbered_lines_change_the_catalogue_on_request(mine: Path, type_lines: Typed) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    code, out, _ = type_lines("c", "", "", "")
    assert code == 0 and out.endswith("come back: podwizard ./out")
    assert "revisionHistoryLimit: 5" in FILE.read_text()


@pytest.mark.parametrize("lines", [("q",), (), ("x",)])
def test_leaving_the_catalogue_question_writes_nothing(mine: Path, type_lines: Typed, lines: tuple[str, ...]) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    code, _, err = type_lines(*lines)
    assert code == 130 and err.endswith("nothing written")
    assert "revisionHistoryLimit: 9" in FILE.read_text()


def test_standard_input_can_be_a_pipe_during_the_catalogue_question(mine: Path) -> None:
    assert new("--answers", ANSWERS, "--catalog", "../mine") == 0
    done = subprocess.run(
        [sys.executable, "-m", "wizard", "out", "--plain"],
        input=b"\n\n\n\n",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_saved_answers_of_another_catalogue_are_not_offered(mine: Path, type_lines: Typed) -> None:
    assert type_lines("1", "1", words=("out", "--catalog", "../mine"))[0] == 130
    assert "earlier run" not in type_lines()[1]
    assert "earlier run" in type_lines(words=("out", "--catalog", "../mine"))[1]


# --- another app ---------------------------------------------------------------------------------------


@pytest.fixture
def billing() -> str:
    text = Path(ANSWERS).read_text().replace("name: orders-api", "name: billing")
    assert "billing" in text
    Path("billing.yaml").write_text(text)
    return "billing.yaml"


def test_answers_for_another_app_are_refused_and_the_message_names_the_option(billing: str, capsys: Capture) -> None:
    assert new("--answers", ANSWERS) == 0
    before = Path("out/podwizard.yaml").read_text()
    for words in ([], ["--on-conflict=keep"], ["--dry-run=client"]):
        assert new("--answers", billing, *words) == 2
        err = capsys.readouterr().err
        assert "out contains the bundle of orders-api, but these answers are for billing" in err
        assert "--on-conflict=overwrite" in err
    assert Path("out/podwizard.yaml").read_text() == before
    assert new("--answers", billing, "--on-conflict=overwrite") == 0
    assert "billing" in FILE.read_text()


def test_a_default_folder_with_another_app_is_refused(billing: str, capsys: Capture) -> None:
    assert run(["new", "billing", "--no-input", "--answers", ANSWERS]) == 0
    assert run(["new", "--no-input", "--answers", billing]) == 2
    assert "billing contains the bundle of orders-api" in capsys.readouterr().err


def test_the_app_is_known_from_base_json_alone(billing: str) -> None:
    assert new("--answers", ANSWERS) == 0
    Path("out/podwizard.yaml").unlink()
    assert new("--answers", billing) == 2
    assert new("--answers", ANSWERS) == 0


def test_an_app_can_be_renamed_in_its_folder() -> None:
    assert new("--answers", ANSWERS) == 0
    assert new("--set", "app.name=renamed") == 0
    assert "name: renamed" in FILE.read_text()
    found = written_with("out")
    assert found == WrittenWith("renamed", "container-patterns", "2026.1", "", shipped_catalog().digest)


def test_the_numbered_lines_refuse_another_app_with_a_clear_message(billing: str, type_lines: Typed) -> None:
    assert new("--answers", ANSWERS) == 0
    text = Path(billing).read_text().replace("    image:", "    # image:")
    Path(billing).write_text(text)
    code, out, _ = type_lines(
        "", "", "", "", "registry.example.com/x:1.0", "", "q", "d", words=("out", "--answers", billing)
    )
    assert "out contains the bundle of orders-api, but these answers are for billing" in out
    assert code == 130 and "orders-api" in FILE.read_text()


def test_saved_answers_of_another_app_are_not_written_over_a_bundle(billing: str, type_lines: Typed) -> None:
    assert new("--answers", ANSWERS) == 0
    text = Path(billing).read_text().replace("    image:", "    # image:")
    Path(billing).write_text(text)
    type_lines("", "", "", "", "registry.example.com/x:1.0", "q", "k", words=("out", "--answers", billing))
    code, out, _ = type_lines("", "", "", "", "", "q", "d")
    assert "earlier run" in out
    assert "out contains the bundle of orders-api, but these answers are for billing" in out
    assert code == 130 and "orders-api" in FILE.read_text()


@pytest.mark.parametrize("spoil", ["link", "pipe", "text", "folder"])
def test_an_unreadable_answers_file_in_the_folder_gives_no_origin(spoil: str) -> None:
    Path("out").mkdir()
    path = Path("out/podwizard.yaml")
    if spoil == "link":
        path.symlink_to(ANSWERS)
    elif spoil == "pipe":
        os.mkfifo(path)
    elif spoil == "text":
        path.write_bytes(b"\xff")
    else:
        path.mkdir()
    assert written_with("out") is None
    assert written_with("nowhere") is None and written_with("a\0b") is None
