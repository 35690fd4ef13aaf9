"""A whole bundle with one fault of each class: the expected result, no effect on other objects, and a lead back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.apiserver.rooms import make, make_room, revision, writes_since
from tests.apiserver.server import ApiServer
from tests.cluster.dry import Outcome, ask
from wizard.catalog.load import load_catalog
from wizard.cluster.kubeconfig import choose
from wizard.cluster.model import ObjectResult, ObjectState, Target
from wizard.cluster.objects import moved
from wizard.faces.leads import lead_of_result
from wizard.session.covering import covering_sessions
from wizard.session.session import Session
from wizard.texts.cluster import settled

pytestmark = pytest.mark.apiserver

Object = dict[str, Any]
DEPLOYMENTS = "/apis/apps/v1/namespaces/{}/deployments"
ADMISSION = "/apis/admissionregistration.k8s.io/v1"


@pytest.fixture(scope="module")
def session() -> Session:
    """Return a covering session with a Deployment whose program has a port, a Service and its own Namespace."""
    for _, each in covering_sessions(load_catalog()):
        wanted = not each.blocked and {"Deployment", "Service", "Namespace"} <= kinds(each)
        listens = "app.listeners" in each.resolved and each.resolved["app.listeners"].value
        if wanted and listens and each.resolved["app.front"].value == "none":
            return each
    raise AssertionError("no covering bundle has them all")


def kinds(session: Session) -> set[str]:
    return {file.document["kind"] for file in session.bundle.manifests}


def bundle(session: Session, where: str = "") -> list[Object]:
    """Return the bundle's objects; moved to the namespace ``where``, without their own Namespace."""
    objects = [copy.deepcopy(dict(file.document)) for file in session.bundle.manifests]
    if not where:
        return objects
    own = next(each["metadata"]["name"] for each in objects if each["kind"] == "Namespace")
    return [moved(each, own, where) for each in objects if each["kind"] != "Namespace"]


def of(objects: list[Object], kind: str) -> Object:
    return next(each for each in objects if each["kind"] == kind)


def container(each: Object) -> Object:
    found: Object = each["spec"]["template"]["spec"]["containers"][0]
    return found


def unknown_field(each: Object) -> None:
    each["spec"]["replica"] = 3


def wrong_type(each: Object) -> None:
    each["spec"]["replicas"] = "3"


def bad_quantity(each: Object) -> None:
    container(each)["resources"]["limits"]["memory"] = "256Megs"


def selector(each: Object) -> None:
    each["spec"]["selector"]["matchLabels"] = {"app": "other"}


def no_image(each: Object) -> None:
    container(each)["image"] = ""


def two_ports(each: Object) -> None:
    container(each)["livenessProbe"] = {"httpGet": {"path": "/", "port": 99999}}


def twice(each: Object) -> None:
    container(each)["env"] = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]


def old_version(each: Object) -> None:
    each["apiVersion"] = "apps/v1beta1"


def no_such_kind(each: Object) -> None:
    each["apiVersion"], each["kind"] = "example.com/v1", "Deployment"


@dataclass(frozen=True)
class Fault:
    change: Callable[[Object], None]
    state: ObjectState
    words: str
    field: str = ""


FAULTS = (
    Fault(unknown_field, ObjectState.INVALID, "unknown field", "spec.replica"),
    Fault(wrong_type, ObjectState.INVALID, "whole number", "spec.replicas"),
    Fault(bad_quantity, ObjectState.INVALID, "quantity"),
    Fault(selector, ObjectState.INVALID, "does not match", "spec.template.metadata.labels"),
    Fault(no_image, ObjectState.INVALID, "Required", "spec.template.spec.containers[0].image"),
    Fault(two_ports, ObjectState.INVALID, "between 1 and 65535", "containers[0].livenessProbe.httpGet.port"),
    Fault(twice, ObjectState.WARNED, "hides previous definition"),
    Fault(old_version, ObjectState.INVALID, "apps/v1beta1 is not served by Kubernetes 1."),
    Fault(no_such_kind, ObjectState.DEFERRED, "is not installed on this cluster"),
)


def text_of(result: ObjectResult) -> str:
    return " | ".join((result.message, *(c.message for c in result.causes), *result.warnings))


def others_pass(outcome: Outcome, but: ObjectResult) -> None:
    assert outcome.finished.error == ""
    assert outcome.finished.checked == outcome.finished.total
    assert all(settled(each) for each in outcome.results if each is not but), outcome.states


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.change.__name__)
def test_one_fault_in_a_bundle_is_reported_and_other_objects_pass(
    fault: Fault, session: Session, admin: Target, room: str
) -> None:
    for where in ("", room):  # in a stand-in for its new namespace, and in an existing one
        objects = bundle(session, where)
        fault.change(of(objects, "Deployment"))
        outcome = ask(replace(admin, namespace=room), *objects)
        result = next(each for each in outcome.results if each.ref.kind == "Deployment")
        if fault.state is ObjectState.WARNED and not where:
            assert (result.state, result.stand_in) == (ObjectState.DEFERRED, room)
        else:
            assert result.state is fault.state, result
        assert fault.words in text_of(result)
        if fault.field:
            assert any(fault.field in cause.field for cause in result.causes), result
        others_pass(outcome, result)
        if not where and fault.change not in (old_version, no_such_kind):
            lead = lead_of_result(session, result)
            assert lead.parameter or lead.question, result


def test_the_cause_of_an_invalid_port_is_the_port(session: Session, admin: Target, room: str) -> None:
    objects = bundle(session)
    container(of(objects, "Deployment"))["ports"][0]["containerPort"] = 99999
    outcome = ask(replace(admin, namespace=room), *objects)
    result = next(each for each in outcome.results if each.ref.kind == "Deployment")
    assert [cause.field for cause in result.causes] == ["spec.template.spec.containers[0].ports[0].containerPort"]
    assert lead_of_result(session, result).parameter == "app.listeners"


def test_a_bundle_is_compared_with_existing_objects(session: Session, api_server: ApiServer, admin: Target) -> None:
    where = make_room(api_server, "existing")
    live = of(bundle(session, where), "Deployment")
    make(api_server, DEPLOYMENTS.format(where), live)
    before = revision(api_server)
    objects = bundle(session, where)
    container(of(objects, "Deployment"))["image"] = "registry.example.com/other:2.0.0"
    outcome = ask(admin, *objects)
    result = next(each for each in outcome.results if each.ref.kind == "Deployment")
    assert result.state is ObjectState.EXISTS
    added = [line for line in result.diff.splitlines() if line.startswith("+")]
    assert any(line.endswith("image: registry.example.com/other:2.0.0") for line in added)
    assert [cause.reason for cause in result.causes] == ["FieldManagerConflict"]
    assert "owns fields that would change" in result.message
    others_pass(outcome, result)
    of(objects, "Deployment")["spec"]["selector"]["matchLabels"] = {"app": "other"}
    of(objects, "Deployment")["spec"]["template"]["metadata"]["labels"]["app"] = "other"
    result = ask(admin, of(objects, "Deployment")).result
    assert result.state is ObjectState.INVALID
    assert "cannot change on the existing Deployment" in result.message
    assert writes_since(api_server, before) == []


def test_missing_and_deleted_namespaces_are_reported(session: Session, api_server: ApiServer, admin: Target) -> None:
    outcome = ask(admin, *bundle(session, "nowhere"))
    assert {result.state for result in outcome.results} == {ObjectState.DEFERRED}
    assert not any(map(settled, outcome.results))
    leaving = make_room(api_server, "leaving")
    assert api_server.request("DELETE", f"/api/v1/namespaces/{leaving}").status == 200
    outcome = ask(admin, *bundle(session, leaving))
    assert {result.state for result in outcome.results} == {ObjectState.DENIED}
    assert all("is being deleted" in result.message for result in outcome.results)


def test_missing_permissions_are_reported(session: Session, api_server: ApiServer) -> None:
    outcome = ask(choose(str(api_server.kubeconfig), "viewer"), *bundle(session))
    assert {result.state for result in outcome.results} == {ObjectState.FORBIDDEN}
    assert all(result.message.startswith("you are not allowed to create ") for result in outcome.results)


def in_depth(session: Session, target: Target, objects: list[Object]) -> tuple[ObjectResult, ObjectResult]:
    """Return the results for the Deployment and for a Pod of its template."""
    outcome = ask(target, *objects, deep=True)
    assert outcome.finished.error == ""
    template, pod = (next(each for each in outcome.results if each.ref.kind == kind) for kind in ("Deployment", "Pod"))
    assert pod.owner == template.ref
    assert str(template.ref) in pod.note
    return template, pod


def test_a_deep_check_reports_pod_security_denials(session: Session, api_server: ApiServer, admin: Target) -> None:
    where = make_room(api_server, "guarded", **{"pod-security.kubernetes.io/enforce": "restricted"})
    objects = bundle(session, where)
    container(of(objects, "Deployment"))["securityContext"]["allowPrivilegeEscalation"] = True
    template, pod = in_depth(session, admin, objects)
    assert settled(template)
    assert pod.state is ObjectState.DENIED
    assert "violates PodSecurity" in pod.message
    assert [cause.field for cause in pod.causes] == [
        "spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation"
    ]
    own = {file.ref for file in session.bundle.manifests}
    at_home = template.ref._replace(namespace=next(ref.namespace for ref in own if ref and ref.kind == "Deployment"))
    lead = lead_of_result(session, replace(pod, owner=at_home))
    assert lead.question or lead.parameter


def test_a_deep_check_reports_limits_and_quotas(session: Session, api_server: ApiServer, admin: Target) -> None:
    small = make_room(api_server, "small")
    limits = {"limits": [{"type": "Container", "max": {"memory": "1Mi"}}]}
    body = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "small"}, "spec": limits}
    make(api_server, f"/api/v1/namespaces/{small}/limitranges", body)
    template, pod = in_depth(session, admin, bundle(session, small))
    assert settled(template)
    assert pod.state is ObjectState.DENIED
    assert "maximum memory usage per Container is 1Mi" in pod.message
    poor = make_room(api_server, "poor")
    hard = {"hard": {"limits.memory": "1Mi"}}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "poor"}, "spec": hard}
    made = make(api_server, f"/api/v1/namespaces/{poor}/resourcequotas", quota)
    made["status"] = {**hard, "used": {"limits.memory": "0"}}
    assert api_server.request("PUT", f"/api/v1/namespaces/{poor}/resourcequotas/poor/status", made).status == 200
    template, pod = in_depth(session, admin, bundle(session, poor))
    assert settled(template)
    assert pod.state is ObjectState.DENIED
    assert "exceeded quota: poor" in pod.message


@pytest.mark.parametrize(("action", "state"), [("Deny", ObjectState.DENIED), ("Warn", ObjectState.WARNED)])
def test_an_admission_policys_decision_is_reported(
    action: str, state: ObjectState, session: Session, api_server: ApiServer, admin: Target
) -> None:
    name = f"policy-{action.lower()}"
    where = make_room(api_server, name, policy=name)
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}
    match = {"resourceRules": [rule], "namespaceSelector": {"matchLabels": {"policy": name}}}
    spec: Object = {
        "matchConstraints": match, "validations": [{"expression": "false", "message": "not on a Monday"}],
    }  # fmt: skip
    head = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": name}}
    make(api_server, f"{ADMISSION}/validatingadmissionpolicies",
         {**head, "kind": "ValidatingAdmissionPolicy", "spec": spec})  # fmt: skip
    make(api_server, f"{ADMISSION}/validatingadmissionpolicybindings",
         {**head, "kind": "ValidatingAdmissionPolicyBinding",
          "spec": {"policyName": name, "validationActions": [action]}})  # fmt: skip
    deployment = of(bundle(session, where), "Deployment")
    for _ in range(300):  # the server reads its policies a moment after they are stored
        answer = api_server.request("POST", DEPLOYMENTS.format(where) + "?dryRun=All", deployment)
        if answer.status != 201 or answer.warnings:
            break
    outcome = ask(admin, *bundle(session, where))
    result = next(each for each in outcome.results if each.ref.kind == "Deployment")
    assert result.state is state
    assert "not on a Monday" in text_of(result)
    others_pass(outcome, result)
