"""Classification of recorded responses of a real API server (1.37)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.cluster.judge import Judged, ResponseKind, conflicts, judge
from wizard.cluster.model import ObjectState
from wizard.cluster.response import Response, parse_response
from wizard.kube.objects import ObjectRef

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "answers" / "recorded.json").read_text())
GOOD = (ObjectState.ACCEPTED, ObjectState.WARNED, ObjectState.EXISTS)


def recorded(name: str) -> tuple[Response, ObjectRef]:
    each = RECORDED[name]
    data = (json.dumps(each["body"]) if "body" in each else each["text"]).encode()
    warned = tuple(text for line in each["warnings"] for text in re.findall(r'299 - "(.*)"', line))
    return parse_response(each["status"], data, warned=warned), ObjectRef(
        "v1", each["kind"], each["name"], each["namespace"]
    )


def judged(name: str) -> Judged:
    answer, ref = recorded(name)
    return judge(answer, ref, context="dev")


@pytest.mark.parametrize(
    ("name", "kind", "state", "words"),
    [
        ("accepted", ResponseKind.FINAL, ObjectState.ACCEPTED, "accepted"),
        ("duplicate-env", ResponseKind.FINAL, ObjectState.WARNED, "accepted with warnings"),
        ("pod-security-warning", ResponseKind.FINAL, ObjectState.WARNED, "accepted with warnings"),
        ("exists", ResponseKind.EXISTS, ObjectState.EXISTS, "exists"),
        ("unknown-field", ResponseKind.FINAL, ObjectState.INVALID, "fields do not fit"),
        ("typed-patch", ResponseKind.FINAL, ObjectState.INVALID, "fields do not fit"),
        ("negative", ResponseKind.FINAL, ObjectState.INVALID, "the server refuses it"),
        ("no-name", ResponseKind.FINAL, ObjectState.INVALID, "the server refuses it"),
        (
            "immutable",
            ResponseKind.FINAL,
            ObjectState.INVALID,
            "spec.selector cannot change on the existing Deployment",
        ),
        ("too-large", ResponseKind.FINAL, ObjectState.INVALID, "the server refuses it"),
        ("no-namespace", ResponseKind.NO_NAMESPACE, ObjectState.DEFERRED, "not found"),
        ("no-version", ResponseKind.NO_RESOURCE, ObjectState.DEFERRED, "could not find"),
        ("no-group", ResponseKind.NO_RESOURCE, ObjectState.DEFERRED, "not served"),
        (
            "rbac",
            ResponseKind.FORBIDDEN,
            ObjectState.FORBIDDEN,
            "you are not allowed to create configmaps in namespace shop",
        ),
        ("escalation", ResponseKind.FINAL, ObjectState.FORBIDDEN, "rights that you do not have"),
        ("anonymous", ResponseKind.STOP, ObjectState.UNKNOWN, "no credentials were sent"),
        ("unauthorized", ResponseKind.STOP, ObjectState.UNKNOWN, "of context dev were rejected"),
        ("pod-security", ResponseKind.FINAL, ObjectState.DENIED, 'violates PodSecurity "restricted:latest"'),
        ("no-account", ResponseKind.FINAL, ObjectState.DENIED, "error looking up service account"),
        ("no-priority", ResponseKind.FINAL, ObjectState.DENIED, "no PriorityClass with name gold"),
        ("quota", ResponseKind.FINAL, ObjectState.DENIED, "exceeded quota: none"),
        ("policy", ResponseKind.FINAL, ObjectState.DENIED, "denied by policy calm: be quiet"),
        ("terminating", ResponseKind.FINAL, ObjectState.DENIED, "namespace going is being deleted"),
        (
            "webhook-down",
            ResponseKind.FINAL,
            ObjectState.UNKNOWN,
            "admission webhook gate.example.com failed; not checked",
        ),
    ],
)
def test_each_recorded_response_gets_its_kind_state_and_message(
    name: str, kind: ResponseKind, state: ObjectState, words: str
) -> None:
    found = judged(name)
    assert (found.kind, found.result.state) == (kind, state)
    assert words in found.result.message
    assert found.result.code == RECORDED[name]["status"]


@pytest.mark.parametrize(
    ("name", "causes"),
    [
        ("unknown-field", [("spec.replica", "unknown field"), ("spec.sellector", "unknown field")]),
        ("wrong-type", [("spec.replicas", "has to be a whole number, not a string")]),
        ("data-number", [("data", "has to be text, not a number")]),
        ("bad-quantity", [("", "a value is not a valid quantity, such as 128Mi or 500m")]),
        ("negative", [("spec.replicas", "Invalid value: -1: must be greater than or equal to 0")]),
        ("typed-patch", [("spec.replica", "unknown field")]),
        (
            "typed-duplicates",
            [('spec.template.spec.containers[name="web"].env', 'duplicate entries for key [name="A"]')],
        ),
        ("too-large", [("", "Too long: may not be more than 1048576 bytes")]),
    ],
)
def test_field_errors_name_their_fields(name: str, causes: list[tuple[str, str]]) -> None:
    assert [(cause.field, cause.message) for cause in judged(name).result.causes] == causes


def test_a_decoding_error_does_not_repeat_a_value() -> None:
    assert "4711" in json.dumps(RECORDED["secret-number"])
    assert "4711" not in repr(judged("secret-number"))


def test_a_field_conflict_names_the_owner() -> None:
    answer, _ = recorded("conflict")
    (cause,) = conflicts(answer)
    assert cause.field == '.spec.template.spec.containers[name="web"].image'
    assert "Python-urllib" in cause.message


@pytest.mark.parametrize(
    "name", sorted(set(RECORDED) - {"accepted", "duplicate-env", "pod-security-warning", "exists"})
)
def test_an_unchecked_object_never_passes(name: str) -> None:
    assert judged(name).result.state not in GOOD


def test_an_admission_denial_is_never_taken_for_missing_permissions() -> None:
    for name in RECORDED:
        if name not in ("rbac", "escalation"):
            assert judged(name).result.state is not ObjectState.FORBIDDEN, name
    body = {
        "kind": "Status",
        "message": 'admission webhook "w" denied the request: User "x" cannot create resource "y"',
    }
    answer = parse_response(403, json.dumps(body).encode())
    assert judge(answer, ObjectRef("v1", "Pod", "p"), context="").result.state is ObjectState.DENIED


def test_a_long_message_keeps_its_end() -> None:
    message = f"spec.template: Invalid value: {'x' * 20_000}: field is immutable"
    body = {
        "kind": "Status",
        "message": message,
        "details": {"causes": [{"field": "spec.template", "message": message}]},
    }
    result = judge(parse_response(422, json.dumps(body).encode()), ObjectRef("batch/v1", "Job", "j"), context="").result
    assert len(result.causes[0].message) < 600
    assert result.causes[0].message.endswith("field is immutable")


@pytest.mark.parametrize(
    ("kind", "field", "message", "says"),
    [
        ("StatefulSet", "spec.volumeClaimTemplates", "Invalid value: []: field is immutable",
         "kubectl delete statefulset db -n demo --cascade=orphan"),
        ("StatefulSet", "spec", "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
         "the claims keep their data"),
        ("StatefulSet", "spec.selector", "Invalid value: {}: field is immutable", "they stop and start again"),
        ("PersistentVolumeClaim", "spec", "Forbidden: spec is immutable after creation except resources.requests",
         "do not delete it while you need the data"),
        ("PersistentVolume", "spec.persistentvolumesource", "Forbidden: immutable after creation", "another name"),
        ("Job", "spec.template", "Invalid value: {}: field is immutable", "which runs it again"),
        ("Deployment", "spec.selector", "Invalid value: {}: field is immutable", "stops its pods"),
        ("Secret", "data", "Forbidden: field is immutable when `immutable` is set", "rename it"),
        ("Ingress", "spec.x", "Invalid value: {}: field is immutable", "delete and create it again"),
    ],
)  # fmt: skip
def test_the_hint_for_an_immutable_field_explains_the_effect_on_data_and_pods(
    kind: str, field: str, message: str, says: str
) -> None:
    body = {"kind": "Status", "message": "x", "details": {"causes": [{"field": field, "message": message}]}}
    result = judge(
        parse_response(422, json.dumps(body).encode()), ObjectRef("v1", kind, "db", "demo"), context=""
    ).result
    assert says in result.hint and len(result.hint) < 400
    assert result.message == f"{field} cannot change on the existing {kind}"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "details", "causes", "message", "reason", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.integers(100, 599), st.one_of(st.binary(max_size=60), json_values.map(lambda each: json.dumps(each).encode()))
)
def test_no_response_causes_a_crash_and_no_odd_one_passes(code: int, data: bytes) -> None:
    answer = parse_response(code, data)
    found = judge(answer, ObjectRef("v1", "ConfigMap", "x"), context="")
    conflicts(answer)
    if found.result.state in GOOD and found.kind is ResponseKind.FINAL:
        assert code in (200, 201)
        assert answer.body is not None
        assert answer.body["kind"] == "ConfigMap"
