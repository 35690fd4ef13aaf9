"""The consequence of an answer: every line must be true of the bundle after choosing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.contract.bundles import Rendered, bundles, for_each, rendered
from tests.journeys import CASES, answered, session_of
from tests.screens.test_journey import WEB
from tests.shipped import CATALOG
from wizard.faces.consequence import ConsequenceLine, Cost, change, consequence, cost
from wizard.faces.drawing import APP, drawing
from wizard.render.loads import Load, effective
from wizard.session.samples import with_samples
from wizard.session.session import Session, start


def leaves(data: object, key: str) -> Iterator[object]:
    """Yield every value of a key at any depth of an object."""
    if isinstance(data, dict):
        yield from (value for name, value in data.items() if name == key)
        yield from (found for value in data.values() for found in leaves(value, key))
    elif isinstance(data, list):
        yield from (found for value in data for found in leaves(value, key))


def untrue(one: ConsequenceLine, bundle: Rendered) -> bool:
    """Return True if a line is not true of a bundle."""
    containers = {each["name"] for each in bundle.containers}
    kinds = {each["kind"] for each in bundle.objects}
    volumes = {str(each) for data in bundle.objects for each in leaves(data.get("spec"), "name")}
    if one.sign == "set" and one.field:
        for field, _, value in (each.partition(": ") for each in one.field.split(", ")):
            values = (each for data in bundle.objects for each in leaves(data, field))
            if value not in {str(each).lower() if isinstance(each, bool) else str(each) for each in values}:
                return True
        return False
    there = containers | kinds | volumes
    if one.sign == "added":
        return not set(one.names) <= there
    if one.sign == "removed":
        return bool(set(one.names) & (containers | kinds))
    return False


def given_before(session: Session, question: str) -> Session:
    """Return the session as it was before the question was asked."""
    asked = session.asked[: session.asked.index(question)]
    return session._replace(answers={each: session.answers[each] for each in asked}, given={}, assumed=frozenset())


@cache
def sampled() -> tuple[Rendered, ...]:
    return tuple(one for one in bundles() if one.name.startswith("cover"))[::6]


@for_each(sampled)
def test_each_consequence_is_true_of_the_bundle_after_choosing(bundle: Rendered) -> None:
    session = bundle.session
    plain = rendered(bundle.name, with_samples(session._replace(given={})))
    for question in session.asked:
        before = given_before(session, question)
        lines = consequence(before, question, session.answers[question])
        assert [one for one in lines if untrue(one, plain)] == []
        assert [one.sign for one in lines].count("next") == 1


def test_an_untrue_line_is_detected() -> None:
    bundle = next(one for one in sampled() if one.has_workload)
    name, kind = bundle.containers[0]["name"], bundle.objects[0]["kind"]
    assert untrue(ConsequenceLine("added", "sidecar x", "", ("no-such-container",)), bundle)
    assert untrue(ConsequenceLine("removed", f"sidecar {name}", "", (name,)), bundle)
    assert untrue(ConsequenceLine("removed", kind, "", (kind,)), bundle)
    assert untrue(ConsequenceLine("set", "x", "concurrencyPolicy: Sometimes"), bundle)
    assert untrue(ConsequenceLine("set", "x", f"kind: {kind}, concurrencyPolicy: Sometimes"), bundle)


def test_a_changed_answer_lists_as_removed_only_what_it_removes() -> None:
    found = 0
    for bundle in sampled()[:6]:
        session = with_samples(bundle.session._replace(given={}))
        was = rendered("", session)
        for question in session.asked[-4:]:
            for option in CATALOG.decision.questions[question].options:
                answer = (option.id,) if CATALOG.decision.questions[question].many else option.id
                after = session.answer(question, answer)
                removed = [one for one in consequence(session, question, answer) if one.sign == "removed" and one.names]
                assert all(not untrue(one._replace(sign="added"), was) for one in removed)
                if not removed or after.verdict is None or after.blocked:
                    continue
                now = rendered("", with_samples(after))
                assert [one for one in removed if untrue(one, now)] == []
                found += 1
    assert found > 3


def test_the_costs_of_all_answers_add_up_to_the_pods_requests() -> None:
    for bundle in sampled()[::2]:
        session = with_samples(bundle.session._replace(given={}))
        pod = session.bundle.pod
        if pod is None:
            continue
        steps = [cost(given_before(session, one), one, session.answers[one]) for one in session.asked]
        program = next(one for one in drawing(session).containers if one.role == APP)
        alone = effective([Load(program.cpu_millis, program.memory_bytes, False, False)])
        assert sum(one.cpu_millis for one in steps if one) + alone[0] == pod.cpu_millis
        assert sum(one.memory_bytes for one in steps if one) + alone[1] == pod.memory_bytes


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Cost(20, 48 << 20, "3"), "+20m CPU and +48 MiB per pod; in all 3 pods +60m CPU and +144 MiB"),
        (Cost(-20, 48 << 20, ""), "-20m CPU and +48 MiB per pod"),
        (Cost(0, 48 << 20, "1"), "+48 MiB per pod"),
        (Cost(20, 0, "2-10"), "+20m CPU per pod, 2-10 pods"),
        (Cost(20, 0, "one per node"), "+20m CPU per pod, one per node"),
    ],
)
def test_a_cost_is_described_in_one_line(found: Cost, expected: str) -> None:
    assert found.text == expected


def lines_of(session: Session, question: str, answer: Any) -> list[tuple[str, str, str]]:
    return [one[:3] for one in consequence(session, question, answer)]


def test_a_field_is_shown_next_to_the_plain_words() -> None:
    session = start(CATALOG).answer("work", "schedule").answer("parts", "one").answer("twice_ok", "yes")
    assert ("set", "concurrencyPolicy: Forbid") in [
        (one.sign, one.field) for one in consequence(session, "overlap", "skip")
    ]


def test_a_setting_is_described_by_its_rule_and_repeats_no_question() -> None:
    session = start(CATALOG).answer("work", "schedule")
    assert (
        "set",
        "The work is one piece, so one success ends it",
        "completionMode: NonIndexed, completions: 1",
    ) in lines_of(session, "parts", "one")
    for question in ("parts", "twice_ok", "overlap", "late"):
        for option in session.offered(question):
            lines = [one.say for one in consequence(session, question, option.id)]
            assert not [each for each in lines if "?" in each]
        session = session.answer(question, session.offered(question)[0].id)


def test_an_answer_that_adds_nothing_shows_only_the_next_step() -> None:
    session = start(CATALOG).answer("work", "node_agent")
    lines = lines_of(session, "logs", "stdout")
    assert lines[-1][0] == "next"
    assert not any("nothing" in text for _, text, _ in lines)


def test_the_last_answer_leads_to_the_verdict() -> None:
    session = sampled()[0].session
    last = session.asked[-1]
    assert consequence(given_before(session, last), last, session.answers[last])[-1].say == "the verdict"


def test_the_costs_of_a_change_and_of_its_reverse_are_opposite() -> None:
    made = answered(CATALOG, {**WEB, "cluster": ()}).forget("logs")
    more = cost(made, "logs", "files_only", "stdout")
    less = cost(made, "logs", "stdout", "files_only")
    assert more is not None and less is not None
    assert (more.cpu_millis, more.memory_bytes) == (-less.cpu_millis, -less.memory_bytes)
    assert more.cpu_millis > 0
    goes = [each.say for each in change(made, "logs", "stdout", "files_only") if each.sign == "removed"]
    comes = [each.say for each in change(made, "logs", "files_only", "stdout") if each.sign == "added"]
    assert set(goes) <= set(comes) and any("sidecar" in each for each in goes)


def test_an_unrelated_answer_makes_the_workloads_own_objects_certain_but_does_not_add_them() -> None:
    session = answered(CATALOG, WEB).forget("habits")
    lines = consequence(session, "habits", ())
    assert ("set", "now certain: Service") in [(one.sign, one.say) for one in lines]
    added = [name for one in consequence(session, "habits", ("api",)) if one.sign == "added" for name in one.names]
    assert "Role" in added and "Service" not in added


def test_a_service_that_becomes_certain_beside_another_one_is_called_the_second() -> None:
    session = answered(CATALOG, {**WEB, "keeps": "own_disk", "operate": "plain"}).forget("habits")
    lines = consequence(session, "habits", ())
    assert ("set", "now certain: a second Service") in [(one.sign, one.say) for one in lines]


def test_an_operators_objects_are_by_default_until_its_product_is_chosen() -> None:
    session = answered(CATALOG, CASES["postgres"][0]).forget("copies")
    shown = [one.say for one in consequence(session, "copies", "several")]
    assert "by default: Namespace, NetworkPolicy, Cluster, ObjectStore and ScheduledBackup" in shown
    chosen = consequence(session.give("app.implementation", "rabbitmq"), "copies", "several")
    assert "by default" not in " ".join(one.say for one in chosen)


def test_the_token_of_a_program_that_calls_the_api_is_called_a_volume() -> None:
    session = answered(CATALOG, {**WEB, "logs": "stdout"}).forget("habits")
    lines = [one.say for one in consequence(session, "habits", ("api",))]
    assert "projected volume at /var/run/secrets/kubernetes.io/serviceaccount" in lines


def test_an_unknown_second_program_is_the_users_own() -> None:
    asked = start(CATALOG).answer("work", "server").answer("keeps", "nothing").answer("copies", "several")
    asked = asked.answer("logs", "stdout").answer("metrics", "none")
    session = asked.answer("needs", ("helper",)).answer("cluster", ("collector",))
    unknown = session.unsure("beside")
    assert unknown.answers["beside"] == () and "beside" in unknown.assumed
    assert "sidecar helper" in [one.say for one in consequence(session, "beside", ())]
    assert unknown.assume_missing().implementations["sidecar.helper"] == "own-helper"
    named = session.answer("beside", ("other",))
    assert named.assume_missing().implementations["sidecar.helper"] == "git-sync"


@pytest.mark.parametrize("work", ["task", "schedule", "node_agent"])
def test_a_second_program_that_is_never_asked_for_is_the_users_own(work: str) -> None:
    session = start(CATALOG).answer("work", work).answer("needs", ("helper",)).assume_missing()
    assert "beside" not in session.answers
    assert session.implementations["sidecar.helper"] == "own-helper"


def test_a_helper_whose_program_is_open_is_called_by_its_pattern() -> None:
    asked = start(CATALOG).answer("work", "server").answer("keeps", "nothing").answer("copies", "several")
    asked = asked.answer("logs", "stdout").answer("metrics", "none").answer("needs", ("mtls", "helper"))
    lines = consequence(asked.answer("cluster", ("collector",)), "self_tls", "yes")
    assert ("added", "helper sidecar") in [(one.sign, one.say) for one in lines]


def test_an_answer_lists_the_questions_that_are_then_skipped() -> None:
    before = start(CATALOG)
    for question_id in ("work", "keeps", "copies", "logs"):
        before = before.answer(question_id, WEB[question_id])
    lines = [each.say for each in consequence(before, "metrics", "native")]
    assert "skips 2 questions: changing the program and metrics formats" in lines


def test_a_volume_that_is_shared_with_a_helper_is_told_with_the_helpers_role() -> None:
    made = given_before(session_of(CATALOG, "ordered-start"), "secrets")
    says = [each.say for each in consequence(made, "secrets", "renewed")]
    assert "emptyDir at /vault/secrets, shared with the sidecar secrets" in says
