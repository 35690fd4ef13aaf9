"""Saved answers, which survive the end of the process, however it ends."""

from __future__ import annotations

import json
import os
import resource
import stat
from pathlib import Path

import pytest

from tests.render.writing import child, die, die_at_line, names
from tests.session.earlier import earlier, slot
from wizard.session.saved import Lease, SessionKey, claim, default_folder, discard, key_for, list_saved, load

pytestmark = pytest.mark.forks


def found_in(lease: Lease) -> str | None:
    return lease.found.text if lease.found else None


def two_runs(key: SessionKey, folder: str) -> None:
    """Save the answers of two runs, of which the first ends last."""
    with claim(key, folder) as first:
        first.save("older\n")
        assert child(lambda: earlier(key, folder, "newer\n")) == 0


def test_saved_answers_are_loaded_until_they_are_discarded(key: SessionKey, folder: str) -> None:
    earlier(key, folder, "a: 1\n")
    assert load(SessionKey(key.target, "other"), folder) is None
    with claim(key, folder) as lease:
        assert lease.note == ""
        assert lease.found is not None
        assert (lease.found.text, lease.found.key, lease.found.pid) == ("a: 1\n", key, os.getpid())
        assert lease.found == load(key, folder)
        lease.discard()
    assert load(key, folder) is None
    assert names(Path(folder)) == []


def test_only_the_user_can_read_saved_answers(key: SessionKey, folder: str) -> None:
    before = os.umask(0)
    try:
        earlier(key, folder, "a: 1\n")
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in Path(folder).iterdir()] == [0o600]


def test_saved_answers_are_kept_in_the_users_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/x")
    assert default_folder({"XDG_STATE_HOME": "/s"}) == "/s/podwizard"
    assert default_folder({"XDG_STATE_HOME": "relative"}) == "/home/x/.local/state/podwizard"
    assert default_folder({}) == "/home/x/.local/state/podwizard"


def test_a_folder_has_one_key_for_all_its_paths(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert key_for(tmp_path / "link", "t") == key_for(f"{tmp_path}/real/", "t") != key_for(tmp_path, "t")
    assert key_for("a\0b", "t").stem


def test_a_second_session_saves_separately_and_reports_it(key: SessionKey, folder: str) -> None:
    with claim(key, folder) as first:
        first.save("first\n")

        def second() -> None:
            with claim(key, folder) as lease:
                assert lease.found is None
                assert "another podwizard" in lease.note
                lease.save("second\n")

        assert child(second) == 0
        first.save("first again\n")
        assert {saved.text for saved in list_saved(folder)} == {"first again\n", "second\n"}
        first.discard()
    with claim(key, folder) as lease:
        assert found_in(lease) == "second\n"
        assert lease.note == ""


def test_the_newest_answers_come_first_and_old_ones_can_be_discarded(key: SessionKey, folder: str) -> None:
    with claim(key, folder) as first:
        first.save("older\n")
        assert child(lambda: earlier(key, folder, "newer\n")) == 0
        for saved in list_saved(folder):
            discard(saved)
        assert [saved.text for saved in list_saved(folder)] == ["older\n"], "what a session is at work with stays"
        assert child(lambda: earlier(key, folder, "newer\n")) == 0
    assert [saved.text for saved in list_saved(folder)] == ["newer\n", "older\n"]
    with claim(key, folder) as lease:
        assert found_in(lease) == "newer\n"
        assert [saved.text for saved in lease.others] == ["older\n"]
        lease.discard()
    with claim(key, folder) as lease:
        assert found_in(lease) == "older\n"
        assert lease.note == ""


def test_other_saved_answers_can_be_continued_without_losing_any(key: SessionKey, folder: str) -> None:
    two_runs(key, folder)
    with claim(key, folder) as lease:
        (older,) = lease.others
        assert lease.take(older) == ""
        lease.save("older and more\n")
        assert {saved.text for saved in list_saved(folder)} == {"newer\n", "older and more\n"}
        assert lease.apart() == ""
        lease.save("new\n")
        assert {saved.text for saved in list_saved(folder)} == {"newer\n", "older and more\n", "new\n"}
    assert not list(Path(folder).glob("*.lock"))


def test_answers_taken_by_another_session_are_saved_separately(key: SessionKey, folder: str) -> None:
    two_runs(key, folder)
    with claim(key, folder) as lease:
        (older,) = lease.others
        with claim(key, folder) as other:
            assert found_in(other) == "older\n"
            assert "another podwizard" in lease.take(older)
            lease.save("apart\n")
        assert {saved.text for saved in list_saved(folder)} == {"newer\n", "older\n", "apart\n"}


def test_forgotten_answers_are_removed_and_the_others_stay(key: SessionKey, folder: str) -> None:
    two_runs(key, folder)
    with claim(key, folder) as lease:
        lease.forget(lease.others[0])
        assert [saved.text for saved in list_saved(folder)] == ["newer\n"]
        assert lease.found is not None
        lease.forget(lease.found)
        assert list_saved(folder) == ()


def test_no_slot_is_cleared_for_new_answers(key: SessionKey, folder: str) -> None:
    leases = [claim(key, folder) for _ in range(9)]
    for number, lease in enumerate(leases):
        lease.save(f"{number}\n")
    for lease in leases:
        lease.release()
    with claim(key, folder) as lease:
        assert len(lease.others) == 8
        assert "Quitting loses the answers: forget an earlier run" in lease.apart()
        assert not lease.saving
        lease.save("new\n")
    assert {saved.text for saved in list_saved(folder)} == {f"{number}\n" for number in range(9)}


def test_sessions_beyond_the_number_of_slots_still_run(key: SessionKey, folder: str) -> None:
    leases = [claim(key, folder) for _ in range(11)]
    assert [lease.saving for lease in leases] == [True] * 9 + [False] * 2
    assert "Quitting loses the answers" in leases[-1].note
    assert [lease.save("x") for lease in leases] == [""] * 11
    for lease in leases:
        lease.release()
    assert len(list_saved(folder)) == 9


def test_concurrent_processes_never_share_a_slot(key: SessionKey, folder: str) -> None:
    pids = []
    for number in range(6):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                lease = claim(key, folder)
                for turn in range(40):
                    assert lease.save(f"{number} {turn}\n") == ""
                assert not lease.found
                status = 0
            finally:
                os._exit(status)  # killed without a release, as by a dropped connection
        pids.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) in (0, 1) for pid in pids] == [True] * 6
    texts = [saved.text.split() for saved in list_saved(folder)]
    assert texts
    assert all(turn == "39" for _, turn in texts)


def test_a_kill_loses_at_most_the_answer_being_saved(key: SessionKey, folder: str) -> None:
    line = 0
    while True:
        line += 3
        earlier(key, folder, "before\n")
        status = die_at_line(line, lambda: claim(key, folder).save("after\n"))
        with claim(key, folder) as lease:
            assert lease.note == ""
            assert found_in(lease) in ("before\n", "after\n")
        if status == 0:
            break
    assert line > 30


def test_a_killed_session_leaves_its_slot_free(key: SessionKey, folder: str) -> None:
    def dying() -> None:
        lease = claim(key, folder)
        lease.save("kept\n")
        die()

    assert child(dying) == -9
    with claim(key, folder) as lease:
        assert (found_in(lease), lease.note) == ("kept\n", "")


@pytest.mark.parametrize(
    "data", ["", "{", "[]", "3", '{"format": 1}', "\xff", '{"format": "1"}', "[" * 100_000, '{"format": 0}']
)
def test_unreadable_saved_answers_are_set_aside(key: SessionKey, folder: str, data: str) -> None:
    for turn in (1, 2):
        earlier(key, folder, "a: 1\n")
        slot(folder).write_bytes(data.encode("latin-1"))
        assert load(key, folder) is None
        with claim(key, folder) as lease:
            assert lease.found is None
            assert f"are kept in {folder} as " in lease.note
            assert f".corrupt-{turn}" in lease.note
            assert lease.save("new\n") == ""
            lease.discard()
        assert len(names(Path(folder))) == turn


def test_saved_answers_that_are_too_large_are_set_aside_unread(key: SessionKey, folder: str) -> None:
    earlier(key, folder, "a: 1\n")
    with slot(folder).open("r+b") as stream:
        stream.truncate(1 << 40)  # larger than any memory; it takes no space on the disk
    with claim(key, folder) as lease:
        assert lease.found is None
        assert ".corrupt-1" in lease.note


def test_the_folder_of_unreadable_answers_is_shown_in_a_form_that_a_shell_accepts(
    key: SessionKey, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(Path(folder).parent))
    earlier(key, folder, "nonsense\n")
    with claim(key, folder) as lease:
        assert lease.set_aside().startswith(f"Unreadable answers are kept in ~/{Path(folder).name} as ")


def test_an_invalid_answers_text_is_set_aside(key: SessionKey, folder: str) -> None:
    earlier(key, folder, "nonsense\n")
    with claim(key, folder) as lease:
        assert ".corrupt-1" in lease.set_aside()
        assert lease.found is None
        lease.save("nonsense\n")
    assert load(key, folder) is not None


def test_answers_of_a_newer_podwizard_are_left_unchanged(key: SessionKey, folder: str) -> None:
    earlier(key, folder, "a: 1\n")
    path = slot(folder)
    path.write_text(json.dumps({"format": 2}))
    with claim(key, folder) as lease:
        assert "newer podwizard" in lease.note
        lease.save("mine\n")
    assert json.loads(path.read_text()) == {"format": 2}
    assert len(list_saved(folder)) == 1


@pytest.mark.parametrize("name", ["", "/proc/none/podwizard", "{file}/podwizard", "{file}"])
def test_a_missing_place_to_save_is_reported_once_and_stops_nothing(key: SessionKey, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    folder = name.format(file=tmp_path / "file")
    with claim(key, folder) as lease:
        assert "cannot be saved" in lease.note
        assert [lease.save("a"), lease.save("b"), lease.set_aside()] == ["", "", ""]
        lease.discard()
    assert load(key, folder) is None


def test_a_full_disk_is_reported_once_and_so_is_its_end(key: SessionKey, folder: str) -> None:
    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def work() -> None:
        with claim(key, folder) as lease:
            lease.save("kept\n")
            limit(10)
            assert "cannot be saved, quitting loses them: file too large" in lease.save("lost\n")
            assert lease.save("lost too\n") == ""
            assert not lease.saving
            assert load(key, folder) is not None
            limit(100_000)
            assert lease.save("back\n") == "Answers are being saved again."

    assert child(work) == 0
    assert [saved.text for saved in list_saved(folder)] == ["back\n"]


def test_unchanged_answers_are_not_saved_again(key: SessionKey, folder: str) -> None:
    with claim(key, folder) as lease:
        lease.save("a: 1\n")
        path = slot(folder)
        before = path.stat().st_mtime_ns, path.stat().st_ino
        lease.save("a: 1\n")
        assert before == (path.stat().st_mtime_ns, path.stat().st_ino)


def test_a_session_that_saves_separately_reports_the_place(
    key: SessionKey, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(Path(folder).parent))
    with claim(key, folder) as first, claim(key, folder) as second:
        first.save("a: 1\n")
        second.save("a: 2\n")
        assert first.note == ""
        assert second.note == (
            f"Saved separately in ~/{Path(folder).name}/{Path(second.path).name}: another podwizard uses this "
            "bundle. The next run offers both."
        )


def test_saved_answers_that_can_be_neither_read_nor_moved_are_reported_with_a_hint(
    key: SessionKey, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setenv("HOME", str(Path(folder).parent))
    earlier(key, folder, "nonsense\n")
    with claim(key, folder) as lease:
        monkeypatch.setattr("os.rename", refused)
        note = lease.set_aside()
    assert note == f"Saved answers cannot be read: check or remove ~/{Path(folder).name}/{slot(folder).name}."
