"""The estimate of how many questions are still to come, and the sharing of results between sessions."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

from wizard.catalog.model import Catalog
from wizard.decision.model import Answer
from wizard.session.session import Session, start
from wizard.texts.wording import longer_text


def test_the_estimate_falls_with_each_preselected_answer_and_rises_only_for_a_reason(catalog: Catalog) -> None:
    walk = start(catalog)
    while (question := walk.question) is not None:
        for option in walk.offered(question.id):
            other = walk.answer(question.id, (option.id,) if question.many else option.id)
            rose = len(other.ahead) >= len(walk.ahead)
            assert bool(longer_text(walk, other)) or not rose, (question.id, option.id)
        usual = walk.answer(question.id, walk.preselected(question.id))
        assert usual.ahead == walk.ahead[1:]
        assert not longer_text(walk, usual)
        walk = usual


def test_the_reason_for_more_questions_names_their_topics(catalog: Catalog) -> None:
    walk = start(catalog)
    for question, answer in (("work", "server"), ("keeps", "nothing"), ("copies", "several"), ("logs", "stdout")):
        walk = walk.answer(question, answer)
    text = longer_text(walk, walk.answer("metrics", "foreign"))
    assert text == "3 more questions: changing the program, metrics formats and Kubernetes version"


def test_pressing_enter_never_adds_a_helper_or_an_operator_that_another_answer_avoids(catalog: Catalog) -> None:
    def costly(session: Session, question: str, answer: Answer) -> set[str]:
        added = session.consequence(question, answer).adds
        roles = ("init.", "sidecar.", "ambassador.", "adapter.", "operator")
        return {pattern for pattern in added if pattern.startswith(roles)}

    def visit(session: Session, turns: int) -> Iterator[tuple[str, Answer]]:
        """Yield the costly answers on the preselected path, and on paths that leave it ``turns`` times at most."""
        while (question := session.question) is not None:
            usual = session.preselected(question.id)
            answers: list[Answer] = [(o.id,) if question.many else o.id for o in session.offered(question.id)]
            if costly(session, question.id, usual) and not all(costly(session, question.id, one) for one in answers):
                yield question.id, usual
            for other in answers if turns else ():
                yield from visit(session.answer(question.id, other), turns - 1)
            session = session.answer(question.id, usual)

    # A user who wants mutual TLS and does not know if the program supports it gets the proxy that does.
    assert set(visit(start(catalog), 1)) == {("self_tls", "no")}


def test_sessions_with_the_same_answers_share_their_results(catalog: Catalog) -> None:
    one = start(catalog).answer("work", "server")
    assert one.give("app.name", "orders").evaluation is one.evaluation
    other = start(catalog, compiled=one.compiled).answer("work", "server")
    assert other.evaluation is one.evaluation and other.asked == one.asked
    assert start(catalog).answer("work", "server").evaluation is not one.evaluation, "of another compiled table"


def test_results_for_answers_are_not_saved_for_the_next_start(catalog: Catalog) -> None:
    first = start(catalog)
    assert first.answer("work", "server").question is not None
    again = pickle.loads(pickle.dumps(first.compiled))
    assert "_latest" in vars(first.compiled) and "_latest" not in vars(again)
    assert start(catalog, compiled=again).answer("work", "server").question is not None
