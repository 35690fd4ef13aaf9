"""What the linter finds in templates, each with its file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.render.kitchen import CATALOG, COMPONENTS, parameter
from wizard.catalog.model import Catalog, Component
from wizard.errors import Position
from wizard.render.templates.lint import lint_templates

Lint = Callable[..., list[str]]
POD = "components/init/wait/pod.yaml"


def lint(catalog: Catalog) -> list[str]:
    return [f"{f.code} {f.position} {f.message}" for f in lint_templates(catalog)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CATALOG.root, tmp_path, dirs_exist_ok=True)
    return tmp_path / "templates"


def added(folder: Path, path: str, text: str, **changes: object) -> list[str]:
    """The faults after ``text`` was appended to a file of the waiting component."""
    file = folder / path
    file.write_text((file.read_text() if file.exists() else "") + text)
    wait: Component = replace(COMPONENTS["init.wait", "default"], **changes)  # type: ignore[arg-type]
    return lint(replace(CATALOG, root=folder.parent, components={**COMPONENTS, ("init.wait", "default"): wait}))


def test_the_small_catalogue_has_no_fault() -> None:
    assert lint(CATALOG) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{% if %}\n", "template-syntax"),
        ("labels:\n  a: {{ 'x' | nope }}\n", "template-syntax"),
        ("labels:\n  a: {{ nope }}\n", 'undefined-variable {at} "nope"'),
        ("labels:\n  a: {{ own.hots }}\n", "undeclared-parameter"),
        ("labels:\n  a: {{ app.nope }}\n", "undeclared-parameter"),
        ("labels:\n  a: {{ image('shipper') }}\n", "undeclared-image"),
        ("labels:\n  a: {{ image('nope') }}\n", "unknown-image"),
        ("labels:\n  a: {{ uid(own.host) }}\n", "template-argument"),
        ("{% if feature('nope') %}\n{% endif %}\n", "unknown-feature"),
        ("{% if has('sidecar.nope') %}\n{% endif %}\n", "unknown-pattern"),
        ("{% if own.host %}\n{% endif %}\n", "value-decides"),
        ("{% if app.health == 'http' %}\n{% elif app.port > 1 %}\n{% endif %}\n", "value-decides"),
        ("{% for x in app.args %}\n{% endfor %}\n", "value-decides"),
        ("labels:\n  a: {{ 'x' if own.host else 'y' }}\n", "value-decides"),
        ("{% set h = own.host ~ '' %}\n{% if h %}\n{% endif %}\n", "value-decides"),
        ("labels:\n  a: x-{{ own.host }}\n", "template-place"),
        ("labels:\n  a: '{{ own.host }}'\n", "template-place"),
        ("labels:\n  a: {{ own.host }}{{ own.host }}\n", "template-place"),
        ("labels:\n  a: |\n    x\n    {{ own.host }}\n", "template-place"),
        ("labels:\n  {{ own.host }}x: 1\n", "template-place"),
        ("{% include 'shared/nope.yaml' %}\n", "missing-template"),
    ],
)
def test_a_fault_of_a_fragment_has_its_place(folder: Path, text: str, fault: str) -> None:
    lines = len((folder / POD).read_text().splitlines())
    found = added(folder, POD, text)
    assert found
    for one in found:
        assert one.startswith(fault.partition(" ")[0]) or "unused" in one, found
    code = fault.partition(" ")[0]
    place = next(one for one in found if one.startswith(code)).split()[1]
    file, line, _ = place.split(":")
    assert file == f"templates/{POD}"
    assert lines < int(line) <= lines + len(text.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        "labels:\n  a: {{ own.host }}  # why\n  {{ own.host }}: b\n",
        "labels:\n  'c': [{{ own.host }}, x]\n  d: {a: {{ own.host }}}\n",
        "# about {{ own.host }}\nvolumes:\n  - {{ dict(name=own.host) }}\n",
        "{% if app.health == 'http' and has('sidecar.*') %}\nlabels:\n  a: {{ own.host or none }}\n{% endif %}\n",
        "{% raw %}\n# {{ nothing }}\n{% endraw %}\n",
    ],
)
def test_what_is_allowed_is_no_fault(folder: Path, text: str) -> None:
    assert added(folder, POD, text) == []


def test_pieces_are_followed_and_count_as_used(folder: Path) -> None:
    (folder / "shared/piece.yaml").write_text("a: {{ own.hots }}\nb: {{ app.nope }}\n")
    found = added(
        folder, POD, "labels:\n{% filter indent(2, first=True) %}\n{% include 'shared/piece.yaml' %}\n{% endfilter %}\n"
    )
    assert [one.split()[:2] for one in found] == [
        ["undeclared-parameter", "templates/shared/piece.yaml:1:1"],
        ["undeclared-parameter", "templates/shared/piece.yaml:2:1"],
    ]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("config/run.sh", 'echo "{{ own.host }}"\n', "template-place"),
        ("config/run.sh", "# {{ own.host }}\n", "template-place"),
        ("config/run.sh", "echo {{ own.host }}\n", ""),
        ("config/a.hcl", 'a = "{{ own.host }}"\n', "template-place"),
        ("config/a.hcl", 'a = {{ own.host }}\nb = "{% raw %}{{ x }}{% endraw %}"\n', ""),
        ("config/a.exe", "a\n", "template-format"),
    ],
)
def test_config_files_have_their_own_places(folder: Path, name: str, text: str, fault: str) -> None:
    path = f"components/init/wait/{name}"
    (folder / path).parent.mkdir()
    found = added(folder, path, text, config=(name,))
    assert [one.split()[0] for one in found] == ([fault] if fault else [])


def test_what_nothing_uses_is_told(folder: Path) -> None:
    (folder / "components/init/wait/left.txt").write_text("x")
    idle = replace(parameter("init.wait", "idle", "text", "x"), position=Position("component.yaml", 9))
    more = (*COMPONENTS["init.wait", "default"].parameters, idle)
    found = added(folder, POD, "", parameters=more, images=("wait", "shipper"), needs=("nope.*",))
    assert sorted(one.split()[0] for one in found) == [
        "unknown-pattern",
        "unused-file",
        "unused-image",
        "unused-parameter",
    ]
    features = {**CATALOG.features, "idle": replace(CATALOG.features["tolerance"], id="idle")}
    images = {**CATALOG.images, "idle": replace(CATALOG.images["wait"], id="idle")}
    found = lint(replace(CATALOG, features=features, images=images))
    assert [one.split()[0] for one in found] == ["unused-feature", "unused-image"]
