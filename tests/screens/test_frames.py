"""A few whole frames as snapshots for visual review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.screens.drive import Driver, no_services
from tests.screens.small import session
from tests.screens.stand_ins import TARGETS
from wizard.faces.review import Review
from wizard.faces.written import written
from wizard.kube.objects import ObjectRef
from wizard.render.model import Bundle, BundleFile, ContainerNote, Contract, Origin, PodNote, Step
from wizard.screens.app import WizardApp
from wizard.screens.pages.bundle import BundleView
from wizard.screens.pages.cluster import ConfirmView
from wizard.screens.pages.verdict import VerdictView
from wizard.screens.pages.written import WrittenView
from wizard.session.session import Lead, Session
from wizard.store.writer import WriteOutcome, plan, write
from wizard.validation.model import Finding

Snap = Callable[..., bool]
DONE: Mapping[str, str | tuple[str, ...]] = {
    "work": "server",
    "keeps": "nothing",
    "logs": "files",
    "needs": ("wait", "helper"),
}
TEXT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders  # the name of everything
spec:
  template:
    spec:
      initContainers:
        - name: log-shipper
          image: example.com/shipper:1
          restartPolicy: Always
"""


def compared(snap_compare: Snap, made: Session, keys: tuple[str, ...], size: tuple[int, int]) -> bool:
    """Compare the frame after some keys with its snapshot."""
    app = WizardApp(made, None, no_services())

    async def press(pilot: Pilot[Any]) -> None:
        person = Driver(app, pilot)
        await person.settle()
        await person.press(*keys)

    return snap_compare(app, terminal_size=size, run_before=press)


CASES: Mapping[str, tuple[Mapping[str, str | tuple[str, ...]], tuple[str, ...], tuple[int, int]]] = {
    "question-80x24": ({"work": "server"}, ("down",), (80, 24)),
    "question-120x40": ({"work": "server"}, ("down",), (120, 40)),
    "many-60x20": ({"work": "server", "keeps": "disk", "logs": "stdout"}, ("1",), (60, 20)),
    "answers-80x24": ({**DONE, "keeps": "disk"}, ("a", "down"), (80, 24)),
    "details-80x24": (DONE, ("enter", "a", "underscore", "b"), (80, 24)),
    "quit-80x24": ({}, ("ctrl+c",), (80, 24)),
    "too-small-40x10": ({}, (), (40, 10)),
}


@pytest.mark.parametrize("case", CASES)
def test_frame(snap_compare: Snap, case: str) -> None:
    answers, keys, size = CASES[case]
    assert compared(snap_compare, session(**answers), keys, size)


def shown(snap_compare: Snap, view: Any, size: tuple[int, int]) -> bool:
    """Compare the frame of one view with its snapshot."""
    app = WizardApp(session(), None, no_services())

    async def show(pilot: Pilot[Any]) -> None:
        await Driver(app, pilot).settle()
        app.stage.view = view
        await app.stage.paint()
        await pilot.pause()

    return snap_compare(app, terminal_size=size, run_before=show)


def test_verdict_with_its_picture(snap_compare: Snap) -> None:
    containers = tuple(
        ContainerNote(name, role, component, "", "example.com/x:1", "50m", "64Mi")
        for name, role, component in (
            ("wait-for-it", "init", "init.wait"),
            ("log-shipper", "sidecar", "sidecar.log"),
            ("orders", "app", "Deployment"),
        )
    )
    pod = PodNote("Deployment", "3", containers, 550, 576 << 20, 50, 64 << 20)
    assert shown(snap_compare, VerdictView(session(**DONE), pod), (80, 24))


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


NEXT = Contract(next=(Step("kubectl apply -k {path}"),))


def rendered() -> Session:
    """Return a session with a bundle, as if the small catalogue had templates."""
    ref = ObjectRef("apps/v1", "Deployment", "orders", "orders")
    base, sidecar = Origin("app", "base:deployment", ("keeps",)), Origin("sidecar.log", "add:logs", ("logs",))
    named = Origin("app", "base:deployment", ("keeps",), ("app.name",))
    origins = (base, base, base, named, *[base] * 4, *[sidecar] * 3)
    files = (
        BundleFile("README.md", "# orders\n", "readme"),
        BundleFile("manifests/deployment.yaml", TEXT, "manifest", origins, ref),
    )
    bundle = Bundle(files, "orders", "orders", PodNote("Deployment", "3", (), 0, 0, 0, 0), (), (), contract=NEXT)
    made = session(**DONE)
    made.__dict__.update(bundle=bundle, traced=bundle)
    return made


def test_bundle_with_a_finding(snap_compare: Snap, in_folder: Path) -> None:
    made = rendered()
    ref = made.bundle.files[1].ref
    assert ref is not None
    finding = Finding("image-old", "warning", "log-shipper: the image is two years old", "take a newer one", ref)
    review = Review(made, plan(made.bundle, "orders"), (finding,), (Lead("logs"),), {}, 41)
    assert shown(snap_compare, BundleView(review, 1, can_ask=True), (80, 24))


def test_bundle_with_an_edited_file(snap_compare: Snap, in_folder: Path) -> None:
    made = rendered()
    write(plan(made.bundle, "orders"))
    edited = Path("orders", "README.md")
    edited.write_text(edited.read_text() + "mine\n")
    Path("orders", "manifests", "deployment.yaml").unlink()
    review = Review(made, plan(made.bundle, "orders"), (), (), {}, 41)
    assert shown(snap_compare, BundleView(review, 0, mode="diff", can_ask=True), (80, 24))


def test_cluster_confirmation(snap_compare: Snap) -> None:
    assert shown(snap_compare, ConfirmView(TARGETS, at=1), (80, 24))


def test_written(snap_compare: Snap) -> None:
    made = rendered()
    outcome = WriteOutcome(Path("orders"), ("podwizard.yaml", "manifests/deployment.yaml"), ("README.md",))
    done = written(made, plan(made.bundle, "orders"), outcome, context="kind-dev", catalog="")
    assert shown(snap_compare, WrittenView(done), (80, 24))
