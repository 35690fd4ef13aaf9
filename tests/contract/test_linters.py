"""The default rules of two common linters as tests: kube-score's, and Checkov's for pods.

Source: the rules of kube-score 1.20 and Checkov 3.3. Exceptions, each with its reason:

- one replica, and ``Recreate``: according to the answers, two at once do harm, or there is only ever one;
- no probe: the program has no health check or no listener, or the TLS proxy in front of it is probed instead;
- a node exporter shares namespaces and uses a port of the node that it monitors;
- a user below 10000: ``uid_fixed`` of the image gives the reason;
- the capability NET_BIND_SERVICE: according to the answers, the program's binary has it and needs it to start.

Checkov itself, run on all covering bundles, reports these, Secrets that are read from the environment
(CKV_K8S_35), and images without a digest (CKV_K8S_43), which only the user can choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.bundles import Rendered, served
from wizard.kube.kinds import template_path


def pods(bundle: Rendered) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each object with a pod template, and the template."""
    for one in bundle.objects:
        keys = template_path(one["kind"])
        if keys is not None:
            found: Any = one
            for key in keys:
                found = found[key]
            yield one, found


def containers(template: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from template["spec"].get("initContainers", ())
    yield from template["spec"]["containers"]


_WRITES = "ignore-check.kube-linter.io/no-read-only-root-fs"
"""The annotation of a workload whose program writes into its image according to the answers."""


def container_faults(bundle: Rendered) -> Iterator[str]:
    program = bundle.template["spec"]["containers"][0]["image"]
    used = (name for component in bundle.session.components for name in component.images)
    fixed = {image.uid for name in used if (image := bundle.session.catalog.images[name]).uid_fixed}
    for one, template in pods(bundle):
        for container in containers(template):
            where = f"{one['kind']} {container['name']}"
            limits, requests = (container["resources"].get(key, {}) for key in ("limits", "requests"))
            for amount in ("cpu", "memory", "ephemeral-storage"):
                if amount not in limits or amount not in requests:
                    yield f"{where} has no {amount}"
            if container["imagePullPolicy"] != "Always":
                yield f"{where} may run an old image"
            security = container["securityContext"]
            for user in (security["runAsUser"], security["runAsGroup"]):
                if user < 10000 and user not in fixed:
                    yield f"{where} runs as {user}"
            writes = _WRITES in one["metadata"].get("annotations", {}) and container["image"] == program
            if not (security["readOnlyRootFilesystem"] or writes) or security.get("privileged"):
                yield f"{where} may change its image, or is privileged"
            names = [variable["name"] for variable in container.get("env", ())]
            if len(set(names)) != len(names):
                yield f"{where} has a variable twice"


def probe_faults(bundle: Rendered) -> Iterator[str]:
    """Yield missing and equal probes: kube-score requires two different ones for a pod behind a Service."""
    called = any(service["spec"]["selector"] for service in bundle.of("Service"))
    checked = bundle.session.resolved
    health = checked["app.health"].text if "app.health" in checked else ""
    program = bundle.template["spec"]["containers"][0]
    found = [program.get(key) for key in ("livenessProbe", "readinessProbe")]
    excused = health == "none" or any(one.id == "sidecar.mtls" for one in bundle.session.components)
    if called and health and None in found and not excused:
        yield "the program is called and has no probes"
    if None not in found and health == "http" and found[0]["httpGet"] == found[1]["httpGet"]:
        yield "alive and ready are the same question"


def workload_faults(bundle: Rendered) -> Iterator[str]:
    one = bundle.workload
    assert one is not None
    spec, template = one["spec"], bundle.template["spec"]
    scaled = next(bundle.of("HorizontalPodAutoscaler"), None)
    single = bundle.session.resolved["app.scale"].text == "one" if "app.scale" in bundle.session.resolved else True
    if one["kind"] in ("Deployment", "StatefulSet") and not single:
        if (spec.get("replicas", 2) if scaled is None else scaled["spec"]["minReplicas"]) < 2:
            yield "fewer than two replicas"
        if scaled is not None and "replicas" in spec:
            yield "the autoscaler and the workload both set the replicas"
        if "podAntiAffinity" not in template.get("affinity", {}):
            yield "replicas may share a node"
        if not list(bundle.of("PodDisruptionBudget")):
            yield "no disruption budget"
    if one["kind"] == "Deployment" and spec["strategy"]["type"] != "RollingUpdate" and not single:
        yield "an update takes all replicas away"
    if one["kind"] == "StatefulSet":
        heads = [s["metadata"]["name"] for s in bundle.of("Service") if s["spec"].get("clusterIP") == "None"]
        if spec["serviceName"] not in heads:
            yield "the StatefulSet's Service is not headless"
    if one["kind"] == "CronJob" and "startingDeadlineSeconds" not in spec:
        yield "a CronJob without a starting deadline"
    if one["kind"] in ("Job", "CronJob") and template["restartPolicy"] not in ("Never", "OnFailure"):
        yield "a Job without a restart policy"
    if any("labelSelector" not in rule for rule in template.get("topologySpreadConstraints", ())):
        yield "a spread over nothing"


def network_faults(bundle: Rendered) -> Iterator[str]:
    for one, template in pods(bundle):
        labels = template["metadata"]["labels"]
        policies = [
            policy["spec"]
            for policy in bundle.of("NetworkPolicy")
            if policy["spec"]["podSelector"].get("matchLabels", {}).items() <= labels.items()
        ]
        kinds = {kind for policy in policies for kind in policy["policyTypes"]}
        if kinds != {"Ingress", "Egress"} and not template["spec"].get("hostNetwork"):
            yield f"{one['kind']} has policies for {sorted(kinds)}"
    asked = any("outside" in one.to for one in bundle.declared.listeners())
    allowed = {"ClusterIP", "LoadBalancer"} if asked else {"ClusterIP"}
    if not {service["spec"].get("type", "ClusterIP") for service in bundle.of("Service")} <= allowed:
        yield "a Service that opens a port of the nodes"


_CARRIED = {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}


def hardening_faults(bundle: Rendered) -> Iterator[str]:
    """Yield violations of Checkov's rules for pods that the Pod Security level restricted does not cover."""
    for one, template in pods(bundle):
        spec = template["spec"]
        agent = bool(bundle.session.bundle.privileged)
        found = bundle.session.resolved.get("app.low_ports")
        carried = found is not None and found.text == "carried"
        if (spec.get("hostPID") or spec.get("hostNetwork")) and not agent:
            yield f"{one['kind']} shares namespaces of the node"
        if spec.get("automountServiceAccountToken") is not False or "securityContext" not in spec:
            yield f"{one['kind']} has a token, or no security context"
        if one["metadata"].get("namespace", "default") == "default":
            yield f"{one['kind']} is in the default namespace"
        for container in containers(template):
            ports = [port for port in container.get("ports", ()) if port.get("hostPort")]
            if ports and not agent:
                yield f"{container['name']} uses a port of the node"
            kept = container["securityContext"]["capabilities"]
            if kept != {"drop": ["ALL"]} and not (kept == _CARRIED and container is spec["containers"][0] and carried):
                yield f"{container['name']} keeps capabilities"


RULES = (container_faults, probe_faults, workload_faults, network_faults, hardening_faults)


@pytest.mark.parametrize("rule", RULES)
def test_the_default_rules_of_linters_find_nothing_in_any_bundle(rule: Any) -> None:
    found = {f"{bundle.name}: {fault}" for bundle in served() for fault in rule(bundle)}
    assert not found, sorted(found)[:20]


@pytest.mark.parametrize(
    ("rule", "path", "value"),
    [
        (container_faults, ("spec", "containers", 0, "resources", "limits"), {}),
        (container_faults, ("spec", "containers", 0, "securityContext", "runAsUser"), 1000),
        (workload_faults, ("spec", "topologySpreadConstraints"), [{}]),
        (network_faults, ("metadata", "labels"), {"app": "other"}),
        (hardening_faults, ("spec", "hostNetwork"), True),
        (hardening_faults, ("spec", "automountServiceAccountToken"), True),
    ],
)
def test_a_bundle_that_breaks_a_rule_is_found(rule: Any, path: tuple[Any, ...], value: object) -> None:
    broken = next(one for one in served() if next(one.of("Deployment"), None)).changed()
    holder: Any = broken.template
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    assert list(rule(broken))
