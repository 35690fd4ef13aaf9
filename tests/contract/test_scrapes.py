"""P1 for metrics: each declared page is on a port of the right container, open to the monitoring, and discovered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.contract.bundles import Rendered, bundles, for_each, rendered
from tests.contract.policies import reaching
from tests.contract.test_cases import AGENT, WEB, bundle, session
from wizard.catalog.model import Value
from wizard.render.compose.declared import Declared, Scraping
from wizard.session.session import Session

WAYS = ("annotations", "podmonitor", "servicemonitor", "none")
ANNOTATION = "prometheus.io/"
TLS = {
    **WEB, "metrics": "native", "needs": ("mtls",), "self_tls": "no", "version": "v133",
}  # fmt: skip
SECRET = {"sidecar.mtls.secret": "s"}


@cache
def scraped() -> tuple[Rendered, ...]:
    """Return the covering bundles with metrics, with alternating ways of discovery, also with helper metrics."""
    found = []
    with_metrics = [one for one in bundles() if (page := one.session.resolved.get("app.scrape")) and page.shown]
    for number, one in enumerate(with_metrics):
        ways = [option for option, _ in one.session.parameter("app.scrape").options]
        made = [one.session.give("app.scrape", ways[number % len(ways)])]
        if (helpers := one.session.resolved["app.helper_metrics"]).shown:
            next_way = one.session.give("app.scrape", ways[(number + 1) % len(ways)])
            made.append(next_way.give(helpers.parameter.key, "read"))
        found += [
            rendered(f"{one.name}-{each.resolved['app.scrape'].text}", each) for each in made if not each.problems
        ]
    return tuple(found)


def way_of(one: Rendered) -> str:
    return one.session.resolved["app.scrape"].text


def owned(one: Rendered) -> bool:
    """Return whether the bundle, and not an operator, makes the pods."""
    return one.workload is not None


def found_by(one: Rendered) -> Iterator[tuple[int | str, str, tuple[tuple[str, str], ...]]]:
    """Yield (port, path, params) of each page that the monitoring discovers."""
    notes = one.template["metadata"].get("annotations", {}) if owned(one) else {}
    if notes.get(f"{ANNOTATION}scrape") == "true":
        head = f"{ANNOTATION}param_"
        params = tuple((key.removeprefix(head), value) for key, value in notes.items() if key.startswith(head))
        yield int(notes[f"{ANNOTATION}port"]), notes[f"{ANNOTATION}path"], params
    for monitor in one.of("PodMonitor", "ServiceMonitor"):
        for end in monitor["spec"].get("podMetricsEndpoints") or monitor["spec"].get("endpoints"):
            assert all(len(values) == 1 for values in end.get("params", {}).values())
            yield end["port"], end["path"], tuple((key, values[0]) for key, values in end.get("params", {}).items())


def wrong_scrapes(one: Rendered) -> Iterator[str]:
    """Yield every contradiction between the objects and the declared pages."""
    pages = list(one.declared.scrapes()) if way_of(one) != "none" else []
    by_name = way_of(one) in ("podmonitor", "servicemonitor")
    wanted = {(page.name if by_name else page.port, page.path, page.params) for page in pages}
    if (found := set(found_by(one))) != wanted:
        yield f"the monitoring is told of {sorted(map(str, found))}, declared are {sorted(map(str, wanted))}"
    for page in pages:
        yield from _unheard(one, page)
        yield from _wrong_place(one, page) if owned(one) else ()
    if way_of(one) == "servicemonitor":
        yield from _wrong_service(one, pages)


def _unheard(one: Rendered, page: Scraping) -> Iterator[str]:
    """Yield an error unless the page's component listens on the port for the monitoring and the policies admit it."""
    heard = [
        each
        for each in one.declared.listeners()
        if (each.component, each.port) == (page.component, page.port) and "monitoring" in each.to
    ]
    if not heard:
        yield f"nothing of {page.component} listens on {page.port} for the monitoring"
    for each in heard:
        if each.namespace and each.namespace not in _reaching(one, page.port, each.namespace):
            yield f"{each.namespace} cannot read {page.port}"


def _reaching(one: Rendered, port: int, namespace: str) -> set[str]:
    if owned(one):
        return reaching(one, port, "TCP", {namespace})
    (monitor,) = one.of("PodMonitor")
    pod = {"metadata": {"labels": monitor["spec"]["selector"]["matchLabels"]}, "spec": {"containers": []}}
    made_up = {"kind": "Deployment", "spec": {"template": pod}}
    return reaching(_WithPods(one.name, one.session, objects=[made_up, *one.objects]), port, "TCP", {namespace})


class _WithPods(Rendered):
    """The bundle of an operator, with a pod like those that the operator makes."""

    @property
    def workload(self) -> dict[str, Any] | None:
        return self.objects[0]


def _container_of(one: Rendered, page: Scraping) -> str:
    """Return the component's own container, or the program's if the component only loads something into it."""
    slugs = {component.id: component.slug for component in one.declared.components[1:]}
    lasting = {each["name"] for each in one.containers[:-1] if each.get("restartPolicy") == "Always"}
    own = slugs.get(page.component, "")
    return own if own in lasting else str(one.containers[-1]["name"])


def _wrong_place(one: Rendered, page: Scraping) -> Iterator[str]:
    """Yield an error unless the page's container has the port and its name, and no other container has either."""
    named = [
        (container["name"], port["containerPort"])
        for container in one.containers
        for port in container.get("ports", ())
        if page.name == port.get("name") or page.port == port["containerPort"]
    ]
    container = _container_of(one, page)
    if named != [(container, page.port)]:
        yield f"{page.name} ({page.port}) of {container} is at {named}"


def _wrong_service(one: Rendered, pages: list[Scraping]) -> Iterator[str]:
    """Yield an error unless the ServiceMonitor selects one Service that has the pods and each port by its name."""
    (monitor,) = one.of("ServiceMonitor")
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    chosen = [each for each in one.of("Service") if wanted <= each["metadata"]["labels"].items()]
    if len(chosen) != 1:
        yield f"the ServiceMonitor chooses {len(chosen)} Services"
        return
    if not chosen[0]["spec"]["selector"].items() <= one.template["metadata"]["labels"].items():
        yield "the Service for the metrics does not choose the pods"
    ports = {(port["name"], port["targetPort"]) for port in chosen[0]["spec"]["ports"]}
    if ports != {(page.name, page.port) for page in pages}:
        yield f"the Service for the metrics has {ports}"


@for_each(scraped)
def test_each_declared_page_has_a_listener_is_open_and_is_discovered(one: Rendered) -> None:
    assert not list(wrong_scrapes(one))


def test_every_way_of_discovery_occurs_with_one_page_and_with_several() -> None:
    occur = {(way_of(one), min(len(list(one.declared.scrapes())), 2)) for one in scraped()}
    assert occur >= {(way, count) for way in WAYS for count in (1, 2)} - {("annotations", 2)}
    assert ("annotations", 2) not in occur


def pages(session: Session, helpers: str) -> int:
    """Count the pages with metrics when those of the helpers are ``read`` or ``ignored``."""
    values: dict[str, Value] = {key: field.value for key, field in session.resolved.items()}
    values["app.helper_metrics"] = helpers
    return len(list(Declared(session.components, values, session.surroundings).scrapes()))


def test_the_form_asks_for_helper_metrics_if_and_only_if_a_helper_has_some() -> None:
    asked = 0
    for one in bundles():
        field = one.session.resolved.get("app.helper_metrics")
        if field is not None:
            assert field.shown == (pages(one.session, "read") > pages(one.session, "ignored")), one.name
            asked += field.shown
    assert asked > 5


# --- mutations ------------------------------------------------------------------------------------


def _close(one: Rendered) -> None:
    for policy in one.of("NetworkPolicy"):
        policy["spec"]["ingress"] = []


def _another_port(one: Rendered) -> None:
    for monitor in one.of("PodMonitor", "ServiceMonitor"):
        for end in monitor["spec"].get("podMetricsEndpoints") or monitor["spec"].get("endpoints"):
            end["port"] = "other"
    if owned(one) and f"{ANNOTATION}port" in one.template["metadata"].get("annotations", {}):
        one.template["metadata"]["annotations"][f"{ANNOTATION}port"] = "4711"


def _another_container(one: Rendered) -> None:
    taken = [port for container in one.containers for port in container.pop("ports", ())]
    one.containers[0 if len(one.containers) > 1 else -1]["ports"] = taken if len(one.containers) > 1 else []


def _twice(one: Rendered) -> None:
    (service,) = (each for each in one.of("Service") if each["metadata"]["name"].endswith("-metrics"))
    one.objects.append({**service, "metadata": {**service["metadata"], "name": "another"}})


def _other_pods(one: Rendered) -> None:
    for service in one.of("Service"):
        service["spec"]["selector"] = {"app.kubernetes.io/name": "another"}


@pytest.mark.parametrize(
    ("change", "ways", "own"),
    [
        (_close, ("annotations", "podmonitor", "servicemonitor"), False),
        (_another_port, ("annotations", "podmonitor", "servicemonitor"), False),
        (_another_container, ("annotations", "podmonitor", "servicemonitor"), True),
        (_twice, ("servicemonitor",), True),
        (_other_pods, ("servicemonitor",), True),
    ],
)
def test_a_page_that_is_closed_or_missing_or_misplaced_is_found(
    change: Callable[[Rendered], None], ways: tuple[str, ...], own: bool
) -> None:
    found = 0
    for one in scraped():
        host = owned(one) and one.template["spec"].get("hostNetwork")
        program = one.containers[-1]["name"] if owned(one) else ""
        helped = change is _another_container and any(
            _container_of(one, page) != program for page in one.declared.scrapes() if program
        )
        if way_of(one) not in ways or (own and not owned(one)) or (change is _close and host) or helped:
            continue
        broken = one.changed()
        change(broken)
        assert list(wrong_scrapes(broken)), one.name
        found += 1
    assert found > 5


# --- cases ----------------------------------------------------------------------------------------


def test_annotations_for_several_pages_are_refused_at_the_field_with_a_hint() -> None:
    (problem,) = session(TLS, helper_metrics="read", **SECRET).problems
    assert problem.key == "app.scrape"
    assert "podmonitor" in problem.hint and "app.helper_metrics" in problem.hint
    assert not session(TLS, helper_metrics="read", scrape="podmonitor", **SECRET).problems


def test_behind_mutual_tls_the_program_and_its_sidecar_are_two_endpoints_of_one_monitor() -> None:
    one = bundle(TLS, helper_metrics="read", scrape="podmonitor", scrape_labels="release=kps", **SECRET)
    (monitor,) = one.of("PodMonitor")
    assert [end["port"] for end in monitor["spec"]["podMetricsEndpoints"]] == ["metrics", "mtls-status"]
    assert monitor["metadata"]["labels"]["release"] == "kps"


def test_a_worker_without_a_service_gets_one_only_for_its_metrics() -> None:
    one = bundle({**WEB, "metrics": "native"}, listeners=[], scrape="servicemonitor")
    (service,) = one.of("Service")
    assert (service["metadata"]["name"], service["spec"]["clusterIP"]) == ("web-metrics", "None")
    assert [port["targetPort"] for port in service["spec"]["ports"]] == [9090]


def test_metrics_that_nothing_scrapes_open_no_port() -> None:
    one = bundle({**WEB, "metrics": "native"}, metrics_at="own", scrape="none")
    assert not any("metrics" in (port["name"]) for container in one.containers for port in container["ports"])
    assert not any("metrics" in line.say for line in one.contract.workloads[0].must)
    assert not reaching(one, 9090, "TCP", {"monitoring"})


def test_a_prometheus_object_that_selects_the_monitor_is_a_prerequisite() -> None:
    one = bundle({**WEB, "metrics": "native"}, scrape="podmonitor")
    assert any("podMonitorSelector" in each.check for each in one.contract.first)
    assert not any("podMonitorSelector" in each.check for each in bundle({**WEB, "metrics": "native"}).contract.first)


@pytest.mark.parametrize("scrape", ["annotations", "podmonitor", "servicemonitor"])
def test_the_namespace_of_the_monitoring_is_a_prerequisite_for_every_way_of_discovery(scrape: str) -> None:
    one = bundle({**WEB, "metrics": "native"}, metrics_at="own", scrape=scrape, monitoring_namespace="watch")
    how, where = (each.say for each in one.contract.first if "Prometheus" in each.say and not each.kind)
    assert where.startswith("Prometheus must run in the namespace watch: ")
    ways = {
        "annotations": "annotations",
        "podmonitor": "podMonitorSelector",
        "servicemonitor": "serviceMonitorSelector",
    }
    assert [way for way, word in ways.items() if word in how.partition("choose")[0]] == [scrape]
    none = bundle({**WEB, "metrics": "native"}, scrape="none")
    assert not any("Prometheus" in each.say for each in none.contract.first)


def test_each_endpoint_of_the_monitor_leads_to_its_component_and_parameter() -> None:
    made = session(TLS, helper_metrics="read", scrape="podmonitor", metrics_path="/m", scrape_seconds=15, **SECRET)
    (monitor,) = (file for file in made.traced.manifests if file.ref and file.ref.kind == "PodMonitor")
    origins = {path: (origin.component, origin.parameters) for path, origin in monitor.paths.items()}
    assert origins["spec.podMetricsEndpoints[0].path"] == ("app", ("app.metrics_path",))
    assert origins["spec.podMetricsEndpoints[1].path"] == ("sidecar.mtls", ())
    assert origins["spec.podMetricsEndpoints[1].interval"] == ("sidecar.mtls", ("app.scrape_seconds",))
    assert "$of" not in monitor.text


def test_the_target_of_the_exporter_leads_to_its_port_and_path() -> None:
    answers = {**WEB, "metrics": "foreign", "source": "no", "forms": (), "version": "v133"}
    made = session(answers, **{"adapter.metrics": "a={.a}"})
    (workload,) = (file for file in made.traced.manifests if file.ref and file.ref.kind == "Deployment")
    origin = workload.paths["spec.template.metadata.annotations[prometheus.io/param_target]"]
    assert (origin.component, set(origin.parameters)) == ("adapter", {"adapter.port", "adapter.path"})


def test_the_metrics_of_nodes_are_distinguished_by_node_name() -> None:
    one = bundle(AGENT, implementation="node-exporter", scrape="servicemonitor")
    (monitor,) = one.of("ServiceMonitor")
    (end,) = monitor["spec"]["endpoints"]
    assert end["relabelings"][0]["sourceLabels"] == ["__meta_kubernetes_pod_node_name"]


def namespaces_demanded(**given: Any) -> int:
    """Count the prerequisites that Prometheus runs in a certain namespace."""
    made = bundle({**WEB, "metrics": "native"}, **given)
    return sum("Prometheus must run in the namespace" in one.say for one in made.contract.first)


def test_prometheus_needs_a_namespace_only_for_metrics_that_not_every_pod_can_read() -> None:
    assert not namespaces_demanded()
    assert namespaces_demanded(metrics_at="own") == 1
    assert namespaces_demanded(listeners="name=http, port=8080, to=same-namespace") == 1
    assert namespaces_demanded(listeners="name=http, port=8080, pods=app=shop") == 1
    several = bundle({**WEB, **TLS, "metrics": "native"}, helper_metrics="read", scrape="podmonitor", **SECRET)
    assert any("Prometheus must run in the namespace" in one.say for one in several.contract.first)
