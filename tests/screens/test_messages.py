"""The message line: each message fits the smallest terminal with gaps of typical length, and key names are correct."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

import wizard.screens as face
from tests.screens.drive import wizard
from tests.screens.stand_ins import services
from tests.screens.test_written import case
from tests.shipped import CATALOG
from wizard.catalog.model import Catalog
from wizard.decision.model import Question
from wizard.faces.drawing import drawing
from wizard.faces.review import Review
from wizard.screens.page import digits, room_for
from wizard.screens.pages.bundle import BundleView
from wizard.screens.pages.question import QuestionView
from wizard.screens.text import plain_text
from wizard.session import saved
from wizard.session.saved import SessionKey, claim, key_for
from wizard.session.session import start
from wizard.texts import wording

MOST = 58
GAP = 10
"""Typical width of a gap in cells: a field name, a key or a count."""
_NAMES = {"message", "_message", "_note", "said"}
_FUNCTIONS = {"_refused", "_kept", "apart", "take", "_claim", "_cannot", "quick_text", "_bundle_here"}


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression can evaluate to, with stars in their gaps."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" * GAP for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in _texts(value))


def messages(source: str) -> Iterator[str]:
    """Yield the texts that a module shows in the message line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "message":
            yield from _texts(node.value)
        elif isinstance(node, ast.Assign):
            names = {getattr(target, "attr", getattr(target, "id", "")) for target in node.targets}
            yield from _texts(node.value) if names & _NAMES else ()
        elif isinstance(node, ast.FunctionDef) and node.name in _FUNCTIONS:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from _texts(inner.value)
                elif isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") == "append":
                    yield from _texts(inner.args[0])


def all_messages() -> list[str]:
    folder = Path(face.__file__).parent
    files = [*folder.rglob("*.py"), Path(saved.__file__), Path(wording.__file__), folder.parent / "cli" / "faces.py"]
    return [text for file in files for text in messages(file.read_text("utf-8"))]


def test_every_fixed_message_fits_the_smallest_terminal() -> None:
    found = all_messages()
    assert len(found) > 25, "they are found"
    assert any("it came before this screen" in text for text in found)
    lost = [text for text in found if "uitting loses " in text]
    assert len(lost) == 2, "where answers are not saved, a message says what quitting does"
    assert [text for text in found if len(text) > MOST] == []


def unreadable(key: SessionKey, folder: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the notes about unreadable answers: once moved aside, and once with the move refused."""
    for refused in (False, True):
        with claim(key, folder) as lease:
            lease.save("nonsense\n")
        with claim(key, folder) as lease, monkeypatch.context() as patch:
            if refused:
                patch.setattr("os.rename", Mock(side_effect=PermissionError))
            yield lease.set_aside()


@pytest.mark.parametrize(("size", "most"), [((60, 20), 4), ((80, 24), 2)])
async def test_a_message_with_a_file_name_is_shown_in_full_in_a_few_lines(
    size: tuple[int, int], most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder, key = f"{tmp_path}/.local/state/podwizard", key_for(tmp_path / "orders", "decision")
    with claim(key, folder), claim(key, folder) as second:
        notes = [second.note, *unreadable(key, folder, monkeypatch)]
    assert [note.partition(" ")[0] for note in notes] == ["Saved", "Unreadable", "Saved"]
    for note in notes:
        assert "~/.local/state/podwizard" in note
        async with wizard(start(CATALOG), services=services(note=note), size=size) as person:
            *_, keys = rows = person.screen.splitlines()
            begin = next(at for at, row in enumerate(rows) if row.strip() and note.startswith(row.strip()))
            assert " ".join(row.strip() for row in rows[begin:-1]) == note
            assert len(rows[begin:-1]) <= most
            assert "choose" in keys or "answer" in keys
            assert any("4  It ends each time" in row for row in rows), "no option is hidden"
            assert note.split()[-1] not in await person.press("down")


async def test_a_message_from_background_work_is_shown_in_full(catalog: Catalog) -> None:
    message = "Answers cannot be saved, quitting loses them: /srv/home/somebody/state/podwizard is not yours alone."
    async with wizard(start(catalog), services=services(save=lambda _session: message), size=(60, 20)) as person:
        assert message in " ".join((await person.press("1")).split())


def test_an_overlong_message_is_found() -> None:
    source = "view = replace(x, message=f'{x.name} is something that nobody can read to its end here' if x else '')"
    assert any(len(text) > MOST for text in messages(source))


# --- keys --------------------------------------------------------------------------------------------


def test_the_key_line_shows_the_digits_that_work() -> None:
    assert [digits(1), digits(3), digits(12), digits(3, first=0)] == ["1", "1-3", "1-9", "0-3"]


@pytest.mark.parametrize("question", CATALOG.decision.questions.values(), ids=lambda question: question.id)
def test_the_key_line_of_a_question_names_the_digits_that_answer_it(question: Question) -> None:
    view = QuestionView.of(start(CATALOG), question.id)
    named = view.page(room_for(80, 24)).keys[0].name
    last = min(9, len(view.options))
    first = 0 if question.unsure is not None and not question.many else 1
    assert named == f"{first}-{last}"


# --- the foot of the bundle --------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_the_checks_and_the_pod_security_level_are_separated(size: tuple[int, int], tmp_path: Path) -> None:
    review = Review.of(case("simple-api"), services(), tmp_path / "app")
    foot = [plain_text(each) for each in BundleView(review).page(room_for(*size)).foot]
    level = next(text for text in foot if "Pod Security" in text)
    before, _, _ = level.partition("Pod Security: restricted")
    assert before.strip() == "" or before.endswith("nothing found · ")


def test_a_replica_range_with_one_refused_end_is_described_in_words() -> None:
    session = case("simple-api").answer("copies", "elastic").give("hpa.min", "x")
    assert session.resolved["hpa.min"].state == "invalid"
    assert drawing(session).replicas == "up to 10"
