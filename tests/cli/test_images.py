"""The list of images, for people and for scripts that fill a mirror."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.shipped import CATALOG
from wizard.cli.main import run

Capture = pytest.CaptureFixture[str]
MIRROR = "registry.example.com/mirror"


def listed(capsys: Capture, *words: str) -> Any:
    assert run(["images", "-o", "json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_table_has_a_line_for_each_image_and_shows_each_advisory(capsys: Capture) -> None:
    assert run(["images"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["IMAGE", "TAG", "DIGEST", "UID", "GID", "CHECKED", "ADVISORY", "SOURCE"]
    rows = {line.split()[0]: line for line in lines[: len(CATALOG.images)]}
    for image in CATALOG.images.values():
        row = rows.get(image.repository, "")
        assert image.source in row
    unknown = any(not image.digest for image in CATALOG.images.values())
    assert any(line.startswith("DIGEST is - if none is known") for line in lines) == unknown
    weak = [image for image in CATALOG.images.values() if image.advisory]
    assert weak
    for image in weak:
        assert image.advisory is not None
        assert image.advisory.says in "\n".join(lines[len(rows) :])


def test_json_contains_everything_known_about_an_image(capsys: Capture) -> None:
    data = listed(capsys)
    assert [one["id"] for one in data["images"]] == sorted(CATALOG.images)
    for one in data["images"]:
        image = CATALOG.images[one["id"]]
        assert one["reference"] == one["from"] == image.reference()
        assert f"{one['image']}:{one['tag']}" == image.reference().partition("@")[0]
        assert (one["digest"], one["checked"], one["source"]) == (image.digest, image.checked, image.source)
        assert (one["uid"], one["gid"]) == (image.uid, image.uid if image.gid is None else image.gid)
        assert bool(one["advisory"]) == bool(image.advisory)
        assert one["used_by"], f"no component uses {one['id']}"


def test_a_custom_registry_has_every_image_below_its_path(capsys: Capture) -> None:
    data = listed(capsys, "--registry", MIRROR)
    assert data["registry"] == MIRROR
    for one in data["images"]:
        assert one["reference"].startswith(f"{MIRROR}/")
        assert one["from"].partition("/")[2] == one["reference"].removeprefix(f"{MIRROR}/")


def test_a_bundle_with_a_custom_registry_uses_the_listed_images(capsys: Capture, root: Any) -> None:
    known = {one["reference"] for one in listed(capsys, "--registry", MIRROR)["images"]}
    answers = str(root / "examples" / "web-app-with-file-logs.yaml")
    assert run(["new", "--answers", answers, "--registry", MIRROR, "-o", "yaml"]) == 0
    objects = list(yaml.safe_load_all(capsys.readouterr().out))
    pod = next(one for one in objects if one["kind"] == "Deployment")["spec"]["template"]["spec"]
    helpers = [one["image"] for one in pod.get("initContainers", ())]
    assert helpers
    assert set(helpers) <= known


def test_an_image_chosen_elsewhere_is_listed_with_its_chooser(capsys: Capture) -> None:
    chosen = listed(capsys)["chosen"]
    pulls = [(pull, one.folder) for one in CATALOG.components.values() for pull in one.declares.pulls]
    assert pulls
    for pull, folder in pulls:
        assert any((one["image"], one["by"], one["used_by"]) == (pull.image, pull.by, [folder]) for one in chosen)
    (yours,) = [one for one in chosen if one["by"] == "you, with app.image"]
    assert (yours["image"], "workloads/job" in yours["used_by"]) == ("", True)
    # An operator whose object names no image declares the images that it pulls.
    named = {one.folder for one in CATALOG.components.values() if one.images}
    operators = {one.folder for one in CATALOG.components.values() if one.role == "operator"}
    assert operators <= named | {folder for one in chosen for folder in one["used_by"]}
