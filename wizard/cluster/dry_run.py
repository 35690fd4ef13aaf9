"""The parent's side of a dry run: starts the child process, reads its events, and always ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from wizard.catalog.model import Clue, Lookup
from wizard.cluster.child import Child, start_child
from wizard.cluster.model import CheckFinished, Event, ObjectResult, Target
from wizard.cluster.protocol import Assignment, Limits, decode_event, encode_assignment
from wizard.errors import ClusterError
from wizard.validation.model import Document

_GRACE = 5.0
_STANDARD = Limits()
_READING = Limits(read=10.0, total=30.0, longest_wait=3.0, patience=6.0)
_REPORT = "try again; if it happens again, report it"


class DryRun:
    """One dry run. No request is sent and no process is started before ``start``.

    ``events`` may be called again after an interruption and continues from there; ``cancel`` may be called from any
    thread, and more than once.
    """

    def __init__(
        self,
        target: Target,
        documents: Sequence[Document],
        *,
        deep: bool = False,
        timeout: float | None = None,
        limits: Limits = _STANDARD,
        lookups: tuple[tuple[str, Lookup], ...] = (),
        started: Callable[[], Child] = start_child,
    ) -> None:
        self.total = len(documents) or len(lookups)
        objects = tuple(document.object for document in documents if isinstance(document.object, dict))
        self._assignment = Assignment(target, objects, "", deep, limits, lookups)
        self._started = started
        self._timeout = timeout if timeout is not None else limits.total + limits.plugin + _GRACE
        self._child: Child | None = None
        self._lock = threading.Lock()
        self._cancelled = False
        self._over = False
        self._results = 0

    def start(self) -> None:
        """Start the child process.

        Raises:
            ClusterError: the client library is not installed, or no process can be started.
        """
        with self._lock:
            if self._child is not None or self._cancelled:
                return
            self._child = self._started()
            assignment = replace(self._assignment, folder=self._child.folder)
            self._child.send(encode_assignment(assignment), self._timeout)

    def cancel(self) -> None:
        """End the child process and everything it started, and remove its files."""
        with self._lock:
            self._cancelled = True
            child = self._child
        if child is not None:
            child.end()

    def events(self) -> Iterator[Event]:
        """Yield the reported events in order, ending with one ``CheckFinished``; blocks between events."""
        try:
            self.start()
        except ClusterError as error:
            self._over = True
            yield CheckFinished(0, self.total, error=error.message, hint=error.hint)
        while not self._over:
            event = self._next()
            if isinstance(event, CheckFinished):
                event = self._complete(event)
                self._over = True
                if self._child is not None:
                    self._child.end()
            elif isinstance(event, ObjectResult):
                self._results += 1
            yield event

    def _next(self) -> Event:
        while self._child is not None and not self._cancelled:
            line = self._child.line()
            if line is None:
                break
            event = decode_event(line)
            if event is not None:
                return event
        return self._ending()

    def _complete(self, finished: CheckFinished) -> CheckFinished:
        """Return the final event, with an error if results were lost: a missing result must not look like success."""
        if finished.error or not self._assignment.objects or finished.checked <= self._results:
            return finished
        error = f"only {self._results} of {finished.checked} results of the checker could be read"
        return replace(finished, checked=self._results, error=error, hint=_REPORT)

    def _ending(self) -> CheckFinished:
        """Return the final event for a child that ended without one, with the reason."""
        checked = min(self._results, self.total)
        if self._cancelled or self._child is None:
            return CheckFinished(checked, self.total, cancelled=True)
        if self._child.late:
            return CheckFinished(checked, self.total, error=f"not finished after {self._timeout:g} s; stopped")
        code, last_line = self._child.post_mortem()
        hint = last_line or _REPORT
        return CheckFinished(checked, self.total, error=f"the checker stopped unexpectedly (code {code})", hint=hint)


def discovery(
    target: Target, clues: Mapping[str, Clue], *, limits: Limits = _READING, started: Callable[[], Child] = start_child
) -> DryRun:
    """Return a run of the lookups that the clues need; its only event is a ``CheckFinished`` with the evidence.

    No request is sent before ``start``, and every request only reads.
    """
    lookups = tuple((clue.id, clue.look) for clue in clues.values())
    return DryRun(target, (), limits=limits, lookups=lookups, started=started)
