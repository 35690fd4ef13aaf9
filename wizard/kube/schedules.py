"""Schedules of CronJobs: five fields, a word such as ``@daily``, or ``@every 5m``.

Source: github.com/robfig/cron/v3 (parser.go, spec.go), which Kubernetes vendors; kube-apiserver 1.37.2 for the texts
in ``tests/kube/texts.py``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from wizard.kube.durations import parse_duration
from wizard.kube.reason import Reason

if TYPE_CHECKING:
    from datetime import date, datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_STARS = ("*", "?")
_NOT_SPACES = frozenset("\x1c\x1d\x1e\x1f")
"""Characters that Python's ``split`` treats as white space, but Go's does not."""
_LARGEST = 2**63 - 1


class Unit(NamedTuple):
    """One of the five fields: its name, and the numbers and names that it accepts."""

    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    @property
    def bounds(self) -> str:
        """The hint for a value that is out of range."""
        names = f", or {self.words[0].upper()} to {self.words[-1].upper()}" if self.words else ""
        return f"from {self.low} to {self.high}{names}"


UNITS = (
    Unit("minute", 0, 59),
    Unit("hour", 0, 23),
    Unit("day of the month", 1, 31),
    Unit("month", 1, 12, _MONTHS),
    Unit("day of the week", 0, 6, _DAYS),
)


class CronField(NamedTuple):
    """The values of one field."""

    values: frozenset[int]
    star: bool
    """True if a part of the field is a plain ``*``. A step above 1 does not count: ``*/2`` lists every second day."""


class Schedule(NamedTuple):
    """The times at which a CronJob runs: fixed times, or an interval."""

    fields: tuple[CronField, ...] = ()
    """In the order of ``UNITS``; empty if there is an interval."""
    every: int | None = None
    """The interval in nanoseconds; Kubernetes treats anything below a second as one second."""

    @property
    def never(self) -> Reason | None:
        """The reason why a schedule that Kubernetes accepts never runs; ``None`` if it does run.

        If the day of the month or the day of the week is a ``*``, a date must match both; if neither is, one of them is
        enough. So ``0 0 31 2 */2`` runs every second day of the week in February.
        """
        if not self.fields:
            return None
        for at in (0, 1, 3):
            if not self.fields[at].values:
                return Reason(f"it matches no {UNITS[at].name}", f"name one, {UNITS[at].bounds}")
        days, months, weekdays = self.fields[2:]
        dated = any(day <= _LONGEST_MONTH[month - 1] for month in months.values for day in days.values)
        both = days.star or weekdays.star
        runs = dated and weekdays.values if both else dated or weekdays.values
        return None if runs else Reason("none of its months has such a day", "choose a day that the month has")


def due_between(schedule: Schedule, first: datetime, end: datetime) -> bool:
    """Return whether a schedule with fixed times is due from ``first`` up to, but not including, ``end``."""
    from datetime import timedelta

    minutes = range(max(0, int((end - first).total_seconds()) // 60))
    return any(_is_due(schedule, first + timedelta(minutes=number)) for number in minutes if schedule.fields)


def longest_pause(schedule: Schedule) -> int:
    """Return the longest time between two consecutive runs, in seconds; 0 for a schedule that never runs."""
    if not schedule.fields:
        return max(1, (schedule.every or 0) // 10**9)
    from datetime import date

    start = date(2096, 2, 29).toordinal()  # the start of the longest time without a 29 February
    days = [day for day in range(start, start + 366 * 9) if _on(schedule, date.fromordinal(day))]
    hours, minutes = (schedule.fields[at].values for at in (1, 0))
    times = sorted(60 * hour + minute for hour in hours for minute in minutes)
    if not days or not times:
        return 0
    within = (later - sooner for sooner, later in pairwise(times))
    between = ((later - sooner) * 24 * 60 - times[-1] + times[0] for sooner, later in pairwise(days))
    return 60 * max((*within, *between))


def _is_due(schedule: Schedule, moment: datetime) -> bool:
    minutes, hours, *_ = schedule.fields
    return _on(schedule, moment) and moment.hour in hours.values and moment.minute in minutes.values


def _on(schedule: Schedule, day: date) -> bool:
    """Return whether the schedule has runs on a day."""
    _, _, days, months, weekdays = schedule.fields
    dated, weekly = day.day in days.values, day.isoweekday() % 7 in weekdays.values
    both = dated and weekly if days.star or weekdays.star else dated or weekly
    return both and day.month in months.values


def sets_time_zone(text: str) -> bool:
    """Return whether a schedule contains a time zone, which Kubernetes refuses."""
    return "TZ" in text.upper()


def parse_schedule(text: str) -> Schedule | Reason:
    """Return the schedule as the CronJob controller reads it."""
    if sets_time_zone(text):
        return Reason("a schedule cannot contain a time zone", "the time zone is a separate setting")
    if text.startswith("@every "):
        every = parse_duration(text.removeprefix("@every "))
        if isinstance(every, Reason):
            return Reason("no duration after @every", "such as @every 5m or @every 1h30m")
        return Schedule(every=every)
    if text.startswith("@") and text not in _WORDS:
        hint = f"use five fields, one of {', '.join(_WORDS)}, or @every 5m"
        return Reason("Kubernetes does not know this schedule", hint)
    parts = _WORDS.get(text, text).split()
    if len(parts) != len(UNITS) or not _NOT_SPACES.isdisjoint(text):
        more = "; remove the seconds" if len(parts) == 6 else ""
        hint = "minute hour day month weekday, such as 0 2 * * *"
        return Reason(f"a schedule has five fields, this has {len(parts)}{more}", hint)
    fields: list[CronField] = []
    for unit, part in zip(UNITS, parts, strict=True):
        field = _field(unit, part)
        if isinstance(field, Reason):
            return field
        fields.append(field)
    return Schedule(tuple(fields))


def _field(unit: Unit, text: str) -> CronField | Reason:
    values: set[int] = set()
    star = False
    for part in filter(None, text.split(",")):
        found = _range(unit, part)
        if isinstance(found, Reason):
            return found
        values.update(found.values)
        star = star or found.star
    return CronField(frozenset(values), star)


def _range(unit: Unit, text: str) -> CronField | Reason:
    span, slash, step_text = text.partition("/")
    step = _number(step_text) if slash else 1
    if not step:
        return Reason(f"no such step of the {unit.name}", "for example */10")
    first_text, dash, last_text = span.partition("-")
    if first_text in _STARS:  # the controller ignores the rest of a range that starts with a star
        return CronField(frozenset(range(unit.low, unit.high + 1, step)), step == 1)
    first = _value(unit, first_text)
    last = _value(unit, last_text) if dash else unit.high if slash else first
    if first is None or last is None:
        return Reason(f"no such {unit.name}", "Sunday is 0" if unit.words is _DAYS and "7" in span else unit.bounds)
    if first > last:
        return Reason(f"a range of the {unit.name} runs backwards", f"write {last}-{first}")
    return CronField(frozenset(range(first, last + 1, step)), star=False)


def _value(unit: Unit, text: str) -> int | None:
    if text.lower() in unit.words:
        return unit.words.index(text.lower()) + unit.low
    number = _number(text)
    return number if number is not None and unit.low <= number <= unit.high else None


def _number(text: str) -> int | None:
    """Return a non-negative number that Go can read into 64 bits, else ``None``."""
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 4000:
        return None
    return int(digits) if int(digits) <= _LARGEST else None
