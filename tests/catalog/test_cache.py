"""The private cache: it returns what was stored, and reads nothing that another user could have written."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.shipped import CATALOG, COMPILED
from wizard.catalog import cache, load, shipped
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Component
from wizard.catalog.packed import Packed, pack
from wizard.decision.compiled import Compiled
from wizard.decision.evaluate import evaluate
from wizard.decision.model import Answers
from wizard.errors import CatalogError
from wizard.faces.consequence import consequence
from wizard.render.bundle.answers_file import read_answers
from wizard.render.service import outlines
from wizard.session.applied import apply_answers
from wizard.session.session import start


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(cache, "pickle", pickle)
    return tmp_path / "podwizard"


def test_a_stored_entry_is_returned_only_for_its_stamp(folder: Path) -> None:
    assert cache.load("one", "fact") is None
    cache.keep("one", cache.make_stamp("fact"), b"\0payload")
    assert bytes(cache.load("one", "fact") or b"") == b"\0payload"
    assert cache.load("one", "other") is None
    assert cache.load("one") is None
    assert cache.load("one", "fact", "more") is None
    assert [path.name for path in folder.iterdir()] == ["one"]
    assert (folder.stat().st_mode & 0o777, (folder / "one").stat().st_mode & 0o777) == (0o700, 0o600)


def _damage(folder: Path) -> None:
    data = bytearray((folder / "one").read_bytes())
    data[-1] ^= 1
    (folder / "one").write_bytes(bytes(data))


def _cut(folder: Path) -> None:
    (folder / "one").write_bytes((folder / "one").read_bytes()[:20])


def _link_file(folder: Path) -> None:
    (folder / "one").rename(folder / "elsewhere")
    (folder / "one").symlink_to("elsewhere")


def _link_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to("elsewhere")


def _fifo(folder: Path) -> None:
    (folder / "one").unlink()
    os.mkfifo(folder / "one", 0o600)


@pytest.mark.parametrize(
    "spoil",
    [
        _damage,
        _cut,
        _link_file,
        _link_folder,
        _fifo,
        lambda folder: folder.chmod(0o770),
        lambda folder: (folder / "one").chmod(0o622),
    ],
)
def test_a_file_that_another_user_could_have_written_is_not_read(folder: Path, spoil: Callable[[Path], object]) -> None:
    cache.keep("one", cache.make_stamp("fact"), b"payload")
    spoil(folder)
    assert cache.load("one", "fact") is None


@pytest.mark.parametrize("variables", [{"PODWIZARD_NO_CACHE": "1"}, {"XDG_CACHE_HOME": "", "HOME": "nowhere"}])
def test_the_cache_can_be_switched_off(
    folder: Path, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    cache.keep("one", cache.make_stamp("fact"), b"payload")
    assert cache.load("one", "fact") is None
    assert not folder.exists()


def test_a_cache_that_cannot_be_written_is_not_an_error(folder: Path) -> None:
    folder.write_text("a file stands in its place")
    cache.keep("one", cache.make_stamp("fact"), b"payload")
    assert cache.load("one", "fact") is None


def _edit(tree: Path) -> None:
    (tree / "deep" / "a.yaml").write_text("two")


def _add(tree: Path) -> None:
    (tree / "deep" / "b.yaml").write_text("")


def _remove(tree: Path) -> None:
    (tree / "deep" / "a.yaml").unlink()


def _exchange(tree: Path) -> None:
    (tree / "deep").rename(tree / "shallow")
    (tree / "deep").mkdir()
    (tree / "deep" / "a.yaml").write_text("one")


@pytest.mark.parametrize("change", [_edit, _add, _remove, _exchange])
def test_a_stored_entry_is_valid_until_a_file_in_its_trees_changes(
    folder: Path, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / "a.yaml").write_text("one")
    cache.keep("one", cache.make_stamp("fact", trees=[str(tree)]), b"payload")
    assert bytes(cache.load("one", "fact", trees=[str(tree)]) or b"") == b"payload"
    assert cache.load("one", "fact", trees=[str(tree / "deep")]) is None
    change(tree)
    assert cache.load("one", "fact", trees=[str(tree)]) is None


def report(compiled: Compiled, answers: Answers) -> tuple[object, ...]:
    """Return everything that an evaluation reports."""
    found = evaluate(compiled, answers)
    rules = [(status.rule, status.state, status.terms) for status in found.rules.values()]
    asked = (found.questions, found.next_question, found.relevant_options, found.remaining)
    return (rules, asked, found.candidates, found.verdict)


def test_the_shipped_catalogue_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, compiled = shipped.shipped()
    assert (folder / shipped._NAME).is_file()

    def refuse(root: Path | None = None) -> None:
        raise CatalogError(f"read again: {root}")

    monkeypatch.setattr(load, "load_catalog", refuse)
    again, kept = shipped.shipped()
    assert again == first == load_catalog()
    assert isinstance(again.components, Packed)
    assert kept.decision is again.decision
    for example in first.decision.examples:
        assert report(kept, example.answers) == report(compiled, example.answers)


def test_the_remaining_questions_are_counted_before_the_shipped_catalogue_is_cached(folder: Path) -> None:
    shipped.shipped()
    _catalog, kept = shipped.shipped()
    counted = len(kept.flow._counts)
    assert evaluate(kept, {}).remaining[0] > 0
    assert len(kept.flow._counts) == counted > 0, "the first question would wait for it"


def test_a_temporary_file_of_a_killed_process_does_not_block_the_cache(folder: Path, tmp_path: Path) -> None:
    cache.keep("one", cache.make_stamp("fact"), b"payload")
    precious = tmp_path / "precious"
    precious.write_text("precious\n")
    for draft in (".one.new", f".one.{os.getpid()}"):
        os.link(precious, folder / draft)
    cache.keep("one", cache.make_stamp("fact"), b"new")
    assert bytes(cache.load("one", "fact") or b"") == b"new"
    assert precious.read_text() == "precious\n"


def test_a_cache_folder_of_another_user_is_neither_read_nor_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.keep("one", cache.make_stamp("fact"), b"payload")
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        assert cache.load("one", "fact") is None
        cache.keep("one", cache.make_stamp("fact"), b"other")
    assert bytes(cache.load("one", "fact") or b"") == b"payload"


def test_reading_answers_unpacks_only_the_components_of_their_verdict(tmp_path: Path) -> None:
    unpacked: list[object] = []
    spied = CATALOG._replace(components=_Spy(pack(CATALOG.components), unpacked))
    answers = read_answers(Path("examples/orders-api.yaml").read_bytes(), "orders-api.yaml", spied)
    session = apply_answers(start(spied, compiled=COMPILED), answers, folder=str(tmp_path))
    assert session.resolved
    assert set(unpacked) >= set(session.implementations.items())
    assert len(set(unpacked)) < 12 < len(CATALOG.components)


def test_the_consequences_of_the_first_questions_unpack_few_components() -> None:
    unpacked: list[object] = []
    session = start(CATALOG._replace(components=_Spy(pack(CATALOG.components), unpacked)), compiled=COMPILED)
    assert outlines(CATALOG)  # cached after the first call, which reads every component
    for _ in range(3):
        question = session.question
        assert question is not None and not question.many
        consequences = [consequence(session, question.id, option.id) for option in session.offered(question.id)]
        assert all(consequences)
        session = session.answer(question.id, session.offered(question.id)[0].id)
    assert len(set(unpacked)) < 12


class _Spy(Mapping[tuple[str, str], Component]):
    """A mapping that records the keys whose values were read."""

    def __init__(self, known: Mapping[tuple[str, str], Component], seen: list[object]) -> None:
        self.known, self.seen = known, seen

    def __getitem__(self, key: tuple[str, str]) -> Component:
        self.seen.append(key)
        return self.known[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)
