"""The helper that lists writes to the store, including writes of objects that were deleted again."""

from __future__ import annotations

import pytest

from tests.apiserver.rooms import make, revision, writes_since
from tests.apiserver.server import ApiServer

pytestmark = pytest.mark.apiserver


def test_writes_of_an_object_are_listed_even_after_its_deletion(api_server: ApiServer, room: str) -> None:
    before = revision(api_server)
    assert writes_since(api_server, before) == []
    path = f"/api/v1/namespaces/{room}/configmaps"
    make(api_server, path, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "brief"}})
    assert api_server.request("DELETE", f"{path}/brief").status == 200
    assert writes_since(api_server, before) == [f"/registry/configmaps/{room}/brief"] * 2
