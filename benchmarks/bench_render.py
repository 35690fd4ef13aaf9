"""The processor time of the first render in a fresh process, compared with the imports that it requires.

python benchmarks/bench_render.py [EXAMPLE] [ROUNDS]
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

CHILD = """
import pickle, sys, time
sys.path.insert(0, sys.argv[2])
start = time.process_time()
import jinja2.sandbox, yaml
imported = time.process_time()
from wizard.render.bundle.render import render
ready = time.process_time()
catalog, request = pickle.loads(open(sys.argv[1], "rb").read())
began = time.process_time()
render(catalog, request)
first = time.process_time()
render(catalog, request)
second = time.process_time()
print(imported - start, ready - imported, first - began, second - first)
"""
NAMES = ("import jinja2 and yaml", "import the renderer", "first render", "second render")


def main() -> None:
    """Render one of the table's examples in fresh processes and print the medians."""
    root = Path(__file__).resolve().parent.parent
    sys.path.insert(0, str(root))
    from tests.render.test_shipped import session
    from tests.shipped import CATALOG

    example = sys.argv[1] if len(sys.argv) > 1 else "web-app-with-log-files"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(pickle.dumps((CATALOG, session(example).request)))
        command = [sys.executable, "-c", CHILD, file.name, str(root)]
        outputs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(rounds)]
    for name, times in zip(NAMES, zip(*(map(float, o.split()) for o in outputs), strict=True), strict=True):
        print(f"{name:24} {median(times) * 1000:7.1f} ms")


if __name__ == "__main__":
    main()
