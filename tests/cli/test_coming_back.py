"""Resuming a bundle or an interrupted session: none of the user's work is lost."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.shell import ROOT, shell
from wizard.catalog.shipped import shipped_catalog
from wizard.cli import exits
from wizard.cli.main import run
from wizard.cli.terminal import uninterrupted
from wizard.errors import WriteError
from wizard.session.saved import claim, default_folder, key_for, list_saved

ANSWERS = str(ROOT / "examples" / "orders-api.yaml")
Capture = pytest.CaptureFixture[str]
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bundle(capsys: Capture) -> Path:
    assert run(["new", "out", "--answers", ANSWERS]) == 0
    capsys.readouterr()
    return Path("out")


# --- a bundle ---------------------------------------------------------------------------------------


def test_starting_in_a_bundles_folder_shows_the_command_that_opens_it(
    bundle: Path, type_lines: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    hint = "this folder contains a bundle: podwizard . opens it"
    assert hint not in type_lines("q", words=())[2]
    monkeypatch.chdir(bundle)
    assert hint in type_lines("q", words=())[2]
    _, out, err = type_lines(words=(".",))
    assert "Verdict: " in out and hint not in err


def test_a_bundle_opens_at_its_verdict(bundle: Path, type_lines: Typed) -> None:
    code, out, err = type_lines()
    assert "Verdict: " in out and "What kind of work" not in out
    assert code == 130 and "your answers are kept" not in err


def test_an_unchanged_bundle_is_reported_as_unchanged(bundle: Path, type_lines: Typed) -> None:
    code, out, _ = type_lines("", "", "")
    assert code == 0 and "unchanged: out" in out and "come back: podwizard ./out" in out


def test_changed_answers_are_written_into_a_hand_edited_answers_file(bundle: Path, type_lines: Typed) -> None:
    own = bundle / "podwizard.yaml"
    own.write_text(own.read_text() + "# mine\n")
    code, out, _ = type_lines("a", "3", "3", "<", "", "", "")
    assert code == 0, out
    assert "edited by hand, is updated" in out.lower()
    assert "copies: elastic" in own.read_text()
    assert (bundle / "manifests" / "horizontalpodautoscaler.yaml").is_file()
    own.write_text(own.read_text() + "# mine\n")
    assert run(["out", "--no-input", "--set", "copies=several"]) == 0, "without input"
    assert "copies: several" in own.read_text()


def test_an_answers_file_with_an_equivalent_edit_is_kept(bundle: Path, capsys: Capture) -> None:
    own = bundle / "podwizard.yaml"
    own.write_text("# mine\n" + own.read_text())
    before = own.read_text()
    assert run(["out", "--no-input"]) == 0
    assert own.read_text() == before and "kept yours" in capsys.readouterr().out


def test_answers_from_another_file_leave_an_edited_answers_file_unchanged(bundle: Path) -> None:
    own = bundle / "podwizard.yaml"
    own.write_text(own.read_text() + "# mine\n")
    assert run(["out", "--no-input", "--answers", ANSWERS, "--set", "copies=elastic"]) == 0
    assert own.read_text().endswith("# mine\n")


def test_an_error_in_an_edited_answers_file_is_reported_with_its_place(bundle: Path, capsys: Capture) -> None:
    own = bundle / "podwizard.yaml"
    own.write_text(own.read_text().replace("work: server", "work: servr"))
    assert run(["out", "--no-input"]) == 2
    assert "podwizard.yaml:" in (err := capsys.readouterr().err) and "server" in err


# --- an interrupted session -------------------------------------------------------------------------


def test_answers_are_saved_and_offered_again(type_lines: Typed) -> None:
    code, _, err = type_lines("1", "1")
    assert code == 130 and "your answers are kept: podwizard ./out continues where you left off" in err
    _, out, _ = type_lines("", "2")
    assert "earlier run: Deployment or StatefulSet, 2 answered" in out and "How many copies" in out
    _, out, _ = type_lines("r", "")
    assert "Answers: 3 given." in out


def test_each_of_two_runs_is_offered_and_saved_separately(type_lines: Typed) -> None:
    folder, key = default_folder(os.environ), key_for(Path("out"), shipped_catalog().decision.id)
    for typed in (("3", "1"), ("1", "1")):
        with claim(key, folder):  # another process works on the same bundle
            type_lines(*typed)
    assert len(list_saved(folder)) == 2, list_saved(folder)
    _, out, _ = type_lines("2", "1")
    assert "answers from 2 earlier runs" in out and "just now" in out
    _, out, _ = type_lines("r 1")
    assert "Answers: 3 given." in out
    code, out, _ = type_lines("D 2", "q")
    assert code == 130 and "Forgotten: " in out
    assert len(list_saved(folder)) == 1


def test_command_line_answers_are_added_to_saved_ones(type_lines: Typed) -> None:
    type_lines("1", "1")
    _, out, _ = type_lines("", "a", words=("out", "--set", "copies=elastic"))
    assert "Answers: 3 given." in out and "replicas: As many as the load or the queue needs" in out


def test_discarded_answers_are_not_offered(type_lines: Typed) -> None:
    _, _, err = type_lines("1", "q", "D")
    assert "the answers are discarded" in err
    assert "earlier run" not in type_lines()[1]


def test_written_answers_are_not_offered(bundle: Path, type_lines: Typed) -> None:
    code, _, _ = type_lines("a", "3", "3", "", "", "", "")
    assert code == 0
    assert "earlier run" not in type_lines()[1]


@pytest.mark.parametrize("broken", ["", "{", '{"format": 1}', "text", "answers"])
def test_a_broken_state_file_is_reported_and_moved_aside(broken: str, type_lines: Typed) -> None:
    type_lines("1", "1")
    (kept,) = Path(default_folder(os.environ)).glob("*.json")
    text = kept.read_text()
    kept.write_text({"text": "\x00", "answers": text.replace("work: server", "work: nothing")}.get(broken, broken))
    code, out, err = type_lines("1")
    assert code == 130 and "What kind of work" in out and "earlier run" not in out
    assert err.count("Unreadable answers are kept in ") == 1 and "corrupt-1" in err
    assert "Traceback" not in err


def test_a_session_without_answers_is_not_reported_as_kept(type_lines: Typed) -> None:
    code, _, err = type_lines()
    assert code == 130 and err == "nothing written"


# --- a folder that cannot be written to --------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("/proc/shop", "cannot write to /proc/shop: /proc is the system's own"),
        ("file", "file is not a folder"),
        ("file/shop", "a part of the path is not a folder"),
        ("link", "a broken symbolic link"),
    ],
)
def test_no_question_is_asked_if_the_target_cannot_be_written(target: str, why: str, type_lines: Typed) -> None:
    if not os.path.ismount("/proc"):
        pytest.skip("this system has no /proc")
    Path("file").touch()
    Path("link").symlink_to("nowhere")
    code, out, err = type_lines("1", words=(target,))
    assert code == exits.NOT_WRITTEN and out == ""
    assert why in err and "nothing was asked" in err and "podwizard FOLDER" in err
    assert {path.name for path in Path().iterdir()} == {"file", "link"}


@pytest.mark.parametrize(("read_only", "why"), [(True, "the file system is read-only"), (False, "permission denied")])
def test_a_write_protected_folder_is_refused(
    read_only: bool, why: str, type_lines: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    _protect(monkeypatch, read_only=read_only)
    code, out, err = type_lines("1", words=())
    assert code == exits.NOT_WRITTEN and out == ""
    assert f"cannot write to the current folder: {why}; nothing was asked" in err


def test_a_read_only_bundle_is_shown(bundle: Path, type_lines: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    _protect(monkeypatch, read_only=True)
    _, out, err = type_lines()
    assert "Verdict: " in out
    assert "cannot write to out: the file system is read-only; it is read-only" in err


def test_answers_for_a_folder_that_became_read_only_continue_in_another_one(
    type_lines: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_lines("1", "1")
    (kept,) = Path(default_folder(os.environ)).glob("*.json")
    command = f"podwizard FOLDER --answers {kept}"
    with monkeypatch.context() as patch:
        _protect(patch, read_only=True)
        code, out, err = type_lines("1")
        assert code == exits.NOT_WRITTEN and command in err, "at the next start"
        patch.setattr("wizard.cli.faces.check_place", lambda *_: "")
        _, _, err = type_lines("", "2")
        assert f"your answers are kept: {command} continues where you left off" in err, "after it was left"
    _, out, _ = type_lines(words=("other", "--answers", str(kept)))
    assert "How many copies" not in out and "Answers so far: 3" in out


def test_a_failed_write_names_the_command_that_continues_in_another_folder(
    type_lines: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        _protect(monkeypatch, read_only=True)
        raise WriteError("cannot write to out: the file system is read-only; nothing was changed")

    answers = Path(ANSWERS).read_text()
    Path("partly.yaml").write_text(re.sub(" +image: .*\n", "", answers))
    monkeypatch.setattr("wizard.store.writer.write", refuse)
    image = "ghcr.io/acme/orders:1.4.2"
    _, out, _ = type_lines("", "", "", "", image, *[""] * 3, words=("out", "--answers", "partly.yaml"))
    command = re.search(r"Not written\. .* quit, and continue .* with: podwizard FOLDER --answers (\S+\.json)", out)
    assert command, out
    monkeypatch.undo()
    assert run([f"{Path(command[1]).parent}/other", "--answers", command[1], "--no-input"]) == 0
    assert image in (Path(command[1]).parent / "other" / "podwizard.yaml").read_text()


def _protect(monkeypatch: pytest.MonkeyPatch, *, read_only: bool) -> None:
    """Make the system report that nothing can be written; file modes are not enough, because root can always write."""
    flag = os.ST_RDONLY if read_only else 0
    monkeypatch.setattr("wizard.store.place.os.access", lambda *_: False)
    monkeypatch.setattr("wizard.store.place.os.statvfs", lambda _: SimpleNamespace(f_flag=flag))


# --- streams and signals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("podwizard <&-", 2),
        ("podwizard --plain <&-", 130),
        ("podwizard --plain </dev/null | cat; exit ${PIPESTATUS[0]}", 130),
        ("podwizard </dev/null", 2),
        ("podwizard --no-input --set work=server >&-", 2),
        (f"podwizard new here --answers {ANSWERS} >&- 2>&-", 0),
        (f"podwizard new -- -dash --answers {ANSWERS}", 2),
        (f"podwizard new --answers {ANSWERS} -- -dash && test -d ./-dash", 0),
        (f"podwizard 'new one/ünï codé' --answers {ANSWERS} && test -f 'new one/ünï codé/README.md'", 0),
        (f"cat {ANSWERS} | podwizard piped --answers - && test -d piped", 0),
        (f"mkfifo pipe; cat {ANSWERS} > pipe & podwizard fifo --answers pipe && test -d fifo", 0),
        ("head -c 2000000 /dev/zero | tr '\\0' a > huge; podwizard --answers huge --no-input", 2),
        ("podwizard --answers . --no-input", 2),
        ("podwizard --answers /dev/zero --no-input", 2),
        (f"podwizard new one --answers {ANSWERS} | head -1 >/dev/null", 0),
    ],
)
def test_closed_streams_unusual_names_and_special_files_give_the_documented_exit_code(command: str, code: int) -> None:
    done = shell(command, TERM="unset", LANG="C", COLUMNS="abc")
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr and "internal error" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_reported(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = shell(f"podwizard new one --answers {ANSWERS}")
    tmp_path.chmod(0o700)
    assert done.returncode == 5 and "Traceback" not in done.stderr


def test_ctrl_c_waits_until_a_write_is_complete() -> None:
    done: list[str] = []

    def write(where: str) -> None:
        with uninterrupted():
            if where == "here":
                os.kill(os.getpid(), signal.SIGINT)
            done.append(where)

    write("here")
    thread = threading.Thread(target=write, args=("in a thread",))
    thread.start()
    thread.join()
    assert done == ["here", "in a thread"]
