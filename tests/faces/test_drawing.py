"""The drawing of an answer: the names of its volumes, and the parts that it marks as new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from tests.contract.test_cases import WEB
from tests.journeys import answered
from tests.shipped import CATALOG
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Catalog
from wizard.faces.consequence import change, consequence
from wizard.faces.drawing import APP, DrawnContainer, DrawnMount, drawing
from wizard.faces.drawing import _container as marked
from wizard.session.session import Session, start

JSON: dict[str, Any] = {**WEB, "metrics": "foreign", "source": "no", "forms": ("json",), "version": "v133"}


def of_kind(session: Session, kind: str) -> Iterator[str]:
    """Yield the text of every mounted volume of a kind."""
    return (mount.called for one in drawing(session).containers for mount in one.mounts if mount.kind == kind)


def test_a_mounted_config_map_is_drawn_with_the_name_that_its_manifest_has() -> None:
    assert list(of_kind(answered(CATALOG, JSON, name="orders"), "ConfigMap")) == ["ConfigMap orders-json-exporter"]


def test_a_config_map_is_drawn_without_a_name_until_the_app_has_one() -> None:
    assert list(of_kind(answered(CATALOG, JSON), "ConfigMap")) == ["ConfigMap"]


def test_a_volume_that_is_not_an_object_is_drawn_with_its_name_in_the_pod() -> None:
    session = answered(CATALOG, {**WEB, "logs": "files_only", "version": "v133"}, name="orders")
    assert set(of_kind(session, "emptyDir")) >= {"emptyDir app-logs"}


def test_a_volume_whose_object_gets_a_name_is_not_new() -> None:
    mounts = (DrawnMount("/data", "data", "claim", source=name) for name in ("", "orders", "payments"))
    unnamed, named, other = (DrawnContainer("orders", APP, "deployment", mounts=(mount,)) for mount in mounts)
    assert not new_mounts(marked(unnamed, named))
    assert not new_mounts(marked(named, named))
    assert new_mounts(marked(named, other)) == {"payments"}


def new_mounts(drawn: DrawnContainer) -> set[str]:
    return {mount.source for mount in drawn.mounts if mount.new}


OWN = Path(__file__).parents[2] / "examples" / "catalogue"
TWO = """\
    implementations: {reader: components/logs, shipper: components/ship}
"""
READER = "  reader: {when: {logs: files}, use: sidecar.logs, because: Its log files would stay in the container.}\n"
RULES = """\
  shipper:
    when: {logs: files, habits: ship}
    use: sidecar.logs
    implementation: shipper
    because: Its log files go to a store.
  reader:
    when: {logs: files, not: {habits: ship}}
    use: sidecar.logs
    implementation: reader
    because: Its log files would stay in the container.
"""
HABITS = """\
  habits:
    ask: Which of these does it do?
    type: many
    options:
      ship: {say: It needs its logs in a store, when: {logs: files}}
      wait: It waits
"""


@pytest.fixture
def swapping(tmp_path: Path) -> Catalog:
    """Return a catalogue in which a tick swaps the implementation of the log sidecar."""
    root = copytree(OWN, tmp_path / "own")
    table = root / "decision_table.yaml"
    text = table.read_text()
    for old, new in (
        ("    folder: components/logs\n", TWO),
        (READER, RULES),
        ("\npatterns:", f"{HABITS}\npatterns:"),
    ):
        assert old in text
        text = text.replace(old, new)
    table.write_text(text)
    ship = copytree(root / "templates/components/logs", root / "templates/components/ship")
    pod = ship / "pod.yaml"
    pod.write_text(pod.read_text().replace("image('busybox')", "image('vector')"))
    images = root / "templates" / "images.yaml"
    images.write_text(images.read_text() + images.read_text().split("images:\n")[1].replace("busybox", "vector"))
    return load_catalog(root)


def test_a_tick_that_swaps_the_implementation_of_a_helper_shows_both(swapping: Catalog) -> None:
    session = start(swapping).answer("ends", "no").answer("logs", "files")
    seen = drawing(session.answer("habits", ()), "habits", ("ship",))
    assert [one.implementation for one in seen.containers if one.new] == ["shipper"]
    assert [old.implementation for _, old in seen.replaced] == ["reader"] and not seen.removed
    lines = [
        (one.sign, one.say) for one in change(session, "habits", ("ship",), ()) if one.sign in ("added", "removed")
    ]
    assert lines == [("added", "sidecar logs (vector 1.38) instead of sidecar logs (busybox 1.38)")]
    assert ("added", "sidecar logs") in [(one.sign, one.say) for one in consequence(session, "habits", ("ship",))]


def test_a_tick_without_effect_on_the_implementation_marks_no_helper(swapping: Catalog) -> None:
    session = start(swapping).answer("ends", "no").answer("logs", "files").answer("habits", ("ship",))
    seen = drawing(session, "habits", ("ship", "wait"))
    assert not seen.removed
