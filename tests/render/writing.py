"""Helpers for the writer's tests: bundles from mappings, folders as mappings, and child processes that are killed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

from wizard.kube.objects import ObjectRef
from wizard.render.model import Bundle, BundleFile

Files = Mapping[str, str]
OLD: Files = {
    "README.md": "old\n",
    "podwizard.yaml": "a: 1\n",
    "manifests/service.yaml": "kind: Service\n",
    "manifests/old.yaml": "kind: Job\n",
    "base/only.yaml": "kind: Secret\n",
}
NEW: Files = {
    "README.md": "new\n",
    "podwizard.yaml": "a: 1\n",
    "manifests/service.yaml": "kind: Service\nport: 2\n",
    "overlays/dev/added.yaml": "kind: HPA\n",
}


def bundle(files: Files) -> Bundle:
    made = tuple(
        BundleFile(path, text, "manifest", ref=ObjectRef("v1", "Thing", path, "here"))
        if path.startswith("manifests/")
        else BundleFile(path, text, "other")
        for path, text in files.items()
    )
    digest = sha256(repr(sorted(files.items())).encode()).hexdigest()
    return Bundle(made, "orders", "orders", None, (), (), digest=digest)


def tree(root: Path) -> dict[str, str]:
    """Return the text of each file by path, without ``.podwizard``, which may contain only the base."""
    found = {str(p.relative_to(root)): p for p in sorted(root.rglob("*")) if p.is_file() or p.is_symlink()}
    assert {path for path in found if path.startswith(".podwizard")} <= {".podwizard/base.json"}, found
    return {path: p.read_text() for path, p in found.items() if not path.startswith(".podwizard")}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def child(work: Callable[[], object]) -> int:
    """Run ``work`` in a forked child; return its exit status: 0 done, 1 an exception, negative a signal."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at(step: str, act: Callable[[], object] = die) -> Callable[[str], None]:
    """Return a fault hook that acts at the named step."""

    def hook(now: str) -> None:
        if now == step:
            act()

    return hook


class Nth:
    """A fault hook that acts at the n-th step."""

    def __init__(self, number: int, act: Callable[[], object] = die) -> None:
        self.number, self.act, self.steps = number, act, list[str]()

    def __call__(self, step: str) -> None:
        self.steps.append(step)
        if len(self.steps) == self.number:
            self.act()


def die_at_line(number: int, work: Callable[[], object], *, act: Callable[[], object] = die) -> int:
    """Run ``work`` in a child killed before the n-th line of podwizard's code; return 0 if there are fewer lines."""

    def traced() -> None:
        trace_lines(number, act)
        work()

    return child(traced)


def trace_lines(number: int, act: Callable[[], object]) -> None:
    """Call ``act`` before the n-th line of podwizard's code from now on."""
    left = number

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal left
        if "/wizard/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                act()
        return trace

    sys.settrace(trace)
    frame: FrameType | None = sys._getframe()
    while frame is not None:  # also trace the functions that are already running
        frame.f_trace = trace
        frame = frame.f_back


def interrupt() -> None:
    """Send SIGINT to this process, as Ctrl+C does."""
    os.kill(os.getpid(), signal.SIGINT)
