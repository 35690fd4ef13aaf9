"""The limits of a process that renders templates from somewhere else. They end it; only a child process sets them.

No list of what a template could do is complete, and one call into C is beyond the reach of Python. So the system keeps
the time and the memory: when the time is over it sends a signal, at which the C code of ``faulthandler`` writes where
the process was and lets it end.
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
"""Processor time for one template."""
MEMORY = 1 << 30
"""Bytes of address space for the process."""
REPLY = 16 << 20
"""Bytes of one reply, which holds a whole bundle."""
PATIENCE = 60
"""Seconds by the clock on the wall for one reply; a process that waits uses no processor time."""
TOTALS = {"lint": 60, "render": 10, "trace": 10, "outline": 10}
"""Processor time for a whole request, in seconds."""
SIGNALS = (signal.SIGPROF, signal.SIGXCPU)
"""The signals that end the process when its time is over."""


class TemplateWatch:
    """A ``Watch`` that sets the time for each template and tells the parent where the process is."""

    def __init__(self, folder: Path, tell: Callable[[dict[str, Any]], None], seconds: float) -> None:
        self._folder = folder
        self._tell = tell
        self._seconds = seconds

    def set(self) -> None:
        """Set what holds for the whole life of the process."""
        for number in SIGNALS:
            faulthandler.register(number, all_threads=False, chain=True)
        _limit(resource.RLIMIT_AS, MEMORY)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)

    def begin(self, kind: str) -> None:
        """Set the time for a whole request."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + TOTALS[kind])

    def at(self, path: str) -> None:
        """Begin the time of another template."""
        self._tell({"at": path})
        signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def compiled(self, template: Template) -> None:
        """Tell which line of the template each line of its code comes from."""
        file = str(template.filename)
        path = Path(file).relative_to(self._folder).as_posix()
        self._tell({"file": file, "path": path, "lines": template.debug_info})

    def end(self) -> None:
        """Stop the clock."""
        signal.setitimer(signal.ITIMER_PROF, 0)


def _limit(what: int, value: int) -> None:
    """Lower a limit, or raise it again as far as the system allows; not every system has every limit."""
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
