"""Values that go into a check against a cluster, and values that come out of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from wizard.catalog.model import Evidence
from wizard.kube.objects import ObjectRef


class ObjectState(Enum):
    """The eight possible results of an object; only the first three mean that the server accepted it."""

    ACCEPTED = "accepted"
    WARNED = "accepted with warnings"
    EXISTS = "exists"
    INVALID = "invalid"
    DENIED = "denied"
    FORBIDDEN = "forbidden"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Target:
    """The cluster that requests go to, as shown for confirmation. Untrusted text: escape before showing."""

    context: str
    cluster: str
    server: str
    user: str
    """The user's name in the kubeconfig."""
    namespace: str
    kubeconfig: tuple[str, ...]
    credential_command: str = ""
    """The exec plugin that would be run, or empty."""
    insecure: bool = False
    production: bool = False
    """True when a name looks like production, which needs a second confirmation."""
    in_cluster: bool = False
    notes: tuple[str, ...] = ()
    """Warnings to show first, such as disagreeing KUBECONFIG files or impersonation."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause in a server's response; ``field`` may be empty."""

    field: str
    message: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ObjectResult:
    """The server's response for one object. ``code`` is the HTTP status, 0 if there was no response."""

    ref: ObjectRef
    state: ObjectState
    message: str
    causes: tuple[Cause, ...] = ()
    warnings: tuple[str, ...] = ()
    diff: str = ""
    """Unified diff from the live object to the dry run's, with secrets masked; only for ``EXISTS``."""
    hint: str = ""
    code: int = 0
    note: str = ""
    """A remark such as ``checked in stand-in namespace default``."""
    stand_in: str = ""
    """For a ``DEFERRED`` object: the existing namespace that accepted it instead, or empty."""
    owner: ObjectRef | None = None
    """For a Pod that was made only for the check: the object with its template. The causes' fields are the owner's."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The user name that the server recognizes, and the server's version."""

    user: str
    groups: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class CheckFinished:
    """The end of a run: its outcome and the number of objects checked."""

    checked: int
    total: int
    cancelled: bool = False
    error: str = ""
    """The reason why the run could not continue, or empty."""
    hint: str = ""
    evidence: tuple[Evidence, ...] = ()
    """The evidence found, if the cluster was only read."""
    unseen: tuple[str, ...] = ()
    """Sources that could not be read, each with the reason."""


Event = Identity | ObjectResult | CheckFinished
