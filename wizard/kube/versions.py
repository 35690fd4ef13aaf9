"""Kubernetes versions, and the minors that podwizard supports."""

from __future__ import annotations

from string import ascii_letters, digits

from wizard.kube.reason import Reason

Minor = tuple[int, int]
Version = tuple[int, int, int]
"""Major, minor and patch."""

MINORS: tuple[Minor, ...] = tuple((1, number) for number in range(29, 38))
"""All supported minors, oldest first. docs/architecture.md describes how to add one."""
OLDEST, NEWEST = MINORS[0], MINORS[-1]
DEFAULT: Minor = (1, 33)
"""The minor to write for if the user does not choose one (ADR 0006)."""

_REST = frozenset(ascii_letters + digits + ".+-_")
_NOT_ONE = Reason("not a version", "such as 1.33")


def minor_text(minor: Minor) -> str:
    """Return a minor as text: ``1.33``."""
    return f"{minor[0]}.{minor[1]}"


def parse_minor(text: str) -> Minor | Reason:
    """Return the minor written exactly as ``1.33``."""
    found = parse_version(text)
    if isinstance(found, Reason) or minor_text(found[:2]) != text:
        return Reason("not a Kubernetes minor version", 'for example "1.33"')
    return found[:2]


def parse_version(text: str) -> Version | Reason:
    """Return the version of ``1.33``, ``v1.33.4``, or a server's own form: ``v1.33.4-gke.100``, ``1.33+``.

    A missing patch is 0. Numbers have at most three digits.
    """
    bare = text.removeprefix("v")
    core = bare[: len(bare) - len(bare.lstrip("0123456789."))]
    rest = bare[len(core) :]
    numbers = core.split(".")
    if rest and (rest[0] not in "+-" or not _REST.issuperset(rest)):
        return _NOT_ONE
    if not 2 <= len(numbers) <= 3 or not all(1 <= len(number) <= 3 for number in numbers):
        return _NOT_ONE
    major, minor, *patch = map(int, numbers)
    return major, minor, patch[0] if patch else 0
