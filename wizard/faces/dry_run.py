"""A dry run as it goes on: what the server has said so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.cluster.model import CheckFinished, Identity, ObjectResult
from wizard.texts.cluster import settled, summary_line

if TYPE_CHECKING:
    from wizard.cluster.model import Event


@dataclass(frozen=True, slots=True)
class DryRunState:
    """The answers of a server, in the order in which they came."""

    total: int
    """The number of objects that are asked about."""
    results: tuple[ObjectResult, ...] = ()
    identity: Identity | None = None
    finished: CheckFinished | None = None

    def after(self, event: Event | Exception) -> DryRunState:
        """Take one event more; an exception ends it."""
        if isinstance(event, ObjectResult):
            return replace(self, results=(*self.results, event))
        if isinstance(event, Identity):
            return replace(self, identity=event)
        if isinstance(event, Exception):
            event = CheckFinished(len(self.results), self.total, error=str(event))
        return replace(self, finished=event)

    @property
    def asked(self) -> int:
        """The number of the bundle's own objects that were answered."""
        return len(self._own)

    @property
    def fine(self) -> int:
        """The number of those that the server would take."""
        return sum(map(settled, self._own))

    @property
    def summary(self) -> str:
        """The number of objects of each state; empty before the end."""
        return summary_line(self.results, self.finished) if self.finished else ""

    @property
    def _own(self) -> list[ObjectResult]:
        return [result for result in self.results if result.owner is None]


def detail_lines(result: ObjectResult) -> tuple[tuple[int, str], ...]:
    """List all that was said about an object: the level of each line below its name and state, and its text."""
    message = result.message if result.message != result.state.value else ""
    causes = (f"{cause.field}: {cause.message}" if cause.field else cause.message for cause in result.causes)
    rows = [(0, message), *((1, text) for text in (*causes, *result.warnings, result.note, result.hint))]
    return tuple((level, text) for level, text in rows if text)
