"""The services a face is given from outside, and its result: faces do no input or output of their own."""

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
    """A dry run, or a look at a cluster, that is going on."""

    def events(self) -> Iterable[Event]:
        """The events of asking a cluster, until the end; blocks between events."""
        ...

    def cancel(self) -> None:
        """Ask no further; safe to call from another thread and more than once."""
        ...


class StartDryRun(Protocol):
    """Begins a dry run."""

    def __call__(self, target: Target, bundle: Bundle, /, *, deep: bool) -> ClusterRun:
        """Ask; ``deep``: also for a Pod of each pod template, which is what quotas, limits and policies look at."""
        ...


def finished_of(run: ClusterRun) -> CheckFinished:
    """Wait for the end of a look or of a dry run, whatever comes before it."""
    from wizard.cluster.model import CheckFinished

    return next(event for event in run.events() if isinstance(event, CheckFinished))


@dataclass(frozen=True, slots=True)
class Services:
    """Everything outside a face that the journey needs; each may raise a ``WizardError``."""

    plan: Callable[[Bundle, Path], WritePlan]
    write: Callable[[WritePlan], WriteOutcome]
    save: Callable[[Session], str] = lambda _session: ""
    """Called after every change of an answer or a parameter; a sentence worth saying, mostly empty."""
    saves: Callable[[], bool] = lambda: True
    """Tell whether what was to be saved last is saved, so that leaving loses nothing."""
    rules: Callable[[], int] = lambda: 0
    """The number of offline rules."""
    targets: Callable[[], tuple[Target, ...]] | None = None
    """The clusters that could be asked, the chosen one first; ``None``: no cluster can be asked."""
    prepare: Callable[[], None] = lambda: None
    """Called when a page asks which cluster to use: loads what asking needs while the user reads. Asks nothing."""
    dry_run: StartDryRun | None = None
    deep: bool = False
    """True when a dry run is deep unless a person chooses otherwise."""
    discover: Callable[[Target], ClusterRun] | None = None
    """Inspect a cluster, reading only; its one event is a ``CheckFinished`` with the evidence."""
    catalog: str = ""
    """The catalogue as it was named on the command line, for the command to come back."""
    found: tuple[Earlier, ...] = ()
    """Earlier starts on this target, newest first: offer to continue one, to review it, or to start over."""
    found_stays: bool = False
    """True when starting over leaves them all; else the first answer replaces the only one."""
    begin: Callable[[Earlier | None], str] = lambda _earlier: ""
    """Called with the earlier start that is gone on with, ``None`` to start over; a sentence worth saying."""
    forget: Callable[[Earlier], None] = lambda _earlier: None
    """Remove the answers of an earlier start."""
    note: str = ""
    """A sentence to begin with, such as that another podwizard is at work on this bundle."""


@dataclass(frozen=True, slots=True)
class FaceResult:
    """The way a face was left."""

    session: Session
    written: WriteOutcome | None = None
    """The outcome of writing, or ``None`` when the person left before."""
    keep: bool = True
    """True when the answers are to be kept for the next start."""
    context: str = ""
    """The kubeconfig context that was asked, for the next command."""
    written_session: Session | None = None
    """The session that was written, where the person may have gone on with another one since."""

    @property
    def told(self) -> Session:
        """The session to tell about: the one that was written, if any."""
        return self.written_session or self.session

    @property
    def changed(self) -> bool:
        """True when answers were changed after the last writing."""
        return self.written is not None and self.told.saved_text != self.session.saved_text
