"""The covering bundles on a server that emulates the previous minor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.apiserver.conftest import assets, crds
from tests.apiserver.rooms import in_room, make_account, make_room, revision, writes_since
from tests.apiserver.server import ApiServer, serve
from tests.cluster.dry import ask
from wizard.catalog.load import load_catalog
from wizard.cluster.kubeconfig import choose
from wizard.cluster.model import ObjectState
from wizard.session.covering import covering_sessions
from wizard.texts.cluster import settled

pytestmark = pytest.mark.apiserver


@pytest.fixture(scope="module")
def older() -> Iterator[ApiServer]:
    assets()
    with serve(crds(), flags=["--emulated-version=1.36"]) as server:
        make_account(server, "default")
        make_room(server, "room")
        yield server


@pytest.mark.timeout(400)
def test_every_covering_bundle_passes_a_deep_check(older: ApiServer) -> None:
    before, target, asked = revision(older), choose(str(older.kubeconfig), "admin"), 0
    for name, session in covering_sessions(load_catalog()):
        if session.blocked:
            continue
        bundle = in_room(session, "room").bundle
        outcome = ask(target, *(file.document for file in bundle.manifests), deep=True)
        assert outcome.finished.error == "", name
        assert outcome.identity is not None
        assert outcome.identity.version.startswith("1.36")
        for result in outcome.results:
            missing = result.state is ObjectState.DEFERRED and "not installed" in result.message
            assert settled(result) or missing, (name, result)
            assert "the cluster changes" not in result.note, (name, result)
        asked += 1
    assert asked >= 20
    assert writes_since(older, before) == []
