"""The plan's state and action for every file, and the effects of writing it."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.render.writing import NEW, OLD, Files, Nth, at, bundle, child, names, tree
from wizard.errors import UsageError, WriteError
from wizard.store.writer import WriteOutcome, plan, recover, write


def put(files: Files, target: Path) -> WriteOutcome:
    return write(plan(bundle(files), target))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "orders"


@pytest.fixture
def written(target: Path) -> Path:
    put(OLD, target)
    return target


def test_a_new_folder_appears_complete_with_the_modes_of_the_umask(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "orders"
    before = os.umask(0o027)
    try:
        outcome = put(OLD, target)
    finally:
        os.umask(before)
    assert tree(target) == OLD
    assert outcome.written == tuple(OLD)
    assert outcome.made == (str(tmp_path / "a"), str(tmp_path / "a" / "b"))
    assert target.stat().st_mode & 0o777 == 0o750
    assert (target / "README.md").stat().st_mode & 0o777 == 0o640
    assert (target / "manifests").stat().st_mode & 0o777 == 0o750
    assert names(target.parent) == ["orders"]


def test_the_base_contains_the_written_files_and_their_objects(target: Path) -> None:
    write(plan(bundle(OLD), target, catalog_digest="abc"))
    base = json.loads((target / ".podwizard/base.json").read_text())
    assert {path: entry["text"] for path, entry in base["files"].items()} == OLD
    assert base["files"]["manifests/service.yaml"]["object"]["kind"] == "Thing"
    assert base["catalog"] == "abc"
    assert base["bundle"] == bundle(OLD).digest


def test_a_second_run_has_nothing_to_do_and_changes_no_file(written: Path) -> None:
    stamps = {path: path.stat().st_mtime_ns for path in written.rglob("*")}
    again = plan(bundle(OLD), written)
    assert again.unchanged
    outcome = write(again)
    assert outcome.nothing
    assert outcome.unchanged == tuple(OLD)
    assert stamps == {path: path.stat().st_mtime_ns for path in written.rglob("*")}


def test_every_state_has_its_default_action(written: Path) -> None:
    (written / "manifests/service.yaml").write_text("mine\n")
    (written / "base/only.yaml").write_text("mine too\n")
    (written / "overlays/dev").mkdir(parents=True)
    (written / "overlays/dev/added.yaml").write_text("theirs\n")
    found = {
        item.path: (item.state, item.action, item.edited) for item in plan(bundle({**NEW, "x": "1\n"}), written).items
    }
    assert found == {
        "README.md": ("changed", "write", False),
        "podwizard.yaml": ("unchanged", "keep", False),
        "manifests/service.yaml": ("edited", "keep", True),
        "overlays/dev/added.yaml": ("foreign", "keep", False),
        "x": ("new", "write", False),
        "manifests/old.yaml": ("stale", "remove", False),
        "base/only.yaml": ("stale", "keep", True),
    }


def test_writing_keeps_edited_files_and_removes_stale_ones(written: Path) -> None:
    (written / "README.md").write_text("mine\n")
    outcome = put(NEW, written)
    assert tree(written) == {**NEW, "README.md": "mine\n"}
    assert outcome.kept == ("README.md",)
    assert outcome.removed == ("base/only.yaml", "manifests/old.yaml")
    assert not (written / "base").exists()
    item = plan(bundle(NEW), written).item("README.md")
    assert item.pristine is not None
    assert (item.state, item.pristine.text) == ("edited", "old\n")


def test_the_action_can_be_chosen_per_file(written: Path) -> None:
    (written / "README.md").write_text("mine\n")
    chosen = plan(bundle(NEW), written).choose("README.md", "write").choose("manifests/old.yaml", "keep")
    write(chosen)
    assert tree(written) == {**NEW, "manifests/old.yaml": OLD["manifests/old.yaml"]}
    assert plan(bundle(NEW), written).item("manifests/old.yaml").state == "stale"
    with pytest.raises(UsageError):
        chosen.choose("podwizard.yaml", "remove")
    with pytest.raises(UsageError):
        chosen.choose("nothing", "keep")


def test_on_conflict_overwrite_replaces_edited_files_and_fail_refuses(written: Path) -> None:
    (written / "README.md").write_text("mine\n")
    (written / "base/only.yaml").write_text("mine too\n")
    with pytest.raises(UsageError, match=r"README.md \(edited\), base/only.yaml \(edited\)") as error:
        plan(bundle(NEW), written, on_conflict="fail")
    assert all(f"--on-conflict={choice}" in error.value.hint for choice in ("keep", "overwrite", "fail"))
    write(plan(bundle(NEW), written, on_conflict="overwrite"))
    assert tree(written) == {**NEW, "base/only.yaml": "mine too\n"}


def test_a_file_that_the_user_removed_is_written_again(written: Path) -> None:
    (written / "README.md").unlink()
    item = plan(bundle(OLD), written).item("README.md")
    assert (item.state, item.note != "") == ("new", True)
    put(OLD, written)
    assert tree(written) == OLD


def test_missing_files_are_added_to_a_folder_without_a_base(target: Path) -> None:
    target.mkdir()
    (target / "README.md").write_text("theirs\n")
    (target / "podwizard.yaml").write_text(OLD["podwizard.yaml"])
    put(OLD, target)
    assert tree(target) == {**OLD, "README.md": "theirs\n"}
    assert plan(bundle(OLD), target).item("README.md").state == "foreign"
    assert plan(bundle(NEW), target).item("podwizard.yaml").state == "unchanged"


def test_file_modes_set_by_the_user_are_kept(written: Path) -> None:
    (written / "README.md").chmod(0o600)
    put(NEW, written)
    assert (written / "README.md").stat().st_mode & 0o777 == 0o600


def test_counts_are_correct_and_diffs_can_be_applied_by_patch(written: Path, tmp_path: Path) -> None:
    (written / "README.md").write_bytes(b"one\r\ntwo\x0b\xff\nno end")
    made = plan(bundle({**NEW, "README.md": "one\n"}), written, on_conflict="overwrite")
    assert (made.item("README.md").added, made.item("README.md").removed) == (1, 3)
    service = made.item("manifests/service.yaml")
    assert (service.added, service.removed) == (1, 0)
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(written), str(copy)], check=True)
    (copy / "README.md").write_text("old\n")
    text = "".join(item.diff() for item in plan(bundle(NEW), copy).items)
    subprocess.run(["patch", "-p1", "-s", "-d", str(copy)], input=text.encode(), check=True)
    assert {path: text for path, text in tree(copy).items() if text} == NEW


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "[]",
        "null",
        '{"format": 1}',
        "\xff",
        '{"format":1,"tool":"","catalog":"","bundle":"","files":{"../x":{"text":""}}}',
        '{"format":1,"tool":"","catalog":"","bundle":"","files":[1]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_base_makes_files_foreign_and_adds_a_note(written: Path, data: str) -> None:
    (written / ".podwizard/base.json").write_bytes(data.encode("latin-1"))
    made = plan(bundle(NEW), written)
    assert len(made.notes) == 1
    assert {item.state for item in made.items} == {"foreign", "unchanged", "new"}
    write(made)
    assert not plan(bundle(NEW), written).notes


def test_a_base_of_a_newer_format_is_not_overwritten(written: Path) -> None:
    (written / ".podwizard/base.json").write_text('{"format": 2}')
    with pytest.raises(WriteError, match="newer"):
        plan(bundle(NEW), written)


def test_a_file_changed_after_the_preview_stops_the_write(written: Path) -> None:
    made = plan(bundle(NEW), written)
    (written / "README.md").write_text("mine\n")
    with pytest.raises(WriteError, match=r"README.md was changed"):
        write(made)
    assert tree(written) == {**OLD, "README.md": "mine\n"}


def test_a_file_changed_during_the_write_undoes_the_write(written: Path) -> None:
    made = plan(bundle(NEW), written)
    edit = at("change manifests/service.yaml", lambda: (written / "manifests/service.yaml").write_text("mine\n"))
    with pytest.raises(WriteError, match=r"service.yaml was changed"):
        write(made, hook=edit)
    assert tree(written) == {**OLD, "manifests/service.yaml": "mine\n"}


def refuse() -> None:
    raise PermissionError(errno.EACCES, "not allowed")


def test_a_write_names_the_temporary_files_that_it_cannot_remove(written: Path) -> None:
    outcome = write(plan(bundle(NEW), written), hook=at("clear staged", refuse))
    assert outcome.left == str(written / ".podwizard" / "staged") and outcome.written
    assert "finished" in recover(written)
    assert tree(written) == NEW
    assert write(plan(bundle(OLD), written)).left == ""


def test_a_write_stops_if_the_target_appears_or_another_write_changed_it(target: Path) -> None:
    first, second = plan(bundle(OLD), target), plan(bundle(NEW), target)
    with pytest.raises(WriteError, match="appeared"):
        write(second, hook=at("place", lambda: write(first)))
    assert tree(target) == OLD
    first, second = plan(bundle(NEW), target), plan(bundle({"README.md": "third\n"}), target)
    write(first)
    with pytest.raises(WriteError):
        write(second)
    assert tree(target) == NEW
    assert names(target.parent) == ["orders"]


def test_a_concurrent_write_is_refused(written: Path) -> None:
    made = plan(bundle(NEW), written)

    def others_are_refused() -> None:
        assert child(lambda: write(made)) == 1
        with pytest.raises(WriteError, match="another podwizard"):
            recover(written)
        with pytest.raises(WriteError, match="not finished"):
            plan(bundle(NEW), written)

    write(made, hook=at("change README.md", others_are_refused))
    assert tree(written) == NEW


def test_links_inside_the_target_are_never_followed(written: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "service.yaml").write_text("outside\n")
    (written / "README.md").unlink()
    (written / "README.md").symlink_to(outside / "service.yaml")
    made = plan(bundle(NEW), written)
    assert (made.item("README.md").state, made.item("README.md").action) == ("edited", "keep")
    write(made.choose("README.md", "write"))
    assert not (written / "README.md").is_symlink()
    assert (outside / "service.yaml").read_text() == "outside\n"
    for name in ("overlays", ".podwizard"):
        (written / name).rename(written / "aside")
        (written / name).symlink_to(outside)
        with pytest.raises(WriteError, match="symbolic link"):
            plan(bundle(NEW), written)
        (written / name).unlink()
        (written / "aside").rename(written / name)
    assert names(outside) == ["service.yaml"]


def test_a_link_to_the_target_is_followed_and_a_broken_link_is_refused(written: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(written)
    put(NEW, tmp_path / "link")
    assert tree(written) == NEW
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    with pytest.raises(WriteError, match="broken"):
        plan(bundle(NEW), tmp_path / "nowhere")


def test_a_path_that_cannot_be_a_target_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "full/README.md").mkdir(parents=True)
    for name in ("file", "file/below", "full", "x" * 300):
        with pytest.raises(WriteError) as caught:
            put(OLD, tmp_path / name)
        assert caught.value.exit_code == 5
    for name in ("a\x1b[31m", "a\0b", "a\nb"):
        with pytest.raises(UsageError, match="characters"):
            plan(bundle(OLD), tmp_path / name)
        assert recover(tmp_path / name) == ""
    assert names(tmp_path) == ["file", "full"]


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a/../x", "a//b", ".git/hooks/x", ".podwizard/base.json", "a\\b", "a\nb", "", "a/", ".env"]
)
def test_an_unsafe_path_in_a_bundle_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(WriteError):
        plan(bundle({path: "x"}), tmp_path)


def as_nobody(written: Path, work: Callable[[], object]) -> int:
    """Run ``work`` in a child that is not root but can enter the folder's parents; return its exit status."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for path in (written.parent, *written.parent.parents):
        if temporary in path.resolve().parents:
            path.chmod(path.stat().st_mode | 0o055)

    def lowered() -> None:
        if os.geteuid() == 0:
            os.setuid(65534)
        work()

    return child(lowered)


def test_a_read_only_folder_is_reported_by_the_plan_and_by_the_write(written: Path) -> None:
    written.chmod(0o555)

    def work() -> None:
        made = plan(bundle(NEW), written)
        assert any("cannot be written" in note for note in made.notes)
        with pytest.raises(WriteError, match="permission denied"):
            write(made)

    assert as_nobody(written, work) == 0
    written.chmod(0o755)
    assert tree(written) == OLD


def test_an_unreadable_file_is_named(written: Path) -> None:
    (written / "README.md").chmod(0)

    def work() -> None:
        with pytest.raises(WriteError, match=r"README\.md exists but cannot be read"):
            plan(bundle(NEW), written)

    assert as_nobody(written, work) == 0


def test_an_unreadable_podwizard_folder_is_not_taken_for_an_interrupted_write(written: Path) -> None:
    (written / ".podwizard").chmod(0)

    def work() -> None:
        with pytest.raises(WriteError, match="permission denied; nothing was changed"):
            recover(written)

    assert as_nobody(written, work) == 0
    (written / ".podwizard").chmod(0o755)


@pytest.mark.parametrize("fresh", [True, False])
def test_a_full_disk_changes_nothing(target: Path, fresh: bool) -> None:
    if not fresh:
        put(OLD, target)
    big = bundle({**NEW, "zz.yaml": "x" * 100_000})

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        with pytest.raises(WriteError, match="nothing was changed"):
            write(plan(big, target))

    assert child(work) == 0
    assert names(target.parent) == ([] if fresh else ["orders"])
    if not fresh:
        assert tree(target) == OLD


@pytest.mark.parametrize("fresh", [True, False])
def test_an_error_at_any_step_undoes_the_write(tmp_path: Path, fresh: bool) -> None:
    def refuse() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for number in count(1):
        target = tmp_path / str(number) / "orders"
        if not fresh:
            put(OLD, target)
        hook = Nth(number, refuse)
        try:
            write(plan(bundle(NEW), target), hook=hook)
        except WriteError as error:
            assert "the disk is full; nothing was changed" in error.message
            assert not target.parent.exists() if fresh else tree(target) == OLD
        else:
            assert recover(target) in ("", f"An interrupted write to {target} was finished.")
            assert tree(target) == NEW
            if len(hook.steps) < number:
                break
    assert number > 5


def test_a_file_in_the_place_of_a_folder_is_named_with_the_bundles_folder(target: Path) -> None:
    target.mkdir(parents=True)
    (target / "manifests").write_text("mine")
    with pytest.raises(WriteError) as raised:
        plan(bundle(NEW), target)
    assert raised.value.message == f"{target}/manifests is a file, but a folder is needed there"
    assert raised.value.hint == "rename it or move it away, or choose another folder for the bundle"
