"""``podwizard check`` on copies of the shipped catalogue with one fault each: found, placed, with a counterexample."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from tests.at_hand import render_here
from wizard.catalog.load import load_catalog
from wizard.cli.main import run
from wizard.session.covering import rehearse

ROOT = Path(__file__).resolve().parents[2]
TABLE = "decision_table.yaml"
EXAMPLES = "templates/examples.yaml"
LESSON = "templates/lessons/Deployment.md"
WAIT = "templates/components/init/wait"
POD = f"{WAIT}/pod.yaml"
Capture = pytest.CaptureFixture[str]
Edit = Callable[[Path], object]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    shutil.copy(ROOT / TABLE, folder)
    shutil.copytree(ROOT / "templates", folder / "templates", copy_function=shutil.copyfile)
    monkeypatch.chdir(tmp_path)
    return folder


def swap(path: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / path).read_text("utf-8")
        assert old in text, f"{path} has no {old!r} any more: fix this test"
        (folder / path).write_text(text.replace(old, new, 1), "utf-8")

    return edit


def put(path: str, data: bytes) -> Edit:
    return lambda folder: (folder / path).write_bytes(data)


def link(path: str, to: str) -> Edit:
    def edit(folder: Path) -> None:
        kept = folder / path
        shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
        kept.symlink_to(to)

    return edit


def pipe(path: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / path).unlink()
        os.mkfifo(folder / path)

    return edit


def drop(path: str) -> Edit:
    def edit(folder: Path) -> None:
        kept = folder / path
        shutil.rmtree(kept) if kept.is_dir() else kept.unlink()

    return edit


RULES: dict[str, tuple[Edit, str, str]] = {
    "gap": (
        swap(TABLE, "when: {work: node_agent}\n    use", "when: {work: node_agent, logs: stdout}\n    use"),
        f"{TABLE}:",
        "no base rule applies: work=node_agent, logs=files_switchable or files_only",
    ),
    "overlap": (
        swap(TABLE, 'when: {keeps: nothing, not: {two_harm: "yes"}}', "when: {keeps: nothing}"),
        f"{TABLE}:",
        "base rules 'deployment' and 'at-most-one' both apply: two_harm=yes",
    ),
    "dead rule": (
        swap(TABLE, "when: {secrets: fetched_once}", "when: {secrets: fetched_once, work: task, keeps: nothing}"),
        f"{TABLE}:",
        "'secrets-once' can never apply: work=task, keeps=nothing never occurs",
    ),
    "dead question": (
        swap(TABLE, "  keeps:\n", "  colour: {ask: Which?, topic: c, help: h, options: {red: r, blue: b}}\n  keeps:\n"),
        f"{TABLE}:",
        "no answer to 'colour' ever changes the result",
    ),
    "broken promise": (
        swap(TABLE, "  - {use: Job, with: [hpa", "  - {use: StatefulSet, with: [hpa]}\n  - {use: Job, with: [hpa"),
        f"{TABLE}:",
        "'StatefulSet' meets 'hpa', which a promise excludes: operate=plain, copies=elastic",
    ),
    "settings disagree": (
        swap(TABLE, "when: {fact: few}\n    set", "when: {any: [{fact: few}, {copies: several}]}\n    set"),
        f"{TABLE}:",
        "'scale-one' and 'scale-fixed' disagree on 'scale' (one or fixed): copies=several",
    ),
    "wrong example": (
        swap(EXAMPLES, "base: Deployment\n    add: [pdb]\n    set:", "base: StatefulSet\n    add: [pdb]\n    set:"),
        f"{EXAMPLES}:",
        "example 'plain-api' gives the base 'Deployment', not 'StatefulSet'",
    ),
    "undefined variable": (swap(POD, "{{ own.host }}", "{{ owm.host }}"), f"{POD}:", '"owm" is not defined'),
    "undeclared parameter": (swap(POD, "{{ own.host }}", "{{ own.hots }}"), f"{POD}:", "did you mean 'host'?"),
    "a value decides": (
        swap(POD, "{% if own.kind == 'postgres' %}", "{% if own.host == 'postgres' %}"),
        f"{POD}:",
        "own.host is a value, and values must not decide",
    ),
    "part of a scalar": (swap(POD, "- {{ own.host }}", "- x-{{ own.host }}"), f"{POD}:", "one whole value"),
    "template syntax": (swap(POD, "{{ own.host }}", "{{ own.host "), f"{POD}:", "expected token"),
    "no end of a block": (swap(POD, "{% endif %}", ""), f"{POD}:", "endif"),
    "include from outside": (
        swap(POD, "init_containers:", '{% include "../../../../etc/passwd" %}\ninit_containers:'),
        f"{POD}:",
        "which is not there",
    ),
    "include of itself": (
        swap(POD, "init_containers:", '{% include "components/init/wait/pod.yaml" %}\ninit_containers:'),
        f"{POD}:",
        "includes this file",
    ),
    "too much out of little": (
        swap(POD, "{{ own.host }}", "{{ own.host * 999999999 }}"),
        f"{POD}:",
        "* cannot be used",
    ),
    "binary template": (put(POD, b"\x00\xff\xfe"), POD, "not UTF-8"),
    "control characters": (put(POD, b"containers:\n  - name: \x1b[31m\n"), f"{POD}:2", "control character"),
    "no pod": (drop(POD), f"{WAIT}/component.yaml", "has no pod.yaml"),
    "a pipe": (pipe(POD), f"{WAIT}/component.yaml", "has no pod.yaml"),
    "needs in a circle": (
        swap("templates/components/init/secrets/component.yaml", "role: init\n", "role: init\nneeds: [init.wait]\n"),
        "templates/components/init/secrets/component.yaml:",
        "init.secrets → init.wait → init.secrets",
    ),
    "a misspelt option": (
        swap("templates/shared/namespace.yaml", "== 'create'", "== 'creat'"),
        "templates/shared/namespace.yaml:1:31:",
        "did you mean 'create'?",
    ),
    "no lesson": (drop(LESSON), f"{TABLE}:", "pattern 'Deployment' has no lesson"),
    "misspelled lesson": (
        lambda folder: (folder / LESSON).rename(folder / "templates/lessons/Deploiment.md"),
        "templates/lessons/Deploiment.md:1:1",
        "did you mean 'Deployment'?",
    ),
    "binary lesson": (put(LESSON, b"# x\n\n\x00\xff"), f"{LESSON}:3:1", "not UTF-8"),
    "no README": (drop("templates/shared/README.md"), "templates/shared/README.md", "not there"),
}
"""What -> (how to break it, the place, what is said); these leave with 1."""

READER = "templates/components/logs/pod.yaml"
ORDER = """\
  order:
    ask: In which order?
    type: choice
    kind: choice
    options: {as-written: As written, by-name: By name}
    default: as-written
"""


def with_order(folder: Path) -> None:
    """Add a choice with a fragment that is wrong for the option that is not its default."""
    with (folder / "templates/components/logs/component.yaml").open("a", encoding="utf-8") as declared:
        declared.write(ORDER)
    swap(READER, "    args:\n", "{% if own.order == 'by-name' %}\n    args\n{% endif %}\n    args:\n")(folder)


FIRST = "  # A native sidecar: it starts before the program and ends after it.\n  - name: logs"
RENDERED: dict[str, tuple[Edit, str, str]] = {
    "fragment is no YAML": (swap(READER, "Policy: Always", "Policy: [Always"), f"{READER}:", "not YAML"),
    "fragment of a rare option is no YAML": (with_order, f"{READER}:", "not YAML"),
    "an object that no cluster takes": (
        swap("templates/workloads/service/workload.yaml", "kind: Deployment", "kind: Deploymnt"),
        "templates/workloads/service/component.yaml:",
        "Kubernetes has no Deploymnt",
    ),
    "unknown slot": (swap(READER, "init_containers:", "init_containerz:"), READER, "did you mean 'init_containers'?"),
    "wrong place of the pod": (
        swap("templates/workloads/service/component.yaml", "template: spec.template", "template: spec.templat"),
        "templates/workloads/service/workload.yaml",
        "no containers below spec.templat",
    ),
    "replicas that nothing declares": (
        swap("templates/workloads/service/component.yaml", "replicas: [{least: 1}]\n", ""),
        "templates/workloads/service/component.yaml",
        "nothing declares how many pods Deployment shop has (1)",
    ),
    "a condition that the drawing cannot follow": (
        swap(READER, f"{FIRST}\n", f"{{% if slug is string %}}\n{FIRST}\n{{% endif %}}\n"),
        "templates/components/logs/component.yaml",
        "the drawing of Deployment shop has shop, the bundle has logs and shop",
    ),
}
"""The same of a small catalogue; only rendering shows them, and each bundle of the shipped one is rendered for that."""

MISTAKES = {
    "an argument twice": ("{{ dict(a=1, a=2) }}", "keyword argument repeated: a"),
    "25 loops": ("{% for a in [1] %}" * 25 + "{% endfor %}" * 25, "more than 20 loops and blocks are nested"),
    "truncate": ("# {{ config_name|truncate(1) }}", "expected length >= 3, got 1"),
    "infinity": ("# {{ '1e999'|float|int }}", "cannot convert float infinity to integer"),
    "infinity written out": ("# {{ 1e999|int }}", "number is too large"),
    "a changed dictionary": (
        "{% set d = dict(a=1) %}{% for k in d %}{% set x = d.update({k ~ 'x': 1}) %}{% endfor %}",
        "access to attribute 'update' of 'dict' object is unsafe",
    ),
    "5,000 digits": ("# {{ " + "9" * 5000 + " }}", "Exceeds the limit (4300 digits)"),
    "a division by zero": ("# {{ 1 // 0 }}", "by zero"),
    "half a character": ("x: {{ '%c' % 55296 }}", "not valid Unicode"),
    "a wrong argument": ("# {{ 'x'|indent(1, 2, 3, 4) }}", "positional arguments"),
    "too much memory": ("# {{ 'x'.ljust(3000000000) }}", "more memory"),
}
"""What -> (line 2 of a template, what is said of it)."""

UNREADABLE: dict[str, tuple[Edit, str, str]] = {
    "no table": (drop(TABLE), TABLE, "is this the catalogue's folder?"),
    "empty table": (put(TABLE, b""), TABLE, "empty"),
    "binary table": (put(TABLE, b"\xff\xfe\x00"), f"{TABLE}:1:1", "not UTF-8"),
    "broken YAML": (swap(TABLE, "  batch:", "\tbatch:"), f"{TABLE}:", "indent with spaces"),
    "huge": (put(TABLE, b"# x\n" * 400_000), TABLE, "larger than"),
    "deep": (put(TABLE, b"[" * 5000), TABLE, "nested"),
    "tag": (swap(TABLE, "format: 2", "format: !!python/object:os.system 1"), f"{TABLE}:7:9", "remove the tag"),
    "newer format": (swap(TABLE, "format: 2", "format: 99"), f"{TABLE}:7:9", "use a newer podwizard"),
    "older format": (swap(TABLE, "format: 2", "format: 1"), f"{TABLE}:7:9", "templates/lessons/PATTERN.md"),
    "broken examples": (put(EXAMPLES, b"examples: [\n"), f"{EXAMPLES}:", "not valid YAML"),
    "duplicate key": (swap(TABLE, "  batch:", "  race: {work: task}\n  batch:"), f"{TABLE}:", "is defined twice"),
    "unknown key": (swap(TABLE, "because: Work", "becuase: Work"), f"{TABLE}:", "did you mean 'because'"),
    "unknown option": (swap(TABLE, "{work: task}", "{work: tsak}"), f"{TABLE}:", "did you mean 'task'"),
    "unknown question": (swap(TABLE, "when: {work: task}", "when: {wrok: task}"), f"{TABLE}:", "did you mean 'work'"),
    "conditions in a circle": (
        swap(TABLE, "  batch:", "  one: {fact: other}\n  other: {fact: one}\n  batch:"),
        f"{TABLE}:",
        "leads back to itself",
    ),
    "no templates": (drop("templates"), "own/templates", "the folder is missing"),
    "no folder": (swap(TABLE, "components/init/wait\n", "components/init/wiat\n"), f"{TABLE}:", "init/wait'?"),
    "link out": (link(f"{WAIT}/notes.md", "/etc/hostname"), f"{WAIT}/notes.md", "out of the catalogue"),
    "table linked out": (link(TABLE, "/etc/hostname"), TABLE, "out of the catalogue"),
    "templates linked out": (link("templates", str(ROOT / "templates")), "own/templates", "out of the catalogue"),
    "no images": (drop("templates/images.yaml"), "templates/images.yaml", "no image is declared"),
    "broken images": (put("templates/images.yaml", b"images: [\n"), "templates/images.yaml:", "not valid YAML"),
    "moving image": (
        swap("templates/images.yaml", 'tag: "1.38.0"', "tag: latest"),
        "templates/images.yaml:",
        "changes under your feet",
    ),
    "parameters in a circle": (
        swap("templates/shared/parameters.yaml", "      default: null\n", "      from: app.part_of\n"),
        "templates/shared/parameters.yaml:",
        "in a circle",
    ),
    "file nobody reads": (put(f"{WAIT}/pods.yaml", b"x"), f"{WAIT}/pods.yaml", "did you mean 'pod.yaml'"),
    "wrong default": (
        swap(f"{WAIT}/component.yaml", "default: 600", "default: 200000"),
        f"{WAIT}/component.yaml:",
        "the most is 86400",
    ),
}
"""The same; the catalogue cannot be read at all, which leaves with 2."""


def lines(capsys: Capture) -> list[str]:
    captured = capsys.readouterr()
    everything = captured.out + captured.err
    assert "Traceback" not in everything and "fault of podwizard" not in everything
    assert "\x1b" not in everything
    return everything.splitlines()


@pytest.mark.parametrize("what", RULES)
def test_a_fault_of_the_rules_or_templates_is_found(
    copy: Path, what: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    render_here(monkeypatch)
    faulty(RULES[what], copy, capsys)


@pytest.mark.parametrize("what", RENDERED)
def test_a_fault_that_rendering_shows_is_found(what: str, tmp_path: Path, capsys: Capture) -> None:
    folder = Path(shutil.copytree(ROOT / "examples" / "catalogue", tmp_path / "own"))
    faulty(RENDERED[what], folder, capsys)


def faulty(fault: tuple[Edit, str, str], folder: Path, capsys: Capture) -> None:
    """Break a catalogue, and look for the fault."""
    edit, place, said = fault
    edit(folder)
    assert run(["check", str(folder)]) == 1
    errors = [line for line in lines(capsys) if line.startswith("error: ")]
    assert any(place in line and said in line for line in errors), errors
    assert len(errors) <= 4, "the cause drowns in what follows from it"


WAYS: tuple[list[str], ...] = ([], ["--dry-run", "client"], ["-o", "yaml"])


@pytest.mark.parametrize(("what", "way"), zip(MISTAKES, cycle(WAYS)))
def test_a_mistake_in_a_template_is_told_with_its_line_by_every_command(
    what: str, way: list[str], tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, said = MISTAKES[what]
    shutil.copytree(ROOT / "examples" / "catalogue", tmp_path / "own")
    monkeypatch.chdir(tmp_path)
    file = Path("own/templates/workloads/batch/workload.yaml")
    first, *rest = file.read_text().splitlines()
    file.write_text("\n".join((first, text, *rest)) + "\n")
    assert run(["check", "own"]) == 1
    (error,) = [line for line in lines(capsys) if line.startswith("error: ")]
    assert error.startswith(f"error: {file}:2:") and said in error
    words = ["--set", "ends=yes", "--set", "app.name=shop", "--set", "app.image=example.com/shop:1"]
    assert run(["new", "out", "--catalog", "own", "--no-input", *words, *way]) == 2
    assert any("templates/workloads/batch/workload.yaml:2: " in line and said in line for line in lines(capsys))
    assert not Path("out").exists()


def test_a_template_without_an_end_is_told_with_its_line(copy: Path, capsys: Capture) -> None:
    loops = "{% for a in 'xxxxxxxxxx' %}" * 12 + "{% endfor %}" * 12
    (copy / POD).write_text(f"{(copy / POD).read_text('utf-8')}{loops}\n", "utf-8")
    at = len((copy / POD).read_text("utf-8").splitlines())
    assert run(["check", str(copy)]) == 1
    (error,) = [line for line in lines(capsys) if line.startswith("error: ")]
    assert f"{POD}:{at}:1: this takes more than 2 s" in error


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_catalogue_that_cannot_be_read_is_refused(copy: Path, what: str, capsys: Capture) -> None:
    edit, place, said = UNREADABLE[what]
    edit(copy)
    assert run(["check", str(copy)]) == 2
    told = lines(capsys)
    assert any(place in line for line in told) and any(said in line for line in told), told


@pytest.mark.parametrize("words", [["recommend"], ["new", "--no-input"], ["patterns"]])
def test_every_command_refuses_such_a_catalogue_alike(copy: Path, words: list[str], capsys: Capture) -> None:
    UNREADABLE["unknown option"][0](copy)
    assert run(["check", str(copy)]) == 2
    told = lines(capsys)
    assert run([*words, "--catalog", str(copy)]) == 2
    assert lines(capsys) == told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_covering_file_is_written_whole_or_not_at_all(tmp_path: Path, capsys: Capture) -> None:
    words = ["check", str(ROOT / "examples" / "catalogue"), "--cover", str(tmp_path)]
    assert run(words) == 0
    first, second, *_ = sorted(tmp_path.iterdir())
    before = first.read_bytes()
    second.with_suffix(".part").symlink_to("/dev/full")
    second.unlink()
    assert run(words) == 5
    assert first.read_bytes() == before
    assert not second.exists() and not second.with_suffix(".part").is_symlink()
    assert any("cannot write to" in line and "disk is full" in line for line in lines(capsys))


def large(folder: Path) -> Path:
    """A catalogue with 515 rules for three outputs, and without an example."""
    shutil.copytree(ROOT / "examples" / "catalogue", folder)
    table = folder / TABLE
    text = table.read_text("utf-8")
    ids = range(7)
    asked = "".join(
        f"  {q}: {{ask: Which?, help: h, options: {{{', '.join(f'{q}{i}: o' for i in ids)}}}}}\n" for q in "abc"
    )
    cells = {(i, j, k): f"a: a{i}, b: b{j}, c: c{k}" for i in ids for j in ids for k in ids}
    base = "".join(
        f'  s{i}{j}{k}: {{when: {{ends: "no", {cell}}}, use: Deployment, because: It never ends.}}\n'
        for (i, j, k), cell in cells.items()
    )
    readers = "".join(
        f"  r{i}{j}{k}: {{when: {{logs: files, {cell}}}, use: sidecar.logs, because: It does.}}\n"
        for (i, j, k), cell in cells.items()
        if (i + j + k) % 2
    )
    text = text.replace("patterns:", f"{asked}\npatterns:", 1)
    lines = [
        base if line.startswith("  service:") else readers if line.startswith("  reader:") else line
        for line in text.splitlines(keepends=True)
    ]
    table.write_text("".join(lines), "utf-8")
    (folder / "templates/examples.yaml").unlink()
    return folder


def test_the_bundles_of_a_large_table_are_rendered_too(tmp_path: Path, capsys: Capture) -> None:
    folder = large(tmp_path / "large")
    assert run(["check", str(folder)]) == 0
    told = "\n".join(lines(capsys))
    assert "515 rules" in told and "proved for all" in told
    assert re.search(
        r"rendered [2-9] bundles from [2-9] sets of answers of .*: every two patterns, settings and warnings", told
    )
    reader = folder / "templates/components/logs/pod.yaml"
    reader.write_text(reader.read_text().replace("restartPolicy: Always", "restartPolicy: [Always"))
    assert run(["check", str(folder)]) == 1
    (error,) = [line for line in lines(capsys) if line.startswith("error: ")]
    assert f"{reader}:" in error and "not YAML" in error


def test_a_table_is_not_proved_when_the_budget_does_not_reach_all_bundles(capsys: Capture) -> None:
    assert run(["check", str(ROOT / "examples" / "catalogue"), "--budget", "500"]) == 4
    told = "\n".join(lines(capsys))
    assert re.search(r"rendered 1 bundle from 1 set .*; the work stopped before everything was rendered", told)
    assert "not decided: the work budget ran out before every pair was rendered" in told and "proved for" not in told


@pytest.mark.parametrize(("budget", "bundles"), [(1, 0), (500, 1), (600, 2)])
def test_a_rehearsal_renders_as_many_bundles_as_the_budget_reaches(tmp_path: Path, budget: int, bundles: int) -> None:
    done = rehearse(load_catalog(large(tmp_path / "large")), budget=budget)
    assert (done.bundles, done.complete, done.of_rules, done.faults) == (bundles, bundles == 2, False, ())


def test_check_proves_a_copy_too_and_says_what_it_rendered(tmp_path: Path, capsys: Capture) -> None:
    own = tmp_path / "own"
    shutil.copytree(ROOT / "examples" / "catalogue", own)
    assert run(["check", str(own)]) == 0
    told = lines(capsys)
    assert any("proved for all" in line for line in told)
    said = next(line for line in told if line.startswith("rendered "))
    assert re.fullmatch(
        r"rendered \d+ bundles from \d+ sets of answers of \d+: "
        r"every two rules that apply together, and every option of a choice",
        said,
    )


def test_check_says_when_it_renders_nothing(copy: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    render_here(monkeypatch)
    RULES["undefined variable"][0](copy)
    assert run(["check", str(copy)]) == 1
    assert any("no bundle was rendered" in line for line in lines(capsys))
