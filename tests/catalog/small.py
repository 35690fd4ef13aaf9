"""A catalogue small enough to break in one place at a time."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.load import load_catalog
from wizard.errors import CatalogError, Fault

TABLE = """\
format: 2
table: {id: small, version: "1"}
questions:
  keeps:
    ask: What must it keep?
    options:
      nothing: Nothing
      disk: A disk
    unsure: nothing
  needs:
    ask: Which of these?
    type: many
    options:
      files: Log files
      wait: {say: Another service, when: {keeps: disk}}
facts:
  stateful: {keeps: disk}
patterns:
  Deployment:
    title: Deployment
    gives: Copies.
    costs: No disk.
    use_when: Nothing is kept.
    avoid_when: Something is kept.
    folder: workloads/deployment
  StatefulSet:
    title: StatefulSet
    gives: Disks.
    costs: Care.
    use_when: Something is kept.
    avoid_when: Nothing is kept.
  sidecar.log:
    title: Log sidecar
    gives: Logs.
    costs: Memory.
    use_when: Files.
    avoid_when: Standard output.
    implementations: {small: sidecar/log, large: sidecar/log}
base:
  plain: {when: {not: {fact: stateful}}, use: Deployment, because: Nothing is kept.}
  disks: {when: {fact: stateful}, use: StatefulSet, because: A disk is kept.}
add:
  logs: {when: {needs: files}, use: sidecar.log, because: It writes files.}
set:
  few: {when: {keeps: nothing}, set: {copies: 3}, because: Three are enough.}
warn:
  care: {when: {needs: [files, wait]}, level: note, say: Look., because: It costs., instead: Nothing.}
never:
  - {use: Deployment, with: StatefulSet}
"""
EXAMPLES = """\
format: 1
examples:
  nothing: {tells: Nothing is kept., answers: {keeps: nothing, needs: []}, base: Deployment, warn: []}
"""
WORKLOAD = """\
format: 1
title: Deployment
role: workload
workload: workload.yaml
template: spec.template
use: identity
parameters:
  copies: {ask: How many?, type: integer, decided: true, default: 1}
"""
SIDECAR = """\
format: 1
title: Log sidecar
role: sidecar
images: [agent]
needs: ["sidecar.*"]
parameters:
  path: {ask: Where?, type: path, required: true, sample: /var/log}
  name: {ask: Which name?, type: name, from: {parameter: app.name, template: "*-log"}}
  mode: {ask: How?, type: choice, kind: choice, default: fast, options: {fast: Fast, slow: Slow}}
  limit: {ask: How much?, type: quantity, default: 10Mi, max: 1Gi, shown_when: {mode: fast}}
"""
GROUPS = """\
format: 1
groups:
  identity:
    name: {ask: Its name?, type: name, required: true, sample: orders}
"""
IMAGES = """\
format: 1
images:
  agent:
    repository: example.com/agent
    tag: 1.0.0
    uid: 10001
    checked: 2026-11-22
    source: https://example.com/agent
"""
FEATURES = """\
format: 1
minors: ["1.29", "1.30"]
default: "1.30"
features:
  native: {first: "1.29", title: Native sidecars}
"""
FILES = {
    "decision_table.yaml": TABLE,
    "templates/workloads/deployment/component.yaml": WORKLOAD,
    "templates/workloads/deployment/workload.yaml": "kind: Deployment\n",
    "templates/sidecar/log/component.yaml": SIDECAR,
    "templates/sidecar/log/pod.yaml": "containers: []\n",
    "templates/sidecar/log/config/agent.conf": "x\n",
    "templates/shared/parameters.yaml": GROUPS,
    "templates/images.yaml": IMAGES,
    "templates/features.yaml": FEATURES,
    "templates/examples.yaml": EXAMPLES,
    "templates/lessons/Deployment.md": "# Deployment\n\nA wish.\n\nAnd how it\ncomes true.\n",
    "templates/lessons/StatefulSet.md": "Seats in a row.\n",
    "templates/lessons/sidecar.log.md": "# Log sidecar\n\nIt reads.\n",
}


def write(root: Path, changes: dict[str, str | None] | None = None) -> Path:
    """Write the small catalogue to a folder, with some files replaced or, for ``None``, left out; return the folder."""
    for path, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return root


def edited(path: str, old: str, new: str) -> dict[str, str | None]:
    """Return one file of the small catalogue with one text replaced."""
    assert FILES[path].count(old) == 1, old
    return {path: FILES[path].replace(old, new)}


def faults(root: Path) -> tuple[Fault, ...]:
    """Return the faults of a catalogue; empty when it loads."""
    try:
        load_catalog(root)
    except CatalogError as error:
        return error.faults
    return ()


def lines(root: Path) -> list[str]:
    """Return the faults as lines, without the root folder."""
    return [str(fault).removeprefix(f"{root}/") for fault in faults(root)]
