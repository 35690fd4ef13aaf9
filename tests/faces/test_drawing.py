"""The drawing of an answer: the names of its volumes, and the parts that it marks as new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.contract.test_cases import WEB
from tests.shipped import CATALOG
from wizard.faces.drawing import Drawing, DrawnMount, drawing
from wizard.faces.drawing import _marked as marked
from wizard.session.session import Session, start

JSON: dict[str, Any] = {**WEB, "metrics": "foreign", "source": "no", "forms": ("json",), "version": "v133"}


def answered(answers: dict[str, Any], **given: str) -> Session:
    session = start(CATALOG)
    for question, answer in answers.items():
        session = session.answer(question, answer)
    return session.with_given({f"app.{name}": value for name, value in given.items()})


def of_kind(session: Session, kind: str) -> Iterator[str]:
    """Yield the text of every mounted volume of a kind."""
    return (mount.called for one in drawing(session).containers for mount in one.mounts if mount.kind == kind)


def test_a_mounted_config_map_is_drawn_with_the_name_that_its_manifest_has() -> None:
    assert list(of_kind(answered(JSON, name="orders"), "ConfigMap")) == ["ConfigMap orders-json-exporter"]


def test_a_config_map_is_drawn_without_a_name_until_the_app_has_one() -> None:
    assert list(of_kind(answered(JSON), "ConfigMap")) == ["ConfigMap"]


def test_a_volume_that_is_not_an_object_is_drawn_with_its_name_in_the_pod() -> None:
    session = answered({**WEB, "logs": "files_only", "version": "v133"}, name="orders")
    assert set(of_kind(session, "emptyDir")) >= {"emptyDir app-logs"}


def test_a_volume_whose_object_gets_a_name_is_not_new() -> None:
    drawn = drawing(answered(JSON, name="orders"))
    mount = DrawnMount("/data", "data", "claim")
    unnamed, named, other = (with_mount(drawn, mount._replace(source=name)) for name in ("", "orders", "payments"))
    assert not new_mounts(marked(unnamed, named, drawn))
    assert not new_mounts(marked(named, named, drawn))
    assert new_mounts(marked(named, other, drawn)) == {"payments"}


def with_mount(drawn: Drawing, mount: DrawnMount) -> Drawing:
    return drawn._replace(containers=tuple(one._replace(mounts=(mount,)) for one in drawn.containers))


def new_mounts(drawn: Drawing) -> set[str]:
    return {mount.source for one in drawn.containers for mount in one.mounts if mount.new}
