"""Dry run from the numbered lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import session_of
from tests.lines.talk import FakeRun, Talk, services, talk
from wizard.catalog.model import Catalog
from wizard.cluster.model import Cause, CheckFinished, Event, Identity, ObjectResult, ObjectState, Target
from wizard.errors import ClusterError
from wizard.session.session import Session

TARGET = Target("kind", "kind-cluster", "https://127.0.0.1:6443", "admin", "default", ("config",))


@pytest.fixture
def session(catalog: Catalog) -> Session:
    return session_of(catalog, "simple-api")


def asked(
    session: Session,
    *typed: str,
    folder: Path,
    events: list[Event | BaseException],
    targets: tuple[Target, ...] = (TARGET,),
) -> tuple[Talk, FakeRun, list[Target]]:
    check, chosen = FakeRun(*events), []

    def start(target: Target, _: Any, *, deep: bool) -> FakeRun:
        chosen.append(target)
        check.deep = deep
        return check

    given = services(targets=lambda: targets, dry_run=start)
    return talk(session, "", "", "v", *typed, target=folder / "x", given=given), check, chosen


def results(session: Session) -> list[Event | BaseException]:
    refs = [file.ref for file in session.bundle.manifests if file.ref is not None]
    deployment = next(ref for ref in refs if ref.kind == "Deployment")
    image = "spec.template.spec.containers[0].image"
    return [
        Identity("jane", (), "1.33.1"),
        ObjectResult(refs[0], ObjectState.ACCEPTED, "created"),
        ObjectResult(
            deployment, ObjectState.INVALID, "image refused", (Cause(image, "not allowed"),), hint="another one"
        ),
        CheckFinished(2, 2),
    ]


def test_a_dry_run_is_confirmed_and_its_results_lead_to_the_cause(session: Session, tmp_path: Path) -> None:
    typed = ("yes", "2", "g 1", "g 2", "orders:2")
    result, check, chosen = asked(session, *typed, folder=tmp_path, events=results(session))
    assert chosen == [TARGET] and check.cancelled
    for part in (
        "https://127.0.0.1:6443",
        "dry run",
        "jane on Kubernetes 1.33.1",
        "invalid. image refused",
        "not allowed",
    ):
        assert part in result.flat
    assert "nothing was stored" in result.flat
    assert result.outcome.session.given["app.image"] == "orders:2"
    assert result.outcome.context == "kind"


@pytest.mark.parametrize(("typed", "deep"), [("yes", False), ('"yes pods"', True), ("y pods", True)])
def test_pods_are_validated_only_on_request(typed: str, deep: bool, session: Session, tmp_path: Path) -> None:
    result, check, chosen = asked(session, typed, folder=tmp_path, events=[])
    assert chosen == [TARGET] and check.deep is deep
    assert '"yes pods" also validates a Pod of each workload' in result.flat


@pytest.mark.parametrize("typed", ["", "n", "<", "no", "pods", "yes please", "no pods"])
def test_no_dry_run_starts_without_confirmation(typed: str, session: Session, tmp_path: Path) -> None:
    result, _, chosen = asked(session, typed, "q", "k", folder=tmp_path, events=[])
    assert chosen == [] and "No cluster was used." in result.flat and result.outcome.context == ""


def test_production_needs_a_different_confirmation(session: Session, tmp_path: Path) -> None:
    production = replace(TARGET, context="prod", production=True)
    _, _, chosen = asked(session, "yes", folder=tmp_path, events=[], targets=(production,))
    assert chosen == []
    result, _, chosen = asked(session, "2", "production", folder=tmp_path, events=[], targets=(TARGET, production))
    assert chosen == [production] and "looks like production" in result.flat


def test_ctrl_c_stops_the_check_and_keeps_the_results_so_far(session: Session, tmp_path: Path) -> None:
    events = [*results(session)[:2], KeyboardInterrupt()]
    result, check, _ = asked(session, "yes", "", "q", "k", folder=tmp_path, events=events)
    assert check.cancelled and "Stopped after 1" in result.flat
    assert "Enter writes" in result.flat.partition("Stopped")[2]


def test_an_unreadable_kubeconfig_is_reported(session: Session, tmp_path: Path) -> None:
    def broken() -> tuple[Target, ...]:
        raise ClusterError("the kubeconfig is not YAML", hint="fix it")

    given = services(targets=broken, dry_run=lambda *_, **__: FakeRun())
    result = talk(session, "", "", "v", "", target=tmp_path / "x", given=given)
    assert "The kubeconfig is not YAML. Fix it." in result.flat and result.outcome.written is not None
    assert "No cluster is configured here." in talk(session, "", "", "v", target=tmp_path / "y").flat
