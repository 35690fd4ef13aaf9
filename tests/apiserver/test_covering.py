"""Creation on a real API server of every object and pod of the covering bundles, with each option of each choice."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pytest

from tests.apiserver.conftest import unknown_kinds
from tests.apiserver.server import Answer, ApiServer
from tests.contract.test_cases import WEB
from tests.contract.test_cases import bundle as bundle_of
from tests.contract.test_own_programs import LOW as LOW_BESIDE
from tests.shipped import CATALOG, all_options
from wizard.catalog.load import load_catalog
from wizard.render.model import Bundle, BundleFile

pytestmark = pytest.mark.apiserver

PLURALS = {
    "Namespace": ("/api/v1", "namespaces"),
    "ServiceAccount": ("/api/v1", "serviceaccounts"),
    "ConfigMap": ("/api/v1", "configmaps"),
    "Service": ("/api/v1", "services"),
    "PersistentVolumeClaim": ("/api/v1", "persistentvolumeclaims"),
    "Role": ("/apis/rbac.authorization.k8s.io/v1", "roles"),
    "RoleBinding": ("/apis/rbac.authorization.k8s.io/v1", "rolebindings"),
    "NetworkPolicy": ("/apis/networking.k8s.io/v1", "networkpolicies"),
    "Ingress": ("/apis/networking.k8s.io/v1", "ingresses"),
    "Deployment": ("/apis/apps/v1", "deployments"),
    "StatefulSet": ("/apis/apps/v1", "statefulsets"),
    "DaemonSet": ("/apis/apps/v1", "daemonsets"),
    "Job": ("/apis/batch/v1", "jobs"),
    "CronJob": ("/apis/batch/v1", "cronjobs"),
    "PodDisruptionBudget": ("/apis/policy/v1", "poddisruptionbudgets"),
    "HorizontalPodAutoscaler": ("/apis/autoscaling/v2", "horizontalpodautoscalers"),
}
STRICT = "?fieldValidation=Strict"


def url(document: dict[str, Any], namespace: str) -> str:
    kind = document["kind"]
    if kind in PLURALS:
        prefix, plural = PLURALS[kind]
    else:
        name = kind.lower()
        prefix, plural = (
            f"/apis/{document['apiVersion']}",
            f"{name[:-1]}ies" if name.endswith("y") else f"{name}es" if name.endswith("ch") else f"{name}s",
        )
    if kind == "Namespace":
        return f"{prefix}/{plural}{STRICT}"
    return f"{prefix}/namespaces/{namespace}/{plural}{STRICT}"


def pod_of(document: dict[str, Any]) -> dict[str, Any] | None:
    """Return a Pod with the object's pod template, or ``None`` if the object has none."""
    spec = document.get("spec", {})
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    if document["kind"] not in ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"):
        return None
    template = copy.deepcopy(spec["template"])
    for claim in spec.get("volumeClaimTemplates", []):
        name = claim["metadata"]["name"]
        volume = {"name": name, "persistentVolumeClaim": {"claimName": name}}
        template["spec"].setdefault("volumes", []).append(volume)
    labels = template["metadata"].get("labels", {})
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "probe", "labels": labels, "annotations": template["metadata"].get("annotations", {})},
        "spec": template["spec"],
    }


def bundles() -> Iterator[tuple[str, Bundle]]:
    """Yield the covering bundles, and for the newest version again those with fallbacks for older versions."""
    for name, session in all_options(load_catalog()):
        yield name, session.bundle
        if session.bundle.contract.fallbacks:
            newest = session.options._replace(minor=session.catalog.minors[-1])
            yield f"{name}-newest", session._replace(options=newest).bundle


def level_of(bundle: Bundle) -> str:
    """Return the strictest Pod Security level that admits the bundle's pods."""
    pods = [pod for file in bundle.manifests if (pod := pod_of(file.document))]
    reads_node = any("hostPath" in volume for pod in pods for volume in pod["spec"].get("volumes", []))
    return "privileged" if bundle.privileged or reads_node else "restricted"


def moved_to(file: BundleFile, namespace: str) -> dict[str, Any]:
    """Return the object moved to a namespace, so that bundles with equal names do not collide."""
    document: dict[str, Any] = copy.deepcopy(file.document)
    if document["kind"] == "Namespace":
        document["metadata"]["name"] = namespace
    elif "namespace" in document["metadata"]:
        document["metadata"]["namespace"] = namespace
    for subject in document.get("subjects", []):
        if "namespace" in subject:
            subject["namespace"] = namespace
    return document


def lost(sent: Any, kept: Any, path: str = "") -> Iterator[str]:
    """Yield the fields that the server changes: ``kubectl diff`` and GitOps tools would show them forever."""
    if isinstance(sent, dict) and isinstance(kept, dict):
        for key, value in sent.items():
            if key in kept:
                yield from lost(value, kept[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} is gone"
    elif isinstance(sent, list) and isinstance(kept, list) and len(sent) == len(kept):
        for number, (one, other) in enumerate(zip(sent, kept, strict=True)):
            yield from lost(one, other, f"{path}[{number}]")
    elif sent != kept:
        yield f"{path}: {sent!r} became {kept!r}"


def message(answer: Answer) -> str:
    body = answer.body if isinstance(answer.body, dict) else {}
    return " ".join((str(body.get("message", "")), *answer.warnings)).strip()


def ensure_namespace(server: ApiServer, namespace: str, level: str) -> None:
    labels = {"pod-security.kubernetes.io/enforce": level}
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}}
    assert server.request("POST", f"/api/v1/namespaces{STRICT}", body).status == 201


class Created(NamedTuple):
    """The number of bundles, objects and pods sent, and the messages about refused objects and changed fields."""

    bundles: int
    objects: int
    pods: int
    refused: tuple[str, ...]


def created(server: ApiServer, bundles: Iterable[tuple[str, Bundle]], room: str) -> Created:
    """Create every object and a pod of every template, each bundle in a separate namespace."""
    refused: list[str] = []
    objects = pods = count = 0
    unknown = unknown_kinds()
    for count, (name, bundle) in enumerate(bundles, 1):
        namespace = f"{room}-{count:03d}"
        own = [f for f in bundle.manifests if f.document["kind"] == "Namespace"]
        level = level_of(bundle)
        if not own:
            ensure_namespace(server, namespace, level)
        for file in bundle.manifests:
            if file.document["kind"] in unknown:
                continue
            document = moved_to(file, namespace)
            answer = server.request("POST", url(document, namespace), document)
            objects += 1
            if answer.status != 201 or answer.warnings:
                refused.append(f"{name} {file.path}: {answer.status} {message(answer)}")
            refused += [f"{name} {file.path}: {change}" for change in lost(document, answer.body)]
            pod = pod_of(document)
            if pod is None:
                continue
            if own:
                assert own[0].document["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == level
            pod["metadata"]["namespace"] = namespace
            pod["metadata"]["name"] = f"probe-{pods}"
            answer = server.request("POST", f"/api/v1/namespaces/{namespace}/pods{STRICT}", pod)
            pods += 1
            if answer.status != 201 or answer.warnings:
                refused.append(f"{name} Pod of {file.path}: {answer.status} {message(answer)}")
    return Created(count, objects, pods, tuple(refused))


@pytest.mark.timeout(400)
def test_every_object_is_created_and_every_pod_is_admitted(api_server: ApiServer) -> None:
    made = created(api_server, bundles(), "cover")
    assert not made.refused, "\n".join(made.refused[:20])
    assert made.bundles >= 20
    assert made.objects > 5 * made.bundles
    assert made.pods >= made.bundles * 0.8


LOW = [{"name": "http", "port": 80}, {"name": "dns", "port": 53, "protocol": "udp"}]


def test_a_port_below_1024_is_admitted_under_restricted(api_server: ApiServer) -> None:
    served = [{**WEB, "keeps": "nothing"}, {**WEB, "keeps": "one_disk", "operate": "plain"}]
    given = [{"low_ports": one, "listeners": LOW} for one in ("yes", "carried")]
    made = created(api_server, [(str(one), opened(a, one)) for a in served for one in given], "low-port")
    assert not made.refused, "\n".join(made.refused)
    assert made.pods == 4


def test_a_port_below_1024_of_a_helper_is_admitted_under_restricted(api_server: ApiServer) -> None:
    bundles = [(str(given), opened(answers, given)) for answers, given in LOW_BESIDE]
    made = created(api_server, bundles, "low-beside")
    assert not made.refused, "\n".join(made.refused)
    assert made.pods == len(LOW_BESIDE)


def test_the_sentence_about_a_ready_object_names_columns_of_its_definition(api_server: ApiServer) -> None:
    """Compare column names in capitals, as ``kubectl get`` shows them; the values are from the operators' sources."""
    operated = [one for component in CATALOG.components.values() for one in component.declares.operated]
    assert len(operated) == 8
    for one in operated:
        path = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{one.kind}"
        answer = api_server.request("GET", path)
        if answer.status == 404 and not os.environ.get("PODWIZARD_TEST_CRDS"):
            continue
        assert answer.status == 200, one.kind
        versions = answer.body["spec"]["versions"]
        columns = {item["name"].upper() for each in versions for item in each.get("additionalPrinterColumns", ())}
        named = set(re.findall(r"\b[A-Z]{4,}\b", one.ready.partition("`kubectl get` shows only")[0]))
        assert named <= columns, (one.kind, named - columns)


def opened(answers: dict[str, Any], given: dict[str, Any]) -> Bundle:
    """Return a bundle; check that its pods pass the level restricted and set ``ip_unprivileged_port_start``."""
    found = bundle_of(answers, **given).session.bundle
    assert level_of(found) == "restricted"
    assert any("ip_unprivileged_port_start" in file.text for file in found.files)
    return found
