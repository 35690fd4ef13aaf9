"""Time zones by their IANA names.

Source: kube-apiserver 1.37.2, which loads the zone by its exact name, and refuses ``Local`` in upper or lower case.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from string import ascii_letters, digits
from typing import NamedTuple

from wizard.kube.reason import Reason

_SURE = ("Etc/UTC", "UTC")
_PROBE = "Europe/Paris"
"""A zone that every time zone database has."""
_LETTERS = frozenset(ascii_letters + digits + "_+-")


def parse_time_zone(text: str) -> str | Reason:
    """Return the time zone if it exists in the zone data of this computer, or looks valid if there is no zone data."""
    if text in _SURE:
        return text
    if text and text.lower() != "local" and (_exists(text) or not (_exists(_PROBE) or not _looks_like_one(text))):
        return text
    return Reason("not a time zone")


def has_steady_clocks(zone: str) -> bool:
    """Return whether a zone is UTC or a fixed offset from it, which needs no zone data."""
    return zone in _SURE or zone.startswith("Etc/")


class ClockChange(NamedTuple):
    """A period of local time that does not exist, or that occurs twice."""

    first: datetime
    end: datetime
    twice: bool


def clock_changes(zone: str, since: date, days: int = 730) -> tuple[ClockChange, ...]:
    """Return the clock changes of a zone in ``days`` days from ``since``; empty if the zone is unknown here."""
    if zone in _SURE or not _exists(zone):
        return ()
    import zoneinfo
    from datetime import datetime, timedelta

    local, none = zoneinfo.ZoneInfo(zone), timedelta()

    def offset(mark: datetime) -> timedelta:
        return mark.astimezone(local).utcoffset() or none

    found = []
    first, a_day = datetime(since.year, since.month, since.day, tzinfo=UTC), timedelta(days=1)
    at_end = offset(first)
    for number in range(days):
        day = first + number * a_day
        at_start, at_end = at_end, offset(day + a_day)
        if at_start == at_end:
            continue
        for half in range(48):
            before, mark = offset(day + timedelta(minutes=30 * half)), day + timedelta(minutes=30 * (half + 1))
            if before != (after := offset(mark)):
                naive = mark.replace(tzinfo=None)
                found.append(ClockChange(naive + min(before, after), naive + max(before, after), twice=after < before))
    return tuple(found)


def _exists(name: str) -> bool:
    import zoneinfo  # most schedules are in UTC, and the import is slow

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _looks_like_one(text: str) -> bool:
    parts = text.split("/")
    return len(parts) <= 3 and text[0].isalpha() and all(part and _LETTERS.issuperset(part) for part in parts)
