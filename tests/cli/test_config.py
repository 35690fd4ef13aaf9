"""Precedence of flags, answers files and ``config.yaml``, decided for each option separately."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from wizard.cli.arguments import build_parser
from wizard.cli.inputs import session_from
from wizard.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = str(ROOT / "examples" / "orders-api.yaml")
APP = ("--set", "app.name=shop", "--set", "app.image=registry.example.com/shop:1")
OTHER = str(ROOT / "examples" / "catalogue")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))


def configure(text: str) -> None:
    """Write the user's configuration."""
    path = Path("home/podwizard/config.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"format: 1\n{text}")


def answers_file(**changes: Any) -> str:
    """Write the orders API's answers file with other options, parameters or answers, and return its name."""
    data = yaml.load(Path(ANSWERS).read_text(), Loader=yaml.BaseLoader)
    for section, values in changes.items():
        data[section] = values
    Path("answers.yaml").write_text(yaml.safe_dump(data))
    return "answers.yaml"


def written(*words: str) -> dict[str, Any]:
    """Write a bundle with these arguments and return its answers file."""
    shutil.rmtree("out", ignore_errors=True)
    assert run(["new", "out", "--no-input", *words]) == 0
    found: dict[str, Any] = yaml.safe_load(Path("out/podwizard.yaml").read_text())
    return found


def recommended(capsys: Capture, *words: str) -> dict[str, Any]:
    """Return the answers behind a recommendation."""
    assert run(["recommend", "-o", "json", *words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["answers"]
    return found


# --- precedence ---------------------------------------------------------------------------------------

REGISTRY = "answers: {}\noptions: {registry: mirror.example.com/a, comments: false}\n"


@pytest.mark.parametrize(
    ("options", "words", "registry", "comments"),
    [
        (None, (), "mirror.example.com/a", False),
        ({"form": "plain"}, (), "mirror.example.com/a", False),
        ({"form": "plain", "comments": "true"}, (), "mirror.example.com/a", True),
        ({"registry": "mirror.example.com/b"}, (), "mirror.example.com/b", False),
        ({"registry": ""}, (), None, False),
        ({"registry": "mirror.example.com/b"}, ("--registry", "mirror.example.com/c"), "mirror.example.com/c", False),
        ({"comments": "true"}, ("--no-comments",), "mirror.example.com/a", False),
    ],
)
def test_each_option_comes_from_the_source_with_the_highest_precedence(
    options: dict[str, str] | None, words: tuple[str, ...], registry: str | None, comments: bool
) -> None:
    configure(REGISTRY)
    name = answers_file(**({"options": options} if options is not None else {}))
    found = written("--answers", name, *words)["options"]
    assert (found.get("registry"), found["comments"]) == (registry, comments)


def test_each_parameter_comes_from_the_source_with_the_highest_precedence() -> None:
    configure("answers: {}\nparameters: {app: {replicas: 7, name: from-config, image: registry.example.com/c:1}}\n")
    name = answers_file(parameters={"app": {"name": "from-file", "image": "registry.example.com/f:1"}})
    app = written("--answers", name, "--set", "app.image=registry.example.com/s:1")["workloads"][0]["parameters"]["app"]
    assert (app["replicas"], app["name"], app["image"]) == (7, "from-file", "registry.example.com/s:1")


def test_each_answer_comes_from_the_source_with_the_highest_precedence(capsys: Capture) -> None:
    configure("answers: {copies: elastic, logs: stdout, cluster: [collector, mesh_injected]}\n")
    given = yaml.safe_load(Path(ANSWERS).read_text())["answers"]
    rest = {key: value for key, value in given.items() if key not in ("logs", "cluster")}
    found = recommended(capsys, "--answers", answers_file(answers=rest), "--set", "cluster=none")
    assert (found["copies"], found["logs"], found["cluster"]) == (given["copies"], "stdout", [])


@pytest.mark.parametrize(
    ("answers", "words", "minor"),
    [
        ({}, (), (1, 34)),
        ({"version": "v133"}, (), (1, 33)),
        ({}, ("--set", "version=v133"), (1, 33)),
        ({"version": "v133"}, ("--kubernetes-version", "1.35"), (1, 35)),
    ],
)
def test_the_configured_version_yields_to_an_answer_or_flag(
    answers: dict[str, str], words: tuple[str, ...], minor: tuple[int, int]
) -> None:
    configure('answers: {}\noptions: {kubernetes: "1.34"}\n')
    name = answers_file(answers={"work": "task", "parts": "one", **answers})
    session = session_from(build_parser("recommend").parse_args(["recommend", "--answers", name, *words]))
    assert session.minor == minor


# --- a custom table ------------------------------------------------------------------------------------


def test_configuration_entries_that_exist_in_another_table_are_used(capsys: Capture) -> None:
    configure(
        "table: {id: container-patterns}\n"
        "answers: {logs: stdout, work: server, cluster: [collector]}\n"
        "assumed: [cluster, logs]\n"
        "parameters: {sidecar.log-agent: {cpu: 10m}}\n"
        "options: {registry: mirror.example.com/a}\n"
    )
    assert recommended(capsys, "--catalog", OTHER, "--set", "ends=no") == {"ends": "no", "logs": "stdout"}
    assert capsys.readouterr().err == ""
    options = written("--catalog", OTHER, "--set", "ends=yes", *APP)["options"]
    assert options["registry"] == "mirror.example.com/a"


def test_a_configured_option_missing_in_another_table_leaves_its_question_open(capsys: Capture) -> None:
    configure("answers: {logs: files_only, ends: 'no'}\n")
    assert run(["recommend", "--catalog", OTHER]) == 2
    err = capsys.readouterr().err
    assert "--set logs=stdout|files" in err and "--set ends" not in err


def test_an_entry_unknown_to_a_custom_table_is_ignored_with_a_note(
    capsys: Capture,
) -> None:
    configure("answers: {clutser: [collector], logs: stdout}\n")
    assert recommended(capsys, "--catalog", OTHER, "--set", "ends=no")["logs"] == "stdout"
    run(["recommend", "--catalog", OTHER, "--set", "ends=no"])
    assert "config.yaml:2:11: unknown question 'clutser'; it is ignored" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("answers: {clutser: [collector]}\n", "config.yaml:2:11: unknown question 'clutser'"),
        ("answers: {logs: stdoot}\n", "config.yaml:2:17: the answer to logs cannot be 'stdoot'"),
        ("answers: {}\nparameters: {ap: {}}\n", "config.yaml:3:14: unknown component 'ap'"),
    ],
)
def test_a_misspelling_for_the_shipped_table_is_an_error(text: str, message: str, capsys: Capture) -> None:
    configure(text)
    assert run(["recommend", "--answers", ANSWERS]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("text", ["anwsers: {}\n", "answers: []\n", "answers: {}\noptions: {comments: perhaps}\n"])
def test_an_entry_that_is_invalid_in_any_table_is_an_error_with_every_table(text: str, capsys: Capture) -> None:
    configure(text)
    assert run(["recommend", "--catalog", OTHER, "--set", "ends=yes"]) == 2
    assert "config.yaml:" in capsys.readouterr().err


# --- forms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["helm", "kustomize", "tar"])
def test_an_unknown_form_is_reported_with_its_place(form: str, capsys: Capture) -> None:
    Path("answers.yaml").write_text(f"format: 1\nanswers: {{}}\noptions:\n  form: {form}\n")
    for command in ("new", "recommend"):
        assert run([command, "--answers", "answers.yaml", "--no-input"]) == 2
        message, hint = capsys.readouterr().err.splitlines()
        assert message == f"podwizard: answers.yaml:4:9: '{form}' is not a valid form; the only one is plain"
        assert hint == "  write 'form: plain', or remove it"


def test_help_and_completion_offer_no_unsupported_form(capsys: Capture) -> None:
    assert run(["new", "--help"]) == 0
    assert run(["completion", "bash"]) == 0
    out = capsys.readouterr().out
    assert "helm" not in out and "kustomize" not in out.replace("kustomization", "")


def test_a_configuration_does_not_change_an_edited_answers_file(capsys: Capture) -> None:
    assert run(["new", "out", "--answers", ANSWERS]) == 0
    own = Path("out/podwizard.yaml")
    own.write_text(own.read_text() + "# mine\n")
    configure(REGISTRY.replace(", comments: false", ""))
    assert run(["new", "out", "--no-input"]) == 0
    assert own.read_text().endswith("# mine\n")
    assert "brought up to date" not in capsys.readouterr().err
