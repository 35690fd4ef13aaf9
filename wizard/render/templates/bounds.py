"""The limits of a process that renders third-party templates. They end the process, so only a child process sets them.

No list of what a template could do is complete, and Python cannot interrupt a call into C. So the operating system
enforces time and memory: when the time is up it sends a signal, on which the C code of ``faulthandler`` writes the
stack and lets the process end.
"""

from __future__ import annotations

import faulthandler
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2.environment import Template

SECONDS = 2
"""CPU seconds for one template."""
MEMORY = 1 << 30
"""Address space of the process, in bytes."""
REPLY = 16 << 20
"""Size of one reply, which contains a whole bundle, in bytes."""
PATIENCE = 60
"""Wall-clock seconds for one reply, since a process that waits uses no CPU time."""
TOTALS = {"lint": 60, "render": 10, "trace": 10, "outline": 10}
"""CPU seconds for a whole request."""
SIGNALS = (signal.SIGPROF, signal.SIGXCPU)
"""The signals that end the process when its time is up."""


class TemplateWatch:
    """An observer that limits the time for each template and reports the current one to the parent."""

    def __init__(self, folder: Path, send: Callable[[dict[str, Any]], None], seconds: float) -> None:
        self._folder = folder
        self._send = send
        self._seconds = seconds

    def set(self) -> None:
        """Set the limits that hold for the whole life of the process."""
        for number in SIGNALS:
            faulthandler.register(number, all_threads=False, chain=True)
        _limit(resource.RLIMIT_AS, MEMORY)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)

    def begin(self, kind: str) -> None:
        """Set the time limit for a whole request."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + TOTALS[kind])

    def at(self, path: str) -> None:
        """Report the next template and restart the timer."""
        self._send({"at": path})
        signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def compiled(self, template: Template) -> None:
        """Report which line of the template each line of its code comes from."""
        file = str(template.filename)
        path = Path(file).relative_to(self._folder).as_posix()
        self._send({"file": file, "path": path, "lines": template.debug_info})

    def end(self) -> None:
        """Stop the timer."""
        signal.setitimer(signal.ITIMER_PROF, 0)


def _limit(what: int, value: int) -> None:
    """Set a soft limit, up to the hard limit; not every system supports every limit."""
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
