"""The drawing of complete answers: it matches the bundle and needs no rendering."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.contract.bundles import Rendered, bundles, for_each
from tests.contract.test_cases import WEB
from tests.contract.test_cases import session as of_case
from tests.journeys import answered
from tests.shipped import CATALOG, all_options, covered
from wizard.catalog.cache import OFF
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Image
from wizard.decision.model import Answer, Answers
from wizard.faces.drawing import Around, Drawing, DrawnContainer, DrawnMount, DrawnPort, drawing, pod_line
from wizard.kube.images import image_called
from wizard.render.drawn import DrawnSetting
from wizard.render.loads import millicores, whole_bytes
from wizard.render.outline.model import For, If, Let, Unread
from wizard.render.service import outlines
from wizard.render.templates.environment import templates_of
from wizard.session.session import Session, start


def differences(drawn: Drawing, bundle: Rendered) -> Iterator[str]:
    """Yield every difference between the drawing and the rendered bundle."""
    pod = bundle.session.bundle.pod
    if drawn.operated != (pod is None):
        yield "an operator makes the pods, or it does not"
    yield from _around(drawn, bundle)
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
    spec = (bundle.workload or {})["spec"]
    fields = tuple(DrawnSetting(field, spec[field]) for field in ("schedule", "concurrencyPolicy") if field in spec)
    if drawn.settings != fields:
        yield f"fields {drawn.settings}, in the bundle {fields}"
    claims = spec.get("volumeClaimTemplates", ())
    images = bundle.session.catalog.images.values()
    yield from _inside(drawn.containers, bundle.template["spec"], claims, images)
    for one in drawn.objects:
        if one.containers:
            job = next(job for job in bundle.of("Job") if job is not bundle.workload)
            yield from _inside(one.containers, job["spec"]["template"]["spec"], (), images)


def _around(drawn: Drawing, bundle: Rendered) -> Iterator[str]:
    """Yield the objects that the drawing lacks and those that only it has."""
    workload = bundle.workload if bundle.has_workload else None
    wanted = [(one["kind"], one["metadata"]["name"]) for one in bundle.objects if one is not workload]
    for one in drawn.around:
        match = next((each for each in wanted if each[0] == one.kind and fnmatchcase(each[1], one.name)), None)
        if match is None:
            yield f"{one.kind} {one.name} is not in the bundle"
        else:
            wanted.remove(match)
    yield from (f"{kind} {name} is not drawn" for kind, name in wanted)


NAMED = (("configMap", "name"), ("secret", "secretName"), ("persistentVolumeClaim", "claimName"))
KINDS = {"configMap": "ConfigMap", "secret": "Secret", "ephemeral": "claim", "persistentVolumeClaim": "claim"}


def _inside(
    drawn: tuple[DrawnContainer, ...], spec: dict[str, Any], claims: Iterable[dict[str, Any]], images: Iterable[Image]
) -> Iterator[str]:
    """Yield the differences between drawn containers and a pod: mounts, ports, images, requests and order."""
    volumes = spec.get("volumes", ())
    kinds = {one["name"]: next(key for key in one if key != "name") for one in volumes}
    kinds |= {one["metadata"]["name"]: "ephemeral" for one in claims}
    sources = {one["name"]: next((one[key].get(name) for key, name in NAMED if key in one), "") for one in volumes}
    sources |= {name: name for name, kind in kinds.items() if kind == "ephemeral"}
    titles = {one.reference(): one.called for one in images}
    for one, container in zip(drawn, (*spec.get("initContainers", ()), *spec["containers"]), strict=False):
        mounts = {(mount["mountPath"], mount["name"]) for mount in container.get("volumeMounts", ())}
        wanted = {(path, name, KINDS.get(kinds[name], kinds[name]), sources[name]) for path, name in mounts}
        if (found := {(m.path, m.volume, m.kind, m.source) for m in one.mounts}) != wanted:
            yield f"{one.name}: mounts {found ^ wanted} are in one of drawing and bundle only"
        ports = {port["containerPort"] for port in container.get("ports", ())}
        outward = [port for port in one.listens if not port.loopback]
        called = {port.port for port in outward if port.callers not in ((), ("kubelet",))}
        if not called <= ports <= {port.port for port in outward}:
            yield f"{one.name}: ports {one.listens}, in the bundle {ports}"
        image = container["image"]
        if one.image != titles.get(image, image_called(image)):
            yield f"{one.name}: image {one.image!r}, in the bundle {image}"
        requests = container["resources"]["requests"]
        if (one.cpu_millis, one.memory_bytes) != (millicores(requests["cpu"]), whole_bytes(requests["memory"])):
            yield f"{one.name}: requests {one.cpu_millis}, {one.memory_bytes}, in the bundle {requests}"
        stays = container.get("restartPolicy") == "Always"
        if one.order != ("" if one.role == "app" else "beside" if stays else "then"):
            yield f"{one.name}: {one.order!r} is not its order"


@for_each(bundles)
def test_the_drawing_of_complete_answers_matches_the_bundle(bundle: Rendered) -> None:
    assert not list(differences(drawing(bundle.session), bundle))


def test_the_drawing_of_another_catalogue_matches_its_bundle() -> None:
    catalog = load_catalog(Path(__file__).parents[2] / "examples" / "catalogue")
    sessions = list(all_options(catalog))
    for name, session in sessions:
        assert not list(differences(drawing(session), Rendered(name, session)))
    helpers = [one.name for _, session in sessions for one in drawing(session).containers if one.role == "sidecar"]
    assert helpers == ["logs"]


def of_one(drawn: Drawing, **changes: Any) -> Drawing:
    """Return the drawing with the program's container changed."""
    program = next(one for one in drawn.containers if one.role == "app")
    return drawn._replace(
        containers=tuple(one._replace(**changes) if one is program else one for one in drawn.containers)
    )


def test_a_drawing_that_differs_from_the_bundle_is_found() -> None:
    for bundle in bundles()[::7]:
        drawn = drawing(bundle.session)
        assert list(differences(drawn._replace(around=drawn.around[1:]), bundle))
        more = Around("Secret", "orders", "app")
        assert list(differences(drawn._replace(around=(*drawn.around, more)), bundle))
        if not drawn.containers:
            continue
        assert list(differences(drawn._replace(containers=drawn.containers[:-1]), bundle))
        assert list(differences(drawn._replace(replicas="4711"), bundle))
        assert list(differences(drawn._replace(settings=(DrawnSetting("schedule", "@hourly"),)), bundle))
        assert list(differences(of_one(drawn, image="Fluent Bit 1.0"), bundle))
        assert list(differences(of_one(drawn, listens=(DrawnPort(4711, "tcp", ("anywhere",)),)), bundle))
        assert list(differences(of_one(drawn, mounts=(DrawnMount("/data", "scratch", "emptyDir"),)), bundle))
        assert list(differences(of_one(drawn, order="then"), bundle))
        assert list(differences(of_one(drawn, cpu_millis=1), bundle))
        mounts = next(one.mounts for one in drawn.containers if one.role == "app")
        other = tuple(mount._replace(kind="hostPath" if mount.kind != "hostPath" else "Secret") for mount in mounts)
        assert not mounts or list(differences(of_one(drawn, mounts=other), bundle))
        called = tuple(mount._replace(source=f"{mount.volume}-other") for mount in mounts)
        assert not mounts or list(differences(of_one(drawn, mounts=called), bundle))


def test_a_pod_beside_the_workload_that_lacks_a_container_is_found() -> None:
    found = 0
    for bundle in bundles():
        drawn = drawing(bundle.session)
        if any(one.containers for one in drawn.objects):
            objects = tuple(one._replace(containers=one.containers[1:]) for one in drawn.objects)
            found += 1
            assert list(differences(drawn._replace(objects=objects), bundle))
    assert found > 1


def test_the_pod_line_shows_the_helpers_of_a_pod_beside_the_workload() -> None:
    answers: Answers = {"work": "server", "keeps": "nothing", "copies": "several", "needs": ("migrate",)}
    session = answered(CATALOG, answers)
    assert pod_line(CATALOG, drawing(session)).endswith("; beside it: migration Job, disruption budget")
    session = session.answer("needs", ("migrate", "wait"))
    assert "beside it: migration Job [wait (init) -> migrate]" in pod_line(CATALOG, drawing(session))


def test_everything_drawn_while_answering_is_in_the_bundle() -> None:
    for _, complete in covered()[::5]:
        session, drawn = start(CATALOG), set[str]()
        whole = {(one.kind, one.name) for one in drawing(start_like(complete)).around}
        for question in complete.asked:
            answer = complete.answers[question]
            seen = drawing(session, question, answer)
            session = session.answer(question, answer)
            assert not seen.removed and not seen.replaced
            assert drawing(session)._replace(around=()) == plain(seen)._replace(around=(), removed=())
            assert {(one.kind, one.name) for one in seen.around} <= whole, question
            now = {one.pattern for one in seen.containers if one.role != "app"}
            assert drawn <= now
            drawn = now
        assert session.verdict == complete.verdict


def start_like(complete: Session) -> Session:
    """Return a session with the same answers, but without the given parameters."""
    return answered(CATALOG, {question: complete.answers[question] for question in complete.asked})


def plain(drawn: Drawing) -> Drawing:
    """Return the drawing with nothing marked as new."""
    return drawn._replace(
        containers=tuple(old(one) for one in drawn.containers),
        objects=tuple(one._replace(new=False, containers=tuple(map(old, one.containers))) for one in drawn.objects),
        injected=tuple(one._replace(new=False) for one in drawn.injected),
        settings=tuple(one._replace(new=False) for one in drawn.settings),
    )


def old(one: DrawnContainer) -> DrawnContainer:
    return one._replace(
        new=False,
        listens=tuple(port._replace(new=False) for port in one.listens),
        mounts=tuple(mount._replace(new=False) for mount in one.mounts),
    )


def until(question: str, **wanted: Answer) -> Session:
    """Return a session of the covering set with the wanted answers, answered up to a question."""
    for _, complete in covered():
        if question in complete.asked and all(complete.answers.get(each) == found for each, found in wanted.items()):
            before = complete.asked[: complete.asked.index(question)]
            return answered(CATALOG, {each: complete.answers[each] for each in before})
    raise AssertionError(question)


def test_another_answer_shows_the_removed_parts() -> None:
    session = until("cluster", work="server", logs="files_only").answer("cluster", ("collector",))
    helper = next(one for one in drawing(session).containers if one.pattern == "sidecar.log-stream")
    seen = drawing(session, "cluster", ())
    agent = next(one for one in seen.containers if one.pattern == "sidecar.log-agent")
    assert seen.replaced == ((agent, helper),)
    assert not seen.removed, "the ConfigMap of the one takes the place of the other's"
    assert not drawing(session, "cluster", ("collector",)).removed


def test_a_new_folder_and_volume_are_marked() -> None:
    seen = drawing(until("cluster", work="server", logs="files_only"), "cluster", ("collector",))
    program = next(one for one in seen.containers if one.role == "app")
    assert not program.new
    assert [mount.volume for mount in program.mounts if mount.new] == ["app-logs"]
    helper = next(one for one in seen.containers if one.new)
    assert helper.image.startswith("Fluent Bit ")
    assert helper.goes_to == ("standard output",)
    assert [one.kind for one in seen.around if one.new] == ["ConfigMap"]


def test_nothing_that_depends_on_an_open_answer_is_drawn() -> None:
    session = start(CATALOG).answer("work", "server")
    assert all(mount.kind != "claim" for one in drawing(session).containers for mount in one.mounts)
    assert not drawing(session).around
    for question, answer in (("keeps", "own_disk"), ("operate", "plain")):
        session = session.answer(question, answer)
    program = drawing(session).containers[-1]
    assert [mount.kind for mount in program.mounts if mount.kind == "claim"]


def deciding(step: object) -> Iterator[object]:
    """Yield the expressions that decide which lines a template has."""
    match step:
        case If(branches):
            yield from (test for test, _ in branches)
        case For(_, each) | Let(_, each):
            yield each
    if isinstance(step, tuple):
        yield from (found for part in step for found in deciding(part))


def unread(step: object) -> Iterator[Unread]:
    """Yield the expressions in a step that cannot be evaluated."""
    if isinstance(step, Unread):
        yield step
    elif isinstance(step, tuple):
        yield from (found for part in step for found in unread(part))


def test_every_condition_of_the_templates_can_be_evaluated() -> None:
    found = {key: outline for key, outline in outlines(CATALOG).items() if list(unread(tuple(deciding(outline))))}
    assert not found
    assert list(unread(tuple(deciding((If(((Unread("Test"), ()),), ()),)))))


def test_the_drawing_of_an_option_shows_what_it_would_decide() -> None:
    session = start(CATALOG).answer("work", "server").answer("keeps", "nothing").answer("copies", "one")
    drawn = drawing(session, "two_harm", "yes")
    assert drawn.workload == "StatefulSet"
    assert drawn.containers[-1].new
    assert not drawing(session).workload
    assert {"Deployment", "StatefulSet"} <= set(drawing(session).possible)


def test_the_pod_line_shows_the_containers_in_start_order() -> None:
    session = start(CATALOG).answer("work", "node_agent").answer("logs", "files_only")
    assert pod_line(CATALOG, drawing(session)) == "DaemonSet: log-agent (sidecar) -> your program"


def test_a_program_from_the_catalogue_is_not_called_your_program() -> None:
    answers: dict[str, Answer] = {
        "work": "node_agent",
        "logs": "stdout",
        "metrics": "native",
        "needs": (),
        "habits": (),
    }
    session = answered(CATALOG, {**answers, "cluster": ()})
    agent = session.with_given({"app.implementation": "node-exporter"})
    assert pod_line(CATALOG, drawing(agent)).startswith("DaemonSet: node exporter 1.12")
    assert (
        pod_line(CATALOG, drawing(session.with_given({"app.implementation": "own-agent"}))) == "DaemonSet: your program"
    )


def calls(work: Callable[[], object]) -> int:
    """Return the number of function calls of ``work``, which is the same on every computer."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.usefixtures("afresh")
def test_a_drawing_takes_a_fraction_of_a_render(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OFF, "1")  # bytecode cached by another test would make rendering cheap
    complete = next(one for one in bundles() if one.name.endswith("-deployment")).session
    question = complete.asked[-1]
    session = complete._replace(answers={key: complete.answers[key] for key in complete.asked[:-1]}, given={})
    drawing(session, question, complete.answers[question])  # warm up what is computed only once
    first, later = complete._replace(), complete._replace()
    assert first.resolved and later.resolved
    templates_of.cache_clear()  # another test may have rendered the same bundle before
    render, warm = calls(lambda: first.bundle), calls(lambda: later.bundle)
    again = session._replace()
    drawing(again)
    mine = calls(lambda: drawing(again, question, complete.answers[question]))
    assert mine < render / 8
    assert mine < warm / 4


def test_a_drawing_does_not_need_jinja(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outlines(CATALOG)  # read in advance, when the catalogue is cached
    monkeypatch.setitem(sys.modules, "jinja2", None)
    session = start(CATALOG).answer("work", "node_agent")
    assert drawing(session, "logs", "files_only").workload == "DaemonSet"


def test_a_log_store_without_a_host_is_drawn_as_log_store() -> None:
    answers = {**WEB, "cluster": (), "logs": "files_only", "version": "v133"}
    (shipper, _) = drawing(of_case(answers)).containers
    assert shipper.goes_to == ("Log store on port 3100",)
    (shipper, _) = drawing(of_case(answers, **{"sidecar.log-agent.host": "loki.logging.svc"})).containers
    assert shipper.goes_to == ("loki.logging.svc:3100",)


def test_a_destination_is_drawn_with_its_given_name_and_a_server_with_its_host() -> None:
    given = "name=other, namespace=logs, port=3100; name=pay, where=outside, cidr=203.0.113.0/24, port=443"
    drawn = drawing(of_case(WEB, reach="declared", destinations=given))
    assert drawn.containers[-1].goes_to == ("other on port 3100", "pay on port 443")
    answers = {**WEB, "needs": ("outbound",), "outbound": ("redis",), "client": "cannot", "version": "v133"}
    servers = "host=redis-0.data.svc; host=redis-1.data.svc"
    named = {"implementation": "redis-sentinel", "servers": servers}
    session = of_case(answers, **{f"ambassador.redis.{name}": value for name, value in named.items()})
    proxy = next(one for one in drawing(session).containers if one.role == "ambassador")
    assert proxy.goes_to == ("redis-0.data.svc:6379", "redis-1.data.svc:6379")
