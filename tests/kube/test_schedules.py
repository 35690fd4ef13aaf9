"""Schedules, compared with a small model of how Kubernetes parses them and finds the next run."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.kube.reason import Reason
from wizard.kube.schedules import UNITS, Schedule, longest_pause, parse_schedule

_DATES = [date(2027, 1, 1) + timedelta(days=each) for each in range(2 * 366)]  # includes 29 February 2028
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMES = {3: _MONTHS, 4: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]}


def brute_field(at: int, text: str) -> tuple[set[int], bool]:
    """Return (values, star) of a valid field."""
    low, high = UNITS[at].low, UNITS[at].high
    numbers = {name: number for number, name in enumerate(_NAMES.get(at, []), start=low)}
    values, star = set(), False
    for part in text.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        for value in range(low, high + 1) if part else ():
            start = low if first in "*?" else numbers.get(first) or int(numbers.get(first, first))
            end = int(numbers.get(last, last)) if dash and first not in "*?" else high if step else start
            end = high if first in "*?" else end
            if start <= value <= end and (value - start) % int(step or 1) == 0:
                values.add(value)
        star = star or (bool(part) and first in "*?" and int(step or 1) == 1)
    return values, star


def brute_runs(text: str) -> bool:
    """Return whether the schedule runs on any day of two years, one of them a leap year."""
    minutes, hours, days, months, weekdays = (brute_field(at, part) for at, part in enumerate(text.split()))
    for day in _DATES:
        dated, named = day.day in days[0], day.isoweekday() % 7 in weekdays[0]
        fits = (dated and named) if days[1] or weekdays[1] else (dated or named)
        if fits and day.month in months[0]:
            return bool(minutes[0] and hours[0])
    return False


def _parts(at: int) -> st.SearchStrategy[str]:
    low, high = UNITS[at].low, UNITS[at].high
    value = st.integers(low, high).map(str) | st.sampled_from(_NAMES.get(at, [str(low)]))
    ends = st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda pair: f"{min(pair)}-{max(pair)}")
    span = ends | st.sampled_from(["*", "?", str(high), str(low)])
    stepped = st.tuples(span, st.sampled_from(["/1", "/2", "/9", "/99", ""])).map("".join)
    return value | stepped | st.sampled_from(["29-31", "31", "*/2"] if at == 2 else ["*", "?", ""])


_FIELDS = [st.lists(_parts(at), min_size=1, max_size=3).map(",".join).filter(bool) for at in range(5)]
_FEW_MONTHS = st.sampled_from(["2", "feb", "4,6", "*", "2,apr"])
_TEXTS = st.tuples(_FIELDS[0], _FIELDS[1], _FIELDS[2], _FEW_MONTHS | _FIELDS[3], _FIELDS[4]).map(" ".join)


@given(_TEXTS)
def test_a_field_has_exactly_the_values_that_it_names(text: str) -> None:
    found = parse_schedule(text)
    assert isinstance(found, Schedule), found
    for at, part in enumerate(text.split()):
        assert (set(found.fields[at].values), found.fields[at].star) == brute_field(at, part)


@given(_TEXTS)
def test_a_schedule_never_runs_if_and_only_if_two_years_have_no_run(text: str) -> None:
    found = parse_schedule(text)
    assert isinstance(found, Schedule), found
    assert (found.never is None) == brute_runs(text)


@given(st.integers(1, 12), st.integers(1, 31), st.sampled_from(["*", "*/2", "1", "?", "1,*"]))
def test_a_date_that_never_exists_runs_only_with_days_of_the_week(month: int, day: int, weekday: str) -> None:
    found = parse_schedule(f"0 0 {day} {month} {weekday}")
    assert isinstance(found, Schedule)
    exists = day <= monthrange(2028, month)[1]
    assert (found.never is None) == (exists or weekday in ("*/2", "1"))


@given(st.text(alphabet="0159*/,-?+ @evrydailTZ=LWun#\x1f\u00a0٣", max_size=24))
def test_any_text_returns_a_schedule_or_a_printable_reason(text: str) -> None:
    found = parse_schedule(text)
    assert isinstance(found, Schedule) or (found.message.isprintable() and found.hint.isprintable())


@pytest.mark.parametrize(
    ("text", "nanoseconds"), [("@every 5m", 300 * 10**9), ("@every 0s", 0), ("@every -1s", -(10**9))]
)
def test_an_interval_is_kept_in_nanoseconds(text: str, nanoseconds: int) -> None:
    assert parse_schedule(text) == Schedule(every=nanoseconds)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("0 0 0 * * *", "this has 6; remove the seconds", "minute hour"),
        ("60 * * * *", "no such minute", "from 0 to 59"),
        ("0 0 * 13 *", "no such month", "from 1 to 12, or JAN to DEC"),
        ("0 0 * * 7", "no such day of the week", "Sunday is 0"),
        ("0 17-9 * * *", "a range of the hour runs backwards", "write 9-17"),
        ("*/0 * * * *", "no such step of the minute", "*/10"),
        ("@hourlyish", "does not know this schedule", "@daily"),
        ("@every soon", "no duration after @every", "@every 5m"),
        ("TZ=UTC 0 0 * * *", "a schedule cannot contain a time zone", "a separate setting"),
    ],
)
def test_a_refusal_names_the_field_and_the_fix(text: str, message: str, hint: str) -> None:
    found = parse_schedule(text)
    assert isinstance(found, Reason)
    assert message in found.message and hint in found.hint


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0 2 * * *", 86400),
        ("@hourly", 3600),
        ("@every 90m", 5400),
        ("*/15 8-17 * * *", (14 * 60 + 15) * 60),
        ("30 1 * * mon,thu", 4 * 86400),
        ("0 0 1 * *", 31 * 86400),
        ("0 0 13 * 5", 7 * 86400),
        ("0 0 29 2 *", (8 * 365 + 1) * 86400),
        ("0 0 31 2 *", 0),
    ],
)
def test_the_longest_pause_is_the_longest_time_between_two_runs(text: str, seconds: int) -> None:
    schedule = parse_schedule(text)
    assert isinstance(schedule, Schedule)
    assert longest_pause(schedule) == seconds
