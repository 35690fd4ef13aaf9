"""The numbered lines on a terminal, from launch to a written bundle, with signals and limited terminals."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.lines.terminal import ROOT, terminal
from tests.written import tree

ANSWERS = ["1", "1", "2", "1", "1", "-", "-", "1"]
DETAILS = ["", "", "", "", "orders", "registry.example.com/orders:1"]


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, bytes]:
    """Return the place where ``expected`` keeps its bundle for the next test."""
    return {}


@pytest.fixture
def expected(undisturbed: dict[str, bytes], tmp_path: Path) -> dict[str, bytes]:
    """Return the bundle of an uninterrupted session."""
    if not undisturbed:
        folder = tmp_path / "undisturbed"
        folder.mkdir()
        with terminal("out", "--plain", cwd=folder) as shown:
            shown.prompt()
            shown.type(*ANSWERS, *DETAILS, "")
            shown.write_bundle()
            assert shown.end() == 0, shown.text[-1500:]
        undisturbed.update(tree(folder / "out"))
    return undisturbed


def test_the_numbered_lines_lead_to_a_written_bundle(tmp_path: Path) -> None:
    with terminal("--plain", cwd=tmp_path, environ={"LANG": "C.UTF-8"}) as shown:  # starts a real process
        shown.prompt()
        shown.type(*ANSWERS, *DETAILS, "")
        shown.write_bundle()
        assert shown.end() == 0, shown.text[-1500:]
    assert "Verdict: Plain Deployment." in shown.text and "next:      kubectl apply -k ./orders" in shown.text
    assert "come back: podwizard ./orders" in shown.text
    assert (tmp_path / "orders" / "manifests" / "deployment.yaml").is_file()
    assert "\x1b" not in shown.text


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_a_killed_session_continues_where_it_left_off(
    how: signal.Signals, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    with terminal("out", "--plain", cwd=tmp_path) as shown:
        shown.prompt()
        shown.type(*ANSWERS[:5])
        os.kill(shown.process.pid, how)
        shown.end()
    with terminal("out", "--plain", cwd=tmp_path) as shown:
        shown.until("5 answered")
        shown.prompt()
        shown.type("", *ANSWERS[5:], *DETAILS[:5])
        os.kill(shown.process.pid, how)
        shown.end()
    with terminal("out", "--plain", cwd=tmp_path) as shown:
        shown.until("nothing left to ask, just now")
        shown.prompt()
        shown.type("", "", "", "", "", DETAILS[5], "")
        shown.write_bundle()
        assert shown.end() == 0, shown.text[-1500:]
    assert tree(tmp_path / "out") == expected
    with terminal("out", "--plain", cwd=tmp_path) as shown:
        assert "earlier run" not in shown.until("Verdict: ")


BROKEN = """
import sys
if sys.argv[:1] == ["-m"]:
    from wizard.lines import verdict
    def show(*_):
        raise ZeroDivisionError
    verdict.show = show
"""


@pytest.mark.parametrize("ahead", [False, True])
def test_a_message_after_typed_lines_starts_on_a_new_line(tmp_path: Path, ahead: bool) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text(BROKEN)
    environ = {"PYTHONPATH": f"{tmp_path / 'broken'}:{ROOT}", "TMPDIR": str(tmp_path)}
    with terminal("out", "--plain", cwd=tmp_path, environ=environ) as shown:
        if ahead:
            shown.press("".join(f"{line}\n" for line in ANSWERS).encode())
        else:
            shown.prompt()
            shown.type(*ANSWERS[:-1])
            shown.press(f"{ANSWERS[-1]}\n".encode())
        assert shown.end() == 70
    expected = ("Answer: ", "podwizard: internal error: ZeroDivisionError", "  your answers are saved")
    rows = shown.text.splitlines()
    for text in expected:
        assert [row for row in rows if row.startswith(text)], shown.text[-1500:]
        assert not [row for row in rows if text.strip() in row and not row.startswith(text)], shown.text[-1500:]


def test_ctrl_c_prints_the_command_to_come_back(tmp_path: Path) -> None:
    with terminal("./my dir", "--plain", cwd=tmp_path) as shown:
        shown.prompt()
        shown.type("1", "1")
        shown.press(b"\x03")
        assert shown.end() == 130
    assert "your answers are kept: podwizard './my dir' continues where you left off" in shown.text
    assert "Traceback" not in shown.text


def test_two_sessions_on_one_target_save_their_answers_separately(tmp_path: Path) -> None:
    with terminal("out", "--plain", cwd=tmp_path) as one:
        one.prompt()
        with terminal("out", "--plain", cwd=tmp_path) as two:
            two.prompt()
            assert "another podwizard uses this bundle" in two.text and "earlier run" not in two.text
            one.type("1")
            two.type("3", "1")
    with terminal("out", "--plain", cwd=tmp_path) as first:
        first.until("2 answered")
        with terminal("out", "--plain", cwd=tmp_path) as second:
            second.until("1 answered")


def test_an_answers_file_leaves_an_earlier_run_unchanged(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("format: 2\nworkloads: [{answers: {work: task}}]\n")
    with terminal("out", "--plain", cwd=tmp_path) as one:
        one.prompt()
        one.type("1", "1")
    with terminal("out", "--plain", "--answers", "answers.yaml", cwd=tmp_path) as other:
        other.prompt()
        assert "earlier run" not in other.text
        other.type("1", "1")
    with terminal("out", "--plain", cwd=tmp_path) as shown:
        shown.until("3 answered")
        shown.until("2 answered")


@pytest.mark.parametrize("term", ["dumb", "unknown", "", None])
def test_a_terminal_that_cannot_show_screens_gets_numbered_lines(term: str | None, tmp_path: Path) -> None:
    environ = {"TERM": term, "NO_COLOR": "1", "COLUMNS": "abc", "LANG": "C"}
    with terminal(cwd=tmp_path, environ=environ, columns=40) as shown:
        shown.prompt()
        shown.type("1", "if 1", "w", "s", "a", "")
    assert shown.text.isascii() and "\x1b" not in shown.text
    assert max(len(row) for row in shown.text.splitlines()) <= 40


def test_input_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    with terminal("--plain", cwd=tmp_path, environ={"LC_ALL": "C.UTF-8"}) as shown:
        shown.prompt()
        shown.press(b"\xff\xfe\n")
        shown.until("is not one of the answers")
        shown.prompt()
        shown.press(b"9" * 3000 + b"\n")
        shown.until("is not one of the answers")
        shown.prompt()
        shown.type("1")
        shown.press(b"\x04")
        assert shown.end() == 130
    assert "your answers are kept" in shown.text


def test_an_unusable_state_folder_is_reported_once(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with terminal("--plain", cwd=tmp_path, environ={"XDG_STATE_HOME": str(tmp_path / "state")}) as shown:
        shown.prompt()
        shown.type("1", "1", "2")
        shown.press(b"\x03")
        assert shown.end() == 130
    assert shown.text.count("Answers cannot be saved") == 1
    assert "the answers could not be kept" in shown.text
