"""Time zones by their IANA names.

Source: kube-apiserver 1.37.2, which loads the zone by its exact name, and refuses ``Local`` in any case.
"""

from __future__ import annotations

from string import ascii_letters, digits

from wizard.kube.reason import Reason

_SURE = ("Etc/UTC", "UTC")
_PROBE = "Europe/Paris"
"""A zone that every set of zone data has."""
_LETTERS = frozenset(ascii_letters + digits + "_+-")


def parse_time_zone(text: str) -> str | Reason:
    """Return the time zone, when it exists as far as this machine's own zone data can tell."""
    if text in _SURE:
        return text
    if text and text.lower() != "local" and (_exists(text) or not (_exists(_PROBE) or not _looks_like_one(text))):
        return text
    return Reason("not a time zone")


def _exists(name: str) -> bool:
    import zoneinfo  # most schedules are in UTC, and the import costs

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _looks_like_one(text: str) -> bool:
    parts = text.split("/")
    return len(parts) <= 3 and text[0].isalpha() and all(part and _LETTERS.issuperset(part) for part in parts)
