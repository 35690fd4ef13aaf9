"""Cron schedules as the CronJob controller reads them: syntax, and whether they ever fire."""

from __future__ import annotations

import re

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 6))
_MONTHS = {
    n: i
    for i, n in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}
_DAYS = {n: i for i, n in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_DESCRIPTORS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_DURATION = r"(?:[0-9]+(?:\.[0-9]*)?(?:ns|us|µs|ms|s|m|h))+"
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class ScheduleError(ValueError):
    """Why a schedule cannot be read, in words that follow "The schedule"."""


def check_schedule(text: str) -> None:
    """Raise ``ScheduleError`` for a schedule the server refuses."""
    if text.startswith("@"):
        _descriptor(text)
        return
    parts = text.split()
    if len(parts) != 5:
        raise ScheduleError(f"has {len(parts)} fields; it must have 5: minute, hour, day of month, month, day of week")
    for (name, low, high), part in zip(_FIELDS, parts, strict=True):
        _values(name, part, low, high)


def never_fires(text: str) -> bool:
    """Whether a readable schedule names only days that no month has."""
    parts = text.split()
    if text.startswith("@") or len(parts) != 5 or not (parts[4].startswith(("*", "?"))):
        return False
    days = _values("day of month", parts[2], 1, 31)
    months = _values("month", parts[3], 1, 12)
    return all(day > _LONGEST_MONTH[month - 1] for day in days for month in months)


def _descriptor(text: str) -> None:
    if text in _DESCRIPTORS:
        return
    if text.startswith("@every "):
        if re.fullmatch(_DURATION, text.removeprefix("@every ")):
            return
        raise ScheduleError("needs a duration such as 5m or 1h30m after @every")
    raise ScheduleError("is no known word; use @hourly, @daily, @weekly, @monthly, @yearly or @every 5m")


def _values(name: str, text: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        if part:
            found |= _range(name, part, low, high)
    if not found:
        raise ScheduleError(f"has an empty {name}")
    return found


def _range(name: str, text: str, low: int, high: int) -> set[int]:
    head, slash, step_text = text.partition("/")
    step = _number(name, step_text, {}) if slash else 1
    if "/" in step_text:
        raise ScheduleError(f"has too many slashes in the {name}")
    if step < 1:
        raise ScheduleError(f"has a step of 0 in the {name}")
    words = {"month": _MONTHS, "day of week": _DAYS}.get(name, {})
    if head in {"*", "?"}:
        start, end = low, high
    else:
        first, dash, last = head.partition("-")
        start = _number(name, first, words)
        end = _number(name, last, words) if dash else (high if slash else start)
    if start < low or end > high:
        raise ScheduleError(f"has {start if start < low else end} in the {name}; it goes from {low} to {high}")
    if start > end:
        raise ScheduleError(f"has a range in the {name} that ends before it starts")
    return set(range(start, end + 1, step))


def _number(name: str, text: str, words: dict[str, int]) -> int:
    word = words.get(text.lower())
    if word is not None:
        return word
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise ScheduleError(f"has something that is no number in the {name}")
    return int(text)
