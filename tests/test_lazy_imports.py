"""The modules that each command loads, which account for most of its startup time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = str(ROOT / "examples" / "orders-api.yaml")
SCREENS = {"textual", "rich", "asyncio"}
CLUSTER = {"kubernetes", "urllib3", "ssl", "http.client"}
PROBE = """
import os, sys
from wizard.cli.main import run
code = run(sys.argv[1:])
loaded = sorted(sys.modules)
import json
with open(os.environ["PROBE"], "w") as stream:
    json.dump([code, loaded], stream)
"""


@pytest.mark.parametrize(
    ("words", "forbidden"),
    [
        (["--help"], {*SCREENS, *CLUSTER, "jinja2", "yaml", "dataclasses", "inspect", "json", "wizard.decision"}),
        (["--version"], {*SCREENS, *CLUSTER, "jinja2", "yaml", "dataclasses", "inspect", "json", "wizard.decision"}),
        (["recommend", "--answers", ANSWERS], {*SCREENS, *CLUSTER, "jinja2"}),
        (["new", "bundle", "--answers", ANSWERS, "--no-input"], {*SCREENS, *CLUSTER}),
        (["validate", "bundle"], {*SCREENS, *CLUSTER, "jinja2", "wizard.session", "wizard.session.interview"}),
        (["patterns"], {*SCREENS, *CLUSTER, "jinja2"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_loads_only_the_modules_it_needs(words: list[str], forbidden: set[str], tmp_path: Path) -> None:
    probe = tmp_path / "modules.json"
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "namespace.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: orders\n")
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHONPATH": str(ROOT),
            "PROBE": str(probe),
            "LANG": "C.UTF-8",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert probe.exists(), done.stderr
    code, modules = json.loads(probe.read_text())
    assert code == 0, done.stderr
    assert sorted(forbidden & set(modules)) == []
