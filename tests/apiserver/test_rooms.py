"""What the store is seen to hold: each write of somebody else, also one that is gone again."""

from __future__ import annotations

import pytest

from tests.apiserver.rooms import make, revision, writes_since
from tests.apiserver.server import ApiServer

pytestmark = pytest.mark.apiserver


def test_each_write_is_seen_also_of_what_is_gone_again(api_server: ApiServer, room: str) -> None:
    before = revision(api_server)
    assert writes_since(api_server, before) == []
    path = f"/api/v1/namespaces/{room}/configmaps"
    make(api_server, path, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "brief"}})
    assert api_server.request("DELETE", f"{path}/brief").status == 200
    assert writes_since(api_server, before) == [f"/registry/configmaps/{room}/brief"] * 2
