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


def stored(server: ApiServer) -> tuple[int, dict[str, int]]:
    """The store's revision without the server's own writes, and every key but those with its revision."""
    everything = base64.b64encode(b"\0").decode()
    body = {"key": everything, "range_end": everything, "keys_only": True}
    request = urllib.request.Request(f"{server.etcd_url}/v3/kv/range", data=json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=10) as reply:
        data = json.load(reply)
    found = {base64.b64decode(each["key"]).decode(errors="replace"): each for each in data["kvs"]}
    own = {key for key in found if key.startswith(_ITS_OWN)}
    revision = int(data["header"]["revision"]) - sum(int(found[key]["version"]) for key in own)
    return revision, {key: int(each["mod_revision"]) for key, each in found.items() if key not in own}
