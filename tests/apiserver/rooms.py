"""Making objects on the real server, and what its store holds."""

from __future__ import annotations

import base64
import json
import urllib.request
from typing import Any

from tests.apiserver.server import ApiServer
from tests.cluster.dry import namespace
from wizard.session.session import Session

_ITS_OWN = ("/registry/leases/", "/registry/masterleases/", "/registry/peerserverleases/", "compact_rev_key")
"""What the server writes by itself, from time to time."""
_ALL = base64.b64encode(b"\0").decode()
"""Every key, as the store's range has it."""


def make(server: ApiServer, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = server.request("POST", path, body)
    assert answer.status in (201, 409), answer
    return answer.body if isinstance(answer.body, dict) else {}


def make_account(server: ApiServer, where: str) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
    make(server, f"/api/v1/namespaces/{where}/serviceaccounts", account)


def make_room(server: ApiServer, name: str, **labels: str) -> str:
    """A namespace with a default ServiceAccount, as a controller would make it."""
    make(server, "/api/v1/namespaces", namespace(name, **labels))
    make_account(server, name)
    return name


def in_room(session: Session, name: str) -> Session:
    """The session with its bundle in this namespace, unless the bundle creates its own: another must be there first."""
    own = any(file.document["kind"] == "Namespace" for file in session.bundle.manifests)
    return session if own else session.give("app.namespace", name)


def revision(server: ApiServer) -> int:
    """The number of the last write to the store."""
    with _asked(server, "kv/range", {"key": _ALL, "range_end": _ALL, "count_only": True}) as reply:
        return int(json.load(reply)["header"]["revision"])


def writes_since(server: ApiServer, before: int) -> list[str]:
    """The keys that were written or removed after that revision, but for the server's own; each write is looked at."""
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
