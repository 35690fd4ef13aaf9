"""The duration of a server-side dry run of a bundle, next to ``kubectl apply --dry-run=server -k`` on the same server.

Both are measured as whole processes, from start to end, against a local API server that is warmed up; kubectl keeps its
discovery cache between runs. The bundle's namespace exists, because kubectl cannot check objects in a missing one.

Run: KUBEBUILDER_ASSETS=FOLDER python benchmarks/bench_dry_run.py [--runs N]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.apiserver.server import ApiServer, serve
from tests.screens.terminal import WIZARD, Terminal, terminal

ROOT = Path(__file__).resolve().parent.parent
GOAL = 1.3
KEYS_GOAL = 4


def bundle(folder: Path) -> Path:
    """Write a bundle of about a dozen objects: the example with additional Services."""
    target = folder / "bundle"
    words = [sys.executable, "-m", "wizard", "new", str(target), "--no-input"]
    answers = ROOT / "examples" / "orders-api.yaml"
    subprocess.run([*words, "--answers", str(answers)], check=True, cwd=ROOT, capture_output=True)
    manifests = target / "manifests"
    for number in range(12 - len(list(manifests.glob("*.yaml")))):
        text = (manifests / "service.yaml").read_text().replace("name: orders-api\n", f"name: orders-api-{number}\n", 1)
        (manifests / f"service-{number}.yaml").write_text(text)
        index = target / "kustomization.yaml"
        index.write_text(
            index.read_text().replace(
                "  - manifests/service.yaml\n", f"  - manifests/service.yaml\n  - manifests/service-{number}.yaml\n"
            )
        )
    return target


def seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=ROOT)
    taken = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)} gave {done.returncode}:\n{done.stdout}{done.stderr}")
    return taken


def measure(server: ApiServer, folder: Path, runs: int) -> None:
    target = bundle(folder)
    count = len(list((target / "manifests").glob("*.yaml")))
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "orders-api"}}
    assert server.request("POST", "/api/v1/namespaces", namespace).status == 201
    environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig), "HOME": str(folder)}
    ours = [sys.executable, "-m", "wizard", "validate", str(target), "--dry-run=server", "--yes"]
    commands = {"podwizard validate": ours}
    kubectl = Path(os.environ["KUBEBUILDER_ASSETS"], "kubectl")
    found = str(kubectl) if kubectl.exists() else shutil.which("kubectl")
    if found:
        commands["kubectl apply -k"] = [found, "apply", "--dry-run=server", "-k", str(target)]
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, command in commands.items():
            duration = seconds(command, environment)
            if run:  # the first run of each warms caches
                taken[name].append(duration)
    print(f"{count} objects, {runs} runs each, side by side")
    for name, values in taken.items():
        print(f"{name:20} best {min(values):.2f} s  median {statistics.median(values):.2f} s")
    if found:
        ours_median, theirs = (statistics.median(values) for values in taken.values())
        print(f"ratio of medians {ours_median / theirs:.2f} (goal: at most {GOAL})")


def answer(person: Terminal, below: str) -> float:
    """Return the milliseconds that the help takes to open and to close again over the screen that shows ``below``."""
    start = time.perf_counter()
    # The first byte of a reply need not be its effect: Textual resets the pointer's shape before it paints a dialog.
    person.press("?", "Everywhere")
    person.press("?", below)
    taken = time.perf_counter() - start
    person.quiet(0.02)
    return taken * 1000


def keys(server: ApiServer, folder: Path) -> None:
    """Measure the response time of keys in the wizard, before and while the child process loads and sends requests."""
    place = {"KUBECONFIG": str(server.kubeconfig), "HOME": str(folder)}
    with terminal((*WIZARD, str(folder / "bundle")), environ=place) as person:
        person.until("enter details", seconds=60)
        for key, then in (("\r", "Continue to"), ("\r", "ask the cluster"), ("v", "ask it")):
            person.press(key, then)
        person.quiet()
        before = [answer(person, "ask it") for _ in range(20)]
        person.quiet()  # a key that came before the prompt was complete would not confirm it
        person.press("\r", "asking")
        person.quiet(0.02)
        end, during = time.perf_counter() + 0.4, []
        while time.perf_counter() < end:
            during.append(answer(person, "The cluster"))
    normal, loading = statistics.median(before), statistics.median(during)
    print(f"keys: {normal:.1f} ms before, {loading:.1f} ms while the client loads (worst {max(during):.1f}),")
    print(f"ratio of medians {loading / normal:.2f} (goal: at most {KEYS_GOAL})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    if "KUBEBUILDER_ASSETS" not in os.environ:
        sys.exit("KUBEBUILDER_ASSETS has to name a folder with etcd and kube-apiserver")
    with serve() as server, tempfile.TemporaryDirectory() as folder:
        measure(server, Path(folder), arguments.runs)
        keys(server, Path(folder))


if __name__ == "__main__":
    main()
