"""Leads from a server's response back to the question or parameter that can change it."""

from __future__ import annotations

import pytest

from tests.journeys import session_of
from wizard.catalog.model import Catalog
from wizard.cluster.model import Cause, ObjectResult, ObjectState
from wizard.faces.leads import lead_of_result
from wizard.kube.objects import ObjectRef
from wizard.session.session import Lead, Session

IMAGE = "spec.template.spec.containers[0].image"


@pytest.fixture
def session(catalog: Catalog) -> Session:
    return session_of(catalog, "simple-api")


def ref_of(session: Session, kind: str) -> ObjectRef:
    return next(file.ref for file in session.bundle.manifests if file.ref and file.ref.kind == kind)


def test_a_field_leads_to_its_parameter(session: Session) -> None:
    result = ObjectResult(ref_of(session, "Deployment"), ObjectState.INVALID, "no", (Cause(IMAGE, "no"),))
    assert lead_of_result(session, result).parameter == "app.image"


def test_an_immutable_field_without_a_parameter_leads_to_the_name(session: Session) -> None:
    cause = Cause("spec.selector", "Invalid value: {}: field is immutable")
    result = ObjectResult(ref_of(session, "Deployment"), ObjectState.INVALID, "no", (cause,))
    assert lead_of_result(session, result).parameter == "app.name"


def test_a_pods_result_leads_to_the_same_place_as_its_template(session: Session) -> None:
    ref = ref_of(session, "Deployment")
    pod = ObjectRef("v1", "Pod", ref.name, ref.namespace)
    denied = ObjectResult(pod, ObjectState.DENIED, "exceeded quota", owner=ref)
    assert lead_of_result(session, denied) != Lead()
    named = ObjectResult(pod, ObjectState.DENIED, "no", (Cause(IMAGE, "no"),), owner=ref)
    assert lead_of_result(session, named).parameter == "app.image"


def test_a_result_without_a_field_leads_to_the_parameter_it_mentions(session: Session) -> None:
    ref = ref_of(session, "Deployment")
    text = f"namespace {ref.namespace} does not exist here; not checked"
    assert lead_of_result(session, ObjectResult(ref, ObjectState.DEFERRED, text)).parameter == "app.namespace"
    text = f"you are not allowed to create deployments in namespace {ref.namespace}; not checked"
    assert lead_of_result(session, ObjectResult(ref, ObjectState.FORBIDDEN, text)).parameter == "app.namespace"
    space = ObjectResult(
        ref_of(session, "Namespace"), ObjectState.FORBIDDEN, "you are not allowed to create namespaces"
    )
    assert lead_of_result(session, space).parameter == "app.create_namespace"
    exists = ObjectResult(ref, ObjectState.EXISTS, "exists, and would change", diff="-a")
    assert lead_of_result(session, exists).parameter == "app.name"
    assert lead_of_result(session, ObjectResult(ref, ObjectState.DENIED, "denied by policy x: no")).question
    warned = ObjectResult(ref, ObjectState.WARNED, "", warnings=(f"{IMAGE}: old",))
    assert lead_of_result(session, warned).parameter == "app.image"


@pytest.mark.parametrize("state", [ObjectState.ACCEPTED, ObjectState.EXISTS, ObjectState.UNKNOWN])
def test_a_result_that_needs_no_change_has_no_lead(state: ObjectState, session: Session) -> None:
    assert lead_of_result(session, ObjectResult(ref_of(session, "Deployment"), state, state.value)) == Lead()
    assert lead_of_result(session, ObjectResult(ObjectRef("v1", "Secret", "x"), ObjectState.INVALID, "no")) == Lead()


@pytest.mark.parametrize(("keeps", "operate"), [("nothing", None), ("own_disk", "plain")])
def test_a_refused_disruption_budget_leads_to_the_number_of_replicas(
    keeps: str, operate: str | None, catalog: Catalog
) -> None:
    session = session_of(catalog, "simple-api").answer("keeps", keeps).answer("copies", "several")
    if operate:
        session = session.answer("operate", operate)
    denied = ObjectResult(ref_of(session, "PodDisruptionBudget"), ObjectState.DENIED, "denied: exceeded quota: budgets")
    assert lead_of_result(session, denied) == Lead("copies")
    ref = ref_of(session, "PodDisruptionBudget")
    text = f"you are not allowed to patch poddisruptionbudgets in namespace {ref.namespace}; not checked"
    forbidden = ObjectResult(ref, ObjectState.FORBIDDEN, text)
    assert lead_of_result(session, forbidden) == Lead("copies"), "another namespace would not help"
    missing = ObjectResult(ref, ObjectState.DEFERRED, f"namespace {ref.namespace} does not exist here; not checked")
    assert lead_of_result(session, missing).parameter == "app.namespace"
