"""Metrics pages declared by a catalogue, and conditions on their number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalog import small
from wizard.catalog.declarations import Declarations, Scrape, gaps_in, values_in
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Component, Parameter, Value
from wizard.catalog.resolve import resolve
from wizard.catalog.typed import ValueProblem
from wizard.catalog.types.registry import TYPES
from wizard.catalog.values import parse_value
from wizard.catalog.when import HasPattern, IsScraped, Surroundings
from wizard.errors import Position
from wizard.render.compose.declared import Declared, Scraping

HERE = Position("fixture")
SIDECAR = "templates/sidecar/log/component.yaml"
OPEN = "listens: [{port: 2020, protocol: http, to: [monitoring]}]\n"


def with_page(tmp_path: Path, page: str, listens: str = OPEN) -> list[str]:
    text = f"{small.SIDECAR}{listens}scrape: [{page}]\n"
    return [line.partition(": ")[2] for line in small.lines(small.write(tmp_path, {SIDECAR: text}))]


def test_a_page_on_a_port_open_to_monitoring_is_valid(tmp_path: Path) -> None:
    assert with_page(tmp_path, "{name: metrics, port: 2020, path: /metrics}") == []


@pytest.mark.parametrize(
    ("page", "listens", "message"),
    [
        ("{name: m, port: 2021, path: /m}", OPEN, "port 2021 has no listener (name the port in"),
        ("{name: m, port: 2020, path: /m}", OPEN.replace("monitoring", "kubelet"), "port 2020 has no listener"),
        ("{name: m, port: 2020, path: own.paht}", OPEN, "names unknown 'sidecar.log.paht' (did you mean"),
        ('{name: m, port: 2020, path: /m, params: {x: "{own.paht}"}}', OPEN, "names unknown 'sidecar.log.paht'"),
        ("{name: m, port: 2020, path: /m, when: {scraped: one}}", OPEN, "cannot depend on how many pages there are"),
        ("{name: m, port: 2020, path: /m, instance: pot}", OPEN, "cannot be 'pot' (did you mean 'pod'?)"),
        ("{port: 2020, path: /m}", OPEN, "has no 'name'"),
    ],
)
def test_an_invalid_page_is_a_fault(tmp_path: Path, page: str, listens: str, message: str) -> None:
    (found,) = with_page(tmp_path, page, listens)
    assert message in found


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (
            "{scraped: two}",
            "`shown_when` of parameter 'limit' cannot be 'two' (one of: none, one, several)",
        ),
        ("{scraped: one}", "parameters that depend on each other in a circle: sidecar.log.limit → sidecar.log.limit"),
    ],
)
def test_a_condition_on_the_number_of_pages_is_checked(tmp_path: Path, condition: str, message: str) -> None:
    page = "scrape: [{name: m, port: 2020, path: /m, when: {limit: 10Mi}}]\n"
    text = small.SIDECAR.replace("{mode: fast}", condition) + OPEN + page
    assert any(message in line for line in small.lines(small.write(tmp_path, {SIDECAR: text})))


def test_the_parameters_of_a_page_are_resolved_to_full_keys(tmp_path: Path) -> None:
    page = '{name: m, port: 2020, path: own.path, params: {target: "http://{own.name}:{app.name}"}}'
    catalog = load_catalog(small.write(tmp_path, {SIDECAR: f"{small.SIDECAR}{OPEN}scrape: [{page}]\n"}))
    (one,) = catalog.components["sidecar.log", "small"].declares.scrape
    assert one.path == "sidecar.log.path"
    keys = {*values_in(one), *gaps_in("sidecar.log", one)}
    assert keys >= {"sidecar.log.path", "sidecar.log.name", "app.name"}


# --- the number of pages --------------------------------------------------------------------------


def parameter(key: str, kind: str, default: Value, **more: object) -> Parameter:
    component, _, name = key.rpartition(".")
    return Parameter(component, name, TYPES[kind], "value", "?", HERE, default=default, **more)  # type: ignore[arg-type]


LISTENERS = parameter(
    "app.listeners",
    "records",
    ((("name", "http"), ("port", 8080)), (("name", "admin"), ("port", 9000))),
    fields=(parameter("app.listeners.name", "name", None), parameter("app.listeners.port", "port", None)),
)
PAGE = Scrape("metrics", "9090", "/metrics")
EACH = Scrape("item.name", "item.port", "/m", each="app.listeners", items="first")


def component(name: str, *pages: Scrape, parameters: tuple[Parameter, ...] = ()) -> Component:
    return Component(name, name, "", parameters, HERE, declares=Declarations(scrape=pages))


@pytest.mark.parametrize(
    ("pages", "amount"),
    [
        ((), "none"),
        ((PAGE,), "one"),
        ((PAGE, EACH), "several"),
        ((EACH,), "one"),
        ((Scrape("item.name", "item.port", "/m", each="app.listeners"),), "several"),
        ((PAGE, Scrape("x", "1", "/", when=HasPattern("adapter", HERE))), "one"),
    ],
)
def test_a_parameter_can_be_shown_depending_on_the_number_of_pages(pages: tuple[Scrape, ...], amount: str) -> None:
    field = parameter("app.way", "text", "x", shown_when=IsScraped((amount,), HERE))
    app = component("app", parameters=(LISTENERS, field))
    shown = resolve((app, component("sidecar.log", *pages)), {}, {}, {}, Surroundings())["app.way"].shown
    assert shown
    other = parameter("app.way", "text", "x", shown_when=IsScraped(tuple({"none", "one", "several"} - {amount}), HERE))
    app = component("app", parameters=(LISTENERS, other))
    assert not resolve((app, component("sidecar.log", *pages)), {}, {}, {}, Surroundings())["app.way"].shown


def test_a_page_has_the_values_of_its_parameters() -> None:
    target = Scrape("probe", "app.port", "/p", (("target", "http://127.0.0.1:{app.port}"),), instance="node")
    app = component("app", EACH, target, parameters=(LISTENERS, parameter("app.port", "port", 7979)))
    values = {"app.listeners": LISTENERS.default, "app.port": 7979}
    assert list(Declared((app,), values, Surroundings()).scrapes()) == [
        Scraping("app", "http", 8080, "/m", (), "pod", frozenset({"app.listeners"})),
        Scraping("app", "probe", 7979, "/p", (("target", "http://127.0.0.1:7979"),), "node", frozenset({"app.port"})),
    ]


# --- labels ---------------------------------------------------------------------------------------


def test_labels_are_read_as_kubernetes_reads_them() -> None:
    field = parameter("app.x", "labels", None)
    assert parse_value(field, "release=kps, acme.io/team=shop") == (("release", "kps"), ("acme.io/team", "shop"))
    assert parse_value(field, {"release": ""}) == (("release", ""),)
    assert parse_value(field, {}) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b=c", "not a valid label name"),
        ("release=a b", "not a valid label value"),
        ("app.kubernetes.io/name=x", "Kubernetes' own labels are set elsewhere"),
        ("k8s.io/x=y", "Kubernetes' own labels are set elsewhere"),
        ("release=a, release=b", "given twice"),
    ],
)
def test_an_invalid_label_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueProblem) as error:
        parse_value(parameter("app.x", "labels", None), text)
    assert message in error.value.message
