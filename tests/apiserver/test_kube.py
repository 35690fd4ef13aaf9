"""The facts of ``wizard.kube`` against a real API server: accepted and refused texts, and the table of kinds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.apiserver.server import ApiServer
from tests.kube.texts import TEXTS, Text
from wizard.kube.kinds import built_in

pytestmark = pytest.mark.apiserver

DRY_RUN = "?dryRun=All&fieldValidation=Strict"
CORE, BATCH = "/api/v1/namespaces/default", "/apis/batch/v1/namespaces/default"


def _object(each: Text) -> tuple[str, dict[str, Any]]:
    """Return the path of a collection, and an object for it that contains the text."""
    meta: dict[str, Any] = {"metadata": {"name": "text"}}
    pod: dict[str, Any] = {"restartPolicy": "Never", "containers": [{"name": "a", "image": "x:1"}]}
    if each.kind == "quantity":
        return f"{CORE}/resourcequotas", {**meta, "spec": {"hard": {"cpu": each.text}}}
    if each.kind == "subdomain":
        return f"{CORE}/configmaps", {"metadata": {"name": each.text}}
    if each.kind == "key":
        return f"{CORE}/configmaps", {**meta, "data": {each.text: "x"}}
    if each.kind == "image":
        pod["containers"][0]["image"] = each.text
    if each.kind == "map":
        pod["containers"][0]["env"] = [{"name": each.text, "value": "x"}]
    job = {"spec": {"template": {"spec": pod}}}
    if each.kind in ("image", "map"):
        return f"{BATCH}/jobs", {**meta, **job}
    spec = {"schedule": "@daily", "timeZone": "UTC", "jobTemplate": job}
    spec["schedule" if each.kind == "cron" else "timeZone"] = each.text
    return f"{BATCH}/cronjobs", {**meta, "spec": spec}


@pytest.mark.parametrize("each", TEXTS, ids=lambda each: f"{each.kind} {each.text[:30]!r}")
def test_the_server_accepts_and_refuses_the_expected_texts(api_server: ApiServer, each: Text) -> None:
    path, body = _object(each)
    answer = api_server.request("POST", f"{path}{DRY_RUN}", body)
    assert (answer.status == 201) is each.server, answer


def test_the_server_has_the_kinds_of_the_table(api_server: ApiServer) -> None:
    for kind in built_in():
        root = "/api/v1" if kind.api_version == "v1" else f"/apis/{kind.api_version}"
        found = [each for each in api_server.request("GET", root).body["resources"] if each["name"] == kind.plural]
        assert [(each["kind"], each["namespaced"]) for each in found] == [(kind.name, kind.namespaced)], kind
