"""Equality of the written bytes for the same answers, in every face and in any order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.journeys import CASES, session_of
from tests.three_faces import by_lines, by_screens
from tests.written import assert_same_bytes
from wizard.catalog.model import Catalog
from wizard.catalog.shipped import shipped_catalog
from wizard.catalog.values import format_value
from wizard.cli.main import run
from wizard.decision.model import Answer, Question
from wizard.errors import WizardError
from wizard.session.samples import with_samples
from wizard.session.session import Session, start

pytestmark = pytest.mark.usefixtures("afresh")
SAME = ("simple-api", "web-app-with-file-logs", "nightly-backup", "postgres")


def answered(catalog: Catalog, name: str) -> Session:
    """Return a session with the case's answers and without details."""
    return session_of(catalog, name)._replace(given={})


def headless(session: Session, folder: Path) -> None:
    words = [f"--set={question}={_set(answer)}" for question, answer in session.answers.items()]
    for key, value in with_samples(session).given.items():
        words.append(f"--set={key}={format_value(session.parameter(key), value)}")  # type: ignore[arg-type]
    assert run(["new", str(folder), *words, "--no-input"]) == 0


def _set(answer: Answer) -> str:
    return answer if isinstance(answer, str) else ",".join(answer) or "none"


@pytest.mark.parametrize("name", SAME)
async def test_the_three_faces_write_the_same_bytes(name: str, catalog: Catalog, tmp_path: Path) -> None:
    session, begun = answered(catalog, name), start(catalog)
    headless(session, tmp_path / "headless")
    by_lines(begun, session, tmp_path / "plain")
    await by_screens(begun, session, tmp_path / "screens")
    assert_same_bytes(tmp_path / "headless", tmp_path / "plain", tmp_path / "screens")


# --- order and edits --------------------------------------------------------------------------------


def _text(session: Session) -> object:
    try:
        return with_samples(session).bundle.digest
    except WizardError as error:
        return str(error)


def _together(question: Question, ticked: list[str]) -> tuple[str, ...]:
    """Return the ticked options without those that an earlier one excludes."""
    apart = {option.id: set(option.not_with) for option in question.options}
    found: list[str] = []
    for one in ticked:
        if not any(one in apart[other] or other in apart[one] for other in found):
            found.append(one)
    return tuple(found)


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate, Phase.shrink],  # explaining a failure traces every line of the engine
)
@given(data=st.data())
def test_the_bundle_depends_neither_on_the_order_of_answers_nor_on_edits(data: st.DataObject) -> None:
    catalog = shipped_catalog()  # Hypothesis would print a fixture with each failure
    questions = catalog.decision.questions
    session = start(catalog)
    for _ in range(data.draw(st.integers(4, 40), label="steps")):
        question = questions[data.draw(st.sampled_from(sorted(questions)), label="question")]
        ids = [option.id for option in question.options]
        answer: Answer = (
            _together(question, data.draw(st.lists(st.sampled_from(ids), unique=True), label="ticked"))
            if question.many
            else data.draw(st.sampled_from(ids), label="option")
        )
        session = session.answer(question.id, answer)
    while (asked := session.question) is not None:
        session = session.answer(
            asked.id, () if asked.many else data.draw(st.sampled_from([o.id for o in asked.options]))
        )
    fresh = start(catalog)
    for question_id in session.asked:
        fresh = fresh.answer(question_id, session.answers[question_id])
    assert fresh.verdict == session.verdict
    assert fresh.answers_text == session.answers_text
    assert _text(fresh) == _text(session)


@pytest.mark.parametrize("name", CASES)
def test_answers_set_aside_are_restored(name: str, catalog: Catalog) -> None:
    complete = session_of(catalog, name)
    before = complete.bundle.digest
    for other in catalog.decision.questions["work"].options:
        there_and_back = complete.answer("work", other.id).answer("work", complete.answers["work"])
        assert there_and_back.bundle.digest == before
