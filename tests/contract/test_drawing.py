"""The drawing of complete answers is what the bundle has, and it takes no render."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.contract.bundles import Rendered, bundles
from tests.shipped import CATALOG
from wizard.faces.drawing import Drawing, drawing, pod_line
from wizard.session.covering import covering_sessions
from wizard.session.session import start
from wizard.texts.wording import fields_set


def differences(drawn: Drawing, bundle: Rendered) -> Iterator[str]:
    """Everything in which the drawing is not the rendered bundle."""
    pod = bundle.session.bundle.pod
    if drawn.operated != (pod is None):
        yield "an operator makes the pods, or it does not"
    if pod is None:
        return
    wanted = [(one.name, one.role) for one in pod.containers]
    if (found := [(one.name, one.role) for one in drawn.containers]) != wanted:
        yield f"containers {found}, in the bundle {wanted}"
    beside = {one.pattern: [(c.name, c.role) for c in one.containers] for one in drawn.objects if one.containers}
    pods = {one.component: [(c.name, c.role) for c in one.containers] for one in bundle.session.bundle.beside}
    if beside != pods:
        yield f"pods beside it {beside}, in the bundle {pods}"
    if drawn.replicas != pod.replicas:
        yield f"replicas {drawn.replicas!r}, in the bundle {pod.replicas!r}"
    if drawn.workload != (bundle.session.verdict.base if bundle.session.verdict else ""):
        yield f"workload {drawn.workload}"


@pytest.mark.parametrize("bundle", bundles(), ids=lambda bundle: bundle.name)
def test_the_drawing_of_complete_answers_is_the_bundle(bundle: Rendered) -> None:
    assert not list(differences(drawing(bundle.session), bundle))


def test_a_drawing_without_one_container_is_found() -> None:
    for bundle in bundles():
        drawn = drawing(bundle.session)
        if drawn.containers:
            assert list(differences(drawn._replace(containers=drawn.containers[:-1]), bundle))
            assert list(differences(drawn._replace(replicas="4711"), bundle))


def test_a_pod_beside_the_workload_without_one_container_is_found() -> None:
    found = 0
    for bundle in bundles():
        drawn = drawing(bundle.session)
        if any(one.containers for one in drawn.objects):
            objects = tuple(one._replace(containers=one.containers[1:]) for one in drawn.objects)
            found += 1
            assert list(differences(drawn._replace(objects=objects), bundle))
    assert found > 1


def test_a_line_tells_the_helpers_of_a_pod_beside_the_workload() -> None:
    session = start(CATALOG)
    for question, answer in (("work", "server"), ("keeps", "nothing"), ("copies", "several"), ("needs", ("migrate",))):
        session = session.answer(question, answer)
    assert pod_line(CATALOG, drawing(session)).endswith("; beside it: migration Job, disruption budget")
    session = session.answer("needs", ("migrate", "wait"))
    assert "beside it: migration Job [wait (init) -> migrate]" in pod_line(CATALOG, drawing(session))


def test_the_drawing_only_grows_while_answering_and_ends_as_the_bundle() -> None:
    for _, complete in covering_sessions(CATALOG):
        session = start(CATALOG)
        drawn: set[str] = set()
        for question in complete.asked:
            session = session.answer(question, complete.answers[question])
            now = {one.pattern for one in drawing(session).containers if one.role != "app"}
            assert drawn <= now
            drawn = now
        assert session.verdict == complete.verdict


def test_an_option_shows_what_it_makes_certain() -> None:
    session = start(CATALOG).answer("work", "server").answer("keeps", "nothing").answer("copies", "one")
    drawn = drawing(session, "two_harm", "yes")
    assert drawn.workload == "StatefulSet"
    assert drawn.containers[-1].new
    assert not drawing(session).workload
    assert {"Deployment", "StatefulSet"} <= set(drawing(session).possible)


def leaves(data: object, key: str) -> Iterator[object]:
    """Every value of a key in an object."""
    if isinstance(data, dict):
        yield from (value for name, value in data.items() if name == key)
        yield from (found for value in data.values() for found in leaves(value, key))
    elif isinstance(data, list):
        yield from (found for value in data for found in leaves(value, key))


def test_each_field_that_a_consequence_names_is_in_the_bundle() -> None:
    named = 0
    for name, complete in covering_sessions(CATALOG):
        bundle = next((one for one in bundles() if one.name == name and one.workload is not None), None)
        session = start(CATALOG)
        for question in complete.asked if bundle is not None else ():
            answer = complete.answers[question]
            for said in fields_set(CATALOG, session.consequence(question, answer)):
                field, _, value = said.partition(": ")
                assert bundle is not None
                assert value in map(str, leaves(bundle.workload, field)), (name, said)
                named += 1
            session = session.answer(question, answer)
    assert named > 20


def test_a_line_tells_the_pod_in_the_order_of_its_start() -> None:
    session = start(CATALOG).answer("work", "node_agent").answer("logs", "files_only")
    assert pod_line(CATALOG, drawing(session)) == "DaemonSet: log-agent (sidecar) -> your program"


def test_a_drawing_needs_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    session = start(CATALOG).answer("work", "node_agent")
    assert drawing(session, "logs", "files_only").workload == "DaemonSet"
