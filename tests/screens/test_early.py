"""The first page painted before Textual is imported: it is what Textual would paint, and the terminal is safe."""

from __future__ import annotations

import os
import signal
import sys
import termios
from pathlib import Path

import pytest

from tests.screens.terminal import SMALL, WIZARD, Terminal, terminal

FIRST = "What kind of work"
IMPORTS = (
    "import sys\n"
    "class Slow:\n"
    "    def find_spec(self, name, *_):\n"
    "        if name == 'textual':\n"
    "            {meanwhile}\n"
    "sys.meta_path.insert(0, Slow())\n"
    "sys.argv[0] = 'podwizard'\n"
    "from {module} import main\n"
    "main()"
)


def importing(meanwhile: str, module: str = "wizard.__main__") -> tuple[str, ...]:
    """The wizard, with something happening where Textual is imported."""
    return sys.executable, "-c", IMPORTS.format(meanwhile=meanwhile, module=module)


FOR_A_KEY = "__import__('select').select([0], [], [])"
WAITS = importing(FOR_A_KEY)
"""Goes on importing when a key has been typed."""
SMALL_WAITS = importing(FOR_A_KEY, "tests.screens.small_wizard")
NEVER = importing("__import__('time').sleep(600)")
BREAKS = importing("raise RuntimeError('broken')")


def own(home: Path, **more: str) -> dict[str, str]:
    """Nothing saved yet."""
    return {**dict.fromkeys(("HOME", "XDG_STATE_HOME"), str(home)), **more}


def textual_begins(shown: Terminal) -> None:
    """Type a key that changes nothing, and wait for the first frame after the import."""
    assert b"\x1b[?7l" not in shown.sent, "painted before Textual began"
    shown.press("\x1b[A")
    while b"\x1b[?7l" not in shown.sent:
        assert shown.read(60)
    shown.quiet()


@pytest.mark.parametrize(
    "environ",
    [{}, {"COLORTERM": "truecolor"}, {"TERM": "linux"}, {"TERM": "nonsense"}, {"NO_COLOR": "1"}, {"LANG": "C"}],
    ids=lambda environ: " ".join(f"{key}={value}" for key, value in environ.items()) or "usual",
)
def test_the_early_page_is_what_textual_paints_cell_for_cell(environ: dict[str, str]) -> None:
    with terminal(environ={**environ, "PODWIZARD_FULL_REPAINT": "1"}) as shown:
        shown.until("So far")
        shown.quiet()
        whole = shown.cells()
    with terminal(SMALL_WAITS, environ=environ) as shown:
        shown.until("So far")
        shown.quiet()
        early = shown.sent
        assert shown.cells() == whole
        textual_begins(shown)
        assert shown.cells() == whole
        after = shown.sent[len(early) :]
        assert b"\x1b[?1049h" not in after
        assert b"\x1b[2J" not in after
        assert b"H" not in after, "Textual paints nothing again"


@pytest.mark.parametrize(("columns", "rows"), [(60, 20), (100, 30), (200, 60)])
def test_every_size_is_painted_early(columns: int, rows: int) -> None:
    with terminal(SMALL_WAITS, columns=columns, rows=rows) as shown:
        shown.until("So far")
        shown.quiet()
        early = shown.cells()
        textual_begins(shown)
        assert shown.cells() == early


def test_another_size_meanwhile_is_painted_anew(tmp_path: Path) -> None:
    with terminal(WAITS, environ=own(tmp_path)) as shown:
        shown.until("So far")
        shown.resize(110, 30)
        shown.press("1", "1 answered")
        shown.quiet()
        picture = shown.screen.display
        assert "So far" in picture[2]
        shown.press("\x0c")
        shown.quiet()
        assert shown.screen.display == picture


def test_the_same_size_again_is_not_trusted(tmp_path: Path) -> None:
    with terminal(WAITS, environ=own(tmp_path)) as shown:
        shown.until("So far")
        shown.resize(110, 30)
        shown.resize(80, 24)
        os.killpg(shown.child.pid, signal.SIGWINCH)
        shown.screen.reset()
        shown.press("\x1b[B", "› 2")
        shown.quiet()
        assert FIRST in shown.screen.display[2]


def test_keys_typed_meanwhile_are_answered_in_their_order_and_not_echoed(tmp_path: Path) -> None:
    with terminal(WAITS, environ=own(tmp_path)) as shown:
        shown.until("So far")
        picture = shown.screen.display
        shown.press("1\x1b[B\x1b[B\x1b[A\r")
        assert shown.screen.display == picture
        shown.until("2 answered")
        shown.press("a", "d what depends")
        shown.press("\x03\x03")
        assert shown.ended() == 130
        assert shown.restored()


def test_earlier_answers_are_offered_early_too(tmp_path: Path) -> None:
    with terminal(WIZARD, environ=own(tmp_path), folder=tmp_path) as shown:
        shown.until(FIRST)
        shown.press("1", "1 answered")
        shown.press("\x03\x03")
        assert shown.ended() == 130
    with terminal(WAITS, environ=own(tmp_path), folder=tmp_path) as shown:
        shown.until("answers of an earlier start")
        shown.press("N", FIRST)
        shown.press("\x03\x03")
        assert shown.ended() == 130
        assert shown.restored()


def test_ctrl_c_meanwhile_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    with terminal(NEVER, environ=own(tmp_path)) as shown:
        shown.until("So far")
        assert termios.tcgetattr(shown.slave) != shown.before
        shown.press("\x03")
        assert shown.ended() == 130
        assert shown.restored()
        assert "interrupted" in shown.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_meanwhile_leave_the_terminal_as_it_was(number: signal.Signals, tmp_path: Path) -> None:
    with terminal(NEVER, environ=own(tmp_path)) as shown:
        shown.until("So far")
        shown.press("rm -r everything")
        shown.child.send_signal(number)
        assert shown.ended() == (130 if number == signal.SIGINT else -number)
        assert shown.restored()


def test_an_error_while_importing_is_reported_on_the_normal_screen(tmp_path: Path) -> None:
    with terminal(BREAKS, environ=own(tmp_path, TMPDIR=str(tmp_path))) as shown:
        shown.until("internal error: RuntimeError")
        assert shown.ended() == 70
        assert shown.restored()
        assert FIRST not in shown.text


def test_a_terminal_too_small_is_not_painted_early() -> None:
    with terminal(SMALL, columns=50, rows=10) as shown:
        shown.until("podwizard needs 60x20")
        assert shown.sent.count(b"\x1b[?1049h") == 1
        shown.press("\x03\x03")
        assert shown.ended() == 0
        assert shown.restored()
