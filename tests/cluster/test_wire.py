"""Requests over the network: every write is a dry run, and nothing is ever forced."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.dry import ask, config_map, deployment, documents, namespace
from tests.cluster.fake_server import REVIEWS, Asked, Reply, fake_server, status
from wizard.cluster.dry_run import DryRun
from wizard.cluster.model import ObjectResult, ObjectState
from wizard.cluster.request import Request, read, refuse_unless_dry, write

DRY = (("dryRun", "All"), ("fieldManager", "podwizard"), ("fieldValidation", "Strict"))


def awkward(asked: Asked) -> Reply | None:
    """Return the replies of a server on which objects exist, have another owner or lack their namespace."""
    if asked.path == REVIEWS or asked.path == "/version":
        return None
    name = (asked.body or {}).get("metadata", {}).get("name", "")
    if asked.path.startswith("/api/v1/namespaces/fresh/") or asked.path.startswith("/apis/apps/v1/namespaces/fresh/"):
        return status(404, 'namespaces "fresh" not found', "NotFound", kind="namespaces")
    if asked.method == "GET":
        return Reply(200, config_map("known")) if asked.path.endswith("/known") else None
    if asked.method == "PATCH" and asked.headers["content-type"] == "application/apply-patch+yaml":
        cause = {"reason": "FieldManagerConflict", "message": 'conflict with "other"', "field": ".data.mode"}
        return status(409, "conflict", "Conflict", causes=[cause])
    if asked.method == "POST" and name == "known":
        return status(409, "exists", "AlreadyExists")
    return Reply(200 if asked.method == "PATCH" else 201, asked.body)


def test_every_write_is_a_dry_run(tmp_path: Path) -> None:
    custom = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x"}}
    objects = (namespace("fresh"), deployment("web", "fresh"), config_map("known", mode="off"), custom, deployment())
    with fake_server(awkward) as server:
        outcome = ask(server.target(tmp_path), *objects, deep=True)
    assert outcome.finished.error == ""
    assert outcome.states["ConfigMap/known"] is ObjectState.EXISTS
    assert {each.method for each in server.writes} == {"POST", "PATCH"}
    assert all(each.query == DRY for each in server.writes)
    assert all(each.query == () for each in server.asked if each.method == "GET")
    moved = [each for each in server.writes if each.path == "/apis/apps/v1/namespaces/default/deployments"]
    assert {each.body["metadata"]["namespace"] for each in moved if "namespace" in each.body["metadata"]} == {"default"}


@pytest.mark.parametrize(
    "bad",
    [
        Request("POST", "/api/v1/namespaces", body={}),
        Request("POST", "/api/v1/namespaces", (("dryRun", "None"),), body={}),
        Request("POST", "/api/v1/namespaces", (("dryRun", "All"), ("dryRun", "")), body={}),
        Request("PATCH", "/api/v1/namespaces/x", (("dryRun", "All"), ("force", "true")), body={}),
        Request("DELETE", "/api/v1/namespaces/x", (("dryRun", "All"),)),
        Request("PUT", "/api/v1/namespaces/x", body={}),
        Request("PUT", "/api/v1/namespaces/x", (("dryRun", "None"),), body={}),
        Request("GET", "/api/v1/namespaces?watch=1"),
    ],
)
def test_a_request_that_could_write_is_refused(bad: Request) -> None:
    with pytest.raises(RuntimeError):
        refuse_unless_dry(bad)


def test_requests_built_by_podwizard_are_allowed() -> None:
    refuse_unless_dry(read("/version"))
    refuse_unless_dry(write("POST", "/api/v1/namespaces", {}))
    refuse_unless_dry(write("PATCH", "/api/v1/namespaces/x", {}))
    refuse_unless_dry(write("PUT", "/api/v1/namespaces/x", {}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metadata": {"name": "x", "namespace": ".."}}, "metadata.namespace cannot be a name"),
        ({"metadata": {"name": "a/b"}}, "metadata.name cannot be a name"),
        ({"metadata": {"name": "a%2fb"}}, "metadata.name cannot be a name"),
        ({"apiVersion": "../../api/v1"}, "apiVersion is not a group and a version"),
        ({"apiVersion": "../v1"}, "apiVersion is not a group and a version"),
        ({"apiVersion": None}, "apiVersion is missing"),
        ({"kind": 5}, "kind is missing"),
        ({"metadata": "x"}, "metadata is not a mapping"),
        ({"data": {"big": "x" * (4 << 20)}}, "too large for the API (4.0 MiB"),
    ],
)
def test_an_invalid_object_is_reported_and_not_sent(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    with fake_server() as server:
        outcome = ask(server.target(tmp_path), config_map() | change)
    assert outcome.result.state is ObjectState.INVALID
    assert words in outcome.result.message
    assert [each.path for each in server.asked] == [REVIEWS, "/version"]


def test_the_first_result_arrives_before_the_last_request_is_sent(tmp_path: Path) -> None:
    shown = threading.Event()

    def hold(asked: Asked) -> Reply | None:
        name = (asked.body or {}).get("metadata", {}).get("name", "object-0")
        return None if name == "object-0" else Reply(201, asked.body, wait=shown)

    with fake_server(hold) as server:
        objects = [config_map(f"object-{number}") for number in range(12)]
        events = DryRun(server.target(tmp_path), documents(objects)).events()
        first = next(event for event in events if isinstance(event, ObjectResult))
        sent = {each.body["metadata"]["name"] for each in server.asked if each.path.endswith("/configmaps")}
        shown.set()
        rest = [event for event in events if isinstance(event, ObjectResult)]
    assert (first.ref.name, len(rest)) == ("object-0", 11)
    assert "object-11" not in sent
    assert len(sent) <= 5
