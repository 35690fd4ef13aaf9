"""Standard output that is a file, a pipe or full, with and without a user at a terminal."""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path

import pytest

from tests.cli.shell import ROOT, WIZARD, shell
from tests.screens.terminal import Terminal, terminal
from tests.screens.test_terminal import at_home, to_a_bundle
from wizard.cli.talk import put_line

SMALL = shlex.quote(str(ROOT / "examples" / "catalogue"))
ANSWERS = shlex.quote(str(ROOT / "examples" / "orders-api.yaml"))
NEEDS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


# --- full or closed standard output -------------------------------------------------------------------


WRITING = (
    "--help",
    "help check",
    "new --help",
    "--version",
    "patterns",
    "patterns Deployment",
    "schema",
    "images",
    "completion bash",
    f"recommend --answers {ANSWERS}",
    f"recommend --answers {ANSWERS} -o json",
    f"new --answers {ANSWERS} --dry-run=client",
    f"new --answers {ANSWERS} -o yaml",
    f"check {SMALL} --budget 3",
    "validate bad.yaml",
    "validate bad.yaml -o json",
    "new --plain </dev/null",
)
AT_ONCE = ("--help", "--version", "patterns", WRITING[10], WRITING[12], WRITING[13], "validate bad.yaml")
"""The commands with different ways to print; unbuffered, each fails at its first line instead of at its end."""


@NEEDS_FULL
@pytest.mark.parametrize(
    ("command", "unbuffered"), [*((line, "") for line in WRITING), *((line, "1") for line in AT_ONCE)]
)
def test_a_full_standard_output_is_an_error_in_every_command(command: str, unbuffered: str) -> None:
    Path("bad.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {}\n")
    done = shell(f"podwizard {command} > /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 5, done.stderr
    assert done.stderr.count("cannot write to standard output: No space left on device") == 1
    assert "Traceback" not in done.stderr


@NEEDS_FULL
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_written_bundle_is_reported_as_written_although_standard_output_failed(unbuffered: str) -> None:
    done = shell(f"podwizard new one --answers {ANSWERS} > /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 5
    assert done.stderr.splitlines() == [
        "podwizard: cannot write to standard output: No space left on device",
        "  the bundle is written to one; only the report is lost",
    ]
    assert Path("one/manifests/deployment.yaml").is_file()
    assert shell("podwizard one --no-input").stdout.splitlines()[-1] == "unchanged: one"


@NEEDS_FULL
def test_the_log_records_that_standard_output_failed() -> None:
    assert shell("podwizard patterns --log log > /dev/full").returncode == 5
    assert "cannot write to standard output" in Path("log").read_text()
    assert Path("log").read_text().endswith(" exit 5\n")


@pytest.mark.parametrize("command", ["--help", "--version", "patterns", "schema", f"recommend --answers {ANSWERS}"])
def test_a_closed_output_pipe_is_not_an_error(command: str) -> None:
    done = shell(f"podwizard {command} | true; exit ${{PIPESTATUS[0]}}", PYTHONUNBUFFERED="1")
    assert (done.returncode, done.stderr) == (0, "")


# --- a user at a terminal, and a file ------------------------------------------------------------------

REPORT = ("Deployment", "wrote ", "next:      kubectl apply -k ./orders-api", "come back: podwizard ./orders-api")


@pytest.mark.parametrize(
    ("files", "environ"),
    [
        *((files, {}) for files in ("> out", "> out 2> err", "| cat > out", "2> err")),
        ("> out", {"PODWIZARD_FULL_REPAINT": "1"}),
    ],
)
def test_the_screens_are_shown_on_the_terminal_although_output_is_redirected(
    files: str, environ: dict[str, str], tmp_path: Path
) -> None:
    command = ("sh", "-c", f"{WIZARD} new ./orders-api {files}")
    with terminal(command, environ={**at_home(tmp_path), **environ}, folder=tmp_path) as shown:
        to_a_bundle(shown)
        report = Path("out").read_text() if "out" in files else shown.text
    for line in REPORT:
        assert line in report
    assert "\x1b" not in report and "›" not in report
    assert Path("orders-api/manifests/deployment.yaml").is_file()
    assert not Path("err").exists() or Path("err").read_text() == ""


def answer(shown: Terminal, line: str) -> None:
    """Type a line, and wait for the next prompt."""
    before = len(shown.sent)
    shown.press(f"{line}\n")
    end = time.monotonic() + 15
    while b"\n" not in shown.sent[before:] or not shown.sent.endswith(b": "):
        assert time.monotonic() < end and shown.child.poll() is None, shown.text
        shown.read(0.05)


@pytest.mark.parametrize("files", ["> out", "> out 2> err"])
def test_the_numbered_lines_go_to_the_terminal_and_the_report_to_the_file(files: str, tmp_path: Path) -> None:
    command = ("sh", "-c", f"{WIZARD} --plain {files}")
    with terminal(command, environ=at_home(tmp_path), folder=tmp_path, rows=60) as shown:
        shown.until("1 to 4; ")
        for line in (*"11211--1", *[""] * 4, "orders", "registry.example.com/orders:1", ""):
            answer(shown, line)
        shown.press("\n")
        assert shown.ended() == 0, shown.text
    report = Path("out").read_text()
    assert "wrote " in report and "come back: podwizard ./orders" in report
    assert "1 to 4" not in report
    assert Path("orders/manifests/deployment.yaml").is_file()


@NEEDS_FULL
def test_the_screens_report_the_written_bundle_although_standard_output_failed(tmp_path: Path) -> None:
    command = ("sh", "-c", f"{WIZARD} ./orders-api > /dev/full; echo code $?")
    with terminal(command, environ=at_home(tmp_path), folder=tmp_path) as shown:
        to_a_bundle(shown)
        assert "the bundle is written to orders-api; only the report is lost" in shown.text
        assert "code 5" in shown.text


@pytest.mark.parametrize("files", ["</dev/null", "</dev/null > out", "--no-input > out", "-o yaml > out"])
def test_no_question_is_asked_without_a_terminal_or_with_no_input(files: str, tmp_path: Path) -> None:
    command = ("sh", "-c", f"{WIZARD} new {files}; echo code $?")
    with terminal(command, environ=at_home(tmp_path), folder=tmp_path) as shown:
        assert shown.ended() == 0
        assert "some answers are missing or wrong" in shown.text and "code 2" in shown.text


def test_a_sentence_is_wrapped_only_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = "Answer GET /healthz with success while it is alive; it is restarted after a minute without success."
    monkeypatch.setenv("COLUMNS", "50")
    put_line(sentence)
    assert capsys.readouterr().out == f"  {sentence}\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    put_line(sentence)
    put_line("  check: kubectl get deployments -n orders-in-a-namespace-with-a-long-name")
    rows = capsys.readouterr().out.splitlines()
    assert rows[-1].endswith("kubectl get deployments -n orders-in-a-namespace-with-a-long-name")
    assert max(map(len, rows[:-1])) <= 50 and " ".join(row.strip() for row in rows[:-1]) == sentence
