"""A catalogue of proxies, for tests of implementation choices, families, exclusive options and former ids."""

from __future__ import annotations

import shutil
from pathlib import Path

_SOURCE = Path(__file__).resolve().parent.parent / "examples" / "catalogue"
TABLE = """\
format: 2
table: {id: proxies, version: "1"}
questions:
  outbound:
    ask: What is at the other end?
    type: many
    options:
      cluster: {say: A store that is a cluster, not_with: [sentinel]}
      sentinel: A store with sentinels
      database: {say: A database, was: [postgres]}
      direct: Nothing that needs help
  pool:
    ask: May a connection change hands between two statements?
    when: {outbound: database}
    options:
      "yes": "Yes"
      "no": {say: "No", was: [never]}
    unsure: "no"
    was: [pooling]
  size:
    ask: Is it large?
    options:
      small: "No"
      large: {say: "Yes", was: [outbound.huge]}
families:
  ambassador:
    gives: The program talks to a plain address.
    costs: A proxy in each pod.
    use_when: No library can do it.
    avoid_when: A library can.
patterns:
  Deployment:
    title: Deployment
    gives: Replicas.
    costs: No disk.
    use_when: Nothing is kept.
    avoid_when: Something is.
    folder: workloads/service
  ambassador.store:
    title: Proxy of a store
    family: ambassador
    implementations: {ring: components/ring, watch: components/watch, both: components/both}
    was: [ambassador]
  ambassador.database:
    title: Proxy of a database
    family: ambassador
    costs: A pool in each pod.
    folder: components/database
base:
  service: {when: {}, use: Deployment, because: It serves.}
add:
  ring: {when: {outbound: cluster}, use: ambassador.store, implementation: [ring, both], because: It is a cluster.}
  watch: {when: {outbound: sentinel}, use: ambassador.store, implementation: watch, because: Sentinels choose.}
  database: {when: {outbound: database}, use: ambassador.database, because: It has a pool.}
set:
  by-statement: {when: {pool: "yes"}, set: {ambassador.database.mode: statement}, because: They change hands.}
  by-session: {when: {pool: "no"}, set: {ambassador.database.mode: session}, because: They do not.}
  roomy: {when: {size: large}, default: true, set: {ambassador.database.connections: 50}, because: It is large.}
warn:
  direct: {when: {outbound: direct}, level: note, say: Nothing., because: None., instead: Nothing.}
"""
POD = """\
init_containers:
  - name: {name}
    image: {{{{ image('busybox') }}}}
    restartPolicy: Always
    command: [/bin/sh, -ec, 'exec sleep 1000000', {name}{more}]
    resources:
      requests: {{cpu: 10m, memory: 16Mi}}
      limits: {{memory: 32Mi}}
    securityContext:
      runAsUser: {{{{ uid('busybox') }}}}
      allowPrivilegeEscalation: false
      capabilities: {{drop: [ALL]}}
"""
DATABASE = """\
parameters:
  mode:
    ask: How does it pool?
    type: choice
    kind: choice
    decided: true
    default: session
    options: {session: By session, statement: By statement}
  connections: {ask: How many connections?, type: integer, default: 10, was: [clients, sidecar.pool.clients]}
"""


def write(root: Path, *changes: tuple[str, str]) -> Path:
    """Write the catalogue, with some texts of the table replaced, and return its folder."""
    shutil.copytree(_SOURCE, root)
    shutil.rmtree(root / "templates" / "components")
    shutil.rmtree(root / "templates" / "workloads" / "batch")
    (root / "templates" / "examples.yaml").unlink()
    for lesson in (root / "templates" / "lessons").iterdir():
        if lesson.stem != "Deployment":
            lesson.unlink()
    (root / "templates" / "lessons" / "ambassador.md").write_text("# Ambassador\n\nIt speaks for you.\n")
    for name in ("ring", "watch", "both"):
        _component(root, name)
    more = ", {{ own.mode }}, {{ own.connections ~ '' }}{% if has('ambassador.s*') %}, beside{% endif %}"
    _component(root, "database", DATABASE, more)
    table = TABLE
    for old, new in changes:
        assert table.count(old) == 1, old
        table = table.replace(old, new)
    (root / "decision_table.yaml").write_text(table)
    return root


def _component(root: Path, name: str, parameters: str = "", more: str = "") -> None:
    folder = root / "templates" / "components" / name
    folder.mkdir(parents=True)
    head = f"format: 1\ntitle: Proxy {name}\nslug: {name}\nrole: ambassador\nimages: [busybox]\n"
    (folder / "component.yaml").write_text(head + parameters)
    (folder / "pod.yaml").write_text(POD.format(name=name, more=more))
