"""How many questions are still to come, as one estimate."""

from __future__ import annotations

from wizard.catalog.model import Catalog
from wizard.session.session import start
from wizard.texts.wording import longer_text


def test_the_estimate_falls_with_each_preselected_answer_and_rises_only_with_a_reason(catalog: Catalog) -> None:
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


def test_the_reason_of_more_questions_names_their_topics(catalog: Catalog) -> None:
    walk = start(catalog)
    for question, answer in (("work", "server"), ("keeps", "nothing"), ("copies", "several"), ("logs", "stdout")):
        walk = walk.answer(question, answer)
    said = longer_text(walk, walk.answer("metrics", "foreign"))
    assert said == "this answer brings 1 more question: changing the program"
