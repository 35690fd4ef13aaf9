"""Leftover staging folders: the next run removes those of a dead writer and keeps folders that a user made."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from shutil import copytree

import pytest

from tests.render.writing import NEW, at, bundle, child, die, interrupt, names, trace_lines, tree
from wizard.errors import WriteError
from wizard.store.writer import plan, recover, write

pytestmark = pytest.mark.forks

ROOT = Path(__file__).resolve().parents[2]
UNDONE = "was undone; nothing had been written."


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "here" / "orders"


@pytest.fixture(autouse=True)
def _above(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()


UNREACHED = 3
"""The exit status of a child whose clean-up has fewer lines."""


def stopped_twice(target: Path, line: int, act: Callable[[], object]) -> int:
    """Run a write in a child, interrupted before the rename and again at a line of its clean-up; return its status."""
    reached = []

    def act_once() -> None:
        reached.append(line)
        act()

    def work() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def interrupted() -> None:
            trace_lines(line, act_once)
            raise KeyboardInterrupt

        try:
            write(plan(bundle(NEW), target), hook=at("place", interrupted))
        except KeyboardInterrupt:
            sys.settrace(None)
        if not reached:
            os._exit(UNREACHED)

    return child(work)


def leftover(target: Path) -> Path:
    """Return the folder that a writer leaves when it is killed before the rename."""
    assert child(lambda: write(plan(bundle(NEW), target), hook=at("place"))) == -9
    (path,) = target.parent.iterdir()
    return path


@pytest.mark.parametrize("act", [interrupt, die])
def test_a_second_stop_during_clean_up_leaves_nothing_after_recovery(tmp_path: Path, act: Callable[[], object]) -> None:
    left = 0
    for line in count(1):
        target = tmp_path / "here" / str(line) / "orders"
        target.parent.mkdir()
        status = stopped_twice(target, line, act)
        assert status in (0, -9, UNREACHED)
        found = bool(names(target.parent))
        left += found
        notes = recover(target)
        assert names(target.parent) == []
        assert notes == (f"An interrupted write to {target} {UNDONE}" if found else "")
        if status == UNREACHED:
            break
    assert left > 5 and line > 50


def test_a_real_process_interrupted_twice_leaves_nothing_after_the_next_run(target: Path) -> None:
    program = (
        "import os, signal, sys, wizard.store.staging as staging\n"
        "from wizard.cli.main import run\n"
        "real, calls = os.unlink, []\n"
        "def unlink(*args, **kwargs):\n"
        "    calls.append(args)\n"
        "    if len(calls) == 4:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    real(*args, **kwargs)\n"
        "def rename(*args, **kwargs):\n"
        "    os.unlink = unlink\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "os.rename = rename\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    words = ["new", str(target), "--no-input", "--answers", str(ROOT / "examples" / "orders-api.yaml")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env={**environment, "PODWIZARD_NO_CACHE": "1"},  # the cache renames a file, too
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 130, done.stderr
    assert [name[:18] for name in names(target.parent)] == [".orders.podwizard-"]
    again = subprocess.run(
        [sys.executable, "-m", "wizard", *words], env=environment, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0, again.stderr
    assert UNDONE in again.stderr
    assert names(target.parent) == ["orders"]


def test_a_copy_of_a_bundle_is_never_removed(target: Path) -> None:
    write(plan(bundle(NEW), target))
    mine = target.with_name(".orders.podwizard-backup12")
    copytree(target, mine)
    assert recover(target) == ""
    assert tree(mine) == dict(NEW)


@pytest.mark.parametrize("make", [lambda p: p.mkdir(), lambda p: p.write_text("mine\n"), os.mkfifo])
def test_a_users_file_or_folder_with_the_name_of_a_leftover_is_never_removed(
    target: Path, make: Callable[[Path], object]
) -> None:
    mine = target.with_name(".orders.podwizard-abcdefgh")
    make(mine)
    mine.chmod(0o755)
    assert recover(target) == ""
    assert mine.exists()


def test_a_folder_with_only_a_users_files_is_never_removed(target: Path) -> None:
    mine = target.with_name(".orders.podwizard-abcdefgh")
    mine.mkdir(0o700)
    (mine / "notes").write_text("mine\n")
    assert recover(target) == ""
    assert names(mine) == ["notes"]


def test_a_copied_or_renamed_leftover_is_not_removed(target: Path) -> None:
    path = leftover(target)
    copied = path.with_name(".orders.podwizard-copied12")
    copytree(path, copied)
    renamed = path.rename(path.with_name(".orders.podwizard-renamed1"))
    assert recover(target) == ""
    assert names(target.parent) == [copied.name, renamed.name]


def test_a_symbolic_link_to_a_leftover_is_not_followed(target: Path, tmp_path: Path) -> None:
    path = leftover(target)
    moved = path.rename(tmp_path / path.name)
    path.symlink_to(moved)
    assert recover(target) == ""
    assert path.is_symlink() and tree_names(moved)


def test_links_inside_a_leftover_are_removed_and_not_followed(target: Path, tmp_path: Path) -> None:
    path = leftover(target)
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("precious\n")
    (path / "link").symlink_to(tmp_path / "precious")
    (path / "manifests" / "link").symlink_to(tmp_path / "precious")
    assert UNDONE in recover(target)
    assert names(tmp_path / "precious") == ["file"]


def test_a_leftover_of_another_user_is_not_removed(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leftover(target)
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        assert recover(target) == ""
    assert len(names(target.parent)) == 1


def test_a_leftover_is_not_removed_if_the_file_system_has_no_locks(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leftover(target)

    def flock(fd: int, operation: int) -> None:
        raise OSError(95, "not supported")

    with monkeypatch.context() as patch:
        patch.setattr("wizard.store.files.fcntl.flock", flock)
        assert recover(target) == ""
    assert (path / "README.md").is_file()
    assert UNDONE in recover(target)


def test_the_folder_of_a_running_writer_is_not_removed(target: Path) -> None:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:

        def wait() -> None:
            os.write(writer, b"x")
            time.sleep(60)

        write(plan(bundle(NEW), target), hook=at("place", wait))
        os._exit(0)
    try:
        assert os.read(reader, 1) == b"x"
        assert recover(target) == ""
        assert len(names(target.parent)) == 1
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert UNDONE in recover(target)
    assert names(target.parent) == []


def test_a_recovery_before_the_writer_locks_its_folder_does_not_stop_the_writer(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    real = tempfile.mkdtemp

    def swept(**words: str) -> str:
        path = real(**words)
        monkeypatch.setattr(tempfile, "mkdtemp", real)
        assert UNDONE in recover(target)
        return path

    monkeypatch.setattr(tempfile, "mkdtemp", swept)
    write(plan(bundle(NEW), target))
    assert tree(target) == dict(NEW)
    assert names(target.parent) == ["orders"]


def test_an_interrupt_right_after_the_rename_leaves_the_complete_bundle(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.rename

    def rename(source: str, to: str) -> None:
        real(source, to)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            write(plan(bundle(NEW), target))
    recover(target)
    assert tree(target) == dict(NEW)
    assert plan(bundle(NEW), target).unchanged


def tree_names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*")]


@pytest.mark.parametrize("most", [0, 10, 3_000])
def test_a_full_disk_leaves_no_staging_folder(target: Path, most: int) -> None:
    big = bundle({**NEW, "zz.yaml": "x" * 100_000})

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        with pytest.raises(WriteError, match=r"nothing was changed$"):
            write(plan(big, target))

    assert child(work) == 0
    assert names(target.parent) == []


def test_a_staging_folder_that_cannot_be_removed_is_named(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        def refuse(_fd: int, _kept: set[str]) -> None:
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr("wizard.store.staging._remove_all", refuse)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(WriteError, match=r"the disk is full; nothing was changed, but the temporary folder") as raised:
        write(plan(bundle(NEW), target), hook=at("place", full))
    (left,) = names(target.parent)
    assert str(target.parent / left) in raised.value.message
