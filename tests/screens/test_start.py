"""Startup while Textual is imported: keys wait for the first screen, and the terminal is restored on exit."""

from __future__ import annotations

import signal
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.screens.terminal import Terminal, terminal

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
    """Return the command of a wizard that runs the code ``meanwhile`` when Textual is imported."""
    return sys.executable, "-c", IMPORTS.format(meanwhile=meanwhile, module=module)


FOR_A_KEY = "__import__('select').select([0], [], [])"
WAITS = importing(FOR_A_KEY)
"""A wizard whose import continues once a key has been typed."""
LONG = importing("__import__('time').sleep(20)")
LOSES = importing("exec('try: __import__(\\'time\\').sleep(20)\\nexcept KeyboardInterrupt: pass')")
"""A wizard whose import swallows the KeyboardInterrupt of a Ctrl+C, as callbacks of the import system sometimes do."""
BREAKS = importing("raise RuntimeError('broken')")


def own(home: Path, **more: str) -> dict[str, str]:
    """Return an environment without saved answers."""
    return {**dict.fromkeys(("HOME", "XDG_STATE_HOME"), str(home)), **more}


def keys_wait(shown: Terminal) -> None:
    """Wait until typed keys are buffered for the screens."""
    end = time.monotonic() + 30
    while termios.tcgetattr(shown.slave) == shown.before:
        assert time.monotonic() < end
        shown.read(0.02)


def test_keys_typed_during_the_import_are_processed_in_order_and_not_echoed(tmp_path: Path) -> None:
    with terminal(WAITS, environ=own(tmp_path)) as shown:
        keys_wait(shown)
        shown.press("1\x1b[B\x1b[B\x1b[A\r")
        shown.until("2 answered")
        shown.press("a", "d what depends")
        shown.press("\x03\x03")
        assert shown.ended() == 130
        assert shown.restored()


def test_ctrl_c_during_the_import_restores_the_terminal(tmp_path: Path) -> None:
    with terminal(LONG, environ=own(tmp_path)) as shown:
        keys_wait(shown)
        shown.press("\x03")
        assert shown.ended() == 130
        assert shown.restored()
        assert "interrupted" in shown.text


def test_a_lost_ctrl_c_ends_the_program_after_the_import(tmp_path: Path) -> None:
    with terminal(LOSES, environ=own(tmp_path)) as shown:
        keys_wait(shown)
        time.sleep(0.5)
        shown.press("\x03")
        assert shown.ended() == 130
        assert shown.restored()
        assert FIRST not in shown.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_during_the_import_restore_the_terminal(number: signal.Signals, tmp_path: Path) -> None:
    with terminal(LONG, environ=own(tmp_path)) as shown:
        keys_wait(shown)
        shown.press("rm -r everything")
        shown.child.send_signal(number)
        assert shown.ended() == (130 if number == signal.SIGINT else -number)
        assert shown.restored()


def test_an_error_during_the_import_is_reported_on_the_normal_screen(tmp_path: Path) -> None:
    with terminal(BREAKS, environ=own(tmp_path, TMPDIR=str(tmp_path))) as shown:
        shown.until("internal error: RuntimeError")
        assert shown.ended() == 70
        assert shown.restored()
        assert FIRST not in shown.text
