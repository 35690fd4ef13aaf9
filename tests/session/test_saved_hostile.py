"""Protection against files that another user could have put into the folder of saved answers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.render.writing import child
from tests.session.earlier import earlier, slot
from wizard.session.saved import SessionKey, claim, list_saved, load

pytestmark = pytest.mark.forks


def _drafts(file: Path) -> list[Path]:
    """Return the paths under which a new file may be written before it is renamed."""
    return [file.with_name(f"{file.name}.tmp"), file.with_name(f".{file.name}.new")]


def test_a_hard_link_in_place_of_the_draft_is_not_written_through(key: SessionKey, folder: str, tmp_path: Path) -> None:
    earlier(key, folder, "a: 1\n")
    precious = tmp_path / "precious"
    precious.write_text("precious\n")
    for draft in _drafts(slot(folder)):
        os.link(precious, draft)
    with claim(key, folder) as lease:
        assert lease.save("a: 2\n") == ""
    assert precious.read_text() == "precious\n"
    assert [saved.text for saved in list_saved(folder)] == ["a: 2\n"]


def test_a_hard_linked_slot_is_not_written_through(key: SessionKey, folder: str, tmp_path: Path) -> None:
    earlier(key, folder, "a: 1\n")
    other = tmp_path / "other"
    os.link(slot(folder), other)
    before = other.read_text()
    earlier(key, folder, "a: 2\n")
    assert other.read_text() == before


@pytest.mark.parametrize("which", ["draft", "slot", "lock"])
def test_a_pipe_in_place_of_a_file_does_not_block(key: SessionKey, folder: str, which: str) -> None:
    earlier(key, folder, "a: 1\n")
    file = slot(folder)
    pipes = {"draft": _drafts(file), "slot": [file], "lock": [file.with_suffix(".lock")]}[which]
    for path in pipes:
        path.unlink(missing_ok=True)
        os.mkfifo(path, 0o600)

    def session() -> None:
        signal.alarm(20)
        with claim(key, folder) as lease:
            assert lease.save("a: 2\n") == ""

    assert child(session) == 0


def test_a_folder_of_another_user_is_not_used_and_reported_once(
    key: SessionKey, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier(key, folder, "theirs\n")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with claim(key, folder) as lease:
        assert lease.found is None and not lease.saving
        assert lease.note == (f"Answers cannot be saved, quitting loses them: {folder} belongs to another user.")
        assert lease.save("mine\n") == ""
    assert list_saved(folder) == ()
    monkeypatch.undo()
    assert [saved.text for saved in list_saved(folder)] == ["theirs\n"]


@pytest.mark.parametrize("mode", [0o777, 0o720, 0o750])
def test_a_folder_that_others_can_enter_is_not_used_and_the_fix_is_shown(
    key: SessionKey, folder: str, mode: int
) -> None:
    earlier(key, folder, "a: 1\n")
    Path(folder).chmod(mode)
    with claim(key, folder) as lease:
        assert lease.found is None and not lease.saving
        assert f"chmod 700 {folder}" in lease.note
    Path(folder).chmod(0o700)
    assert load(key, folder) is not None


def test_a_symbolic_link_in_place_of_the_folder_is_not_followed(key: SessionKey, folder: str) -> None:
    earlier(key, folder, "a: 1\n")
    Path(folder).rename(f"{folder}-elsewhere")
    Path(folder).symlink_to(f"{folder}-elsewhere")
    with claim(key, folder) as lease:
        assert lease.found is None and not lease.saving
        assert f"{folder} is a symbolic link" in lease.note


def test_a_slot_that_others_can_write_to_is_set_aside(key: SessionKey, folder: str) -> None:
    earlier(key, folder, "a: 1\n")
    slot(folder).chmod(0o622)
    with claim(key, folder) as lease:
        assert lease.found is None and "corrupt-1" in lease.note
