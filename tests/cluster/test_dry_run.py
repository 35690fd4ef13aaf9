"""The parent's side of a dry run: however the child process ends, there is one final event and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster.dry import Outcome, config_map, documents
from tests.cluster.fake_server import Reply, fake_server
from tests.cluster.test_credentials import helper
from wizard.cluster import child
from wizard.cluster.child import Spare, start_child
from wizard.cluster.dry_run import DryRun
from wizard.cluster.model import CheckFinished, Identity, ObjectState, Target
from wizard.cluster.protocol import Limits
from wizard.errors import ClusterError

TARGET = Target("dev", "c", "https://cluster.example.com", "u", "default", ())
ROOT = str(Path(__file__).resolve().parent.parent.parent)
HEAD = """
import json, os, sys, time
fd = int(sys.argv[1])
def tell(**data): os.write(fd, json.dumps(data).encode() + b"\\n")
def identity(user): tell(event="identity", user=user, groups=[], version="1.37")
def result(name, state="ACCEPTED"):
    tell(event="result", ref=dict(api_version="v1", kind="ConfigMap", name=name, namespace=""), state=state,
         message="", causes=[], warnings=[], diff="", hint="", code=201, note="", stand_in="")
"""
FINISH = 'tell(event="finished", checked=2, total=2, cancelled=False, error="", hint="", evidence=[], unseen=[])'


def pretender(script: str, *, timeout: float = 60.0, size: int = 1) -> DryRun:
    """Return a dry run with this script as its child process."""
    command = (sys.executable, "-c", HEAD + script)
    objects = [config_map("one", text="x" * size), config_map("two")]
    return DryRun(TARGET, documents(objects), timeout=timeout, started=lambda: start_child(command))


def outcome_of(run: DryRun) -> Outcome:
    return Outcome(tuple(run.events()))


def folder_of(run: DryRun) -> Path:
    assert run._child is not None
    return Path(run._child.folder)


def eventually(holds: Callable[[], bool]) -> bool:
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_junk_around_the_events_is_ignored() -> None:
    junk = """
print("junk on standard output"); print("junk", file=sys.stderr)
os.write(fd, b"junk\\n[1, 2]\\n{}\\n\\xff\\xfe\\n")
tell(event="result", ref=None, state="ACCEPTED")
tell(event="result", state="EXCELLENT")
identity("me")
os.write(fd, b'{"event": "unheard of"}\\n')
result("one"); result("two")
"""
    found = outcome_of(pretender(junk + FINISH))
    assert [type(event).__name__ for event in found.events] == [
        "Identity", "ObjectResult", "ObjectResult", "CheckFinished",
    ]  # fmt: skip
    assert found.finished == CheckFinished(2, 2)


@pytest.mark.parametrize(
    ("script", "code", "hint"),
    [
        ("os.kill(os.getpid(), 9)", "code -9", ""),
        ("sys.exit('it broke')", "code 1", "it broke"),
        ("raise ValueError('no such thing')", "code 1", "ValueError: no such thing"),
        ("os.close(fd); sys.exit(3)", "code 3", ""),
    ],
)
def test_a_child_that_dies_is_reported_and_results_are_kept(script: str, code: str, hint: str) -> None:
    run = pretender(f'result("one")\n{script}')
    run.start()
    folder = folder_of(run)
    found = outcome_of(run)
    assert found.states == {"ConfigMap/one": ObjectState.ACCEPTED}
    assert found.finished.error == f"the checker stopped unexpectedly ({code})"
    assert hint in found.finished.hint
    assert (found.finished.checked, found.finished.total) == (1, 2)
    assert not folder.exists()


def test_a_child_that_never_reads_its_request_does_not_block_the_parent() -> None:
    both = f'result("one"); result("two"); {FINISH}'
    assert outcome_of(pretender(both, size=2 << 20)).finished == CheckFinished(2, 2)


def test_an_unreadable_result_is_an_error_and_not_a_success() -> None:
    unreadable = """os.write(fd, b'{"event": "result", "ref": ["v1"]}\\n')"""
    finished = outcome_of(pretender(f'result("one"); {unreadable}; {FINISH}')).finished
    assert finished.error == "only 1 of 2 results of the checker could be read"
    assert (finished.checked, finished.total) == (1, 2)


def test_all_of_a_childs_many_results_are_read() -> None:
    found = outcome_of(pretender(f'for n in range(3000): result(f"n{{n}}")\n{FINISH}'))
    assert len(found.results) == 3000


def test_a_child_that_does_not_end_is_stopped_after_the_timeout() -> None:
    found = outcome_of(pretender('result("one"); time.sleep(600)', timeout=1.0))
    assert found.finished.error == "not finished after 1 s; stopped"


def test_cancelling_ends_the_child_and_its_descendants(tmp_path: Path) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    holder = f"['sh', '-c', 'exec 3> {held}; sleep 600']"
    grandchild = f"import subprocess; subprocess.Popen({holder}); identity('x'); time.sleep(600)"
    run = pretender(grandchild)
    events = run.events()
    assert isinstance(next(events), Identity)
    folder = folder_of(run)
    with held.open("rb") as stream:  # open() returns once the grandchild holds the other end
        threading.Thread(target=run.cancel).start()
        assert stream.read() == b""  # read() returns when the grandchild is gone
    last = list(events)
    assert last == [CheckFinished(0, 2, cancelled=True)]
    assert not folder.exists()
    run.cancel()


def test_cancelling_before_the_start_starts_no_child() -> None:
    run = pretender(FINISH)
    run.cancel()
    assert outcome_of(run).events == (CheckFinished(0, 2, cancelled=True),)
    assert run._child is None


def test_iterating_again_continues_the_events() -> None:
    run = pretender('result("one"); time.sleep(600)')
    for _ in run.events():
        break
    run.cancel()
    assert tuple(run.events()) == (CheckFinished(1, 2, cancelled=True),)
    assert tuple(run.events()) == ()


def test_a_discarded_run_leaves_no_folder() -> None:
    run = pretender("time.sleep(600)")
    run.start()
    folder = folder_of(run)
    assert folder.stat().st_mode & 0o077 == 0
    del run
    assert not folder.exists()


def test_a_missing_kubernetes_package_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "find_spec", lambda _: None)
    with pytest.raises(ClusterError, match="needs the package kubernetes"):
        DryRun(TARGET, ()).start()
    (last,) = DryRun(TARGET, ()).events()
    assert isinstance(last, CheckFinished)
    assert "needs the package kubernetes" in last.error


def test_creating_a_dry_run_starts_no_child(tmp_path: Path) -> None:
    with fake_server() as server:
        run = DryRun(server.target(tmp_path), documents([config_map()]))
    assert run._child is None
    assert server.asked == []


def test_the_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    with fake_server(lambda _: Reply()) as server:
        server.target(tmp_path, user=helper(tmp_path, f"exec 3> {held}; sleep 600"))
        script = (
            "import sys; from wizard.cluster.dry_run import DryRun; from wizard.cluster.kubeconfig import choose\n"
            "run = DryRun(choose(sys.argv[1]), ()); run.start(); print(run._child.folder, flush=True)\n"
            "list(run.events())"
        )
        words = [sys.executable, "-c", script, str(tmp_path / "kubeconfig")]
        parent = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert parent.stdout is not None
        folder = Path(parent.stdout.readline().strip())
        with held.open("rb") as stream:
            parent.send_signal(signal.SIGKILL)
            parent.wait()
            parent.stdout.close()
            assert stream.read() == b""
    assert eventually(lambda: not folder.exists())


def test_key_files_are_private_and_removed(tmp_path: Path) -> None:
    never = threading.Event()
    with fake_server(lambda _: Reply(wait=never)) as server:
        user = {"token": "t", "client-certificate-data": "Y2VydA==", "client-key-data": "a2V5"}
        run = DryRun(server.target(tmp_path, user=user), documents([config_map()]), limits=Limits(read=60))
        run.start()
        folder = folder_of(run)
        key = folder / "client.key"
        assert eventually(lambda: key.exists() or not folder.exists())
        assert key.stat().st_mode & 0o777 == 0o600
        run.cancel()
        never.set()
    assert not folder.exists()


def test_a_prestarted_child_sends_nothing_until_the_user_confirms(tmp_path: Path) -> None:
    marker = tmp_path / "plugin-ran"
    with fake_server(lambda _: Reply()) as server:
        target = server.target(tmp_path, user=helper(tmp_path, f"touch {marker}; exit 1"))
        spare = Spare()
        spare.start()
        time.sleep(1.0)
        assert server.asked == []
        assert not marker.exists()
        events = list(DryRun(target, documents([config_map()]), started=spare.take).events())
    assert marker.exists()
    assert isinstance(events[-1], CheckFinished)


def test_an_unused_prestarted_child_leaves_no_folder(tmp_path: Path) -> None:
    spare = Spare()
    spare.start()
    taken = spare.take()
    folder = Path(taken.folder)
    assert folder.exists()
    taken.end()
    assert not folder.exists()
    other = Spare()
    other.start()
    other.end()
    other.end()
