"""Objects that are no longer part of a bundle, each with the command that deletes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys import CASES
from tests.screens.test_written import case
from wizard.session.leaving import leaving
from wizard.session.session import Session
from wizard.store.writer import WritePlan, plan, write

DEPLOYMENT = "kubectl -n orders delete deployment.apps orders"


def named(name: str) -> Session:
    session = case(name)
    return session.give("app.name", "orders")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return a folder with a bundle that has a Deployment."""
    write(plan(named("simple-api").bundle, tmp_path / "out"))
    return tmp_path / "out"


def after(target: Path) -> WritePlan:
    return plan(named("nightly-backup").bundle, target)


def commands(planned: WritePlan) -> list[str]:
    return [step.command for step in leaving(planned)]


def test_the_cases_used_here_have_different_workload_kinds() -> None:
    assert {"simple-api", "nightly-backup"} <= set(CASES)
    assert [named(name).bundle.pod.kind for name in ("simple-api", "nightly-backup")] == ["Deployment", "CronJob"]  # type: ignore[union-attr]


def test_a_new_folder_has_no_leaving_objects(tmp_path: Path) -> None:
    assert commands(after(tmp_path / "new")) == []


def test_the_objects_of_removed_files_leave(target: Path) -> None:
    assert DEPLOYMENT in commands(after(target))
    assert not any("namespace" in one for one in commands(after(target)))


def test_the_object_of_an_edited_file_leaves_with_its_line_in_the_kustomization(target: Path) -> None:
    file = target / "manifests" / "deployment.yaml"
    file.write_text(file.read_text() + "# mine\n")
    planned = after(target)
    assert planned.item("manifests/deployment.yaml").action == "keep"
    assert DEPLOYMENT in commands(planned)
    write(planned)
    assert file.exists()
    assert DEPLOYMENT not in commands(after(target)), "it is reported once, as for a file that is removed"


@pytest.mark.parametrize("kept", ["# mine\n", "\n]\n"])
def test_no_object_leaves_if_the_kustomization_is_kept(target: Path, kept: str) -> None:
    for name in ("manifests/deployment.yaml", "kustomization.yaml"):
        file = target / name
        file.write_text(file.read_text() + (kept if name == "kustomization.yaml" else "# mine\n"))
    assert DEPLOYMENT not in commands(after(target))
