"""The real program on a pseudo-terminal: the screen, the bytes sent, and the state of the terminal at exit."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
import termios
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.screens.terminal import SMALL, WIZARD, Cells, Terminal, modes, terminal

FIRST = "What kind of work"
UP, DOWN, LEFT = "\x1b[A", "\x1b[B", "\x1b[D"
CRASH = (
    "from wizard.screens.pages.verdict import VerdictView\n"
    "VerdictView.page = lambda *a: 1 / 0\n"
    "from tests.screens.small_wizard import main\n"
    "main()"
)


@pytest.fixture
def small() -> Iterator[Terminal]:
    with terminal() as made:
        yield made


# --- output ------------------------------------------------------------------------------------------

JOURNEY = (
    *((DOWN, "› 2"), ("1", "What must it"), ("w", "can still decide"), ("\x1b", "If you choose"), ("1", "its logs")),
    *((DOWN, "› 2"), ("2", "Which of these"), ("1", "[x]"), ("?", "On this screen"), ("\x1b", "enter go on")),
    *(("\r", "Why not"), ("f", "what would change it"), (LEFT, "Why not"), ("m", "It is a long story")),
    *((DOWN, "↑↓ scroll"), (LEFT, "Why not"), ("a", "d what depends"), ("/", "keep these"), ("x", "No question")),
    *(("\x1b", "d what depends"), (LEFT, "Why not"), ("\r", "2 still needed"), ("a_b日本", "✗ ")),
    *(("\x03", "Leave the"), ("c", "esc leave the field"), ("\x0c", "esc leave the field")),
)


def frames(shown: Terminal) -> tuple[list[Cells], int]:
    """Return the screen after each step of a journey, and the total number of bytes."""
    seen = []
    shown.until(FIRST)
    for keys, then in JOURNEY:
        shown.press(keys, then)
        shown.quiet(0.4)
        while "Pod …" in shown.text:
            shown.read(0.05)
        seen.append(shown.cells())
    return seen, len(shown.sent)


def test_sending_changed_cells_shows_the_same_as_full_frames() -> None:
    every_cell = {"PODWIZARD_FULL_REPAINT": "1"}
    # In parallel, because both mostly wait until their terminal is quiet.
    with terminal() as one, terminal(environ=every_cell) as other, ThreadPoolExecutor() as threads:
        (changed, few), (full, many) = threads.map(frames, (one, other))
    for number, step in enumerate(JOURNEY):
        assert changed[number] == full[number], step
    assert few < many / 2


def test_an_idle_wizard_sends_nothing(small: Terminal) -> None:
    small.until(FIRST)
    small.press(DOWN, "› 2")
    small.quiet()
    before = len(small.sent)
    small.read(1.2)
    assert len(small.sent) == before


def test_the_cursor_moves_with_the_highlight_in_the_same_write(small: Terminal) -> None:
    small.until(FIRST)
    small.quiet()
    written: list[bytes] = []
    feed = small.feed

    def noted(data: bytes) -> None:
        written.append(data)
        feed(data)

    small.feed = noted  # type: ignore[method-assign]
    for key, option in (("\x1b[B", 2), ("\x1b[A", 1)):
        written.clear()
        small.press(key, f"› {option}")
        small.quiet()
        row = next(at for at, text in enumerate(small.screen.display) if f"› {option}" in text)
        assert (small.screen.cursor.y, small.screen.cursor.x) == (row, 1)
        assert b"".join(written).endswith(b"\x1b[%d;2H" % (row + 1))
        assert b"".join(written).count(b"\x1b[%d;2H" % (row + 1)) == 2, "once for the row, once for the cursor"


def test_ctrl_l_and_a_resize_repaint_everything(small: Terminal) -> None:
    small.until(FIRST)
    small.until("A web server is never done.")
    small.quiet()
    picture = small.screen.display
    small.screen.reset()
    small.press("\x0c", FIRST)
    small.quiet()
    assert small.screen.display == picture
    small.screen.reset()
    small.resize(100, 30)
    small.until("not decided yet")
    small.quiet()
    assert "Deployment or StatefulSet" in small.screen.display[2]
    assert small.screen.display[-1].startswith(" 1-2 enter answer")


@pytest.mark.parametrize(("columns", "rows"), [(60, 20), (80, 24), (100, 30), (200, 60)])
def test_every_size_shows_the_whole_question(columns: int, rows: int) -> None:
    with terminal(columns=columns, rows=rows) as shown:
        shown.until(FIRST)
        shown.until("? help")
        shown.quiet(0.1)
        lines = shown.screen.display
        assert FIRST in lines[2]
        assert lines[-1].startswith(" 1-2 enter answer")
        assert lines[0].rstrip().endswith("about 4 questions, 1 minute")


def test_a_small_terminal_shows_one_line_and_enlarging_it_continues() -> None:
    with terminal(columns=40, rows=10) as shown:
        shown.until("podwizard needs 60x20")
        shown.quiet(0.1)
        assert len(shown.text.split()) > 3
        assert [line for line in shown.screen.display if line.strip()] == [shown.screen.display[0]]
        shown.press("1")
        shown.quiet(0.3)  # a key and a change of size arrive in no particular order
        shown.resize(80, 24)
        shown.until("about 4 questions")
        shown.press("1", "1 answered")
        shown.resize(30, 5)
        shown.until("podwizard needs")
        shown.resize(80, 24)
        shown.until("What must it find again?")


@pytest.mark.parametrize(
    "environ",
    [
        {"TERM": "nonsense"},
        {"TERM": "xterm"},
        {"TERM": "linux"},
        {"TERM": "vt100"},
        {"COLUMNS": "33", "LINES": "7"},
        {"COLUMNS": "many"},
        {"NO_COLOR": "1"},
    ],
    ids=lambda environ: " ".join(f"{key}={value}" for key, value in environ.items()),
)
def test_the_wizard_runs_with_unusual_environments(environ: dict[str, str]) -> None:
    with terminal(environ=environ) as shown:
        shown.until(FIRST)
        shown.press("1", "What must it find again?")
        shown.quiet(0.1)
        assert len(shown.screen.display[1].rstrip()) == 79, "as wide as the terminal, whatever COLUMNS says"
        colours = {cell[side] for row in shown.cells() for cell in row for side in (1, 2)} - {"default"}
        assert bool(colours) == ("NO_COLOR" not in environ)
        if "TERM" in environ:
            assert b"[38;" not in shown.sent, "no colours that this terminal does not know"
        shown.press("\x03\x03")
        assert shown.ended() == 0
        assert shown.restored()


# --- input -------------------------------------------------------------------------------------------


def test_characters_split_between_reads_arrive_whole(small: Terminal) -> None:
    small.until(FIRST)
    small.press("1112", "[x]")
    small.press("\r\r", "2 still needed")
    for byte in "é日-\x1b[D\x7fx".encode():
        small.press(bytes([byte]))
        small.read(0.02)
    small.until("▌éx-")


def test_terminal_reports_are_not_keys(small: Terminal) -> None:
    small.until(FIRST)
    small.press(DOWN, "› 2")  # a paste before the screen accepts keys is dropped without a message
    small.press("\x1b[?2026;2$y\x1b[?2048;0$y\x1b[I\x1b[O")
    small.quiet()
    assert "about 4 questions" in small.text
    small.press("\x1b[200~1\n1\n1\x1b[201~", "paste does nothing here")
    assert "about 4 questions" in small.text


def test_a_whole_journey_can_be_typed_before_the_first_screen_is_complete(small: Terminal) -> None:
    small.until(FIRST[:4])
    small.press("112\r", "Why not")
    small.press("a\x1b", "Why not")


# --- exit --------------------------------------------------------------------------------------------


def leave(shown: Terminal, way: str) -> int:
    """Leave the wizard in the given way and return its exit code."""
    if way == "ctrl+c, keep":
        shown.press("\x03", "Leave the wizard?")
        shown.press("\r")
    elif way == "ctrl+c twice":
        shown.press("\x03\x03")
    elif way == "ctrl+c, discard":
        shown.press("\x03", "Leave the wizard?")
        shown.press("D")
    elif way == "a crash":
        shown.press("1n")
    else:
        shown.child.send_signal(signal.Signals[way])
    return shown.ended()


@pytest.mark.parametrize(
    "way", ["ctrl+c, keep", "ctrl+c twice", "ctrl+c, discard", "SIGINT", "SIGTERM", "SIGHUP", "a crash"]
)
def test_every_way_out_restores_the_terminal(way: str) -> None:
    with terminal((sys.executable, "-c", CRASH) if way == "a crash" else SMALL) as shown:
        shown.until(FIRST)
        shown.press("1", "What must it find again?")
        shown.press("1", "Where does it write")
        code = leave(shown, way)
        assert shown.restored()
        if way == "a crash":
            assert code == 1
            assert shown.sent.rstrip().endswith(b"ZeroDivisionError: division by zero")
        else:
            assert code == 0
            assert f"left {way != 'ctrl+c, discard'} {{'work': 'server', 'keeps': 'nothing'}}".encode() in shown.sent


@pytest.mark.skipif(not shutil.which("bash"), reason="job control needs a shell")
def test_a_suspended_wizard_restores_the_terminal_and_repaints_on_resume() -> None:
    with terminal(("bash", "--norc", "--noprofile", "-i"), environ={"PS1": "ready$ "}) as shown:
        shown.until("ready$")
        shown.quiet()
        prompt = termios.tcgetattr(shown.slave)
        shown.press(f"{shlex.join(SMALL)}\r")
        shown.until(FIRST)
        shown.press("1", "What must it find again?")
        shown.quiet()
        picture = shown.screen.display
        for _ in range(2):
            shown.screen.reset()
            shown.press("\x1a", "Stopped")
            shown.until("ready$")
            assert modes(shown.sent) <= {"2004"}, "the shell's own"
            shown.screen.reset()
            shown.press("fg\r", "What must it find again?")
            shown.quiet()
            assert shown.screen.display == picture
        shown.press("\x03\x03", "left True")
        shown.until("ready$")
        shown.quiet()
        assert termios.tcgetattr(shown.slave) == prompt
        assert modes(shown.sent) <= {"2004"}


def test_a_closed_terminal_ends_the_wizard_and_keeps_the_answers(tmp_path: Path) -> None:
    environ = at_home(tmp_path)
    with terminal(WIZARD, environ=environ, folder=tmp_path) as shown:
        shown.until(FIRST)
        shown.press("1", "1 answered")
        shown.press("1", "2 answered")
        os.close(shown.slave)
        os.close(shown.master)
        shown.slave = shown.master = -1
        shown.child.wait(timeout=60)
    with terminal(WIZARD, environ=environ, folder=tmp_path) as shown:
        shown.until("answers from an earlier run")
        assert "2 answered" in shown.text
        shown.press("c", "How many copies")
        shown.press("\x03\x03")
        assert shown.ended() == 130
        assert shown.restored()


# --- whole journeys -----------------------------------------------------------------------------------


TO_A_BUNDLE = (
    *(("1", "find again"), ("1", "How many copies"), ("2", "its logs"), ("1", "monitoring"), ("5", "it need?")),
    *(("n", "of your cluster"), ("1", "[x]"), ("\r", "true of your program"), ("n", "certain")),
    *(("\r", "still needed"), ("example.com/shop/orders-api:1.4.2", "complete")),
    *(("\r", "enter write"), ("\r", "kubectl apply -k")),
)
"""The keys from the first question to the written bundle, each with a text that is shown afterwards."""


def at_home(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder), "XDG_STATE_HOME": str(folder)}


def bundle(folder: Path) -> dict[str, bytes]:
    files = (path for path in (folder / "orders-api").rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the bundle of an uninterrupted journey."""
    folder = tmp_path_factory.mktemp("whole")
    travel(folder, TO_A_BUNDLE, from_the_start=True)
    return bundle(folder)


@pytest.mark.parametrize("steps", [2, 5, 9, 11, 13])
def test_a_wizard_killed_on_any_screen_resumes_to_the_same_bundle(
    steps: int, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    cut = tmp_path / "cut"
    cut.mkdir()
    with terminal((*WIZARD, "./orders-api"), environ=at_home(cut), folder=cut) as shown:
        shown.until(FIRST)
        for keys, then in TO_A_BUNDLE[:steps]:
            shown.press(keys, then)
        shown.quiet()
        shown.child.kill()
    travel(cut, TO_A_BUNDLE[steps:], from_the_start=False)
    assert bundle(cut) == whole


def travel(folder: Path, left: Sequence[tuple[str, str]], *, from_the_start: bool) -> None:
    """Complete the journey from the given steps to the end."""
    with terminal((*WIZARD, "./orders-api"), environ=at_home(folder), folder=folder) as shown:
        if from_the_start:
            shown.until(FIRST)
        else:
            shown.until("earlier run")
            shown.press("c")
            left = resumed(shown, left)
        for keys, then in left:
            shown.press(keys, then)
        shown.press("\r")
        assert shown.ended() == 0


def resumed(shown: Terminal, left: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return the steps that remain on the screen with which a resumed journey starts."""
    before = TO_A_BUNDLE[: len(TO_A_BUNDLE) - len(left)]
    if len(before) >= 9:  # all questions are answered: it starts at the verdict, and the form has the typed text
        shown.until("certain")
        typed = [pair for pair in before if "orders-api" in pair[0]]
        shown.press("\r", "complete" if typed else "still needed")
        return TO_A_BUNDLE[10 + len(typed) :]
    shown.until(before[-1][1])
    return left


def to_a_bundle(shown: Terminal) -> None:
    """Go from the first question to a written bundle and the end of the program."""
    shown.until(FIRST)
    for keys, then in TO_A_BUNDLE:
        shown.press(keys, then)
    shown.press("\r")
    assert shown.ended() == 0
    assert shown.restored()


def test_the_command_leads_to_a_written_bundle(tmp_path: Path) -> None:
    real = {"TERM": "xterm-256color"}  # starts the command itself, see tests/forked.py
    with terminal((*WIZARD, "./orders-api"), environ={**at_home(tmp_path), **real}, folder=tmp_path) as shown:
        to_a_bundle(shown)
        for part in ("wrote ", "kubectl apply -k", "podwizard ./orders-api"):
            assert part in shown.text
    written = {str(path.relative_to(tmp_path)) for path in (tmp_path / "orders-api").rglob("*") if path.is_file()}
    assert {"orders-api/podwizard.yaml", "orders-api/manifests/deployment.yaml"} <= written


@pytest.mark.parametrize("environ", [{}, {"NO_COLOR": "1"}, {"PODWIZARD_THEME": "dark", "COLORTERM": "truecolor"}])
def test_the_cursor_of_a_text_is_visible_where_the_next_character_goes(environ: dict[str, str], tmp_path: Path) -> None:
    with terminal(SMALL, environ={**environ, "HOME": str(tmp_path)}) as shown:
        shown.until(FIRST)
        shown.press("/", "type to find")
        shown.press("ab", "▌ab")
        shown.quiet()
        y, x = shown.screen.cursor.y, shown.screen.cursor.x
        assert x == shown.screen.display[y].index("▌ab") + len("▌ab")
        block, beside = shown.screen.buffer[y][x], shown.screen.buffer[y][x - 1]
        assert (block.reverse and block.fg == block.bg == "default") or block.bg != beside.bg


def test_a_lesson_darkens_no_terminal_whose_colours_are_unknown(tmp_path: Path) -> None:
    with terminal(WIZARD, environ={"HOME": str(tmp_path)}) as shown:
        shown.until("If you choose this")
        shown.press(DOWN, "DaemonSet  ")
        shown.press("m", "Gives")
        shown.quiet()
        assert {shown.screen.buffer[y][x].bg for y in range(2, 22) for x in (1, 78)} == {"default"}
