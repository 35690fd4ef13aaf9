"""Sentences about a cluster: one line per result, and nothing unchecked is called valid."""

from __future__ import annotations

import pytest

from tests.journeys import session_of
from wizard.catalog.clues import kinds_read
from wizard.catalog.model import Catalog
from wizard.cluster.model import Cause, CheckFinished, Identity, ObjectResult, ObjectState, Target
from wizard.faces.leads import lead_of_result
from wizard.kube.objects import ObjectRef
from wizard.session.session import Lead
from wizard.texts.cluster import event_lines, settled, summary_line, target_lines

REF = ObjectRef("v1", "ConfigMap", "settings", "shop")


def result(state: ObjectState, *, stand_in: str = "") -> ObjectResult:
    return ObjectResult(REF, state, "some\nmessage", stand_in=stand_in)


def test_the_consent_to_a_lookup_names_every_resource_that_is_read(catalog: Catalog) -> None:
    target = Target("c", "c", "https://x:1", "u", "shop", ())
    text = target_lines(target, looking=True, kinds=kinds_read(catalog.clues))[-1]
    assert "the version, API groups, nodes, namespaces, DaemonSets and Prometheus objects." in text
    assert "namespaces and DaemonSets." in target_lines(target, looking=True)[-1]


def test_the_target_lines_show_every_detail_of_the_target() -> None:
    target = Target(
        "prod", "c", "https://x:1", "u", "shop", (), "helper --go", insecure=True, production=True, notes=("look",)
    )
    text = "\n".join(target_lines(target))
    for words in (
        "prod (looks like production)",
        "https://x:1 (identity not verified)",
        "u, through helper --go",
        "Note: look",
    ):
        assert words in text
    assert "stores nothing" in text
    assert "this pod's own cluster" in target_lines(Target("", "c", "s", "u", "n", (), in_cluster=True))[0]


def test_a_result_is_shown_as_one_line_and_its_details() -> None:
    found = ObjectResult(
        REF, ObjectState.INVALID, "refused", (Cause("a.b", "x\ny"), Cause("", "z")), ("w",), hint="h", note="n"
    )
    assert event_lines(found) == (
        "ConfigMap/settings in shop: invalid: refused", "  a.b: x y", "  z", "  warning: w", "  n", "  h",
    )  # fmt: skip
    assert event_lines(ObjectResult(REF, ObjectState.ACCEPTED, "accepted")) == ("ConfigMap/settings in shop: accepted",)


@pytest.mark.parametrize("version", ["1.38.0", "1.99+", "v1.38"])
def test_a_server_newer_than_the_offline_checks_adds_a_line(version: str) -> None:
    _, line = event_lines(Identity("me", (), version))
    assert "offline checks know" in line


@pytest.mark.parametrize(
    "version",
    ["1.37.2", "2.0", "", "junk", "1.²", "1." + "9" * 5000, "1.", "v1.", "1.٣٨"],
    ids=lambda text: text[:6],
)
def test_an_older_or_invalid_version_is_only_shown(version: str) -> None:
    assert len(event_lines(Identity("me", (), version))) == 1


def test_the_summary_counts_every_state() -> None:
    results = [result(state) for state in ObjectState] + [result(ObjectState.DEFERRED, stand_in="default")]
    text = summary_line(results, CheckFinished(9, 11))
    assert text == (
        "1 accepted, 1 accepted with warnings, 1 exists, 1 invalid, 1 denied, 1 forbidden, "
        "2 deferred (1 checked in a stand-in), 1 unknown, 2 not checked; nothing was stored"
    )
    assert [each.state.name for each in results if settled(each)] == ["ACCEPTED", "WARNED", "EXISTS", "DEFERRED"]


def test_the_end_of_a_check_reports_the_unchecked_objects() -> None:
    assert event_lines(CheckFinished(2, 2)) == ()
    assert event_lines(CheckFinished(1, 3, cancelled=True)) == ("stopped", "2 of 3 objects not checked")
    text = event_lines(CheckFinished(0, 3, error="no answer", hint="VPN?"))
    assert text == ("the cluster could not be reached: no answer", "  VPN?", "3 of 3 objects not checked")


@pytest.mark.parametrize("state", [ObjectState.ACCEPTED, ObjectState.WARNED])
def test_the_message_of_an_accepted_object_leads_to_no_field(state: ObjectState, catalog: Catalog) -> None:
    session = session_of(catalog, "simple-api")
    ref = next(file.ref for file in session.bundle.manifests if file.ref and file.ref.kind == "Deployment")
    talked_of = f"accepted; namespace {ref.namespace} stands for it"
    assert lead_of_result(session, ObjectResult(ref, state, talked_of)) == Lead()
    refused = ObjectResult(ref, ObjectState.DEFERRED, talked_of)
    assert lead_of_result(session, refused).parameter == "app.namespace"
