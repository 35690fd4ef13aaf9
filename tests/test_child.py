"""Child processes: their descendants end with them, and a process id that was already reaped gets no signal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wizard.child import ChildProcess

LEAVES_ONE = "import os, subprocess, sys; sleeper = subprocess.Popen(['sleep', '600'], stdout=subprocess.DEVNULL)"
REPORTS_IT = "os.write(int(sys.argv[1]), b'%d\\n' % sleeper.pid)"


def started(code: str) -> ChildProcess:
    return ChildProcess((sys.executable, "-c", code), errors=subprocess.DEVNULL, longest=1000)


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("seen", ["finish", "over", "end"])
def test_a_childs_descendant_is_ended_with_it(seen: str) -> None:
    child = started(f"{LEAVES_ONE}; {REPORTS_IT}")
    line = child.line(time.monotonic() + 20)
    assert line is not None
    sleeper = int(line)
    if seen == "finish":
        assert child.finish(20) == 0
    while seen == "over" and not child.over:
        time.sleep(0.01)
    if seen == "end":
        child.end()
    ends = time.monotonic() + 20
    while runs(sleeper) and time.monotonic() < ends:
        time.sleep(0.01)
    assert not runs(sleeper)
    child.end()


def test_a_reaped_childs_process_id_gets_no_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    child = started("pass")
    assert child.finish(20) == 0
    sent: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda number, _: sent.append(number))
    monkeypatch.setattr(os, "kill", lambda number, _: sent.append(number))
    assert child.over
    child.end()
    assert sent == []
