"""Effects of rules in a session: allowed implementations, defaults, decided parameters, several proxies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import proxies
from tests.shipped import all_options
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Catalog
from wizard.decision.model import Answer
from wizard.errors import UsageError
from wizard.session.covering import covering_sessions, rehearse
from wizard.session.samples import with_samples
from wizard.session.session import Session, start


@pytest.fixture
def small(tmp_path: Path) -> Catalog:
    return load_catalog(proxies.write(tmp_path / "own"))


STORE = "ambassador.store.implementation"


def answered(catalog: Catalog, *outbound: str, **answers: Answer) -> Session:
    session = start(catalog)
    for question_id, answer in {"outbound": outbound, "pool": "no", "size": "small", **answers}.items():
        session = session.answer(question_id, answer)
    return session


def offered(session: Session) -> list[tuple[str, ...]]:
    """Return the options of each choice between implementations in the form."""
    return [tuple(option for option, _ in f.parameter.options) for f in session.fields if f.parameter.leads]


def test_the_form_offers_only_what_the_answers_allow(small: Catalog) -> None:
    ring = answered(small, "cluster")
    assert (ring.implementations["ambassador.store"], offered(ring)) == ("ring", [("ring", "both")])
    assert ring.give(STORE, "both").implementations["ambassador.store"] == "both"
    watch = answered(small, "sentinel")
    assert (watch.implementations["ambassador.store"], offered(watch)) == ("watch", [])


def test_an_implementation_that_is_not_allowed_is_refused_with_the_reason_and_the_alternatives(small: Catalog) -> None:
    (refused,) = answered(small, "cluster").give(STORE, "watch").refusals
    assert refused.message == "cannot be watch with these answers. It is a cluster."
    assert refused.hint == "one of: ring, both"
    assert refused in answered(small, "cluster").give(STORE, "watch").problems
    (refused,) = answered(small, "sentinel").give(STORE, "ring").refusals
    assert (refused.message, refused.hint) == (
        "cannot be ring with these answers. Sentinels choose.",
        "remove it: the answers select watch",
    )
    assert answered(small, "sentinel").give(STORE, "watch").refusals == ()


def test_a_choice_that_the_answers_decide_is_not_in_the_answers_file(small: Catalog) -> None:
    assert "implementation" in with_samples(answered(small, "cluster")).answers_text
    assert "implementation" not in with_samples(answered(small, "sentinel")).answers_text


def test_a_rule_decides_a_parameter_of_a_component(small: Catalog) -> None:
    session = answered(small, "database", pool="yes")
    field = session.resolved["ambassador.database.mode"]
    assert (field.value, field.shown) == ("statement", False)
    assert answered(small, "database").resolved["ambassador.database.mode"].value == "session"
    with pytest.raises(UsageError, match="is decided by the answers"):
        session.give("ambassador.database.mode", "session")


def test_the_user_can_change_a_default_that_a_rule_sets(small: Catalog) -> None:
    key = "ambassador.database.connections"
    assert answered(small, "database").resolved[key].value == 10
    session = answered(small, "database", size="large")
    assert (session.resolved[key].value, session.resolved[key].state) == (50, "default")
    assert session.give(key, "7").resolved[key].value == 7
    assert session.give(key, "7").reset(key).resolved[key].value == 50


def test_two_members_of_a_family_can_be_in_one_bundle(small: Catalog) -> None:
    session = with_samples(answered(small, "cluster", "database", size="large"))
    text = next(file.text for file in session.bundle.files if file.path.endswith("deployment.yaml"))
    assert "- name: ring" in text and "- name: database" in text
    assert '- "50"' in text and "- beside" in text, "the glob matches the other member"
    alone = with_samples(answered(small, "database"))
    assert not any("- beside" in file.text for file in alone.bundle.files)


def test_the_covering_sessions_contain_exactly_the_allowed_implementations(small: Catalog) -> None:
    sessions = [session for _, session in covering_sessions(small)]
    shown = {session.implementations.get("ambassador.store") for session in sessions}
    assert shown - {None} == {"ring", "watch", "both"}
    assert all(session.refusals == () for session in sessions)
    assert {"ring", "both"} <= {session.implementations.get("ambassador.store") for _, session in all_options(small)}


def test_every_bundle_of_the_proxies_renders(small: Catalog) -> None:
    found = rehearse(small)
    assert found.faults == ()
    assert found.complete


def test_options_that_exclude_each_other_are_not_a_valid_answer(small: Catalog) -> None:
    with pytest.raises(UsageError) as raised:
        start(small).answer("outbound", ("sentinel", "cluster"))
    assert (
        raised.value.message == "outbound: 'A store that is a cluster' and 'A store with sentinels' exclude each other"
    )
    assert raised.value.hint == "give one of cluster and sentinel"


def test_open_questions_are_assumed_only_if_they_have_a_safe_answer(small: Catalog) -> None:
    session = start(small).answer("size", "small").assume_missing()
    assert session.answers["outbound"] == ()
    assert session.assumed == {"outbound"}
    assert session.verdict is not None
    stuck = start(small).assume_missing()
    assert stuck.question is not None and stuck.question.id == "size"
