"""Hostile or broken input on the command line: arguments, files, streams and systems."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from wizard.cli import manifests
from wizard.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = str(ROOT / "examples" / "orders-api.yaml")
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {c: d}\n"
Capture = pytest.CaptureFixture[str]


def podwizard(*words: str | bytes, **more: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **more}
    return subprocess.run([sys.executable, "-m", "wizard", *words], env=environment, check=False, **streams)


# --- arguments ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["new", "", "--answers", ANSWERS],
        ["new", "--answers", ""],
        ["check", ""],
        ["check", "--catalog", ""],
        ["check", "--cover", ""],
        ["validate", ""],
        ["patterns", "--log", ""],
    ],
)
def test_an_empty_argument_is_not_a_path(words: list[str], capsys: Capture) -> None:
    """Refuse the argument of an empty shell variable, instead of using the current folder or the shipped table."""
    assert run(words) == 2
    assert "it is empty" in capsys.readouterr().err
    assert not any(Path().iterdir())


@pytest.mark.parametrize(
    "text", ["1.²", "²", "1." + "9" * 5000, "1", "1.33.2.1", "one", "1.-3", "", "1.٣٣"], ids=lambda text: text[:8]
)
@pytest.mark.parametrize("words", [["validate", "a.yaml"], ["new", "--answers", ANSWERS]])
def test_an_invalid_version_is_reported_in_a_short_message(words: list[str], text: str, capsys: Capture) -> None:
    Path("a.yaml").write_text(GOOD)
    assert run([*words, "--kubernetes-version", text]) == 2
    err = capsys.readouterr().err
    assert "not a version" in err and len(err) < 200


def test_a_patch_version_counts_as_its_minor(capsys: Capture) -> None:
    Path("a.yaml").write_text(GOOD)
    assert run(["validate", "a.yaml", "--kubernetes-version", "v1.33.2"]) == 0
    assert "Kubernetes 1.33" in capsys.readouterr().err


def test_help_is_a_command(capsys: Capture) -> None:
    assert run(["help"]) == 0
    assert "COMMAND" in capsys.readouterr().out
    assert run(["help", "check"]) == 0
    assert "--budget" in capsys.readouterr().out


def test_wrong_usage_is_reported_in_two_lines(capsys: Capture) -> None:
    assert run(["new", "--on-conflict", "t\x1bar"]) == 2
    message, usage = capsys.readouterr().err.splitlines()
    assert message.startswith("podwizard: argument --on-conflict: invalid choice") and "\x1b" not in message
    assert usage == "  usage: podwizard new --help"


def test_a_name_in_a_message_cannot_add_lines_to_it(capsys: Capture) -> None:
    assert run(["recommend", "--set", "wo\nContext: fake\x1b[31m\u202e=x"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "podwizard: unknown question: wo\\nContext: fake\\x1b[31m\\u202e"


@pytest.mark.parametrize(
    "words", [["--set", "x" * 100_000], ["--set", f"work={'x' * 100_000}"], ["--" + "x" * 100_000]]
)
def test_a_message_that_quotes_long_input_stays_short(words: list[str], capsys: Capture) -> None:
    assert run(["recommend", *words]) == 2
    assert len(capsys.readouterr().err) < 1_200


# --- manifests to validate ----------------------------------------------------------------------------


def test_a_path_can_lead_up_and_through_hidden_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / ".hidden" / "bundle"
    (inside / "deeper").mkdir(parents=True)
    (inside / "a.yaml").write_text(GOOD)
    monkeypatch.chdir(inside / "deeper")
    assert run(["validate", ".."]) == 0
    assert run(["validate", str(inside)]) == 0


def test_hidden_folders_below_a_path_are_skipped(capsys: Capture) -> None:
    Path(".git").mkdir()
    Path(".git/broken.yaml").write_text("a: {")
    Path("a.yaml").write_text(GOOD)
    assert run(["validate", "."]) == 0
    assert capsys.readouterr().err.startswith("1 object;")


def test_an_unreadable_folder_is_not_treated_as_empty(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    Path("a.yaml").write_text(GOOD)
    Path("locked").mkdir()
    real = os.scandir

    def scandir(path: str) -> Any:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert run(["validate", "."]) == 2
    assert "cannot read ./locked: Permission denied" in capsys.readouterr().err


def test_readable_files_are_checked_despite_broken_links_and_missing_files(capsys: Capture) -> None:
    Path("a.yaml").write_text(GOOD.replace("name: a", "name: BAD_NAME"))
    Path("b.yaml").symlink_to("gone.yaml")
    os.mkfifo("c.yaml")
    assert run(["validate", ".", "gone.yaml", "gone-too.yaml"]) == 2
    out, err = capsys.readouterr()
    assert "a.yaml:" in out and "name-invalid" in out and "1 object;" in err
    for name in ("b.yaml", "gone.yaml", "gone-too.yaml"):
        assert f"cannot read {name}: No such file or directory" in err
    assert err.count("this link is broken") == 1 and "c.yaml" not in err


def test_a_linked_folder_is_skipped_with_a_note(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "o.yaml").write_text("kind: [")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.yaml").write_text(GOOD)
    (tmp_path / "here" / "sub").symlink_to("../target")
    assert run(["validate", str(tmp_path / "here")]) == 0
    assert "here/sub is not followed" in capsys.readouterr().err
    assert run(["validate", str(tmp_path / "here" / "sub")]) == 1


# --- kustomizations -----------------------------------------------------------------------------------

_PARTS = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [a.yaml]
patches: [{path: json.yaml, target: {kind: ConfigMap}}, {patch: "- op: remove\\n  path: /a\\n"}]
patchesStrategicMerge: [../merge.yaml]
transformers: [sub/]
generators: [generator.yaml]
replacements: [{path: replacement.yaml}]
configMapGenerator: [{name: c, files: [named=data.yaml]}]
openapi: {path: openapi.json}
"""


def _kustomization(folder: Path) -> None:
    (folder / "sub").mkdir(parents=True)
    (folder / "kustomization.yaml").write_text(_PARTS)
    (folder / "a.yaml").write_text(GOOD)
    (folder / "json.yaml").write_text("- {op: replace, path: /data/k, value: x}\n")
    (folder.parent / "merge.yaml").write_text("kind: ConfigMap\ndata: {k: x}\n")
    (folder / "sub" / "t.yaml").write_text("apiVersion: builtin\nkind: LabelTransformer\nlabels: {a: b}\n")
    for name in ("generator.yaml", "replacement.yaml", "data.yaml", "openapi.json"):
        (folder / name).write_text("{}")


def test_patches_and_settings_of_a_kustomization_are_not_objects(tmp_path: Path, capsys: Capture) -> None:
    _kustomization(tmp_path / "base")
    assert run(["validate", str(tmp_path)]) == 0
    errors = capsys.readouterr().err
    assert "1 object;" in errors and "not checked" in errors and "kubectl kustomize" in errors


def test_files_given_together_with_their_kustomization_are_recognized_as_patches(
    tmp_path: Path, capsys: Capture
) -> None:
    _kustomization(tmp_path / "base")
    names = [str(tmp_path / "base" / name) for name in ("a.yaml", "json.yaml", "kustomization.yaml")]
    assert run(["validate", *names]) == 0
    assert run(["validate", names[1]]) == 1
    assert "not a Kubernetes object" in capsys.readouterr().out


def test_a_broken_kustomization_is_reported(tmp_path: Path, capsys: Capture) -> None:
    _kustomization(tmp_path / "base")
    (tmp_path / "base" / "kustomization.yaml").write_text("resources: [")
    assert run(["validate", str(tmp_path)]) == 1
    assert "kustomization.yaml:2:1: error: This is not valid YAML" in capsys.readouterr().out


def test_a_missing_file_in_a_kustomization_is_reported(tmp_path: Path, capsys: Capture) -> None:
    _kustomization(tmp_path / "base")
    lists = "resources: [a.yaml, sub, aa.yaml, https://example.org/x, github.com/o/r?ref=v1, '']\ncomponents: [../no]\n"
    (tmp_path / "base" / "kustomization.yaml").write_text(
        f"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n{lists}"
    )
    assert run(["validate", str(tmp_path / "base" / "kustomization.yaml")]) == 1
    out = capsys.readouterr().out
    assert "kustomization.yaml:3:26: error: aa.yaml does not exist, so kubectl cannot build" in out
    assert "did you mean 'a.yaml'?" in out
    assert "kustomization.yaml:4:14: error: ../no does not exist" in out
    assert out.count("does not exist") == 2


CUSTOM = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: db}\nspec: {instances: -1}\n"


def test_custom_resources_are_reported_as_unchecked(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.yaml").write_text(f"{GOOD}---\n{CUSTOM}")
    assert run(["validate", str(tmp_path)]) == 0
    errors = capsys.readouterr().err
    assert "only the metadata of 1 custom resource could be checked (Cluster)" in errors
    assert run(["validate", str(tmp_path), "-o", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["unchecked"]
    assert (one["kind"], one["name"]) == ("Cluster", "db")


@pytest.mark.parametrize(
    "text", ["patches: 3\nresources: x\n", "patches: [[], 3, {path: 3}]\nopenapi: []\n", "[]", "\0"]
)
def test_a_kustomization_of_any_shape_causes_no_crash(text: str, tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text(text)
    (tmp_path / "a.yaml").write_text(GOOD)
    assert run(["validate", str(tmp_path)]) in (0, 1)


def test_oversized_standard_input_is_refused_and_not_truncated(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(manifests, "_LARGEST", len(GOOD))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(f"{GOOD}---\nkind: {{".encode())))
    assert run(["validate", "-"]) == 2
    assert "standard input is larger than" in capsys.readouterr().err


def test_json_output_is_ascii_and_can_contain_any_file_name() -> None:
    name = b"a\xff\xc2\x9b31m\xe2\x80\xae.yaml"
    Path(os.fsdecode(name)).write_bytes(b"kind: \xff")
    done = podwizard("validate", name, "-o", "json", env={"PYTHONIOENCODING": "utf-8:strict"})
    assert done.returncode == 1, done.stderr
    assert all(32 <= byte < 127 or byte == 10 for byte in done.stdout)
    assert json.loads(done.stdout)["findings"][0]["file"] == os.fsdecode(name)


# --- writing ------------------------------------------------------------------------------------------


def test_a_closed_output_pipe_does_not_prevent_writing_the_bundle() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = podwizard("new", "one", "--answers", ANSWERS, stdout=writer, env={"PYTHONUNBUFFERED": "1"})
    os.close(writer)
    assert done.returncode == 0 and not done.stderr
    assert Path("one/manifests/deployment.yaml").is_file()


def test_a_diff_cannot_control_the_terminal(capsys: Capture) -> None:
    Path("one").mkdir()
    Path("one/README.md").write_text("mine \x1b]0;evil\x07 \u202e\n")
    assert run(["new", "one", "--answers", ANSWERS, "--dry-run=client", "--on-conflict=overwrite"]) == 0
    out = capsys.readouterr().out
    assert "-mine \\x1b]0;evil\\x07 \\u202e" in out
    assert not any(mark in out for mark in "\x1b\x07\u202e")


def test_an_unreachable_configuration_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "XDG_CONFIG_HOME", "/" + "x" * 300
    )  # fails like the home of another user, which cannot be entered
    assert run(["recommend", "--answers", ANSWERS]) == 0


@pytest.mark.parametrize(
    ("name", "command"), [("-x", "./-x"), ("a b;c", "'./a b;c'"), ("~", "'~'"), ("plain", "./plain")]
)
def test_the_next_command_can_be_pasted(name: str, command: str, capsys: Capture) -> None:
    assert run(["new", "--answers", ANSWERS, "--", name]) == 0
    assert capsys.readouterr().out.endswith(f"next: kubectl apply -k {command}\n")


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"a: \xff", ":1:4: the file is not UTF-8"), (b"#" * 1_000_001, ": the file is larger than 1000 kB")],
)
def test_a_binary_or_oversized_answers_file_is_refused(
    tmp_path: Path, data: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answers.yaml"
    path.write_bytes(data)
    assert run(["recommend", "--answers", str(path)]) == 2
    assert f"{path}{message}" in capsys.readouterr().err
