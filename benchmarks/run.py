"""All benchmarks with a goal, as ratios that hold on any computer; docs/performance.md explains them.

    python benchmarks/run.py [-n PAIRS] [--only WORD] [--no-engine]

Two commands take turns; each pair gives a ratio, and the median of the ratios is shown with its quartiles. A value
above its goal is marked; nothing fails.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from terminal import Program, measure

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PYTHON = sys.executable
WIZARD = str(Path(PYTHON).with_name("podwizard"))
ANSWERS = str(ROOT / "examples" / "orders-api.yaml")
FOUR_COMPONENTS = str(ROOT / "benchmarks" / "four_components.yaml")
Pair = tuple[dict[str, float], dict[str, float]]


@dataclass(frozen=True)
class Goal:
    """A metric of the first program divided by a metric of the second, and the maximum allowed."""

    name: str
    figure: str
    against: str
    most: float | None = None


@dataclass(frozen=True)
class Contest:
    """Two programs that are compared by taking turns."""

    title: str
    ours: Callable[[], dict[str, float]]
    theirs: Callable[[], dict[str, float]]
    goals: tuple[Goal, ...]


def environment(home: Path) -> dict[str, str]:
    """Return an environment with a separate home, whose warm caches and compiled modules match a repeated start."""
    clean = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color", "HOME": str(home)}
    return {**clean, "XDG_CACHE_HOME": str(home / "cache"), "XDG_STATE_HOME": str(home / "state")}


def command(environ: Mapping[str, str], *words: str) -> dict[str, float]:
    """Return the processor time, duration and peak memory of one command without a terminal."""
    from time import perf_counter

    start = perf_counter()
    process = subprocess.Popen(
        words, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}: exit code {process.returncode}")
    wall = (perf_counter() - start) * 1000
    return {"cpu_ms": (usage.ru_utime + usage.ru_stime) * 1000, "wall_ms": wall, "peak_kib": usage.ru_maxrss}


def headless(home: Path) -> list[Contest]:
    """Return the commands without prompts, compared with the imports that they require."""
    environ = environment(home)

    def new(answers: str) -> Callable[[], dict[str, float]]:
        def write() -> dict[str, float]:
            bundle = home / "bundle"
            shutil.rmtree(bundle, ignore_errors=True)
            return command(environ, WIZARD, "new", str(bundle), "--answers", answers)

        return write

    def python(code: str) -> Callable[[], dict[str, float]]:
        return lambda: command(environ, PYTHON, "-c", code)

    def wizard(*words: str) -> Callable[[], dict[str, float]]:
        return lambda: command(environ, WIZARD, *words)

    def goals(base: str, most: float | None) -> tuple[Goal, ...]:
        return Goal(f"processor time / {base}", "cpu_ms", "cpu_ms", most), Goal("duration", "wall_ms", "wall_ms")

    libraries, parser, yaml = "import jinja2, yaml", "import argparse", "import yaml"
    return [
        Contest("new --answers, 10 files", new(ANSWERS), python(libraries), goals(libraries, 2.2)),
        Contest(
            "new --answers, 13 files with four components",
            new(FOUR_COMPONENTS),
            python(libraries),
            goals(libraries, 2.2),
        ),
        Contest("recommend", wizard("recommend", "--answers", ANSWERS), python(yaml), goals(yaml, None)),
        Contest("--help", wizard("--help"), python(parser), goals(parser, 1.5)),
        Contest("--version", wizard("--version"), python(parser), goals(parser, 1.5)),
    ]


def screens(home: Path) -> list[Contest]:
    """Return the wizard's screens, compared with the smallest possible Textual programs."""
    environ = environment(home)
    folder = home / "empty"
    folder.mkdir(exist_ok=True)

    def program(words: tuple[str, ...], until: str, **more: object) -> Callable[[], dict[str, float]]:
        asked = Program(words, until, environ=environ, **more)  # type: ignore[arg-type]

        def run() -> dict[str, float]:
            shutil.rmtree(home / "state", ignore_errors=True)
            return measure(asked, folder)

        return run

    minimal = program((PYTHON, str(HERE / "apps" / "minimal.py")), "hello", keys=())
    options = program((PYTHON, str(HERE / "apps" / "option_list.py")), "option 1")
    wizard = program(
        (WIZARD,), "What kind of work", quit=("ctrl+c", "ctrl+c"), step="enter", idle=3.0, ahead=("down", "› 2")
    )
    return [
        Contest(
            "wizard / minimal Textual app",
            wizard,
            minimal,
            (
                Goal("first question on the screen", "until_ms", "until_ms", 1.6),
                Goal("first screen complete", "settled_ms", "settled_ms", 1.8),
                Goal("a key typed at once is answered", "answered_ms", "until_ms"),
                Goal("processor time until then", "start_cpu_ms", "start_cpu_ms"),
                Goal("bytes of the first screen", "settled_bytes", "settled_bytes", 1.2),
                Goal("leaving", "quit_ms", "quit_ms", 0.3),
                Goal("peak memory", "peak_kib", "peak_kib", 1.5),
                Goal("bytes in 3 idle seconds", "idle_bytes", "", 0),
            ),
        ),
        Contest(
            "wizard / OptionList app",
            wizard,
            options,
            (
                Goal("a key in the list", "key_ms", "key_ms", 2.0),
                Goal("bytes of a key", "key_bytes", "key_bytes", 0.3),
                Goal("next question / a key", "step_ms", "key_ms", 8.0),
                Goal("bytes of the next question / of a key", "step_bytes", "key_bytes", 0.5),
            ),
        ),
    ]


def show(contest: Contest, pairs: int) -> None:
    """Run one contest and print its rows."""
    contest.ours(), contest.theirs()
    taken: list[Pair] = [(contest.ours(), contest.theirs()) for _ in range(pairs)]
    print(contest.title)
    for goal in contest.goals:
        values = [ours[goal.figure] / (theirs[goal.against] if goal.against else 1) for ours, theirs in taken]
        low, _, high = quantiles(values, n=4) if len(values) > 1 else values * 3
        wanted = "" if goal.most is None else f"<= {goal.most:g}"
        over = "" if goal.most is None or median(values) <= goal.most else "  over"
        print(f"  {goal.name:44} {median(values):7.2f}   {low:6.2f} - {high:<6.2f} {wanted:8}{over}", flush=True)


def engine() -> None:
    """Run the benchmarks that print their own tables."""
    scripts = [("bench_prove.py", "--rules", "200", "1000"), ("bench_render.py",)]
    if os.environ.get("KUBEBUILDER_ASSETS"):
        scripts.append(("bench_dry_run.py",))
    for name, *words in scripts:
        if (HERE / name).is_file():
            print(f"\n{name}", flush=True)
            subprocess.run([PYTHON, str(HERE / name), *words], check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--pairs", type=int, default=9, help="how many times each pair of commands runs (9)")
    parser.add_argument("--only", default="", metavar="WORD", help="only contests with this word in their title")
    parser.add_argument("--no-engine", action="store_true", help="leave out the prover, rendering and dry run")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print(f"median of {arguments.pairs} ratios, quartiles, goal\n")
    with tempfile.TemporaryDirectory() as name:
        for contest in (*headless(Path(name)), *screens(Path(name))):
            if arguments.only in contest.title:
                show(contest, arguments.pairs)
    if not (arguments.no_engine or arguments.only):
        engine()


if __name__ == "__main__":
    main()
