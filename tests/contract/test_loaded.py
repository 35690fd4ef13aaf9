"""Exporters inside the program: a Java agent from a separate image, RabbitMQ's plugin, or one that the image has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered, rendered
from tests.contract.policies import reaching
from tests.contract.test_cases import WEB, bundle, session
from tests.contract.test_listeners import OTHER
from tests.shipped import CATALOG
from wizard.render.compose.declared import Declared
from wizard.render.contract.undeclared import undeclared

LOADED = {**WEB, "metrics": "loadable"}
IMAGE = "registry.acme.io/agent:1.6.0"
AGENT = {"adapter.loaded.implementation": "java-agent", "adapter.loaded.image": IMAGE}
PLUGIN = {"adapter.loaded.implementation": "rabbitmq-plugin"}


def program(made: Rendered) -> dict[str, Any]:
    return dict(made.template["spec"]["containers"][0])


def variable(made: Rendered, name: str = "JAVA_TOOL_OPTIONS") -> str:
    return next(str(one["value"]) for one in program(made)["env"] if one["name"] == name)


def mounted(container: dict[str, Any]) -> dict[str, str]:
    return {one["mountPath"]: one["name"] for one in container["volumeMounts"]}


def volumes(made: Rendered) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in made.template["spec"]["volumes"]}


def test_the_agent_is_copied_into_the_program_and_started_by_a_variable() -> None:
    made = bundle(LOADED, **AGENT)
    (copied,) = made.template["spec"]["initContainers"]
    assert "restartPolicy" not in copied
    assert (copied["image"], copied["command"][0]) == (IMAGE, "cp")
    assert variable(made) == "-javaagent:/opt/java-agent/agent.jar=9404:/etc/java-agent/jmx.yaml"
    places = mounted(program(made))
    assert places["/opt/java-agent"] == mounted(copied)["/agent"]
    config = volumes(made)[places["/etc/java-agent"]]["configMap"]["name"]
    (rules,) = [one["data"] for one in made.of("ConfigMap") if one["metadata"]["name"] == config]
    assert set(rules) == {"jmx.yaml"}
    assert len(program(made)["ports"]) == 2


def test_the_image_with_the_agent_must_be_built_first() -> None:
    (line,) = [one for one in bundle(LOADED, **AGENT).contract.first if IMAGE in one.say]
    assert line.owner == "you" and "/jmx_prometheus_javaagent.jar, and `cp` to copy it" in line.say
    made = session(LOADED, **AGENT, **{"adapter.loaded.way": "volume"})
    newer = made._replace(options=made.options._replace(minor=CATALOG.features["image_volume"].first))
    (line,) = [one for one in rendered("case", newer).contract.first if IMAGE in one.say]
    assert "`cp`" not in line.say


def test_the_monitoring_scrapes_the_agents_page() -> None:
    made = bundle(LOADED, **AGENT)
    assert made.template["metadata"]["annotations"]["prometheus.io/port"] == "9404"
    assert reaching(made, 9404, "TCP", {"monitoring", OTHER}) == {"monitoring"}
    (monitor,) = bundle(LOADED, scrape="podmonitor", **AGENT).of("PodMonitor")
    assert [one["port"] for one in monitor["spec"]["podMetricsEndpoints"]] == ["java-agent"]
    closed = bundle(LOADED, scrape="none", **AGENT)
    assert not reaching(closed, 9404, "TCP", {"monitoring", OTHER})


def test_other_java_options_are_kept_and_a_variable_that_is_given_twice_is_refused() -> None:
    made = bundle(LOADED, **AGENT, **{"adapter.loaded.options": "-Xmx1g", "adapter.loaded.variable": "KAFKA_OPTS"})
    assert variable(made, "KAFKA_OPTS").startswith("-Xmx1g -javaagent:")
    for given in ({"env": {"JAVA_TOOL_OPTIONS": "-Xmx1g"}}, {"env_fields": "variable=JAVA_TOOL_OPTIONS"}):
        (problem,) = session(LOADED, **AGENT, **given).problems
        assert problem.key == "adapter.loaded.variable"
        assert "JAVA_TOOL_OPTIONS is already in app.env" in problem.message
    says = [one.say for one in bundle(LOADED, **AGENT).contract.workloads[0].must]
    assert any("not start a second Java program" in say and "JAVA_TOOL_OPTIONS" in say for say in says)


def test_an_image_volume_is_used_from_its_first_minor_on_and_a_fallback_is_reported_before() -> None:
    made = session(LOADED, **AGENT, **{"adapter.loaded.way": "volume", "adapter.loaded.jar": "/lib/agent.jar"})
    feature = CATALOG.features["image_volume"]
    before = CATALOG.minors[CATALOG.minors.index(feature.first) - 1]
    new, old = (
        rendered("case", made._replace(options=made.options._replace(minor=minor))) for minor in (feature.first, before)
    )
    assert "initContainers" not in new.template["spec"]
    assert volumes(new)["java-agent"]["image"] == {"reference": IMAGE, "pullPolicy": "Always"}
    assert variable(new).startswith("-javaagent:/opt/java-agent/lib/agent.jar=")
    assert "emptyDir" in volumes(old)["java-agent"]
    assert [one.feature for one in old.contract.fallbacks] == ["image_volume"]
    assert not new.contract.fallbacks


def test_a_migration_step_starts_after_the_agent_and_a_migration_job_has_no_agent() -> None:
    alone = bundle({**LOADED, "needs": ("migrate",)}, **AGENT, **{"init.migrate.command": ["migrate"]})
    names = [one["name"] for one in alone.template["spec"]["initContainers"]]
    assert names.index("java-agent") < names.index("migrate")
    several = {**LOADED, "needs": ("migrate",), "copies": "several"}
    del several["two_harm"]
    racing = bundle(several, **AGENT, **{"job.migrate.command": ["migrate"]})
    (job,) = racing.of("Job")
    assert "JAVA_TOOL_OPTIONS" not in str(job)
    assert variable(racing)


@pytest.mark.parametrize("enabled_by", ["image", "file"])
def test_the_plugin_of_the_broker_is_not_a_container(enabled_by: str) -> None:
    given = {"adapter.loaded.enabled_by": enabled_by, "adapter.loaded.plugins": "rabbitmq_management, rabbitmq_shovel"}
    made = bundle(LOADED, **PLUGIN, **given)
    assert "initContainers" not in made.template["spec"]
    assert len(made.template["spec"]["containers"]) == 1
    assert made.template["metadata"]["annotations"]["prometheus.io/port"] == "15692"
    assert {one["containerPort"] for one in program(made)["ports"]} == {8080, 15692}
    assert reaching(made, 15692, "TCP", {"monitoring", OTHER}) == {"monitoring"}
    texts = [one["data"]["enabled_plugins"] for one in made.of("ConfigMap")]
    assert texts == (["[rabbitmq_prometheus,rabbitmq_management,rabbitmq_shovel]."] if enabled_by == "file" else [])


def test_an_exporter_in_the_image_serves_metrics_on_a_separate_port() -> None:
    made = bundle(LOADED)
    assert {one["containerPort"] for one in program(made)["ports"]} == {8080, 9404}
    assert "Expose its metrics on port 9404, on all addresses." in [one.say for one in made.contract.workloads[0].must]
    (taken,) = session(LOADED, metrics_port=8080).problems
    assert taken.key == "app.metrics_port" and "`app.metrics_at` to same" in taken.hint
    behind = {**WEB, "metrics": "native", "needs": ("mtls",), "self_tls": "no", "version": "v133"}
    assert "app.metrics_port" in [one.key for one in session(behind, metrics_port=8080).problems]
    same = bundle(LOADED, metrics_at="same")
    assert same.template["metadata"]["annotations"]["prometheus.io/port"] == "8080"
    assert made.template["metadata"]["annotations"]["prometheus.io/port"] == "9404"
    assert not made.template["spec"].get("initContainers")
    assert any("Load the exporter" in one.say for one in made.contract.workloads[0].must)


@pytest.mark.parametrize("given", [AGENT, PLUGIN])
def test_a_port_in_the_programs_container_is_declared_by_the_component_that_adds_it(given: dict[str, object]) -> None:
    made = bundle(LOADED, **given)
    values = {key: field.value for key, field in made.session.resolved.items()}
    program, *helpers = made.session.components
    silent = tuple(one._replace(declares=one.declares._replace(listens=())) for one in helpers)
    for components, found in (((program, *helpers), []), ((program, *silent), ["9404" if given is AGENT else "15692"])):
        declared = Declared(components, values, made.session.surroundings)
        leaves = [leaf for file in made.session.bundle.manifests for leaf in undeclared(file, declared)]
        ports = {str(leaf.value) for leaf in leaves if leaf.key == "containerPort"}
        assert ports == set(found)
