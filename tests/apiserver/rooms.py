"""Helpers that create objects on the real server and read the keys in its store."""

from __future__ import annotations

import base64
import json
import urllib.request
from typing import Any

from tests.apiserver.server import ApiServer
from tests.cluster.dry import namespace
from wizard.session.session import Session

_ITS_OWN = ("/registry/leases/", "/registry/masterleases/", "/registry/peerserverleases/", "compact_rev_key")
"""Key prefixes that the server itself writes from time to time."""
_ALL = base64.b64encode(b"\0").decode()
"""The bound that selects every key in a range of the store."""


def make(server: ApiServer, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = server.request("POST", path, body)
    assert answer.status in (201, 409), answer
    return answer.body if isinstance(answer.body, dict) else {}


def make_account(server: ApiServer, where: str) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
    make(server, f"/api/v1/namespaces/{where}/serviceaccounts", account)


def make_room(server: ApiServer, name: str, **labels: str) -> str:
    """Create a namespace with a default ServiceAccount, as a controller would, and return its name."""
    make(server, "/api/v1/namespaces", namespace(name, **labels))
    make_account(server, name)
    return name


def in_room(session: Session, name: str) -> Session:
    """Return the session with its bundle in this namespace, which exists, unless the bundle creates its own."""
    own = any(file.document["kind"] == "Namespace" for file in session.bundle.manifests)
    return session if own else session.give("app.namespace", name)


def revision(server: ApiServer) -> int:
    """Return the revision of the last write to the store."""
    with _asked(server, "kv/range", {"key": _ALL, "range_end": _ALL, "count_only": True}) as reply:
        return int(json.load(reply)["header"]["revision"])


def writes_since(server: ApiServer, before: int) -> list[str]:
    """Return the keys of all writes and deletions after a revision, except for the server's own."""
    now, seen = revision(server), before
    watch = {"create_request": {"key": _ALL, "range_end": _ALL, "start_revision": before + 1}}
    found: list[str] = []
    with _asked(server, "watch", watch) as reply:
        while seen < now:
            result = json.loads(reply.readline())["result"]
            assert "compact_revision" not in result, "the store has forgotten some of these writes"
            for event in result.get("events", ()):
                seen = int(event["kv"]["mod_revision"])
                found.append(base64.b64decode(event["kv"]["key"]).decode(errors="replace"))
    return [key for key in found if not key.startswith(_ITS_OWN)]


def _asked(server: ApiServer, what: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(f"{server.etcd_url}/v3/{what}", data=json.dumps(body).encode(), method="POST")
    return urllib.request.urlopen(request, timeout=10)
