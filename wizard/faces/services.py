"""The services injected into a face, and a face's result: faces do no input or output themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from wizard.cluster.model import CheckFinished, Event, Target
    from wizard.faces.resume import Earlier
    from wizard.render.model import Bundle
    from wizard.session.session import Session
    from wizard.store.writer import WriteOutcome, WritePlan


class ClusterRun(Protocol):
    """A running dry run or cluster lookup."""

    def events(self) -> Iterable[Event]:
        """Yield the events of the run until its end; blocks between events."""
        ...

    def cancel(self) -> None:
        """Stop sending requests; safe to call from another thread and more than once."""
        ...


class StartDryRun(Protocol):
    """A function that starts a dry run."""

    def __call__(self, target: Target, bundle: Bundle, /, *, deep: bool) -> ClusterRun:
        """Start a dry run; ``deep`` adds a Pod per pod template, which quotas, limits and policies apply to."""
        ...


def finished_of(run: ClusterRun) -> CheckFinished:
    """Wait for the end of a cluster lookup or dry run, discarding earlier events."""
    from wizard.cluster.model import CheckFinished

    return next(event for event in run.events() if isinstance(event, CheckFinished))


@dataclass(frozen=True, slots=True)
class Services:
    """Everything outside a face that it needs; each call may raise a ``WizardError``."""

    plan: Callable[[Bundle, Path], WritePlan]
    write: Callable[[WritePlan], WriteOutcome]
    save: Callable[[Session], str] = lambda _session: ""
    """Called after every change of an answer or a parameter; returns a message to show, usually empty."""
    saves: Callable[[], bool] = lambda: True
    """True if the last save succeeded, so that leaving loses nothing."""
    rules: Callable[[], int] = lambda: 0
    """The number of offline rules."""
    targets: Callable[[], tuple[Target, ...]] | None = None
    """The clusters that can be queried, the chosen one first; ``None`` if no cluster can be queried."""
    prepare: Callable[[], None] = lambda: None
    """Called when a page offers a choice of cluster: loads what a request needs while the user reads, sends none."""
    dry_run: StartDryRun | None = None
    deep: bool = False
    """True if a dry run is deep unless the user chooses otherwise."""
    discover: Callable[[Target], ClusterRun] | None = None
    """Inspect a cluster with read-only requests; the only event is a ``CheckFinished`` with the evidence."""
    catalog: str = ""
    """The catalogue as named on the command line, for the command that resumes the session."""
    found: tuple[Earlier, ...] = ()
    """Earlier runs for this target, newest first; the user can continue one, review it, or start over."""
    found_stays: bool = False
    """True if starting over keeps all earlier runs; otherwise the first answer replaces the only one."""
    begin: Callable[[Earlier | None], str] = lambda _earlier: ""
    """Called with the earlier run that is continued, or ``None`` to start over; returns a message to show."""
    forget: Callable[[Earlier], None] = lambda _earlier: None
    """Delete the answers of an earlier run."""
    note: str = ""
    """A message to show at the start, such as that another podwizard process is working on this bundle."""


@dataclass(frozen=True, slots=True)
class FaceResult:
    """The outcome of a face after the user left it."""

    session: Session
    written: WriteOutcome | None = None
    """The outcome of writing, or ``None`` if the user left before that."""
    keep: bool = True
    """True if the answers are to be kept for the next run."""
    context: str = ""
    """The kubeconfig context that was used, for the next command."""
    written_session: Session | None = None
    """The session that was written; the user may have continued with another one since."""

    @property
    def shown(self) -> Session:
        """The session to report on: the written one, if any."""
        return self.written_session or self.session

    @property
    def changed(self) -> bool:
        """True if answers were changed after the last write."""
        return self.written is not None and self.shown.saved_text != self.session.saved_text
