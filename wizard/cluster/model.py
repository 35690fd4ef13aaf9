"""The values that asking a cluster takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from wizard.catalog.model import Evidence
from wizard.kube.objects import ObjectRef


class ObjectState(Enum):
    """The eight answers an object can get; only the first three mean the server took it."""

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
    """The cluster that is asked, as shown for confirmation. Untrusted text: escape before showing."""

    context: str
    cluster: str
    server: str
    user: str
    """As the kubeconfig names it."""
    namespace: str
    kubeconfig: tuple[str, ...]
    credential_command: str = ""
    """The exec plugin that would be run, or empty."""
    insecure: bool = False
    production: bool = False
    """The names look like production: ask once more."""
    in_cluster: bool = False
    notes: tuple[str, ...] = ()
    """Warnings to show first, such as disagreeing KUBECONFIG files or impersonation."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause in a server's answer; ``field`` may be empty."""

    field: str
    message: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ObjectResult:
    """The server's response for one object. ``code`` is the HTTP status, 0 when there was none."""

    ref: ObjectRef
    state: ObjectState
    message: str
    causes: tuple[Cause, ...] = ()
    warnings: tuple[str, ...] = ()
    diff: str = ""
    """Unified diff of live against dry run, secrets masked; only for ``EXISTS``."""
    hint: str = ""
    code: int = 0
    note: str = ""
    """Such as ``checked in stand-in namespace default``."""
    stand_in: str = ""
    """A ``DEFERRED`` object's stand-in: the existing namespace that took it, or empty when none did."""
    owner: ObjectRef | None = None
    """Of a Pod that was made to ask: the object whose template it is. The fields of its causes are the owner's."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The user that the server takes us for, and its version."""

    user: str
    groups: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class CheckFinished:
    """The end of a run: how it ended and what is left unchecked."""

    checked: int
    total: int
    cancelled: bool = False
    error: str = ""
    """The reason why the cluster could not be reached further, or empty."""
    hint: str = ""
    evidence: tuple[Evidence, ...] = ()
    """The evidence found, when the cluster was only read."""
    unseen: tuple[str, ...] = ()
    """Sources that could not be read, and why."""


Event = Identity | ObjectResult | CheckFinished
