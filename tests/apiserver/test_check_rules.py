"""The offline rules against a real API server: it must refuse what the rules call an error and accept the rest."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.apiserver.server import ApiServer
from tests.validation.changes import Case, base_objects, cases, changed, check, run_case
from wizard.validation.frame import PodSecurityLevel

pytestmark = pytest.mark.apiserver

# Rules whose errors the server accepts: a kubelet, a controller or kubectl refuses these objects later.
ACCEPTED = {
    "config-key-missing", "cron-never", "duplicate-object", "hpa-target-kind", "image-invalid",
    "ingress-backend-unknown", "namespace-invalid", "non-root-as-root", "probe-port", "service-target-unknown",
}  # fmt: skip
FOREIGN = ("kustomize.config.k8s.io/", "serving.example.dev/", "skaffold/")
LEVELS: tuple[PodSecurityLevel, ...] = ("baseline", "restricted")
DRY_RUN = "?dryRun=All&fieldValidation=Strict"
MINOR = 37


def _kinds(server: ApiServer, version: str) -> dict[str, tuple[str, bool]]:
    answer = server.request("GET", "/api/v1" if version == "v1" else f"/apis/{version}")
    if answer.status != 200 or not isinstance(answer.body, dict):
        return {}
    found = answer.body.get("resources", [])
    return {r["kind"]: (r["name"], r["namespaced"]) for r in found if "/" not in r["name"]}


class _Asker:
    """A client that posts objects as a dry run into one namespace; an unknown kind gets 404."""

    def __init__(self, server: ApiServer) -> None:
        self.server = server
        self.kinds: dict[str, dict[str, tuple[str, bool]]] = {}

    def status(self, data: dict[str, Any]) -> tuple[int, str]:
        version, kind = str(data.get("apiVersion") or ""), str(data.get("kind") or "")
        known = self.kinds.setdefault(version, _kinds(self.server, version) if version else {})
        if kind not in known:
            return 404, "no such kind"
        plural, namespaced = known[kind]
        body, path = copy.deepcopy(data), "/api/v1" if version == "v1" else f"/apis/{version}"
        if namespaced:
            path += "/namespaces/default"
            body["metadata"]["namespace"] = "default"
        answer = self.server.request("POST", f"{path}/{plural}{DRY_RUN}", body)
        return answer.status, str(answer.body)[:300]


def _current(case: Case) -> bool:
    return int(case.get("minor", MINOR)) == MINOR


def test_the_server_agrees_with_the_rules_about_every_case(api_server: ApiServer) -> None:
    asker, base, wrong = _Asker(api_server), base_objects(), []
    for data in base:
        status, answer = asker.status(data)
        if status != 201:
            wrong.append(f"base {data['kind']}: {answer}")
    for rule, case in cases():
        if not _current(case) or rule.startswith("psa-"):
            continue
        errors = [f for f in run_case(case) if f.severity == "error" and not f.rule.startswith("psa-")]
        for data in changed(case):
            if data in base or str(data.get("apiVersion")).startswith(FOREIGN):
                continue
            status, answer = asker.status(data)
            meta = data.get("metadata") or {}
            names = (str(data.get("kind") or ""), str(meta.get("name") or ""))
            ours = {f.rule for f in errors if (f.ref.kind, f.ref.name) == names}
            if (ours - ACCEPTED and status == 201) or (not ours and status != 201):
                wrong.append(f"{rule} {dict(case)}: server {status} {answer}; ours {ours}")
    assert not wrong, "\n".join(wrong)


def test_the_server_agrees_with_the_pod_security_rules(api_server: ApiServer) -> None:
    wrong = []
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
    for level in LEVELS:
        labels = {"pod-security.kubernetes.io/enforce": level}
        space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"psa-{level}", "labels": labels}}
        assert api_server.request("POST", "/api/v1/namespaces", space).status == 201
        assert api_server.request("POST", f"/api/v1/namespaces/psa-{level}/serviceaccounts", account).status == 201
    for rule, case in cases():
        if not rule.startswith("psa-") or not _current(case):
            continue
        data = next(o for o in changed(case) if f"{o['kind']}/{o['metadata']['name']}" == case["edit"])
        spec = copy.deepcopy(data["spec"]["template"]["spec"])
        spec.pop("serviceAccountName", None)
        if spec.pop("ephemeralContainers", None):
            continue
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"}, "spec": spec}
        for level in LEVELS:
            answer = api_server.request("POST", f"/api/v1/namespaces/psa-{level}/pods{DRY_RUN}", pod)
            found = [f.rule for f in check([pod], level=level) if f.rule.startswith("psa-")]
            if answer.status in {201, 403} and bool(found) != ("violates PodSecurity" in str(answer.body)):
                wrong.append(f"{level} {rule} {dict(case)}: server {answer.status} {answer.body}; ours {found}")
    assert not wrong, "\n".join(wrong)
