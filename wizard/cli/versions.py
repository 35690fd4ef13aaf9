"""Kubernetes versions given as options; a separate module, so that ``validate`` need not load the questions."""

from __future__ import annotations

from wizard.errors import UsageError
from wizard.kube.reason import Reason
from wizard.kube.versions import Minor, parse_version


def version_of(text: str) -> Minor:
    """Return the minor of a version, which may include a patch level.

    Raises:
        UsageError: the text is not a version.
    """
    found = parse_version(text)
    if isinstance(found, Reason):
        raise UsageError(f"--kubernetes-version {text[:40]}: {found.message}", hint=found.hint)
    return found[:2]
