"""The state of a running dry run: the server's responses so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.cluster.model import CheckFinished, Identity, ObjectResult
from wizard.texts.cluster import settled, summary_line

if TYPE_CHECKING:
    from wizard.cluster.model import Event


@dataclass(frozen=True, slots=True)
class DryRunState:
    """The results of a dry run, in order of arrival."""

    total: int
    """The number of objects that are checked."""
    results: tuple[ObjectResult, ...] = ()
    identity: Identity | None = None
    finished: CheckFinished | None = None

    def after(self, event: Event | Exception) -> DryRunState:
        """Return the state after one more event; an exception ends the dry run."""
        if isinstance(event, ObjectResult):
            return replace(self, results=(*self.results, event))
        if isinstance(event, Identity):
            return replace(self, identity=event)
        if isinstance(event, Exception):
            event = CheckFinished(len(self.results), self.total, error=str(event))
        return replace(self, finished=event)

    @property
    def asked(self) -> int:
        """The number of the bundle's own objects that have a result."""
        return len(self._own)

    @property
    def fine(self) -> int:
        """The number of the bundle's own objects that the server would accept."""
        return sum(map(settled, self._own))

    @property
    def summary(self) -> str:
        """The number of objects per state; empty before the end."""
        return summary_line(self.results, self.finished) if self.finished else ""

    @property
    def _own(self) -> list[ObjectResult]:
        return [result for result in self.results if result.owner is None]


def detail_lines(result: ObjectResult) -> tuple[tuple[int, str], ...]:
    """List the details of an object's result as (indentation level below its name and state, text)."""
    message = result.message if result.message != result.state.value else ""
    causes = (f"{cause.field}: {cause.message}" if cause.field else cause.message for cause in result.causes)
    rows = [(0, message), *((1, text) for text in (*causes, *result.warnings, result.note, result.hint))]
    rows = [(level, text) for level, text in rows if text]
    if not rows and settled(result) and not result.diff:
        rows = [(0, "The server checked it and has no remark.")]
    return tuple(rows)
