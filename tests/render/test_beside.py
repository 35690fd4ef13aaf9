"""Pods beside the workload's, and the digests of pods."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.render.kitchen import ALL, CATALOG, COMPONENTS, request
from wizard.catalog.declarations import Beside, Declarations
from wizard.catalog.model import Catalog, Component
from wizard.catalog.when import Known
from wizard.errors import RenderError
from wizard.render.bundle.provenance import with_parameters
from wizard.render.bundle.render import render
from wizard.render.compose.beside import over
from wizard.render.compose.digests import PodFacts, digest, mark, with_digests
from wizard.render.compose.parse import parse
from wizard.render.compose.tree import Map, plain
from wizard.render.model import Bundle
from wizard.render.templates.lint import lint_templates

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ app.name ~ '-once-' ~ pod_digest('hpa') }}
spec:
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {{ app.name ~ '-once' }}
    spec:
      # It runs once.
      restartPolicy: Never
      containers:
        - name: once
          command: [once]
"""
WORKLOAD = "workloads/deployment/workload.yaml"
POD = Beside("objects/job.yaml", ("init.wait",), ("ports", "readinessProbe", "checksum/*"))


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    shutil.copytree(CATALOG.root, tmp_path, dirs_exist_ok=True)
    (tmp_path / "templates/components/object/hpa/objects/job.yaml").write_text(JOB)
    return tmp_path


def catalog(kitchen: Path, *pods: Beside, **changes: Any) -> Catalog:
    hpa = COMPONENTS["hpa", "default"]._replace(declares=Declarations(pods=pods or (POD,)), **changes)
    hpa = hpa._replace(objects=(*hpa.objects, "objects/job.yaml"))
    texts = "".join(path.read_text() for path in sorted(kitchen.rglob("*.yaml")))
    components = {**COMPONENTS, ("hpa", "default"): hpa}
    return CATALOG._replace(root=kitchen, components=components, digest=digest(texts, str(kitchen)))


def job(bundle: Bundle) -> dict[str, Any]:
    return next(file.document for file in bundle.manifests if file.document["kind"] == "Job")


def test_a_pod_beside_the_workload_is_the_workloads_pod_merged_with_its_file(kitchen: Path) -> None:
    bundle = render(catalog(kitchen), request(*ALL))
    template = job(bundle)["spec"]["template"]
    spec, (container,) = template["spec"], template["spec"]["containers"]
    assert [one["name"] for one in spec["initContainers"]] == ["shipper", "migrate"]
    assert (container["name"], container["command"]) == ("once", ["once"])
    assert container["args"] == ["serve", "--fast"] and {"name": "MODE", "value": "on"} in container["env"]
    assert not {"ports", "readinessProbe"} & set(container)
    assert spec["restartPolicy"] == "Never" and spec["terminationGracePeriodSeconds"] == 30
    assert [one["name"] for one in spec["volumes"]] == ["tmp", "logs", "shipper-config"]
    assert set(template["metadata"]["annotations"]) == {"prometheus.io/port"}
    (note,) = bundle.beside
    assert [one.role for one in note.containers] == ["sidecar", "init", "app"]
    assert note.name == job(bundle)["metadata"]["name"] and (note.kind, note.component) == ("Job", "hpa")


@pytest.mark.parametrize(
    ("mine", "base", "both"),
    [
        ("a: 1", "b: 2", {"b": 2, "a": 1}),
        ("a: {x: 1}", "a: {x: 2, y: 3}", {"a": {"x": 1, "y": 3}}),
        ("command: [a]", "command: [b, c]", {"command": ["a"]}),
        (
            "env: [{name: A, value: x}]",
            "env: [{name: A}, {name: B}]",
            {"env": [{"name": "B"}, {"name": "A", "value": "x"}]},
        ),
        (
            "containers: [{name: a, image: i}, {name: c}]",
            "containers: [{name: b, args: [x]}]",
            {"containers": [{"name": "a", "args": ["x"], "image": "i"}, {"name": "c"}]},
        ),
    ],
)
def test_the_fields_of_the_file_override_those_of_the_workload(mine: str, base: str, both: dict[str, Any]) -> None:
    one, other = parse(mine)[0], parse(base)[0]
    assert isinstance(one, Map) and isinstance(other, Map)
    assert plain(over(one, other)) == both


def test_the_name_of_a_job_changes_only_with_its_pod(kitchen: Path) -> None:
    ours = catalog(kitchen)

    def name(**given: Any) -> str:
        bundle = render(ours, request(*ALL, given={f"app.{key}": value for key, value in given.items()}))
        return str(job(bundle)["metadata"]["name"])

    assert name() == name()
    assert name() != name(grace=31)
    assert name() == name(replicas=9) == name(port=9999, health="none")


def test_a_name_with_a_digest_leads_to_the_parameters_of_the_pod(kitchen: Path) -> None:
    ours, asked = catalog(kitchen), request(*ALL)
    traced = with_parameters(ours, asked, render(ours, asked))
    file = next(file for file in traced.manifests if file.document["kind"] == "Job")
    found = file.paths["metadata.name"].parameters
    assert found[0] == "app.name"
    assert {"app.image", "app.settings", "sidecar.shipper.path"} <= set(found)
    assert "app.replicas" not in found


def test_a_workload_can_contain_the_digest_of_its_own_pod(kitchen: Path) -> None:
    file = kitchen / "templates" / WORKLOAD
    file.write_text(file.read_text().replace("{{ app.name }}", "{{ app.name ~ pod_digest('app', app.replicas) }}", 1))
    ours = catalog(kitchen)
    changes: tuple[dict[str, Any], ...] = ({}, {"app.replicas": 9}, {"app.grace": 31}, {"app.namespace": "other"})
    bundles = [render(ours, request(given=given)) for given in changes]
    refs = {file.ref for bundle in bundles for file in bundle.manifests if file.ref and file.ref.kind == "Deployment"}
    names = {ref.name for ref in refs}
    assert len(names) == 3


@pytest.mark.parametrize(
    ("pod", "wrong"),
    [("pod_digest('init.wait')", "no such pod"), ("digest(pod_digest('hpa'))", "cannot take up")],
)
def test_a_digest_of_an_unknown_pod_and_a_digest_of_a_digest_are_refused(kitchen: Path, pod: str, wrong: str) -> None:
    file = kitchen / "templates/components/object/hpa/objects/job.yaml"
    file.write_text(JOB.replace("pod_digest('hpa')", pod))
    with pytest.raises(RenderError, match=wrong):
        render(catalog(kitchen), request(*ALL))


def test_an_object_without_a_pod_template_cannot_be_beside_the_workload(kitchen: Path) -> None:
    with pytest.raises(RenderError, match="HorizontalPodAutoscaler has no template of pods"):
        render(catalog(kitchen, Beside("objects/hpa.yaml")), request(*ALL))


def test_a_digest_mark_is_replaced_anywhere_in_a_text() -> None:
    pods: Mapping[str, PodFacts] = {"app": PodFacts("{}", ())}
    text = with_digests(f"a-{mark('app', ())}-b-{mark('app', (1,))}", pods)
    assert text.isascii() and len(text) == len("a-12345678-b-12345678")
    assert len({*text.split("-")}) == 4


def test_the_linter_reports_a_digest_of_an_unknown_pod(kitchen: Path) -> None:
    file = kitchen / "templates/components/object/hpa/objects/job.yaml"
    file.write_text(JOB.replace("'hpa'", "'hpo'"))
    faults = [fault for fault in lint_templates(catalog(kitchen)) if fault.code == "unknown-pod"]
    assert [(fault.position.line, fault.hint) for fault in faults] == [(4, "did you mean 'hpa'?")]


KNOWN = Known({}, ("hpa", "init.wait", "sidecar.shipper"), ())


@pytest.mark.parametrize(
    ("pod", "code", "hint"),
    [
        (Beside("objects/jub.yaml"), "missing-file", "objects/job.yaml"),
        (Beside("objects/job.yaml", ("init.wiat",)), "unknown-pattern", "init.wait"),
        (Beside("objects/job.yaml", (), ("livenesProbe",)), "unknown-field", "livenessProbe"),
        (Beside("objects/job.yaml", ("init.*",), ("ports", "*Probe", "prometheus.io/*")), "", ""),
    ],
)
def test_a_declaration_of_a_pod_with_an_unknown_name_is_a_fault(pod: Beside, code: str, hint: str) -> None:
    from wizard.catalog.declared import declaration_faults

    hpa: Component = COMPONENTS["hpa", "default"]
    component = hpa._replace(objects=("objects/job.yaml",), declares=Declarations(pods=(pod,)))
    faults = list(declaration_faults(component, KNOWN))
    assert [fault.code for fault in faults] == ([code] if code else [])
    assert all(hint in fault.hint for fault in faults)
