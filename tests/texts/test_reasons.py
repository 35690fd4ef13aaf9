"""The reasons of a verdict: they agree with the answers' list, and each result of a change has its own name."""

from __future__ import annotations

from random import Random

import pytest

from tests.journeys import CASES, SERVER, answered, session_of
from tests.shipped import CATALOG
from wizard.faces.answers import answer_groups
from wizard.session.session import Session, start
from wizard.texts.reasons import flip_reason, flip_reasons, why_not_reasons, why_reasons


def random_session(seed: int) -> Session:
    """Return a complete session with random answers."""
    random, session = Random(seed), start(CATALOG)
    while (question := session.question) is not None:
        options = [option.id for option in session.offered(question.id)]
        ticked = tuple(option for option in options if random.random() < 0.25)
        many = () if question.clash(ticked) else ticked
        session = session.answer(question.id, many if question.many else random.choice(options))
    return session


def in_play(session: Session) -> set[str]:
    return {component.folder for component in session.components}


SESSIONS = [session_of(CATALOG, case) for case in CASES] + [random_session(seed) for seed in range(20)]
ADAPTED = {**SERVER, "metrics": "foreign", "source": "no"}


@pytest.mark.parametrize("forms", [(), ("json",), ("statsd",), ("json", "statsd")])
def test_no_line_is_against_a_pattern_that_gives_a_component_in_play(forms: tuple[str, ...]) -> None:
    made = answered(CATALOG, {**ADAPTED, "forms": forms})
    for item in made.why_not:
        allowed = item.rule.implementations
        rows = made.pattern(item.pattern).implementations
        assert not in_play(made) & {folder for name, folder in rows if not allowed or name in allowed}, item.pattern


def test_a_change_that_exchanges_a_pattern_for_one_with_the_same_component_is_no_change() -> None:
    for forms, other in (((), ("json",)), (("json",), ())):
        made = answered(CATALOG, {**ADAPTED, "forms": forms})
        assert other not in [flip.after for flip in made.flips if flip.question == "forms"]
    statsd = answered(CATALOG, {**ADAPTED, "forms": ("statsd",)})
    formats = [flip.after for flip in statsd.flips if flip.question == "forms"]
    assert () in formats, "the adapter for JSON is the default without a tick"


@pytest.mark.parametrize("number", range(len(SESSIONS)))
def test_each_answer_decides_what_the_reasons_name_because_of_it(number: int) -> None:
    made = SESSIONS[number]
    decides = {entry.line.question.id: entry.decides for group in answer_groups(made) for entry in group.entries}
    reasons = why_reasons(made)
    for reason in reasons:
        for question in reason.questions:
            assert {*(reason.field.split(", ") if reason.field else [reason.about])} <= {*decides[question]}
    assert decides["work"][0] == reasons[0].about, "the kind of work is a reason for every workload"
    named = {(question, name) for reason in reasons for question in reason.questions for name in reason.names}
    assert named == {(question, name) for question, names in decides.items() for name in names}


def test_an_answer_that_only_chooses_between_two_rules_of_a_pattern_does_not_decide_it() -> None:
    assert why_reasons(session_of(CATALOG, "node-metrics"))[0].questions == ("work",)


def test_the_question_that_opened_a_deciding_one_decides_too() -> None:
    redis = {reason.pattern: reason.questions for reason in why_reasons(session_of(CATALOG, "redis-cluster-client"))}
    assert redis["ambassador.redis"] == ("needs", "outbound", "client")
    assert why_reasons(session_of(CATALOG, "postgres"))[0].questions == ("work", "keeps", "operate", "operator")


def test_a_change_of_a_tick_says_what_to_tick_and_any_other_names_the_topic() -> None:
    texts = [reason.text for reason in flip_reasons(session_of(CATALOG, "simple-api"))]
    assert any(text.startswith('if you tick "Files (not software)') for text in texts)
    assert any(text.startswith('if you untick "It collects') for text in texts)
    assert any(text.startswith('if metrics: "It has none') for text in texts)


@pytest.mark.parametrize("number", range(len(SESSIONS)))
def test_changes_with_different_settings_or_warnings_have_different_names(number: int) -> None:
    made, found = SESSIONS[number], dict[str, set[object]]()
    for flip in made.flips:
        if flip.certain and flip.verdict and not (flip.adds or flip.drops) and not made.blocked:
            changed = {*flip.verdict.warn} ^ {*(made.verdict.warn if made.verdict else ())}
            found.setdefault(flip_reason(made, flip).about, set()).add((flip.verdict.settings, *sorted(changed)))
    assert not [name for name, results in found.items() if len(results) > 1]
    assert not [name for name in found if name.startswith(("one more", "one note", "one warning", "other"))]


def test_reasons_against_other_patterns_remain_for_every_verdict() -> None:
    assert all(why_not_reasons(made) and flip_reasons(made) for made in SESSIONS)
