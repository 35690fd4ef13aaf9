"""The check of single objects, without process or network: request order, custom kinds, hostile responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cluster.dry import config_map, deployment
from wizard.cluster.model import ObjectResult, ObjectState, Target
from wizard.cluster.object_check import ObjectChecker
from wizard.cluster.objects import indexed
from wizard.cluster.preflight import Kinds, look_up
from wizard.cluster.request import APPLY, Request, refuse_unless_dry
from wizard.cluster.request_error import RequestError
from wizard.cluster.resources import built_in, in_order
from wizard.cluster.response import Response, parse_response

TARGET = Target("dev", "c", "https://cluster.example.com", "u", "shop", ())
BUILT_IN = Kinds(built_in(), frozenset(), {}, "1.37.2")


@dataclass
class Script:
    """A sender that replies by a rule and records the requests."""

    rule: Callable[[Request], Response]
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        refuse_unless_dry(request)
        self.asked.append(request)
        return self.rule(request)


def reply(status: int, body: Any = None, *warnings: str) -> Response:
    return parse_response(status, json.dumps(body).encode(), warned=warnings)


def failure(status: int, message: str, reason: str = "", **details: Any) -> Response:
    return reply(status, {"kind": "Status", "message": message, "reason": reason, "details": details})


def ask(
    rule: Callable[[Request], Response], obj: dict[str, Any], **options: Any
) -> tuple[list[ObjectResult], list[Request]]:
    script = Script(rule)
    checker = ObjectChecker(script, TARGET, options.pop("kinds", BUILT_IN), options.pop("new", frozenset()), **options)
    return list(checker.check(obj)), script.asked


@pytest.mark.parametrize(
    ("owner", "message"),
    [
        ("kubectl-client-side-apply", "exists, and would change"),
        ("helm", "exists, and helm owns fields that would change"),
    ],
)
def test_kubectls_own_field_ownership_is_not_a_conflict(owner: str, message: str) -> None:
    cause = {"reason": "FieldManagerConflict", "message": f'conflict with "{owner}"', "field": ".data.mode"}
    wanted = config_map("settings", mode="off")

    def rule(request: Request) -> Response:
        if request.method == "POST":
            return failure(409, "exists", "AlreadyExists")
        if request.content_type == APPLY:
            return failure(409, "conflict", "Conflict", causes=[cause])
        return reply(200, config_map("settings", mode="on") if request.method == "GET" else wanted)

    (result,), _ = ask(rule, wanted)
    assert (result.state, result.message) == (ObjectState.EXISTS, message)
    assert bool(result.hint) == bool(result.causes) == (owner == "helm")
    assert "+  mode: 'off'" in result.diff


APPLIED = {"kubectl.kubernetes.io/last-applied-configuration": "{}"}


@pytest.mark.parametrize(
    ("annotations", "put", "state"),
    [
        (APPLIED, 200, ObjectState.EXISTS),
        (APPLIED, 422, ObjectState.INVALID),
        (APPLIED, 403, ObjectState.INVALID),
        ({"other": "x"}, 200, ObjectState.INVALID),
        ("odd", 200, ObjectState.INVALID),
        (None, 200, ObjectState.INVALID),
    ],
)
@pytest.mark.parametrize("conflict", [True, False])
def test_an_object_that_kubectl_apply_wrote_is_judged_by_its_replacement(
    annotations: Any, put: int, state: ObjectState, *, conflict: bool
) -> None:
    wanted = config_map("settings", mode="off")
    live = config_map("settings", mode="on")
    live["metadata"]["annotations"] = annotations

    def rule(request: Request) -> Response:
        if request.method == "POST":
            return failure(409, "exists", "AlreadyExists")
        if request.method == "GET":
            return reply(200, live)
        if request.method == "PUT":
            return reply(200, wanted) if put == 200 else failure(put, "no", "Invalid" if put == 422 else "Forbidden")
        if conflict and request.content_type == APPLY:
            cause = {"reason": "FieldManagerConflict", "message": 'conflict with "kubectl"', "field": ".data.mode"}
            return failure(409, "conflict", "Conflict", causes=[cause])
        return failure(422, "Duplicate value", "Invalid", causes=[{"field": "data", "message": "Duplicate value"}])

    (result,), asked = ask(rule, wanted)
    assert result.state is state
    assert all(("dryRun", "All") in each.query for each in asked if each.method != "GET")
    if state is ObjectState.EXISTS:
        assert "+  mode: 'off'" in result.diff and "server-side apply" in result.note
    else:
        assert result.causes[0].message == "Duplicate value"


def test_a_custom_kind_uses_the_path_from_api_discovery() -> None:
    thing = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x"}}
    wide = {"apiVersion": "example.com/v1", "kind": "Wide", "metadata": {"name": "x"}}
    lost = {"apiVersion": "broken.example.com/v1", "kind": "Lost", "metadata": {"name": "x"}}
    listed = [
        {"name": "thingies", "kind": "Thing", "namespaced": True},
        {"name": "thingies/status", "kind": "Thing", "namespaced": True},
        {"name": "../../v1/secrets", "kind": "Trap", "namespaced": True},
        {"name": "wides", "kind": "Wide", "namespaced": False},
        "junk",
    ]

    def rule(asked: Request) -> Response:
        if asked.path == "/apis/example.com/v1":
            return reply(200, {"kind": "APIResourceList", "resources": listed})
        return failure(500, "etcd is away") if asked.method == "GET" else reply(201, asked.body)

    script = Script(rule)
    with ThreadPoolExecutor(2) as pool:
        kinds = look_up(script, [thing, wide, lost, config_map()], "1.37.2", pool)
    assert [each.path for each in script.asked] == ["/apis/example.com/v1", "/apis/broken.example.com/v1"]
    assert ("example.com/v1", "Trap") not in kinds.known
    assert ask(rule, thing, kinds=kinds)[1][0].path == "/apis/example.com/v1/namespaces/shop/thingies"
    assert ask(rule, wide, kinds=kinds)[1][0].path == "/apis/example.com/v1/wides"
    (result,), asked = ask(rule, lost, kinds=kinds)
    assert (result.state, asked) == (ObjectState.UNKNOWN, [])


def test_a_kind_installed_by_the_bundle_is_deferred() -> None:
    names = {"group": "example.com", "names": {"kind": "Thing"}}
    crd = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": names}
    thing = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x"}}
    with ThreadPoolExecutor(1) as pool:
        kinds = look_up(Script(lambda _: reply(404)), [crd, thing], "", pool)
    (result,), _ = ask(lambda _: reply(404), thing, kinds=kinds)
    assert result.state is ObjectState.DEFERRED
    assert "the bundle installs it" in result.hint


def test_an_existing_object_is_applied_and_compared() -> None:
    def rule(asked: Request) -> Response:
        if asked.method == "POST":
            return failure(409, "exists", "AlreadyExists")
        return reply(200, config_map(mode="new" if asked.method == "PATCH" else "old"))

    (result,), asked = ask(rule, config_map(mode="new"))
    assert [each.method for each in asked] == ["POST", "PATCH", "GET"]
    assert asked[1].content_type == "application/apply-patch+yaml"
    assert "-  mode: old" in result.diff


@pytest.mark.parametrize(
    ("patched", "state", "words"),
    [
        (failure(403, 'User "u" cannot patch resource "configmaps"'), ObjectState.EXISTS, "no patch permission"),
        (
            failure(500, "failed to create typed patch object (x): .data.x: expected string"),
            ObjectState.INVALID,
            "fields",
        ),
        (failure(404, "gone", "NotFound"), ObjectState.UNKNOWN, "changed during"),
        (failure(500, "etcd is away"), ObjectState.UNKNOWN, "etcd is away"),
        (failure(403, 'admission webhook "w" denied the request: no'), ObjectState.DENIED, "webhook w: no"),
    ],
)
def test_an_existing_object_that_cannot_be_applied_is_reported(
    patched: Response, state: ObjectState, words: str
) -> None:
    (result,), _ = ask(lambda a: patched if a.method == "PATCH" else failure(409, "", "AlreadyExists"), config_map())
    assert result.state is state
    assert words in result.message


@pytest.mark.parametrize(
    ("there", "state", "stand_in"),
    [
        (reply(201, {"kind": "ConfigMap"}), ObjectState.DEFERRED, "shop"),
        (failure(409, "", "AlreadyExists"), ObjectState.DEFERRED, "shop"),
        (failure(422, "bad", "Invalid"), ObjectState.INVALID, ""),
        (failure(403, "exceeded quota"), ObjectState.DEFERRED, ""),
        (failure(403, 'User "u" cannot create resource "configmaps"'), ObjectState.DEFERRED, ""),
        (failure(500, "oops"), ObjectState.DEFERRED, ""),
    ],
)
def test_a_result_from_a_stand_in_namespace_is_marked(there: Response, state: ObjectState, stand_in: str) -> None:
    def rule(asked: Request) -> Response:
        return failure(404, "", "NotFound", kind="namespaces") if "/fresh/" in asked.path else there

    (result,), asked = ask(rule, config_map(namespace="fresh"), new=frozenset({"fresh"}))
    assert (result.state, result.stand_in, result.ref.namespace) == (state, stand_in, "fresh")
    assert asked[1].body is not None
    assert asked[1].body["metadata"]["namespace"] == "shop"
    (result,), asked = ask(rule, config_map(namespace="fresh"))
    assert (result.state, len(asked)) == (ObjectState.DEFERRED, 1)


def test_a_missing_stand_in_namespace_is_replaced_by_default() -> None:
    def rule(asked: Request) -> Response:
        here = "/default/" in asked.path
        return reply(201, asked.body) if here else failure(404, "", "NotFound", kind="namespaces")

    (result,), _ = ask(rule, config_map(namespace="fresh"), new=frozenset({"fresh"}))
    assert result.stand_in == "default"


def test_a_deep_check_includes_a_pod_of_the_workload() -> None:
    def rule(asked: Request) -> Response:
        spec = (asked.body or {}).get("spec", {})
        if asked.path.endswith("/pods") and spec.get("serviceAccountName"):
            return failure(403, 'pods "x" is forbidden: error looking up service account shop/own: not found')
        made = {**spec, "serviceAccountName": "default"} if asked.path.endswith("/pods") else spec
        return reply(201, {**(asked.body or {}), "spec": made})

    results, asked = ask(rule, deployment(serviceAccountName="own"), deep=True)
    assert [(str(each.ref), each.state) for each in results] == [
        ("Deployment/web", ObjectState.ACCEPTED),
        ("Pod/web", ObjectState.ACCEPTED),
    ]
    assert "default ServiceAccount" in results[1].note
    assert "the cluster changes" not in results[1].note
    assert asked[1].body is not None
    assert asked[1].body["metadata"]["generateName"] == "web-"


def test_objects_that_others_need_are_checked_first() -> None:
    kinds = ["Thing", "HorizontalPodAutoscaler", "Deployment", "Service", "ConfigMap", "ServiceAccount", "Namespace"]
    assert [each["kind"] for each in in_order([{"kind": kind} for kind in kinds])] == [*reversed(kinds[1:]), "Thing"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".spec.replicas", "spec.replicas"),
        ("spec.template.spec.containers[0].image", "spec.template.spec.containers[0].image"),
        ('.spec.template.spec.containers[name="web"].image', "spec.template.spec.containers[0].image"),
        ('.spec.template.spec.containers[name="gone"].image', 'spec.template.spec.containers[name="gone"].image'),
        ('.spec.ports[port=80,protocol="TCP"].name', "spec.ports[1].name"),
        ("metadata.labels", "metadata.labels"),
        ("", ""),
    ],
)
def test_a_field_path_uses_the_manifests_list_indexes(path: str, found: str) -> None:
    obj = deployment()
    obj["spec"]["ports"] = [{"port": 81}, {"port": 80}]
    assert indexed(obj, path) == found


text = st.text(max_size=8) | st.sampled_from(
    ["..", ".", "a/b", "v1", "apps/v1", "ConfigMap", "Deployment", "%2e", "?x"]
)
values = st.recursive(
    st.none() | st.integers() | text,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["name", "namespace", "spec", "template", "metadata", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
objects = st.fixed_dictionaries(
    {},
    optional={"apiVersion": text | values, "kind": text | values, "metadata": values, "spec": values, "data": values},
)
answers = st.builds(
    lambda status, kind, reason, details, message: reply(
        status, {"kind": kind, "reason": reason, "details": details, "message": message, "metadata": {}}
    ),
    st.sampled_from([200, 201, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503]),
    st.sampled_from(["Status", "ConfigMap", "Deployment"]),
    st.sampled_from(["AlreadyExists", "NotFound", "Invalid", ""]),
    values | st.just({"kind": "namespaces"}),
    text | st.sampled_from(['User "u" cannot create resource "x"', "failed to create typed patch object: .x: bad"]),
)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(objects, st.lists(answers, min_size=6, max_size=6), st.booleans())
def test_no_request_or_response_stores_an_object_or_accepts_an_unchecked_one(
    obj: dict[str, Any], given_answers: list[Response], deep: bool
) -> None:
    left = list(given_answers)
    accepted: list[int] = []

    def rule(asked: Request) -> Response:
        assert not any(part in ("..", ".", "") for part in asked.path.split("/")[1:])
        answer = left.pop(0) if left else reply(500)
        accepted.append(answer.status)
        return answer

    try:
        results, _ = ask(rule, obj, deep=deep, new=frozenset({"name", "v1"}))
    except RequestError:
        return
    for result in results:
        if result.state in (ObjectState.ACCEPTED, ObjectState.WARNED):
            assert {200, 201} & set(accepted)
        if result.state is ObjectState.EXISTS or result.stand_in:
            assert {200, 201, 409} & set(accepted)
