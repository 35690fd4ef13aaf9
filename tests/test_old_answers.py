"""Answers files of earlier versions, which must still produce a bundle after questions were added and ids renamed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import proxies
from wizard.catalog.folder import shipped_root
from wizard.catalog.load import load_catalog
from wizard.cli.main import run
from wizard.render.bundle.answers_file import read_answers

ANSWERS = Path(__file__).resolve().parent / "answers"
FILES = sorted(ANSWERS.glob("*/*.yaml"))
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def workload() -> dict[str, Any]:
    """Return the one workload in the written answers file."""
    found: dict[str, Any] = yaml.safe_load(Path("out/podwizard.yaml").read_text())["workloads"][0]
    return found


def test_the_folder_of_old_answers_is_not_empty() -> None:
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_earlier_versions_answers_still_lead_to_the_same_workload(path: Path, capsys: Capture) -> None:
    base = path.read_text("utf-8").split("\n", 1)[0].removeprefix("# base: ")
    assert run(["recommend", "--answers", str(path), "-o", "yaml"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["base"] == base
    assert run(["new", "out", "--answers", str(path), "--no-input"]) == 0
    given, written = yaml.safe_load(path.read_text("utf-8")), workload()
    added = [question for question in written["answers"] if question not in given["answers"]]
    assert written["assumed"] == [q for q in written["answers"] if q in {*added, *given.get("assumed", ())}]


def test_a_question_missing_in_a_stored_file_gets_its_unsure_option_and_counts_as_assumed(capsys: Capture) -> None:
    path = str(ANSWERS / "next" / "simple-api.yaml")
    assert run(["new", "out", "--answers", path, "--no-input"]) == 0
    output = capsys.readouterr()
    written = workload()
    assert (written["answers"]["two_harm"], written["answers"]["cluster"]) == ("perhaps", [])
    assert written["assumed"] == ["two_harm", "cluster"]
    assert "assumed: harm by two replicas and cluster" in output.out
    assert "certain" not in output.out
    assert "(--set two_harm=...)" in output.err
    # The assumed answers are now in the file: coming back does not mention them, and changes nothing.
    assert run(["new", "out", "--no-input"]) == 0
    output = capsys.readouterr()
    assert "unchanged" in output.out and "no answer to" not in output.err


def test_a_question_without_unsure_is_still_an_error(capsys: Capture) -> None:
    text = (ANSWERS / "next" / "simple-api.yaml").read_text()
    Path("old.yaml").write_text("".join(row for row in text.splitlines(keepends=True) if "keeps:" not in row))
    assert run(["new", "out", "--answers", "old.yaml", "--no-input"]) == 2
    assert "--set keeps=nothing|own_disk|one_disk" in capsys.readouterr().err
    assert not Path("out").exists()


def test_an_answer_missing_from_the_command_line_is_asked_for(capsys: Capture) -> None:
    sets = [f"--set={one}" for one in ("work=server", "keeps=nothing", "copies=one")]
    assert run(["recommend", *sets]) == 2
    assert "--set two_harm=no|perhaps|yes" in capsys.readouterr().err


OLD = """\
format: 1
table: {id: proxies, version: "0"}
answers:
  outbound: [sentinel, postgres, huge]
  pooling: never
assumed: [pooling]
parameters:
  ambassador: {implementation: watch}
  ambassador.database: {clients: 7}
  app: {name: x, image: "example.com/x:1"}
"""


def test_former_ids_are_read_as_the_current_ones(capsys: Capture) -> None:
    proxies.write(Path("own"))
    Path("old.yaml").write_text(OLD)
    assert run(["new", "out", "--catalog", "own", "--answers", "old.yaml", "--no-input"]) == 0
    written = workload()
    assert written["answers"] == {"outbound": ["sentinel", "database"], "pool": "no", "size": "large"}
    assert written["assumed"] == ["pool"]
    assert written["parameters"]["ambassador.database"] == {"connections": 7}
    assert "unknown" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "was", ["    was: [pooling]\n", ", was: [never]", ", was: [postgres]", ", was: [outbound.huge]"]
)
def test_a_former_id_is_unknown_without_was(was: str, capsys: Capture) -> None:
    proxies.write(Path("own"), (was, ""))
    Path("old.yaml").write_text(OLD)
    assert run(["new", "out", "--catalog", "own", "--answers", "old.yaml", "--no-input"]) == 2
    assert capsys.readouterr().err.startswith("podwizard: old.yaml:")


def test_a_parameter_that_moved_to_another_component_is_read() -> None:
    catalog = load_catalog(proxies.write(Path("own")))
    text = OLD.replace("ambassador.database: {clients: 7}", "sidecar.pool: {clients: 8}")
    assert read_answers(text, "old.yaml", catalog).parameters["ambassador.database.connections"] == "8"


def test_an_answer_under_the_current_id_takes_precedence_over_a_former_one() -> None:
    catalog = load_catalog(proxies.write(Path("own")))
    found = read_answers(OLD.replace("  pooling: never\n", '  pooling: never\n  pool: "yes"\n'), "old.yaml", catalog)
    assert found.answers["pool"] == "yes"


def test_an_invalid_answer_under_a_former_id_is_reported_with_its_place() -> None:
    catalog = load_catalog(proxies.write(Path("own")))
    with pytest.raises(Exception, match=r"^old.yaml:5:12: the answer to pool cannot be 'perhaps'"):
        read_answers(OLD.replace("pooling: never", "pooling: perhaps"), "old.yaml", catalog)


def test_the_shipped_table_has_no_former_ids_before_the_first_release() -> None:
    assert "was:" not in (shipped_root() / "decision_table.yaml").read_text()


def test_mutually_exclusive_options_are_refused_in_files_and_on_the_command_line(capsys: Capture) -> None:
    proxies.write(Path("own"))
    Path("both.yaml").write_text(OLD.replace("[sentinel, postgres", "[sentinel, cluster, postgres"))
    assert run(["new", "out", "--catalog", "own", "--answers", "both.yaml", "--no-input"]) == 2
    errors = capsys.readouterr().err
    assert "both.yaml:4:13: options of outbound that exclude each other" in errors
    assert "keep one of cluster and sentinel" in errors
    assert run(["recommend", "--catalog", "own", "--set", "outbound=cluster,sentinel"]) == 2
    assert "'A store that is a cluster' and 'A store with sentinels' exclude each other" in capsys.readouterr().err


@pytest.mark.parametrize("first", [True, False], ids=["before the answers", "after the answers"])
def test_an_implementation_that_the_answers_rule_out_is_refused(first: bool, capsys: Capture) -> None:
    proxies.write(Path("own"))
    choice = ["--set", "ambassador.store.implementation=ring"]
    answers = ["--set", "outbound=sentinel", "--set", "size=small"]
    words = [*choice, *answers] if first else [*answers, *choice]
    assert run(["recommend", "--catalog", "own", *words]) == 2
    errors = capsys.readouterr().err
    assert "ambassador.store.implementation cannot be ring with these answers. Sentinels choose." in errors
    assert "the answers select watch" in errors
    Path("old.yaml").write_text(OLD.replace("implementation: watch", "implementation: ring"))
    assert run(["new", "out", "--catalog", "own", "--answers", "old.yaml", "--no-input"]) == 2
    assert "cannot be ring" in capsys.readouterr().err


UNNAMED = """\
format: 2
table: {id: container-patterns}
answers: {work: server, keeps: nothing, copies: several, logs: stdout, metrics: none, needs: [helper]}
parameters:
  app: {image: registry.example.com/shop/orders:1.4.2}
  sidecar.helper: {repository: "https://git.example.com/shop/content.git", folder: /srv/synced}
"""
"""Answers of the time when a second program without a name was git-sync."""


def test_answers_that_mean_another_implementation_than_todays_default_get_an_error_that_names_it(
    capsys: Capture,
) -> None:
    Path("old.yaml").write_text(UNNAMED)
    words = ["new", "out", "--answers", "old.yaml", "--no-input"]
    assert run(words) == 2
    errors = capsys.readouterr().err
    choice = "sidecar.helper.implementation=git-sync"
    assert errors.count("is missing") == 1
    assert f"--set sidecar.helper.image=..., or --set {choice}, which uses sidecar.helper.repository" in errors
    assert not Path("out").exists()
    assert run([*words, "--set", choice]) == 0
    assert "git-sync" in Path("out/manifests/deployment.yaml").read_text()


def test_a_value_of_another_implementation_is_noted_with_the_setting_that_would_use_it(capsys: Capture) -> None:
    Path("old.yaml").write_text(UNNAMED.replace("folder:", "image: example.com/sync:1, folder:"))
    words = ["new", "out", "--answers", "old.yaml", "--no-input"]
    note = "sidecar.helper.repository is given, but nothing in this bundle uses it"
    assert run(words) == 0
    assert f"{note}; --set sidecar.helper.implementation=git-sync would" in capsys.readouterr().err
    assert run([*words, "--set", "sidecar.helper.implementation=own-helper"]) == 0
    assert f"{note}\n" in capsys.readouterr().err, "the choice is deliberate"
