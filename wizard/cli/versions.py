"""Kubernetes versions as options give them; apart, so that ``validate`` need not load the questions for it."""

from __future__ import annotations

from wizard.errors import UsageError
from wizard.kube.reason import Reason
from wizard.kube.versions import Minor, parse_version


def version_of(text: str) -> Minor:
    """Read the minor of a version, which may have a patch.

    Raises:
        UsageError: it is not a version.
    """
    found = parse_version(text)
    if isinstance(found, Reason):
        raise UsageError(f"--kubernetes-version {text[:40]}: {found.message}", hint=found.hint)
    return found[:2]
