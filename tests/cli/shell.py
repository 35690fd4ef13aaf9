"""A shell in which ``podwizard`` is the program under test."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIZARD = f"{shlex.quote(sys.executable)} -m wizard"


def shell(command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command line in bash in the current folder; a variable that is ``unset`` is removed."""
    env = {key: value for key, value in {**os.environ, "PYTHONPATH": str(ROOT), **environ}.items() if value != "unset"}
    words = ["bash", "-c", f'podwizard() {{ {WIZARD} "$@"; }}\n{command}']
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=False)
