"""``podwizard new`` without input: written files, refusals and exit codes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from wizard.cli.main import run
from wizard.store import journal

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = str(ROOT / "examples" / "orders-api.yaml")
Capture = pytest.CaptureFixture[str]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_new_writes_the_bundle_and_reports_unchanged_the_second_time(capsys: Capture) -> None:
    assert run(["new", "--answers", ANSWERS]) == 0
    out = capsys.readouterr().out
    assert "Deployment" in out and "wrote orders-api/manifests/deployment.yaml" in out
    before = tree(Path("orders-api"))
    assert run(["new", "orders-api", "--answers", ANSWERS]) == 0
    assert "unchanged" in capsys.readouterr().out
    assert tree(Path("orders-api")) == before


def test_the_written_answers_file_reproduces_the_same_bytes() -> None:
    assert run(["new", "one", "--answers", ANSWERS]) == 0
    assert run(["new", "two", "--answers", "one/podwizard.yaml"]) == 0
    assert tree(Path("one")).items() >= {k: v for k, v in tree(Path("two")).items() if ".podwizard" not in k}.items()


def test_a_bundles_own_answers_are_used_when_coming_back(capsys: Capture) -> None:
    assert run(["new", "one", "--answers", ANSWERS]) == 0
    assert run(["one", "--set", "copies=elastic", "--no-input"]) == 0
    assert (Path("one") / "manifests" / "horizontalpodautoscaler.yaml").is_file()
    deployment = yaml.safe_load((Path("one") / "manifests" / "deployment.yaml").read_text())
    assert "replicas" not in deployment["spec"]


def test_missing_answers_are_listed_with_their_set_form_and_options(capsys: Capture) -> None:
    assert run(["new", "--no-input", "--set", "work=server"]) == 2
    err = capsys.readouterr().err
    assert "    --set keeps=nothing|own_disk|one_disk|shared_files" in err.splitlines()
    assert not any(Path().iterdir())


def test_a_missing_parameter_is_named(capsys: Capture) -> None:
    text = Path(ANSWERS).read_text()
    Path("answers.yaml").write_text("".join(line for line in text.splitlines(True) if "image:" not in line))
    assert run(["new", "--answers", "answers.yaml"]) == 2
    err = capsys.readouterr().err.splitlines()
    assert err[err.index("  app.image: is missing") + 1] == "    --set app.image=..."


def test_an_invalid_parameter_is_reported_with_its_hint_on_a_separate_line(capsys: Capture) -> None:
    assert run(["new", "--answers", ANSWERS, "--set", "app.replicas=0"]) == 2
    err = capsys.readouterr().err.splitlines()
    (at,) = [number for number, line in enumerate(err) if line.startswith("  app.replicas: ")]
    assert err[at + 1].startswith("    ") and not any("  " in line.strip() for line in err)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "work=serve"], "did you mean 'server'"),
        (["--set", "wrk=server"], "did you mean 'work'"),
        (["--set", "app.nam=x"], "did you mean 'app.name'"),
        (["--set", "nonsense"], "not KEY=VALUE"),
        (["--answers", "missing.yaml"], "cannot read answers file missing.yaml"),
        (["--kubernetes-version", "1.99"], "newer than this podwizard supports"),
        (["--answers", ANSWERS, "--kubernetes-version", "1.28"], "nothing is written for Kubernetes 1.28"),
        (["--answers", ANSWERS, "--registry", "a b"], "--registry a b: not a registry"),
        (["--catalog", "nowhere"], "nowhere"),
    ],
)
def test_invalid_input_gets_one_clear_message(words: list[str], message: str, capsys: Capture) -> None:
    assert run(["new", "--no-input", *words]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format: 1\nanswers: {work: servr}\n", "answers.yaml:2:17: the answer to work cannot be 'servr'"),
        ("format: 1\nanswers: {wrok: server}\n", "did you mean 'work'"),
        ("format: 1\nanswers: {work: server}\nanswers: {}\n", "'answers' is defined twice"),
        ("format: 9\napps: {}\n", "answers.yaml:1:9: format 9 is newer than this podwizard supports (2)"),
        ("format: 2\n", "the answers file has no 'answers'"),
        ("answers: {}\n", "the answers file has no 'format'\n  add 'format: 2'\n"),
        (
            "format: 2\nwork: server\n",
            "'work' in the answers file\n  answers go under 'workloads: - answers:'\n",
        ),
        (
            "format: 2\nanswers: {}\nwork: server\n",
            "'work' in the answers file\n  answers go under 'answers:'\n",
        ),
        ("format: 2\nworkloads: [{work: server, answers: {}}]\n", "in a workload\n  answers go under 'answers:'\n"),
        ("format: 2\napp: {name: x}\n", "'app' in the answers file\n  parameters go under 'workloads: - parameters:'"),
        ("format: 2\nanswers: {}\napp.name: x\n", "\n  parameters go under 'parameters:', by component\n"),
        ("format: 2\nanswer: {}\n", "did you mean 'answers'?"),
        ("format: 2\nworkloads: []\n", "'workloads' is empty"),
        ("format: 2\nworkloads: {answers: {}}\n", "workloads must be a list"),
        ("format: 2\nworkloads: [{assumed: []}]\n", "a workload has no 'answers'"),
        (
            "format: 2\nworkloads:\n  - answers: {}\n  - answers: {}\n",
            "answers.yaml:4:5: there are 2 workloads, and podwizard writes one per bundle",
        ),
        ("format: 2\nassumed: []\nworkloads: [{answers: {}}]\n", "'assumed' is at the top of a file with 'workloads'"),
        ("format: 0\nanswers: {}\n", "must be 1 or more"),
        ("format: 1\n---\nformat: 1\n", "there is a second document"),
        ("format: 1\nanswers: {}\noptions: {registry: a b}\n", "answers.yaml:3:21: a b: not a registry"),
        ("format: 1\nanswers: {}\nparameters: {app: {scale: one}}\n", "app.scale is decided by the answers"),
        ("format: 1\nanswers: [\n", "not valid YAML"),
        ("format: 1\nanswers: !!python/object:os.system {}\n", "tag"),
        ("format: 1\nanswers: {}\nparameters: {app: {nmae: x}}\n", "did you mean 'name'"),
        ("format: 1\nanswers: {}\ntable: {id: other}\n", "for the table 'other'"),
        ("", "empty"),
        ("\x00", "not valid YAML"),
    ],
)
def test_a_malformed_answers_file_is_reported_with_its_place(text: str, message: str, capsys: Capture) -> None:
    Path("answers.yaml").write_text(text)
    assert run(["new", "--answers", "answers.yaml"]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert "Traceback" not in err and "\x00" not in err


def test_each_error_in_an_answers_file_has_a_line_with_its_hint(capsys: Capture) -> None:
    rows = ["work: servr", "copies: severel", "need: []", *(f"unheard{n}: x" for n in range(9))]
    Path("answers.yaml").write_text("\n  ".join(["format: 2\nanswers:", *rows]) + "\n")
    assert run(["new", "--answers", "answers.yaml"]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert errors[:4] == [
        "podwizard: answers.yaml:3:9: the answer to work cannot be 'servr'",
        "  did you mean 'server'?",
        "  answers.yaml:4:11: the answer to copies cannot be 'severel' (did you mean 'several'?)",
        "  answers.yaml:5:3: unknown question 'need' (did you mean 'needs'?)",
    ]
    assert len(errors) == 11 and errors[-1] == "  and 3 more errors"


def test_the_readmes_answers_file_produces_a_bundle() -> None:
    (text,) = re.findall(r"```yaml\n(format: .*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    Path("answers.yaml").write_text(text)
    assert run(["new", "out", "--answers", "answers.yaml", "--no-input"]) == 0
    assert text.count("\n") < 16 and (Path("out") / "kustomization.yaml").is_file()


def test_an_empty_name_falls_back_to_the_images_name() -> None:
    assert run(["new", "--answers", ANSWERS, "--set", "app.name="]) == 0
    assert (Path("orders-api") / "manifests" / "deployment.yaml").is_file()


@pytest.mark.parametrize(
    "name", ["a: b", "{{ 7*7 }}", "x\ny", "\x1b[31mred", "n" * 300, "🚀", "../../etc", "-x", "$(id)", "null"]
)
def test_a_hostile_name_is_refused_and_writes_nothing(name: str, capsys: Capture) -> None:
    code = run(["new", "--answers", ANSWERS, "--set", f"app.name={name}"])
    captured = capsys.readouterr()
    if name == "null":
        assert code == 0
        assert (Path("null") / "manifests" / "deployment.yaml").is_file()
        return
    assert code == 2
    assert "app.name" in captured.err
    assert "\x1b" not in captured.err
    assert not any(Path().iterdir())


@pytest.mark.parametrize("value", ["a: b", "{{ 7*7 }}", "- x", "# no", "*alias", "!!str x", "'\"", "🚀 {% x %}"])
def test_a_hostile_value_never_changes_the_structure(value: str) -> None:
    assert run(["new", "good", "--answers", ANSWERS, "--set", "app.env=KEY=plain"]) == 0
    assert run(["new", "evil", "--answers", ANSWERS, "--set", f"app.env=KEY={value}"]) == 0

    def env(folder: str) -> tuple[object, object]:
        document = yaml.safe_load((Path(folder) / "manifests" / "deployment.yaml").read_text())
        entry = document["spec"]["template"]["spec"]["containers"][0]["env"][0]
        found = entry.pop("value")
        return found, document

    (plain, one), (hostile, other) = env("good"), env("evil")
    assert (plain, hostile) == ("plain", value)
    assert one == other


def test_client_dry_run_writes_nothing_and_prints_the_diff(capsys: Capture) -> None:
    assert run(["new", "one", "--answers", ANSWERS, "--dry-run=client"]) == 0
    assert "+kind: Deployment" in capsys.readouterr().out
    assert not Path("one").exists()


def test_output_yaml_is_one_stream_of_objects(capsys: Capture) -> None:
    assert run(["new", "--answers", ANSWERS, "-o", "yaml"]) == 0
    kinds = [document["kind"] for document in yaml.safe_load_all(capsys.readouterr().out)]
    assert kinds[0] == "Namespace" and "Deployment" in kinds
    assert not any(Path().iterdir())


def test_output_json_is_a_list(capsys: Capture) -> None:
    assert run(["new", "--answers", ANSWERS, "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "List"


def test_comments_can_be_left_out() -> None:
    assert run(["new", "one", "--answers", ANSWERS, "--no-comments"]) == 0
    for path in (Path("one") / "manifests").iterdir():
        assert not any(line.lstrip().startswith("#") for line in path.read_text().splitlines())


def test_an_edited_file_is_kept_unless_on_conflict_is_overwrite(capsys: Capture) -> None:
    assert run(["new", "one", "--answers", ANSWERS]) == 0
    edited = Path("one") / "manifests" / "deployment.yaml"
    edited.write_text(edited.read_text() + "# mine\n")
    more = ["--set", "copies=elastic"]
    assert run(["new", "one", *more, "--no-input", "--on-conflict=fail"]) == 2
    assert "deployment.yaml" in capsys.readouterr().err
    assert run(["new", "one", *more, "--no-input"]) == 1  # the kept file still has replicas, which the answer removes
    assert edited.read_text().endswith("# mine\n")
    assert run(["new", "one", *more, "--no-input", "--on-conflict=overwrite"]) == 0
    assert "# mine" not in edited.read_text()


def test_temporary_files_that_a_write_cannot_remove_are_named(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    assert run(["new", "one", "--answers", ANSWERS]) == 0
    assert "could not be removed" not in capsys.readouterr().err
    monkeypatch.setattr(journal, "clear", refuse)
    assert run(["new", "one", "--set", "copies=elastic", "--no-input"]) == 0
    assert "one/.podwizard/staged could not be removed: remove it" in capsys.readouterr().err


def test_files_that_podwizard_did_not_write_are_not_overwritten() -> None:
    Path("one").mkdir()
    (Path("one") / "README.md").write_text("mine\n")
    assert run(["new", "one", "--answers", ANSWERS]) == 0
    assert (Path("one") / "README.md").read_text() == "mine\n"


def test_a_file_at_the_targets_path_is_an_error(capsys: Capture) -> None:
    Path("one").write_text("mine\n")
    assert run(["new", "one", "--answers", ANSWERS]) in (2, 5)
    assert Path("one").read_text() == "mine\n"
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_sigterm_and_sighup_wait_until_everything_is_written(number: int, tmp_path: Path) -> None:
    program = (
        "import os, sys, wizard.store.writer as writer\n"
        "from wizard.cli.main import run\n"
        "real = writer.write\n"
        f"writer.write = lambda plan: (os.kill(os.getpid(), {int(number)}), real(plan))[1]\n"
        "run(sys.argv[1:])\n"
    )
    words = [sys.executable, "-c", program, "new", str(tmp_path / "one"), "--answers", ANSWERS, "--no-input"]
    root = Path(ANSWERS).parents[1]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == -number
    assert (tmp_path / "one" / "manifests" / "deployment.yaml").is_file()
    assert not done.stderr
