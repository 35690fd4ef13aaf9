"""What a template that came from somewhere else may use up: a little time, and no more memory than there is."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from jinja2 import nodes

from wizard.errors import RenderError

_SECONDS = 2
_MEMORY = 1 << 30


class Bounds:
    """How long rendering may take, and how much the process may hold; each thread has a clock of its own."""

    clock = "\0clock"
    """The filter that ``watch`` puts in; not a name that a template can write."""

    def __init__(self) -> None:
        self._ends = threading.local()

    def watch(self, template: nodes.Template) -> None:
        """Let everything in a template that can be repeated look at the clock first."""
        parts: tuple[nodes.For | nodes.Macro | nodes.CallBlock, ...] = (
            *template.find_all(nodes.For),
            *template.find_all(nodes.Macro),
            *template.find_all(nodes.CallBlock),
        )
        for part in parts:
            look = nodes.Filter(nodes.Const(None), self.clock, [], [], None, None, lineno=part.lineno)
            part.body.insert(0, nodes.ExprStmt(look, lineno=part.lineno))

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Everything rendered in the block counts together."""
        self._ends.at = time.thread_time() + _SECONDS
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (_least(_MEMORY, soft, hard), hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))

    def look(self, _: object) -> None:
        """The filter ``clock``: refuse to go on after the time is over.

        Raises:
            RenderError: it is.
        """
        if time.thread_time() > self._ends.at:
            raise RenderError(f"this takes more than {_SECONDS} s", hint="is there a loop without an end?")


def _least(*limits: int) -> int:
    return min(limit for limit in limits if limit != resource.RLIM_INFINITY)
