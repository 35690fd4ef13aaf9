"""The parent's side of discovery: the dry run's child process, with lookups in place of objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wizard.catalog.model import Clue
from wizard.cluster.child import Child, start_child
from wizard.cluster.dry_run import DryRun
from wizard.cluster.model import Target
from wizard.cluster.protocol import Assignment, Limits, encode_assignment

_LIMITS = Limits(read=10.0, total=30.0, longest_wait=3.0, patience=6.0)


class Discovery(DryRun):
    """A run of the lookups that the clues need. Its only event is a ``CheckFinished`` with the evidence.

    No request is sent before ``start``, and every request only reads.
    """

    def __init__(
        self,
        target: Target,
        clues: Mapping[str, Clue],
        *,
        limits: Limits = _LIMITS,
        started: Callable[[], Child] = start_child,
    ) -> None:
        super().__init__(target, (), limits=limits, started=started)
        self.total = len(clues)
        self._lookups = tuple((clue.id, clue.look) for clue in clues.values())

    def _request(self, folder: str) -> bytes:
        return encode_assignment(Assignment(self.target, (), folder, limits=self._limits, lookups=self._lookups))
