"""Admission webhooks that the real server calls: denying, mutating, warning, slow, broken and unreachable."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.apiserver.rooms import make, make_room, revision, writes_since
from tests.apiserver.server import ApiServer, free_port
from tests.cluster.certificates import certificate
from tests.cluster.dry import ask, config_map
from tests.cluster.fake_server import Asked, FakeServer, Reply, fake_server
from wizard.cluster.model import ObjectResult, ObjectState, Target
from wizard.texts.cluster import event_lines

pytestmark = pytest.mark.apiserver

ROOT = "/apis/admissionregistration.k8s.io/v1"
PATCH = [{"op": "add", "path": "/data/added", "value": "by the cluster"}]


@dataclass(frozen=True)
class Hooks:
    """The API server, the webhook server it calls, and the webhook server's certificate."""

    api: ApiServer
    fake: FakeServer
    ca: str

    def install(self, name: str, *, url: str = "", kind: str = "Validating", fails: str = "Fail") -> str:
        """Register a webhook for a new namespace and return the namespace's name."""
        room = make_room(self.api, f"hook-{name}", hook=name)
        rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
        hook = {
            "name": f"{name}.example.com", "rules": [rule], "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "clientConfig": {"url": url or f"{self.fake.url}/{name}", "caBundle": self.ca},
            "timeoutSeconds": 1, "failurePolicy": fails, "namespaceSelector": {"matchLabels": {"hook": name}},
        }  # fmt: skip
        body = {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": f"{kind}WebhookConfiguration",
            "metadata": {"name": name}, "webhooks": [hook],
        }  # fmt: skip
        make(self.api, f"{ROOT}/{kind.lower()}webhookconfigurations", body)
        return room

    def until_called(self, name: str, room: str) -> None:
        for _ in range(300):
            self.api.request("POST", f"/api/v1/namespaces/{room}/configmaps?dryRun=All", config_map("probe"))
            if any(each.path == f"/{name}" for each in self.fake.asked):
                return
        raise AssertionError(f"the webhook {name} was never called")

    def result(self, target: Target, room: str) -> ObjectResult:
        outcome = ask(target, config_map("sent", room))
        assert outcome.finished.error == ""
        return outcome.result


def review(asked: Asked, **response: Any) -> Reply:
    body = {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1"}
    return Reply(200, {**body, "response": {"uid": asked.body["request"]["uid"], "allowed": True, **response}})


@pytest.fixture(scope="module")
def hooks(api_server: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hooks]:
    made = certificate(tmp_path_factory.mktemp("hooks"))
    never = threading.Event()

    def behave(asked: Asked) -> Reply:
        patch = base64.b64encode(json.dumps(PATCH).encode()).decode()
        return {
            "/denies": review(asked, allowed=False, status={"message": "no sidecars on Mondays", "code": 403}),
            "/mutates": review(asked, patchType="JSONPatch", patch=patch),
            "/warns": review(asked, warnings=["data.mode: modes go away"]),
            "/hangs": Reply(wait=never),
            "/breaks": Reply(500, b"oops"),
            "/babbles": Reply(200, b"<html>"),
        }[asked.path]

    with fake_server(behave, certificate=made) as fake:
        yield Hooks(api_server, fake, base64.b64encode(made[0].read_bytes()).decode())
        never.set()


def test_a_denying_webhook_is_named_with_its_message(hooks: Hooks, admin: Target) -> None:
    room = hooks.install("denies")
    hooks.until_called("denies", room)
    result = hooks.result(admin, room)
    assert result.state is ObjectState.DENIED
    assert result.message == "denied by admission webhook denies.example.com: no sidecars on Mondays"
    assert "forbidden" not in " ".join(event_lines(result))


def test_a_mutating_webhooks_change_is_shown(hooks: Hooks, admin: Target) -> None:
    room = hooks.install("mutates", kind="Mutating")
    hooks.until_called("mutates", room)
    before = revision(hooks.api)
    result = hooks.result(admin, room)
    assert (result.state, result.note) == (ObjectState.ACCEPTED, "the cluster changes data.added (added)")
    assert hooks.fake.asked[-1].body["request"]["dryRun"] is True
    assert writes_since(hooks.api, before) == []


def test_a_webhooks_warning_is_shown(hooks: Hooks, admin: Target) -> None:
    room = hooks.install("warns")
    hooks.until_called("warns", room)
    result = hooks.result(admin, room)
    assert (result.state, result.warnings) == (ObjectState.WARNED, ("data.mode: modes go away",))


@pytest.mark.parametrize("name", ["hangs", "breaks", "babbles"])
def test_a_failing_webhook_is_not_an_error_of_the_manifest(name: str, hooks: Hooks, admin: Target) -> None:
    room = hooks.install(name)
    hooks.until_called(name, room)
    result = hooks.result(admin, room)
    assert result.state is ObjectState.UNKNOWN
    assert result.message == f"admission webhook {name}.example.com failed; not checked"
    assert "the manifest is not the cause" in result.hint


def test_an_unreachable_webhook_leaves_the_object_unknown(hooks: Hooks, admin: Target) -> None:
    room = hooks.install("gone", url=f"https://127.0.0.1:{free_port()}/gone")
    for _ in range(300):
        result = hooks.result(admin, room)
        if result.state is not ObjectState.ACCEPTED:
            break
    assert result.state is ObjectState.UNKNOWN
    assert "gone.example.com failed" in result.message
    assert "connection refused" in result.hint


def test_a_webhook_whose_failure_is_ignored_has_no_effect(hooks: Hooks, admin: Target) -> None:
    room = hooks.install("softly", url=f"{hooks.fake.url}/breaks", fails="Ignore")
    assert hooks.result(admin, room).state is ObjectState.ACCEPTED
