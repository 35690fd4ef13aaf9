"""Robustness against terminal input: seeded noise for the parser and for the program on a terminal.

``PODWIZARD_SEED`` sets the seed, ``PODWIZARD_FUZZ=100000`` the number of events.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.screens.noise import noise
from tests.screens.terminal import ROOT, WIZARD, Terminal, terminal

SEED = os.environ.get("PODWIZARD_SEED", "terminals")
EVENTS = max(10_000, int(os.environ.get("PODWIZARD_FUZZ", "0")))
ON_A_TERMINAL = 600
MOST = 300
"""Memory limit in MiB."""
FIRST = "What kind of work"
INSTANCES = (
    *("\x1b[?2048;2$y\x1b[48;24;80;0;0t\x1b[<0;70;22M\x1b[<0;70;22m", "\x1b[97:65;2u", "\x1b[97;1:3u", "\x1b[1114112u"),
    *("\x1b[4294967296;5u", "\x1b[48;0;0;0;0t", "\x1b]11;rgb:1111/1111/1111\x1b\\", "\x1bP>|xterm(1)\x1b\\"),
)


def own(folder: Path) -> dict[str, str]:
    return dict.fromkeys(("HOME", "XDG_STATE_HOME", "TMPDIR"), str(folder))


def memory(shown: Terminal) -> int:
    """Return the peak memory of the program on that terminal, in MiB; 0 if the system does not report it."""
    status = Path(f"/proc/{shown.child.pid}/status")
    return int(status.read_text().split("VmHWM:")[1].split()[0]) >> 10 if status.exists() else 0


@pytest.mark.timeout(0 if EVENTS > 10_000 else 120)
def test_noise_neither_stops_the_parser_nor_exceeds_its_memory_limit() -> None:
    command = (sys.executable, "-m", "tests.screens.noise", SEED, str(EVENTS))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found, used = map(int, done.stdout.split())
    assert found > EVENTS // 4, "most of it is understood"
    assert used < MOST


def test_noise_on_a_terminal_neither_stops_the_wizard_nor_exceeds_its_memory_limit(tmp_path: Path) -> None:
    # Leave out Ctrl+C, which ends the program, and Ctrl+Z, which suspends it.
    sent = [piece.replace("\x03", "").replace("\x1a", "").replace("122", "121") for piece in noise(SEED, ON_A_TERMINAL)]
    while sent:
        folder = tmp_path / str(len(sent))
        folder.mkdir()
        with terminal(WIZARD, environ=own(folder), folder=folder) as shown:
            shown.until(FIRST)
            used = 0
            while sent and shown.child.poll() is None:
                for piece in sent[:10]:
                    os.write(shown.master, piece.encode())
                    shown.read(0)
                del sent[:10]
                shown.read(0.02)
                used = memory(shown) if shown.child.poll() is None else used
            time.sleep(0.3)
            if shown.child.poll() is None:
                shown.press("\x03")
                shown.quiet(1.2)  # an incomplete sequence is dropped after a second
                shown.press("\x03\x03")
            assert shown.ended() in (0, 130), shown.text
            assert shown.restored()
            assert b"Traceback" not in shown.sent
            assert not list(folder.glob("podwizard-crash-*"))
            assert used < MOST


@pytest.mark.parametrize("sent", INSTANCES, ids=lambda sent: repr(sent)[1:18])
def test_the_wizard_continues_after_a_sequence_that_once_ended_it(sent: str, tmp_path: Path) -> None:
    with terminal(WIZARD, environ=own(tmp_path), folder=tmp_path) as shown:
        shown.until(FIRST)
        shown.press("\x1b[B", "› 2")
        shown.press(sent)
        shown.quiet(0.2)
        shown.until("about 9 questions")
        shown.press("1", "1 answered")
        shown.press("\x03\x03")
        assert shown.ended() == 130
        assert shown.restored()
        assert b"Traceback" not in shown.sent


def claimed(shown: Terminal) -> None:
    """Check that an absurd size used little memory, and that the wizard still reads keys."""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        shown.read(0.05)
        assert memory(shown) < MOST
    shown.press("\x03\x03")
    assert shown.ended() == 130
    assert shown.restored()


def test_an_absurd_in_band_size_is_bounded(tmp_path: Path) -> None:
    with terminal(WIZARD, environ=own(tmp_path), folder=tmp_path) as shown:
        shown.until(FIRST)
        shown.press("\x1b[48;99999;99999;0;0t")
        claimed(shown)


def test_an_absurd_device_size_is_bounded(tmp_path: Path) -> None:
    with terminal(WIZARD, environ=own(tmp_path), folder=tmp_path) as shown:
        shown.until(FIRST)
        shown.claim(65_535, 65_535)
        claimed(shown)


@pytest.mark.parametrize("columns", ["0", "99999", "-5"])
def test_an_absurd_size_in_the_environment_is_bounded(columns: str, tmp_path: Path) -> None:
    absurd = {"COLUMNS": columns, "LINES": columns}
    with terminal(WIZARD, environ={**own(tmp_path), **absurd}, folder=tmp_path, claimed=(0, 0)) as shown:
        claimed(shown)


@pytest.mark.parametrize("columns", [0, 65_535])
def test_an_absurd_size_at_the_start_is_bounded(columns: int, tmp_path: Path) -> None:
    with terminal(WIZARD, environ=own(tmp_path), folder=tmp_path, claimed=(columns, columns)) as shown:
        claimed(shown)
