"""The other commands: recommend, check, validate, patterns, schema, completion, help."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from wizard.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "catalogue"
ANSWERS = str(ROOT / "examples" / "orders-api.yaml")
Capture = pytest.CaptureFixture[str]


def test_recommend_prints_the_verdict_with_its_reasons(capsys: Capture) -> None:
    assert run(["recommend", "--answers", ANSWERS]) == 0
    out = capsys.readouterr().out
    assert out.startswith(("Deployment", "Plain Deployment"))
    assert "Why not:" in out and "StatefulSet" in out and "What would change it:" in out
    assert max(len(line) for line in out.splitlines()) < 80


def test_recommend_returns_the_same_data_as_json_and_as_yaml(capsys: Capture) -> None:
    assert run(["recommend", "--answers", ANSWERS, "-o", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert run(["recommend", "--answers", ANSWERS, "-o", "yaml"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == data
    assert data["base"] == "Deployment"
    assert data["answers"]["logs"] == "stdout"
    assert {"table", "assumed", "add", "set", "warn", "why", "why_not", "flips", "texts"} <= set(data)


def test_an_assumed_answer_is_marked(capsys: Capture) -> None:
    assert run(["recommend", "--answers", ANSWERS, "--set", "logs=?", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["assumed"] == ["logs"]


def test_an_answer_that_makes_an_earlier_question_unnecessary_is_kept(tmp_path: Path, capsys: Capture) -> None:
    # If nobody reads the logs, their form does not matter.
    own = tmp_path / "own"
    shutil.copytree(EXAMPLE, own)
    table = own / "decision_table.yaml"
    more = """\
  form: {ask: In which form are they?, when: {logs: files}, options: {text: Text, json: JSON}}
  read: {ask: Does anybody read them?, when: {form: [text, json]}, options: {"yes": "Yes", "no": "No"}}
"""
    text = table.read_text().replace("\npatterns:", more + "\npatterns:", 1)
    table.write_text(text.replace("when: {logs: files}, use", 'when: {read: "yes"}, use'))
    words = ["ends=no", "logs=files", "read=no"]
    named = [each for word in words for each in ("--set", word)]
    assert run(["recommend", "--catalog", str(own), *named, "-o", "yaml"]) == 0
    data = yaml.safe_load(capsys.readouterr().out)
    assert "form" not in data["answers"]
    again = tmp_path / "again.yaml"
    again.write_text(yaml.safe_dump({"format": 1, "table": data["table"], "answers": data["answers"]}))
    assert run(["recommend", "--catalog", str(own), "--answers", str(again), "-o", "yaml"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == data


def test_quick_mode_needs_only_the_answers_that_decide_the_workload(capsys: Capture) -> None:
    words = ["--quick", "--set", "work=server", "--set", "keeps=nothing", "--set", "copies=several", "-o", "json"]
    assert run(["recommend", *words]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["base"] == "Deployment"
    assert "logs" in data["assumed"]


def test_quick_mode_still_needs_the_workloads_answers_when_an_addition_is_certain(capsys: Capture) -> None:
    words = ["--quick", "--set", "work=server", "--set", "keeps=nothing", "--set", "needs=wait"]
    assert run(["recommend", *words]) == 2
    assert "--set copies=" in capsys.readouterr().err


def test_check_proves_the_shipped_table_and_writes_complete_covering_answers_files(
    tmp_path: Path, capsys: Capture
) -> None:
    assert run(["check", "--cover", str(tmp_path / "cover")]) == 0
    output = capsys.readouterr()
    assert "proved for all" in output.out
    assert re.search(r"^rendered \d{2,3} bundles from \d{2,3} sets of answers of [\d,]{9,}: every", output.err, re.M)
    files = sorted((tmp_path / "cover").iterdir())
    assert len(files) >= 20
    capsys.readouterr()
    codes = {run(["new", str(tmp_path / "out" / f.stem), "--answers", str(f), "--no-input"]) for f in files[:6]}
    assert codes <= {0, 1}


def test_validate_accepts_a_written_bundle(tmp_path: Path, capsys: Capture) -> None:
    assert run(["new", str(tmp_path / "one"), "--answers", ANSWERS]) == 0
    assert run(["validate", str(tmp_path / "one"), "--pod-security", "restricted"]) == 0
    assert "object" in capsys.readouterr().err


@pytest.mark.parametrize("place", [".", "manifests", "manifests/deployment.yaml"])
@pytest.mark.parametrize(("option", "oldest"), [((), "1.33"), (("--kubernetes-version", "1.31"), "1.31")])
def test_validate_checks_for_the_versions_of_the_bundle(
    tmp_path: Path, capsys: Capture, place: str, option: tuple[str, ...], oldest: str
) -> None:
    target = tmp_path / "one"
    assert run(["new", str(target), "--answers", ANSWERS, *option]) == 0
    capsys.readouterr()
    assert run(["validate", str(target / place), "-o", "json"]) == 0
    output = capsys.readouterr()
    data = json.loads(output.out)
    assert (data["kubernetes"], data["kubernetes_newest"]) == (oldest, "1.37")
    assert f"checked for Kubernetes {oldest} to 1.37, which {target / 'podwizard.yaml'} is made for" in output.err
    assert run(["validate", str(target / place), "-o", "json", "--kubernetes-version", "1.30"]) == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["kubernetes"] == "1.30" and "made for" not in output.err


@pytest.mark.parametrize(
    "text",
    [
        *("", "a: [", "workloads: 3\n", "catalog: mine\nworkloads: [{}]\n", "[]\n"),
        *("options: {kubernetes: '1.10'}\n", "options: {kubernetes: '1.99'}\n"),
    ],
)
def test_validate_checks_for_the_newest_version_if_the_answers_file_names_none(
    tmp_path: Path, capsys: Capture, text: str
) -> None:
    (tmp_path / "podwizard.yaml").write_text(text)
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: orders\n")
    assert run(["validate", str(tmp_path), "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["kubernetes"] == "1.37"


def test_validate_reports_the_place_of_an_error(tmp_path: Path, capsys: Capture) -> None:
    manifest = tmp_path / "bad.yaml"
    manifest.write_text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  replica: 1\n")
    assert run(["validate", str(manifest)]) == 1
    out = capsys.readouterr().out
    assert "bad.yaml:5:3" in out
    assert "replicas" in out


def test_validate_reports_findings_as_json(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.yaml").write_text("kind: {\n")
    assert run(["validate", str(tmp_path), "-o", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["severity"] == "error"


def test_patterns_are_listed_and_each_has_a_page(capsys: Capture) -> None:
    assert run(["patterns"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert "Deployment" in listed and "sidecar.log-agent" in listed
    for name in listed:
        assert run(["patterns", name]) == 0
        page = capsys.readouterr().out
        assert "Gives" in page and "Avoid when" in page
        assert max(len(line) for line in page.splitlines()) <= 80
    assert run(["patterns", "deploymnt"]) == 2
    assert "did you mean 'Deployment'" in capsys.readouterr().err


def test_each_schema_is_json_with_its_own_id(capsys: Capture) -> None:
    assert run(["schema"]) == 0
    table = json.loads(capsys.readouterr().out)
    assert {"$schema", "$id"} <= set(table)
    assert run(["schema", "examples"]) == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "examples-1.schema.json" != table["$id"]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_scripts_name_the_commands(shell: str, capsys: Capture) -> None:
    assert run(["completion", shell]) == 0
    assert "recommend" in capsys.readouterr().out


def test_the_log_contains_messages_and_exit_codes(tmp_path: Path, capsys: Capture) -> None:
    log = tmp_path / "podwizard.log"
    assert run(["recommend", "--set", "work=serve", "--log", str(log)]) == 2
    assert run(["recommend", "--answers", ANSWERS, "--log", str(log)]) == 0
    text = log.read_text()
    assert "unknown option of work: serve" in text
    assert "exit 2" in text and "exit 0" in text
    assert run(["patterns", "--log", str(tmp_path / "no" / "such.log")]) == 5
    assert "cannot write the log" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["new", "--anwsers", "x"], "did you mean '--answers'?"),
        (["chekc"], "did you mean 'check'? For a folder: podwizard new chekc"),
        (["recommend", "--sets=a"], "did you mean '--set'?"),
    ],
)
def test_a_misspelled_argument_is_reported_with_a_suggestion(words: list[str], message: str, capsys: Capture) -> None:
    assert run(words) == 2
    assert message in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("shell", "code"),
    [
        ("patterns nope 2> /dev/full", 2),
        ("patterns nope --log /dev/full", 2),
        ("patterns >&- 2>&- <&-", 0),
    ],
)
def test_full_or_closed_streams_cause_no_traceback(shell: str, code: int) -> None:
    command = f"{shlex.quote(sys.executable)} -m wizard {shell}"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr + done.stdout


def test_a_deleted_current_folder_is_reported(tmp_path: Path) -> None:
    words = f"rmdir {shlex.quote(str(tmp_path))}; PYTHONPATH={ROOT} {shlex.quote(sys.executable)} -m wizard check ."
    done = subprocess.run(["sh", "-c", words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "the current folder no longer exists" in done.stderr
