"""Merging components into one pod: order, sharing, and conflicts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.render.kitchen import CATALOG, COMPONENTS, HERE, request
from wizard.catalog.model import Component
from wizard.errors import CatalogError, RenderError
from wizard.render.bundle.render import render
from wizard.render.compose.merge import NameOf, merge_items, merge_maps
from wizard.render.compose.parse import parse
from wizard.render.compose.pod import Contribution, compose_pod, contribution, in_start_order, with_slots
from wizard.render.compose.tree import Map, Node, plain

NAMES: NameOf = str
WORKLOAD = """\
spec:
  template:
    spec:
      containers:
        - name: app
          env: [{name: A, value: a}]
          ports: [{name: http, containerPort: 80}]
          volumeMounts: [{name: tmp, mountPath: /tmp}]
      volumes: [{name: tmp, emptyDir: {}}]
"""


def component(name: str, *needs: str) -> Component:
    return Component(name, name, f"c/{name}", (), HERE, needs=needs, slug=name)


def part(name: str, text: str, *needs: str) -> Contribution:
    return contribution(component(name, *needs), parse(text, owner=name), f"c/{name}/pod.yaml")


def pod(*parts: Contribution) -> dict[str, Any]:
    workload = parse(WORKLOAD, owner="app")[0]
    assert isinstance(workload, Map)
    data: dict[str, Any] = plain(compose_pod(workload, "spec.template", parts, NAMES, "w.yaml"))
    found: dict[str, Any] = data["spec"]["template"]["spec"]
    return found


def init(name: str, *needs: str) -> Contribution:
    return part(name, f"init_containers: [{{name: {name}}}]", *needs)


def test_init_containers_start_after_their_needs_and_otherwise_in_pattern_order() -> None:
    parts = (init("init.wait", "ambassador"), init("init.b"), init("ambassador", "sidecar.*"), init("sidecar.x"))
    assert [c["name"] for c in pod(*parts)["initContainers"]] == ["init.b", "sidecar.x", "ambassador", "init.wait"]
    assert [p.component.id for p in in_start_order(parts[1:2])] == ["init.b"]


def test_circular_needs_are_a_fault_of_the_catalogue() -> None:
    with pytest.raises(CatalogError, match="circle") as caught:
        pod(init("a", "b"), init("b", "a"))
    assert caught.value.faults[0].code == "needs-circle"


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("volumes: [{name: v, emptyDir: {}}]", "volumes: [{name: v, secret: {secretName: x}}]", 'volume "v"'),
        ("app: {env: [{name: E, value: x}]}", "app: {env: [{name: E, value: y}]}", 'environment variable "E"'),
        (
            "app: {volumeMounts: [{name: a, mountPath: /x}]}",
            "app: {volumeMounts: [{name: b, mountPath: /x}]}",
            'mount path "/x"',
        ),
        ("containers: [{name: c, image: a}]", "init_containers: [{name: c, image: b}]", 'container "c"'),
        (
            "containers: [{name: c, ports: [{containerPort: 9}]}]",
            "containers: [{name: d, ports: [{containerPort: 9}]}]",
            'port "9/TCP"',
        ),
        (
            "containers: [{name: c, ports: [{name: m, containerPort: 9}]}]",
            "init_containers: [{name: d, restartPolicy: Always, ports: [{name: m, containerPort: 8}]}]",
            'port name "m"',
        ),
        ("labels: {a: x}", "labels: {a: y}", "labels.a"),
        ("annotations: {a: x}", "annotations: {a: y}", "annotations.a"),
        (
            "pod: {terminationGracePeriodSeconds: 3}",
            "pod: {terminationGracePeriodSeconds: 4}",
            "terminationGracePeriodSeconds",
        ),
        ("app: {lifecycle: {a: 1}}", "app: {lifecycle: [1]}", "different kinds"),
    ],
)
def test_two_components_that_conflict_are_both_named(one: str, other: str, what: str) -> None:
    with pytest.raises(RenderError, match=what) as caught:
        pod(part("first", one), part("second", other))
    assert "first" in caught.value.message
    assert "second" in caught.value.message
    assert pod(part("first", one), part("second", "volumes: []"))


def test_equal_definitions_do_not_conflict() -> None:
    text = "app: {env: [{name: E, value: x}]}\nlabels: {a: x}\npod: {hostNetwork: false}\nannotations: {b: y}"
    text += "\nvolumes: [{name: logs, emptyDir: {sizeLimit: 1Gi}}]"
    spec = pod(part("a", text), part("b", text))
    assert [volume["name"] for volume in spec["volumes"]] == ["tmp", "logs"]
    assert [e["name"] for e in spec["containers"][0]["env"]] == ["A", "E"]
    assert spec["hostNetwork"] is False


def test_an_init_container_may_use_the_port_of_a_long_running_container() -> None:
    spec = pod(
        part("a", "init_containers: [{name: i, ports: [{containerPort: 80}]}]"),
        part("b", "containers: [{name: c, ports: [{containerPort: 81}]}]"),
    )
    assert spec["initContainers"][0]["name"] == "i"


LIKE_APP = """\
init_containers:
  - name: m
    likeApp: true
    env: [{name: A, value: mine}]
"""


def test_a_container_like_the_app_inherits_from_it_and_keeps_its_own_values() -> None:
    more = "app: {env: [{name: B, value: b}], volumeMounts: [{name: x, mountPath: /x}]}"
    (container,) = pod(part("a", LIKE_APP), part("b", more))["initContainers"]
    assert container["env"] == [{"name": "A", "value": "mine"}, {"name": "B", "value": "b"}]
    assert [m["mountPath"] for m in container["volumeMounts"]] == ["/tmp", "/x"]
    assert "likeApp" not in container


@pytest.mark.parametrize("text", ["volume: []", "volumes: {}", "- a", "app: []"])
def test_unknown_slots_are_refused(text: str) -> None:
    with pytest.raises(RenderError, match=r"slot|must be"):
        part("a", text)


def test_a_value_that_looks_like_a_slot_is_not_filled() -> None:
    (rule,) = parse("- a: 1")[0].items  # type: ignore[union-attr]
    filled: dict[str, tuple[Node, ...]] = {"egress": (rule,)}
    block = parse("x:\n  - $slot: egress\n  - b: 2\n")[0]
    assert plain(with_slots(block, filled, "f")) == {"x": [{"a": 1}, {"b": 2}]}
    value = parse('x: [{"$slot": "egress"}, "$slot"]\n')[0]
    assert plain(with_slots(value, filled, "f")) == {"x": [{"$slot": "egress"}, "$slot"]}
    with pytest.raises(RenderError, match="no slot"):
        with_slots(parse("x:\n  - $slot: nope\n")[0], filled, "f")


def test_a_list_of_empty_slots_is_left_out() -> None:
    block = parse("kept: []\nx:\n  - $slot: egress\ny:\n  z:\n    - $slot: egress\n    - a: 1\n")[0]
    assert plain(with_slots(block, {"egress": ()}, "f")) == {"kept": [], "y": {"z": [{"a": 1}]}}


def test_merging_keeps_repeated_arguments_and_removes_duplicate_rules() -> None:
    words = parse("[a, a]")[0].items  # type: ignore[union-attr]
    assert len(merge_items("args", (words, words), NAMES)) == 4
    rules = parse("[{ports: [1]}, {ports: [2]}]")[0].items  # type: ignore[union-attr]
    assert len(merge_items("egress", (rules, rules), NAMES)) == 2


def test_one_component_that_contradicts_itself_is_named_once() -> None:
    node = parse("env: [{name: A, value: 1}, {name: A, value: 2}]", owner="only")[0]
    assert isinstance(node, Map)
    with pytest.raises(RenderError, match="only defines"):
        merge_maps(Map((("env", parse("[]")[0]),)), node, NAMES)


def test_a_pod_fragment_is_refused_if_the_operator_makes_the_pods() -> None:
    operator = COMPONENTS["Deployment", "default"]._replace(role="operator", workload="", template="")
    catalog = CATALOG._replace(components={**COMPONENTS, ("Deployment", "default"): operator})
    with pytest.raises(RenderError, match="operator makes the pods"):
        render(catalog, request("sidecar.shipper"))
    assert render(catalog, request()).pod is None
