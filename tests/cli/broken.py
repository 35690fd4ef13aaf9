"""Ways to break a copy of the shipped or of the example catalogue, and the message of ``podwizard check`` for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = "decision_table.yaml"
EXAMPLES = "templates/examples.yaml"
LESSON = "templates/lessons/Deployment.md"
WAIT = "templates/components/init/wait"
POD = f"{WAIT}/pod.yaml"
Edit = Callable[[Path], object]


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
        swap(TABLE, "when: {work: task}\n    use", "when: {work: task, logs: stdout}\n    use"),
        f"{TABLE}:",
        "no base rule applies: work=task, logs=files_switchable or files_only",
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
        "'StatefulSet' occurs with 'hpa', which a promise excludes: operate=plain, copies=elastic",
    ),
    "settings disagree": (
        swap(TABLE, "when: {fact: few}\n    set", "when: {any: [{fact: few}, {copies: several}]}\n    set"),
        f"{TABLE}:",
        "'scale-one' and 'scale-fixed' disagree on 'scale' (one or fixed): copies=several",
    ),
    "wrong example": (
        swap(EXAMPLES, "base: Deployment\n    add: [pdb]\n    set:", "base: StatefulSet\n    add: [pdb]\n    set:"),
        f"{EXAMPLES}:",
        "example 'plain-api' results in the base 'Deployment', not 'StatefulSet'",
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
        "which does not exist",
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
"""Name of the fault -> (edit that causes it, its place, message); ``check`` exits with 1."""

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
    """Add a choice with a fragment that is invalid for the non-default option."""
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
        "no component declares how many pods Deployment shop has (1)",
    ),
    "a condition that the drawing cannot follow": (
        swap(READER, f"{FIRST}\n", f"{{% if slug is string %}}\n{FIRST}\n{{% endif %}}\n"),
        "templates/components/logs/component.yaml",
        "the drawing of Deployment shop has shop, the bundle has logs and shop",
    ),
}
"""Like ``RULES``, for the small example catalogue: only rendering reveals these faults, and rendering every bundle of
the shipped catalogue would take too long."""

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
"""Name of the error -> (line 2 of a template, message)."""

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
        "can change at any time",
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
        "the maximum is 86400",
    ),
}
"""Like ``RULES``, but the catalogue cannot be read at all; ``check`` exits with 2."""
