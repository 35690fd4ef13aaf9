"""Writes killed at any point: after recovery, the folder contains the complete old or the complete new bundle."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.writing import NEW, OLD, Nth, at, bundle, child, die_at_line, names, tree
from wizard.store.writer import plan, recover, write

pytestmark = pytest.mark.forks


def put_old(target: Path) -> None:
    write(plan(bundle(OLD), target))


def each_file_is_whole(target: Path) -> None:
    for path in target.rglob("*"):
        name = str(path.relative_to(target))
        if path.is_file() and not name.startswith(".podwizard"):
            assert path.read_text() in (OLD.get(name), NEW.get(name)), name


def check_recovered(target: Path) -> str:
    """Recover the folder, check that it has one complete bundle and can be written again; return the message."""
    each_file_is_whole(target)
    message = recover(target)
    assert recover(target) == ""
    found = tree(target) if target.exists() else {}
    assert found in (OLD, NEW, {}), (message, found)
    assert ("undone" not in message) or found != NEW
    assert ("finished" not in message) or found == NEW
    assert names(target.parent) == (["orders"] if target.exists() else [])
    write(plan(bundle(NEW), target))
    assert tree(target) == NEW
    assert plan(bundle(NEW), target).unchanged
    return message


@pytest.mark.parametrize("fresh", [True, False])
def test_a_write_killed_at_any_step_can_be_recovered(tmp_path: Path, fresh: bool) -> None:
    messages = set[str]()
    for number in count(1):
        target = tmp_path / str(number) / "orders"
        target.parent.mkdir()
        if not fresh:
            put_old(target)
        status = child(lambda at=number, to=target: write(plan(bundle(NEW), to), hook=Nth(at)))  # type: ignore[misc]
        assert status in (0, -9)
        messages.add(check_recovered(target).rpartition("was ")[2])
        if status == 0:
            break
    assert number > 5
    undone = {"undone; nothing had been written."} if fresh else {"undone; nothing had been changed.", "finished."}
    assert messages == {"", *undone}


@pytest.mark.parametrize("fresh", [True, False])
def test_a_write_killed_at_any_line_can_be_recovered(tmp_path: Path, fresh: bool) -> None:
    killed = 0
    for line in count(1, step=7):
        target = tmp_path / str(line) / "orders"
        target.parent.mkdir()
        if not fresh:
            put_old(target)
        made = plan(bundle(NEW), target)
        if die_at_line(line, lambda made=made: write(made)) == 0:  # type: ignore[misc]
            break
        killed += 1
        check_recovered(target)
    assert killed > 30


@pytest.fixture
def torn(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes a folder whose write was killed before the named step."""

    def make(step: str) -> Path:
        target = tmp_path / "torn" / "orders"
        put_old(target)
        assert child(lambda: write(plan(bundle(NEW), target), hook=at(step))) == -9
        return target

    return make


def test_a_killed_recovery_can_be_repeated(torn: Callable[[str], Path], tmp_path: Path) -> None:
    original = torn("change manifests/service.yaml")
    for number in count(1):
        target = tmp_path / str(number) / "orders"
        copytree(original, target)
        status = child(lambda at=number, to=target: recover(to, hook=Nth(at)))  # type: ignore[misc]
        recover(target)
        assert tree(target) == NEW
        if status == 0:
            break
    assert number > 5


def test_a_recovery_keeps_a_file_that_the_user_changed_afterwards(torn: Callable[[str], Path]) -> None:
    target = torn("change manifests/service.yaml")
    (target / "manifests/service.yaml").write_text("mine\n")
    assert recover(target).endswith("was finished; changed since and left alone: manifests/service.yaml.")
    assert tree(target) == {**NEW, "manifests/service.yaml": "mine\n"}
    assert plan(bundle(NEW), target).item("manifests/service.yaml").state == "edited"


def test_a_write_that_cannot_be_finished_is_undone(torn: Callable[[str], Path]) -> None:
    target = torn("change manifests/service.yaml")
    for staged in (target / ".podwizard/staged").glob("new-*"):
        staged.unlink()
    assert recover(target).endswith("was undone.")
    assert tree(target) == OLD


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 9, "forward": true, "steps": []}'])
def test_a_damaged_journal_is_set_aside(torn: Callable[[str], Path], text: str) -> None:
    target = torn("change manifests/service.yaml")
    (target / ".podwizard/journal.json").write_text(text)
    assert "damaged" in recover(target)
    assert recover(target) == ""
    each_file_is_whole(target)
    assert (target / ".podwizard/damaged-1/staged").is_dir()
    write(plan(bundle(NEW), target, on_conflict="overwrite"))


def test_a_journal_that_is_too_large_is_set_aside_unread(torn: Callable[[str], Path]) -> None:
    target = torn("change manifests/service.yaml")
    with (target / ".podwizard/journal.json").open("r+b") as stream:
        stream.truncate(1 << 40)  # a sparse file: larger than any memory, without using the disk
    assert "damaged" in recover(target)


def test_a_foreign_journal_cannot_name_a_hidden_or_outside_path(torn: Callable[[str], Path]) -> None:
    target = torn("change README.md")
    journal = json.loads((target / ".podwizard/journal.json").read_text())
    for path in (".git/hooks/pre-commit", "../outside", ".podwizard/lock"):
        journal["steps"][0] |= {"path": path, "before": ""}
        (target / ".podwizard/journal.json").write_text(json.dumps(journal))
        recover(target)
    assert not (target / ".git").exists()
    assert names(target.parent) == ["orders"]


paths = st.sampled_from(["README.md", "a/x.yaml", "a/y.yaml", "a/b/z.yaml", "c.yaml"])
texts = st.dictionaries(paths, st.sampled_from(["1\n", "2\n", "1\n2\n"]), min_size=1)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(texts, texts, st.dictionaries(paths, st.just("mine\n")), st.integers(1, 30), st.integers(1, 12))
def test_two_kills_and_a_recovery_leave_the_folder_as_before_or_after_the_write(
    tmp_path_factory: pytest.TempPathFactory,
    old: dict[str, str],
    new: dict[str, str],
    edits: dict[str, str],
    first: int,
    second: int,
) -> None:
    target = tmp_path_factory.mktemp("any") / "orders"
    write(plan(bundle(old), target))
    for path, text in edits.items():
        if path in old:
            (target / path).write_text(text)
    before = tree(target)
    made = plan(bundle(new), target)
    child(lambda: write(made, hook=Nth(first)))
    child(lambda: recover(target, hook=Nth(second)))
    recover(target)
    kept = {item.path: before[item.path] for item in made.items if item.action == "keep" and item.path in before}
    assert tree(target) in (before, {**new, **kept})
