"""Faults that the linter finds in templates, each with its file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.render.kitchen import CATALOG, COMPONENTS, parameter
from wizard.catalog.model import Catalog, Component
from wizard.errors import Position
from wizard.render.templates.lint import lint_templates

Lint = Callable[..., list[str]]
POD = "components/init/wait/pod.yaml"


def lint(catalog: Catalog) -> list[str]:
    return [f"{f.code} {f.position} {f.message} ({f.hint})" for f in lint_templates(catalog)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CATALOG.root, tmp_path, dirs_exist_ok=True)
    return tmp_path / "templates"


def added(folder: Path, path: str, text: str, **changes: object) -> list[str]:
    """Return the faults after appending ``text`` to a file of the component ``init.wait``."""
    file = folder / path
    file.write_text((file.read_text() if file.exists() else "") + text)
    wait: Component = COMPONENTS["init.wait", "default"]._replace(**changes)  # type: ignore[arg-type]
    return lint(CATALOG._replace(root=folder.parent, components={**COMPONENTS, ("init.wait", "default"): wait}))


def test_the_small_catalogue_has_no_faults() -> None:
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
        ("{% for x in app.command %}\n{% endfor %}\n", "undeclared-parameter"),
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
def test_a_fault_in_a_fragment_is_reported_with_its_line(folder: Path, text: str, fault: str) -> None:
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
def test_an_allowed_text_is_not_a_fault(folder: Path, text: str) -> None:
    assert added(folder, POD, text) == []


MISTAKES = {
    "argument twice": ("{{ dict(a=1, a=2) }}", "keyword argument repeated: a"),
    "25 loops": ("{% for a in [1] %}" * 25 + "{% endfor %}" * 25, "more than 20 loops and blocks are nested"),
    "5,000 digits": ("{{ " + "9" * 5000 + " }}", "Exceeds the limit (4300 digits)"),
    "3,000 conditions": ("{% if 1 %}" * 3000 + "{% endif %}" * 3000, "nested too deeply"),
    "3,000 parentheses": ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "nested too deeply"),
    "no end": ("{{ 'x", "unexpected char"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_template_that_cannot_be_compiled_is_a_fault_with_its_line(folder: Path, what: str) -> None:
    text, message = MISTAKES[what]
    line = len((folder / POD).read_text().splitlines()) + 2
    (fault, *others) = added(folder, POD, f"\n{text}\n")
    assert fault.startswith(f"template-syntax templates/{POD}:{line}:1 ") and message in fault
    assert not others


CHOICE = parameter("init.wait", "mode", "choice", "create", options=(("create", "c"), ("update", "u")))
WRONG = [
    ("{% if own.mode == 'creat' %}\n{% endif %}", 19, "creat", "did you mean 'create'?"),
    ("{% if 'creat' != own.mode %}\n{% endif %}", 7, "creat", "did you mean 'create'?"),
    ("{% if own['mode'] in ('create', 'updat') %}\n{% endif %}", 33, "updat", "did you mean 'update'?"),
    ("{% if own.mode not in ['zzz'] %}\n{% endif %}", 24, "zzz", "one of: create, update"),
    ("{% if own.mode is eq 'creat' %}\n{% endif %}", 22, "creat", "did you mean 'create'?"),
    ("{% set m = own.mode %}{% if m == 'creat' %}\n{% endif %}", 34, "creat", "did you mean 'create'?"),
    ("labels:\n  a: {{ 'x' if own.mode == 'creat' else 'y' }}", 28, "creat", "did you mean 'create'?"),
    ("{% if own.mode == 1 %}\n{% endif %}", 19, "1", "one of: create, update"),
]


@pytest.mark.parametrize(("text", "column", "wrong", "hint"), WRONG)
def test_a_choice_compared_with_an_unknown_option_is_a_fault(
    folder: Path, text: str, column: int, wrong: str, hint: str
) -> None:
    line = len((folder / POD).read_text().splitlines()) + 1 + text.startswith("labels")
    wait = COMPONENTS["init.wait", "default"]
    (fault,) = added(folder, POD, f"{text}\n", parameters=(*wait.parameters, CHOICE))
    assert fault.startswith(f"unknown-option templates/{POD}:{line}:{column} own.mode is compared with ")
    assert f"compared with {wrong!r}" in fault.replace("compared with 1,", "compared with '1',")
    assert fault.endswith(f"({hint})")


@pytest.mark.parametrize(
    "text",
    [
        "{% if own.mode == 'create' or own.mode in ('update',) or own.mode == none %}\n{% endif %}",
        "{% set m = own.mode %}{% for m in ['x'] %}{% if m == 'x' %}\n{% endif %}{% endfor %}",
        "{% if own.mode == config_name or own.mode ~ 'x' == 'createx' %}\n{% endif %}",
    ],
)
def test_a_choice_compared_with_a_possible_value_is_not_a_fault(folder: Path, text: str) -> None:
    wait = COMPONENTS["init.wait", "default"]
    assert added(folder, POD, f"{text}\n", parameters=(*wait.parameters, CHOICE)) == []


def test_a_shared_piece_can_use_an_option_of_any_component_that_includes_it(folder: Path) -> None:
    piece = folder / "shared/piece.yaml"
    piece.write_text("{% if own.mode == 'start' or own.mode == 'stop' %}\na: b\n{% endif %}\n")
    include = "{% include 'shared/piece.yaml' %}\n"
    changed = dict(COMPONENTS)
    for pattern, option in (("init.wait", "start"), ("init.migrate", "stop")):
        component = COMPONENTS[pattern, "default"]
        mode = parameter(pattern, "mode", "choice", option, options=((option, "x"),))
        changed[pattern, "default"] = component._replace(parameters=(*component.parameters, mode))
        pod = folder / component.folder / "pod.yaml"
        pod.write_text(pod.read_text() + include)
    catalog = CATALOG._replace(root=folder.parent, components=changed)
    assert lint(catalog) == []
    piece.write_text("{% if own.mode == 'sart' %}\na: b\n{% endif %}\n")
    assert [one.split()[:2] for one in lint(catalog)] == [["unknown-option", "templates/shared/piece.yaml:1:19"]]


def test_included_pieces_are_checked_and_count_as_used(folder: Path) -> None:
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
def test_config_files_have_their_own_rules_for_values(folder: Path, name: str, text: str, fault: str) -> None:
    path = f"components/init/wait/{name}"
    (folder / path).parent.mkdir()
    found = added(folder, path, text, config=(name,))
    assert [one.split()[0] for one in found] == ([fault] if fault else [])


def test_unused_files_parameters_and_images_are_reported(folder: Path) -> None:
    (folder / "components/init/wait/left.txt").write_text("x")
    idle = parameter("init.wait", "idle", "text", "x")._replace(position=Position("component.yaml", 9))
    more = (*COMPONENTS["init.wait", "default"].parameters, idle)
    found = added(folder, POD, "", parameters=more, images=("wait", "shipper"), needs=("nope.*",))
    assert sorted(one.split()[0] for one in found) == [
        "unknown-pattern",
        "unused-file",
        "unused-image",
        "unused-parameter",
    ]
    features = {**CATALOG.features, "idle": CATALOG.features["tolerance"]._replace(id="idle")}
    images = {**CATALOG.images, "idle": CATALOG.images["wait"]._replace(id="idle")}
    found = lint(CATALOG._replace(features=features, images=images))
    assert [one.split()[0] for one in found] == ["unused-feature", "unused-image"]
