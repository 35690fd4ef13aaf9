"""The dry run against a real API server: every kind of response, and nothing stored."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.apiserver.rooms import in_room, make, make_account, revision, writes_since
from tests.apiserver.server import ApiServer
from tests.cluster.dry import CONTAINER, Outcome, ask, config_map, deployment, namespace, secret
from wizard.catalog.load import load_catalog
from wizard.cluster.kubeconfig import choose
from wizard.cluster.model import ObjectState, Target
from wizard.session.covering import covering_sessions

pytestmark = pytest.mark.apiserver

GOOD = (ObjectState.ACCEPTED, ObjectState.WARNED)
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


def only(outcome: Outcome) -> ObjectState:
    assert outcome.finished.error == ""
    return outcome.result.state


@pytest.mark.timeout(400)
def test_every_covering_bundle_passes_and_stores_nothing(api_server: ApiServer, admin: Target, room: str) -> None:
    before = revision(api_server)
    asked = 0
    for name, session in covering_sessions(load_catalog()):
        if session.blocked:
            continue
        bundle = in_room(session, room).bundle
        outcome = ask(admin, *(file.document for file in bundle.manifests))
        assert outcome.finished.error == "", name
        assert outcome.finished.checked == outcome.finished.total == len(bundle.manifests)
        for result in outcome.results:
            deferred = result.state is ObjectState.DEFERRED and (result.stand_in or "not installed" in result.message)
            assert result.state in GOOD or deferred, (name, result)
            assert "the cluster changes" not in result.note, (name, result)
            assert not (deferred and "not installed" in result.message and result.ref.api_version == "v1")
        asked += 1
    assert asked >= 20
    assert writes_since(api_server, before) == []


def test_the_user_and_the_version_of_the_server_are_shown(api_server: ApiServer, admin: Target) -> None:
    identity = ask(admin, config_map()).identity
    assert identity is not None
    assert identity.user == "admin"
    assert "system:masters" in identity.groups
    assert identity.version.startswith("1.")


def test_an_existing_object_is_compared(api_server: ApiServer, admin: Target, room: str) -> None:
    make(api_server, f"/api/v1/namespaces/{room}/configmaps", config_map("known", room, mode="on"))
    same = ask(admin, config_map("known", room, mode="on")).result
    assert (same.state, same.diff) == (ObjectState.EXISTS, "")
    conflict = ask(admin, config_map("known", room, mode="off")).result
    assert conflict.state is ObjectState.EXISTS
    assert [cause.field for cause in conflict.causes] == ["data.mode"]
    assert "+  mode: 'off'" in conflict.diff
    more = ask(admin, config_map("known", room, mode="on", extra="yes")).result
    assert more.state is ObjectState.EXISTS
    assert "+  extra: 'yes'" in more.diff
    assert "managedFields" not in more.diff


def test_a_secret_is_compared_without_showing_its_values(api_server: ApiServer, admin: Target, room: str) -> None:
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login"}, "stringData": {"old": "opensesame"}}
    make(api_server, f"/api/v1/namespaces/{room}/secrets", body)
    result = ask(admin, secret("login", room, new="open-barley")).result
    assert result.state is ObjectState.EXISTS
    assert "new: (hidden)" in result.diff
    text = repr(result)
    for value in ("opensesame", "open-barley"):
        assert value not in text
        assert base64.b64encode(value.encode()).decode() not in text


def test_an_immutable_field_is_named(api_server: ApiServer, admin: Target, room: str) -> None:
    make(api_server, f"/apis/apps/v1/namespaces/{room}/deployments", deployment("fixed", room))
    other = deployment("fixed", room)
    other["spec"]["selector"]["matchLabels"] = other["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    result = ask(admin, other).result
    assert result.state is ObjectState.INVALID
    assert "spec.selector cannot change" in result.message


@pytest.mark.parametrize("applied", [True, False])
def test_a_changed_port_is_judged_as_kubectl_apply_would(
    api_server: ApiServer, admin: Target, room: str, *, applied: bool
) -> None:
    """Check a change that only ``kubectl apply`` can make: a plain merge also keeps the old port of the same name."""

    def with_port(number: int) -> dict[str, Any]:
        made = deployment(f"moves-{applied}".lower(), room)
        container = {**CONTAINER, "ports": [{"name": "http", "containerPort": number}]}
        made["spec"]["template"]["spec"]["containers"] = [container]
        return made

    live = with_port(8080)
    if applied:
        live["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(live)}
    make(api_server, f"/apis/apps/v1/namespaces/{room}/deployments", live)
    before = revision(api_server)
    result = ask(admin, with_port(9090)).result
    if applied:
        assert (result.state, result.message) == (ObjectState.EXISTS, "exists, and would change")
        assert "-        - containerPort: 8080" in result.diff and "+        - containerPort: 9090" in result.diff
    else:
        assert result.state is ObjectState.INVALID and "Duplicate value" in result.causes[0].message
    assert writes_since(api_server, before) == []


def test_a_key_dropped_from_the_bundle_is_shown_as_removed(api_server: ApiServer, admin: Target, room: str) -> None:
    def applied(**data: str) -> dict[str, Any]:
        made = config_map("applied", room, **data)
        note = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(made)}
        return made | {"metadata": {**made["metadata"], "annotations": note}}

    make(api_server, f"/api/v1/namespaces/{room}/configmaps", applied(mode="on", old="yes"))
    before = revision(api_server)
    result = ask(admin, config_map("applied", room, mode="on")).result
    assert (result.state, result.message) == (ObjectState.EXISTS, "exists, and would change")
    assert "-  old: 'yes'" in result.diff
    assert ask(admin, config_map("applied", room, mode="on", old="yes")).result.diff == ""
    assert writes_since(api_server, before) == []


def test_missing_permissions_are_reported(api_server: ApiServer, room: str) -> None:
    outcome = ask(choose(str(api_server.kubeconfig), "viewer"), config_map(namespace=room), namespace("own"))
    assert {result.state for result in outcome.results} == {ObjectState.FORBIDDEN}
    assert f"you are not allowed to create configmaps in namespace {room}" in outcome.results[1].message
    assert outcome.finished.error == ""


def test_an_existing_object_without_patch_permission_is_not_compared(api_server: ApiServer, room: str) -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "creator"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create"]}],
    }  # fmt: skip
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "creator"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "creator"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "viewer"}],
    }  # fmt: skip
    make(api_server, "/api/v1/namespaces", namespace("half"))
    make(api_server, "/apis/rbac.authorization.k8s.io/v1/namespaces/half/roles", role)
    make(api_server, "/apis/rbac.authorization.k8s.io/v1/namespaces/half/rolebindings", binding)
    make(api_server, "/api/v1/namespaces/half/configmaps", config_map("known", "half"))
    result = ask(choose(str(api_server.kubeconfig), "viewer"), config_map("known", "half")).result
    assert result.state is ObjectState.EXISTS
    assert "no patch permission" in result.message


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"replica": 3}, "spec.replica", "unknown field"),
        ({"replicas": "3"}, "spec.replicas", "whole number"),
        ({"replicas": -1}, "spec.replicas", "greater than or equal to 0"),
    ],
)
def test_a_field_error_names_its_field(
    admin: Target, room: str, change: dict[str, Any], field: str, words: str
) -> None:
    wrong = deployment(namespace=room)
    wrong["spec"] |= change
    result = ask(admin, wrong).result
    assert result.state is ObjectState.INVALID
    assert [cause.field for cause in result.causes] == [field]
    assert words in result.causes[0].message


def test_warnings_are_reported(admin: Target, room: str) -> None:
    twice = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    doubled = deployment(
        namespace=room, containers=[{"name": "web", "image": "registry.example.com/web:1.0.0", "env": twice}]
    )
    result = ask(admin, doubled).result
    assert result.state is ObjectState.WARNED
    assert any("hides previous definition" in text or "duplicate" in text.lower() for text in result.warnings)


def test_only_a_deep_check_reaches_pod_security(api_server: ApiServer, admin: Target, room: str) -> None:
    make(api_server, "/api/v1/namespaces", namespace("strict", **RESTRICTED))
    make_account(api_server, "strict")
    assert only(ask(admin, deployment(namespace="strict"))) in GOOD
    template, pod = ask(admin, deployment(namespace="strict"), deep=True).results
    assert template.state in GOOD
    assert pod.ref.kind == "Pod"
    assert pod.state is ObjectState.DENIED
    assert "PodSecurity" in pod.message
    own = ask(admin, deployment(namespace=room, serviceAccountName="own"), deep=True).results[1]
    assert own.state in GOOD
    assert "default ServiceAccount" in own.note


def test_a_quota_denial_is_reported(api_server: ApiServer, admin: Target) -> None:
    make(api_server, "/api/v1/namespaces", namespace("full"))
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "none"},
        "spec": {"hard": {"configmaps": "0"}},
    }
    made = make(api_server, "/api/v1/namespaces/full/resourcequotas", quota)
    made["status"] = {"hard": {"configmaps": "0"}, "used": {"configmaps": "0"}}
    answer = api_server.request("PUT", "/api/v1/namespaces/full/resourcequotas/none/status", made)
    assert answer.status == 200, answer
    result = ask(admin, config_map(namespace="full")).result
    assert result.state is ObjectState.DENIED
    assert "exceeded quota" in result.message


def test_an_admission_policys_denial_is_reported(api_server: ApiServer, admin: Target) -> None:
    root = "/apis/admissionregistration.k8s.io/v1"
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
    policy = {
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "calm"},
        "spec": {
            "failurePolicy": "Fail", "matchConstraints": {"resourceRules": [rule]},
            "validations": [{"expression": "object.metadata.name != 'loud'", "message": "be quiet"}],
        },
    }  # fmt: skip
    binding = {
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": "calm"}, "spec": {"policyName": "calm", "validationActions": ["Deny"]},
    }  # fmt: skip
    make(api_server, f"{root}/validatingadmissionpolicies", policy)
    make(api_server, f"{root}/validatingadmissionpolicybindings", binding)
    for _ in range(200):  # the server reads its policies a moment after they are stored
        result = ask(admin, config_map("loud")).result
        if result.state is not ObjectState.ACCEPTED:
            break
    assert result.state is ObjectState.DENIED
    assert result.message == "denied by policy calm: be quiet"


def test_a_missing_namespace_is_reported(admin: Target) -> None:
    result = ask(admin, config_map(namespace="nowhere")).result
    assert result.state is ObjectState.DEFERRED
    assert not result.stand_in
    assert "does not exist" in result.message


def test_a_new_namespace_is_checked_in_a_stand_in(admin: Target, room: str) -> None:
    wrong = deployment("wrong", "brand-new")
    wrong["spec"]["replicas"] = -1
    outcome = ask(replace(admin, namespace=room), namespace("brand-new"), deployment("fine", "brand-new"), wrong)
    fine = outcome.results[1]
    assert (fine.state, fine.stand_in) == (ObjectState.DEFERRED, room)
    assert outcome.states["Deployment/wrong"] is ObjectState.INVALID


def test_kinds_that_the_server_does_not_serve_are_reported(admin: Target, room: str) -> None:
    custom = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x", "namespace": room}}
    old = {"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": "x", "namespace": room}}
    typo = {"apiVersion": "apps/v1", "kind": "Deploymentt", "metadata": {"name": "x", "namespace": room}}
    results = {result.ref.kind: result for result in ask(admin, custom, old, typo).results}
    assert results["Thing"].state is ObjectState.DEFERRED
    assert "not installed" in results["Thing"].message
    assert results["PodDisruptionBudget"].state is ObjectState.INVALID
    assert "is not served by Kubernetes 1." in results["PodDisruptionBudget"].message
    assert results["Deploymentt"].hint == "did you mean 'Deployment'?"


def test_a_namespace_being_deleted_is_reported(api_server: ApiServer, admin: Target) -> None:
    make(api_server, "/api/v1/namespaces", namespace("going"))
    make(api_server, "/api/v1/namespaces/going/configmaps", config_map("stays", "going"))
    assert api_server.request("DELETE", "/api/v1/namespaces/going").status == 200
    result = ask(admin, config_map(namespace="going")).result
    assert result.state is ObjectState.DENIED
    assert "is being deleted" in result.message


def with_user(api_server: ApiServer, folder: Path, user: dict[str, Any]) -> Target:
    data = json.loads(api_server.kubeconfig.read_text())
    data["users"] = [{"name": "admin", "user": user}]
    data["contexts"] = data["contexts"][:1]
    (folder / "config").write_text(json.dumps(data))
    return choose(str(folder / "config"))


def test_rejected_credentials_are_reported(api_server: ApiServer, tmp_path: Path) -> None:
    outcome = ask(with_user(api_server, tmp_path, {"token": "stale-token"}), config_map(), config_map("other"))
    assert outcome.results == ()
    assert "rejected or have expired" in outcome.finished.error
    assert (outcome.finished.checked, outcome.finished.total) == (0, 2)


def test_missing_credentials_are_reported(api_server: ApiServer, tmp_path: Path) -> None:
    outcome = ask(with_user(api_server, tmp_path, {}), config_map())
    assert "no credentials were sent" in outcome.finished.error


def test_impersonation_is_honoured(api_server: ApiServer, tmp_path: Path) -> None:
    target = with_user(api_server, tmp_path, {"token": "admin-token", "as": "somebody"})
    assert "the result is for somebody" in target.notes[0]
    outcome = ask(target, config_map())
    assert outcome.identity is not None
    assert outcome.identity.user == "somebody"
    assert outcome.result.state is ObjectState.FORBIDDEN


def test_nothing_is_ever_stored(api_server: ApiServer, admin: Target, room: str) -> None:
    before = revision(api_server)
    for deep in (False, True):
        ask(admin, namespace("never"), deployment("never", "never"), config_map("never", room), deep=deep)
        ask(admin, secret("never", room, a="bcdefg"), deployment("never", room), deep=deep)
    assert writes_since(api_server, before) == []
